"""River's HalfSpaceTrees on five-minute sums. Needs the package `river`, which is no dependency."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

import numpy as np

from nlp.detectors._windows import Floats, trailing

SPAN = 5
SEED = 7


class RiverTrees:
    """How seldom random half-space trees have seen a value."""

    name = "river_trees"

    def __init__(self, anomaly: Any) -> None:
        self._anomaly = anomaly

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """River's score of each minute, score first, learn second."""
        trees = self._anomaly.HalfSpaceTrees(n_trees=10, height=6, window_size=1440, seed=SEED, limits={"x": (0, 100)})
        scores = np.zeros(len(counts))
        for place, value in enumerate(trailing(counts, SPAN).tolist()):
            scores[place] = trees.score_one({"x": value})
            trees.learn_one({"x": value})
        return scores


def build() -> RiverTrees:
    """The detector.

    Raises:
        ImportError: `river` is not installed.
    """
    return RiverTrees(import_module("river.anomaly"))
