"""What a source may bring at once after a gap, and tell nothing by it."""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints

BACKLOG: Final = 15
"""After a gap so many minutes' worth of a source may arrive at once, within half an hour, and tell nothing."""

CATCH_UP: Final = 30


class Backlog:
    """The weight that sources owe to each of `channels` series."""

    def __init__(self, channels: int) -> None:
        self._owed, self._ends = np.zeros(channels), 0

    def owe(self, minute: int, usual: Floats, lasted: int) -> None:
        """With `minute` a source is read again that brings `usual` a minute, after a gap of so many minutes."""
        self._owed = np.maximum(self._owed, usual * min(lasted, BACKLOG))
        self._ends = minute + CATCH_UP

    def forgive(self, minute: int) -> None:
        """What has not arrived by now is no longer waited for."""
        if minute >= self._ends:
            self._owed[:] = 0.0

    def due(self, minute: int) -> bool:
        """Whether anything is waited for."""
        return minute < self._ends

    def pay(self, which: Ints, weight: Floats, usual: Floats) -> Floats:
        """What is left of the weights of some channels where all above `usual` goes to what is owed."""
        taken = np.clip(weight - usual, 0.0, self._owed[which])
        self._owed[which] -= taken
        left: Floats = weight - taken
        return left
