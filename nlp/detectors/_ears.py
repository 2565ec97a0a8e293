"""EARS C1 to C3 of the Centers for Disease Control (Hutwagner and others 2003), with quarter hours for days."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.detectors._windows import Floats, before, trailing

STEP = 15
BASE = 7


def excess(counts: Floats, lag: int) -> Floats:
    """How far the last quarter of an hour exceeds the seven before it (skipping `lag`), in standard deviations."""
    now = trailing(counts, STEP)
    scores = np.zeros(len(counts))
    for offset in range(STEP):
        series = now[offset::STEP]
        mean, spread = before(series, BASE)
        late = np.concatenate([np.zeros(lag), mean[: len(mean) - lag] if lag else mean])[: len(series)]
        wide = np.concatenate([np.ones(lag), spread[: len(spread) - lag] if lag else spread])[: len(series)]
        scores[offset::STEP] = (series - late) / np.maximum(wide, 0.5)
    return scores


class Ears:
    """One of the three: C1 without a lag, C2 with a lag of two, C3 the sum of the last three of C2 above one."""

    def __init__(self, name: str, lag: int, *, summed: bool) -> None:
        self.name, self._lag, self._summed = name, lag, summed

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """The statistic of each minute."""
        alone = excess(counts, self._lag)
        if not self._summed:
            return alone
        above = np.maximum(alone - 1.0, 0.0)
        total = above.copy()
        for back in (STEP, 2 * STEP):
            total[back:] += above[:-back] if back else above
        return total
