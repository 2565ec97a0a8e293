"""The requests that Reddit lets us make."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Budget:
    """Requests `remaining` and `used` in the window that ends at `until` (`time.monotonic`)."""

    remaining: float
    used: float
    until: float

    @property
    def seconds(self) -> float:
        """How long the window still lasts."""
        return max(0.0, self.until - time.monotonic())

    def __str__(self) -> str:
        return f"{self.remaining:.0f} requests left for {self.seconds:.0f} s, {self.used:.0f} used"
