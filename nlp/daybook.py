"""What was expected of every channel over the last day, as it was expected at the time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

import numpy as np

from nlp.baseline import Floats, Ints


@dataclass(frozen=True, slots=True)
class Course:
    """What was expected of one channel from minute `first` on.

    `page` has for each minute the number of the page on which it stands; `mean` and `drift` are by page: what was
    expected a minute, 0 where nothing could be read, and by how much that lies above what is usual at that hour.
    """

    first: int
    page: Ints
    mean: Floats
    drift: Floats

    def times(self, factor: float) -> Course:
        """So many times as much."""
        return replace(self, mean=self.mean * factor)


def even(mean: float, first: int, minute: int) -> Course:
    """The same a minute from `first` to `minute`."""
    return Course(first, np.zeros(minute + 1 - first, dtype=np.int64), np.array([mean]), np.ones(1))


class Daybook:
    """A page for each stretch of even expectation, kept for `lasts` minutes."""

    def __init__(self, lasts: int) -> None:
        self._lasts = lasts
        self._pages: deque[tuple[int, Floats, Floats]] = deque()

    def write(self, minute: int, mean: Floats, drift: Floats) -> None:
        """From `minute` on this is expected of each channel: see `Course`."""
        self._pages.append((minute, mean, drift))
        while len(self._pages) > 1 and self._pages[1][0] <= minute - self._lasts:
            self._pages.popleft()

    def read(self, channel: int, since: int, minute: int) -> Course:
        """What was expected of a channel up to `minute`, from `since` on, but no further back than the book lasts."""
        first = max(since, minute + 1 - self._lasts)
        begun = np.array([page[0] for page in self._pages], dtype=np.int64)
        page = np.maximum(np.searchsorted(begun, np.arange(first, minute + 1), side="right") - 1, 0)
        mean = np.array([page[1][channel] for page in self._pages])
        return Course(first, page, mean, np.array([page[2][channel] for page in self._pages]))
