"""When a change began: an interval beside the likeliest minute.

The likelihood of a change that began with each minute, averaged over the sizes of change that `nlp.sequential` (rises)
or `nlp.hush` (falls) know, is up to a constant the posterior of that minute where none was likelier beforehand. It is
what the Shiryaev-Roberts statistic adds up, so that it holds however long was waited (Shiryaev 1963; Pollak 1985).

What is expected follows a rise that is slow to be told: drift takes it for its own. So a rise is weighed against the
drift as it was before the rise began.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats
from nlp.daybook import Course
from nlp.sequential import Likelihood

WITHIN: Final = 0.9
"""The chance that the change began within the interval."""

ROUNDS: Final = 4
"""So often, at most, drift is taken from further back, where the rise turns out to have begun sooner."""


def posterior(minutes: Floats) -> Floats:
    """The log weight of each minute as the one with which the change began.

    Args:
        minutes: what each minute up to now tells for each size of change, in nats: one row a minute.
    """
    told = np.cumsum(minutes[::-1], axis=0)[::-1]
    most = told.max(axis=1)
    summed: Floats = most + np.log(np.exp(told - most[:, None]).mean(axis=1))
    return summed


def interval(weights: Floats) -> tuple[int, int]:
    """First and last place of the shortest stretch that holds `WITHIN` of the chance; `weights` are logs."""
    chance = np.exp(weights - weights.max())
    total = np.concatenate([[0.0], np.cumsum(chance / chance.sum())])
    ends = np.searchsorted(total, total + WITHIN - 1e-9)
    whole = np.flatnonzero(ends < len(total))
    first = int(whole[np.argmin(ends[whole] - whole)])
    return first, int(ends[first]) - 1


def risen(counts: Floats, course: Course, spread: float, since: int) -> Floats:
    """The posterior of the minute with which a rise began that lasts up to now.

    Args:
        counts: what was seen in each minute.
        course: what was expected in each.
        spread: variance over mean.
        since: the place of a minute by which it had begun.
    """
    page, (said,), readable = course.page, counts.nonzero(), course.mean > 0.0
    for _ in range(ROUNDS):
        last = int(page[since])
        after = np.arange(len(readable)) > last
        mean = np.where(after, course.mean * course.drift[last] / course.drift, course.mean)
        likelihood = Likelihood(np.maximum(mean, 1e-12), np.full(len(mean), spread))
        each = np.where(readable[:, None], -likelihood.loss, 0.0)[page]
        told = likelihood.voices(page[said], counts[said])
        each[said] += np.where(readable[page[said]][:, None], told, 0.0)
        weights = posterior(each)
        earliest, _ = interval(weights)
        if page[earliest] >= last:
            break
        since = earliest
    return weights
