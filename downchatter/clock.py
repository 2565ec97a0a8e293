"""The time of day."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The clock of live sources."""
    return datetime.now(UTC)
