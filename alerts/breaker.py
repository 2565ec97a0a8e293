"""Spares an endpoint that keeps failing: after some failures in a row only one attempt now and then goes through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

THRESHOLD: Final = 5
FIRST_REST: Final = timedelta(seconds=15)
LONGEST_REST: Final = timedelta(minutes=5)


class Breaker:
    """The state of one endpoint. Rows that wait for it do not lose an attempt."""

    def __init__(self) -> None:
        self._failures = 0
        self._rest = FIRST_REST
        self.open_until: datetime | None = None

    def lets_through(self, now: datetime) -> bool:
        """Whether an attempt may be made."""
        return self.open_until is None or now >= self.open_until

    def succeeded(self) -> None:
        """The endpoint took something."""
        self._failures, self._rest, self.open_until = 0, FIRST_REST, None

    def failed(self, now: datetime) -> None:
        """The endpoint did not take something. A failure of the probe rests it twice as long."""
        self._failures += 1
        if self._failures < THRESHOLD:
            return
        self.open_until = now + self._rest
        self._rest = min(self._rest * 2, LONGEST_REST)
