"""When a source that is asked now and then shows that it is alive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from threading import Event
from typing import Final

EVERY: Final = 10.0
"""Seconds between signs of life. A source that gives none for half a minute is taken for blind."""


class Beat:
    """Says when a sign of life is due. While a source waits for its next turn, its last answer counts.

    Args:
        closed: set when the source is closed; waits end then.
        every: seconds between signs.
    """

    def __init__(self, closed: Event, every: float = EVERY) -> None:
        self._closed = closed
        self._every = every
        self._last = time.monotonic()

    def due(self) -> bool:
        """Whether a sign is due; if so, the next one is due `every` seconds from now."""
        if time.monotonic() - self._last < self._every:
            return False
        self._last = time.monotonic()
        return True

    def waits(self, seconds: float) -> Iterator[None]:
        """Wait, and yield whenever a sign is due; ends early when closed."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._closed.wait(min(left, self._every)):
                return
            if self.due():
                yield
