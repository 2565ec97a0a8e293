"""A negative-binomial CUSUM designed for a doubling, over the mean at this time of day (Hoehle and Paul 2008)."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.detectors._windows import Floats, before, same_time

TIMES = 2.0
DISPERSION = 0.1
DAYS = 7


class NbCusum:
    """The CUSUM of the log likelihood ratio of twice the usual rate."""

    name = "nb_cusum"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """The statistic of each minute, in nats."""
        smooth = before(counts, 60)[0]
        usual = np.maximum(0.5 * same_time(smooth, 1440, DAYS) + 0.5 * before(counts, DAYS * 1440)[0], 1e-4)
        size = 1.0 / DISPERSION
        gain = np.log(TIMES) - np.log((size + TIMES * usual) / (size + usual))
        steps = counts * gain - size * np.log((size + TIMES * usual) / (size + usual))
        total = np.concatenate([[0.0], np.cumsum(steps)])
        level: Floats = (total - np.minimum.accumulate(total))[1:]
        return level


def build() -> NbCusum:
    """The detector."""
    return NbCusum()
