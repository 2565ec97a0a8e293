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

from nlp.baseline import Floats, Ints
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


def risen(counts: Floats, pages: Ints, mean: Floats, drift: Floats, spread: float, since: int) -> Floats:
    """The posterior of the minute with which a rise began that lasts up to now.

    Args:
        counts: what was seen in each minute.
        pages: for each minute, the number of the stretch in which it lies.
        mean: what was expected a minute in each stretch, 0 where nothing could be read.
        drift: of each stretch, as it was taken into `mean`.
        spread: variance over mean.
        since: the place of a minute by which it had begun.
    """
    (said,), readable = counts.nonzero(), mean > 0.0
    for _ in range(ROUNDS):
        page = int(pages[since])
        held = np.where(np.arange(len(mean)) > page, mean * drift[page] / drift, mean)
        likelihood = Likelihood(np.maximum(held, 1e-12), np.full(len(mean), spread))
        each = np.where(readable[:, None], -likelihood.loss, 0.0)[pages]
        each[said] += np.where(readable[pages[said]][:, None], likelihood.voices(pages[said], counts[said]), 0.0)
        weights = posterior(each)
        earliest, _ = interval(weights)
        if pages[earliest] >= page:
            break
        since = earliest
    return weights
