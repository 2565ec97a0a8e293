"""When a change began: an interval beside the likeliest minute.

The likelihood of a change that began with each minute, averaged over the sizes of change that `nlp.sequential` (rises)
or `nlp.hush` (falls) know, is up to a constant the posterior of that minute where none was likelier beforehand. It is
what the Shiryaev-Roberts statistic adds up, so that it holds however long was waited (Shiryaev 1963; Pollak 1985).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats

WITHIN: Final = 0.9
"""The chance that the change began within the interval."""


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
