"""What was expected of every channel over the last day, as it was expected at the time."""

from __future__ import annotations

from collections import deque

import numpy as np

from nlp.baseline import Floats, Ints


class Daybook:
    """A page for each stretch of even expectation, kept for `lasts` minutes."""

    def __init__(self, lasts: int) -> None:
        self._lasts = lasts
        self._pages: deque[tuple[int, Floats, Floats]] = deque()

    def write(self, minute: int, mean: Floats, drift: Floats) -> None:
        """From `minute` on so much a minute is expected of each channel.

        Args:
            minute: the first for which it holds.
            mean: with all that can be read; 0 where nothing can.
            drift: by how much that lies above what hours of the week usually bring.
        """
        self._pages.append((minute, mean, drift))
        while len(self._pages) > 1 and self._pages[1][0] <= minute - self._lasts:
            self._pages.popleft()

    def read(self, channel: int, first: int, minute: int) -> tuple[Ints, Floats, Floats]:
        """For each minute from `first` to `minute` the number of its page; then mean and drift of each page."""
        begun = np.array([page[0] for page in self._pages], dtype=np.int64)
        pages = np.maximum(np.searchsorted(begun, np.arange(first, minute + 1), side="right") - 1, 0)
        mean = np.array([page[1][channel] for page in self._pages])
        return pages, mean, np.array([page[2][channel] for page in self._pages])


def even(mean: float) -> Daybook:
    """The book of one channel of which the same was expected all along."""
    book = Daybook(0)
    book.write(0, np.array([mean]), np.ones(1))
    return book
