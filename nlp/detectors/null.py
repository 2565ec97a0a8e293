"""Says nothing, whatever it sees: the floor of every bench."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from numpy.typing import NDArray


class Null:
    """Never sure of a rise."""

    name = "null"

    def scores(self, counts: NDArray[np.float64], start: datetime) -> NDArray[np.float64]:  # noqa: ARG002
        """Zero for every minute."""
        return np.zeros(len(counts))


def build() -> Null:
    """The detector."""
    return Null()
