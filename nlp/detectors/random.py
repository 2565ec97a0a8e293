"""Guesses: what any detector must beat."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray


class Random:
    """A seeded random number for every minute."""

    name = "random"

    def scores(self, counts: NDArray[np.float64], start: datetime) -> NDArray[np.float64]:
        """Uniform numbers that depend on the start alone, so that a longer series only adds to them."""
        return np.random.default_rng(int(start.timestamp())).random(len(counts))


def build() -> Random:
    """The detector."""
    return Random()
