"""River's GaussianScorer over ten days of five-minute sums. Needs the package `river`, which is no dependency."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import numpy as np

from nlp.detectors._windows import Floats, trailing

WINDOW = 10 * 1440
SPAN = 5


class RiverGaussian:
    """How improbable a value is under a normal distribution of the last ten days."""

    name = "river_gaussian"

    def __init__(self, anomaly: Any) -> None:
        self._anomaly = anomaly

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """River's score of each minute, score first, learn second."""
        scorer = self._anomaly.GaussianScorer(window_size=WINDOW, grace_period=60)
        scores = np.zeros(len(counts))
        for place, value in enumerate(trailing(counts, SPAN).tolist()):
            scores[place] = scorer.score_one(None, value)
            scorer.learn_one(None, value)
        return scores


def build() -> RiverGaussian:
    """The detector.

    Raises:
        ImportError: `river` is not installed.
    """
    return RiverGaussian(import_module("river.anomaly"))
