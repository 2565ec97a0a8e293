"""Cuts a stretch of time at midnights, so that what was found in days that are over need not be found again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
FEW: Final = 2
"""Fewer whole days than this are read as soon as they are cut."""


def parts(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """A stretch in at most three parts, in the order of time: `since`, `until`, whether it is of whole days (UTC)."""
    first = _midnight(since) if since == _midnight(since) else _midnight(since) + DAY
    last = _midnight(until)
    if last - first < FEW * DAY:
        yield since, until, False
        return
    if since < first:
        yield since, first, False
    yield first, last, True
    if last < until:
        yield last, until, False


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)
