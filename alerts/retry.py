"""When to try again: the schedule of Standard Webhooks 1.0."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from ingest.records import Delivery

MINUTE: Final = 60.0
HOUR: Final = 3600.0

SCHEDULE: Final = (0.0, 5.0, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR)
"""Seconds to wait before the n-th attempt (from 0), counted from the one before it.

Source: the specification of Standard Webhooks 1.0, "Deliverability and reliability".
"""

JITTER: Final = 0.2
LONGEST: Final = 24 * HOUR


def next_due(
    attempts: int,
    now: datetime,
    retry_after: float | None = None,
    chance: Callable[[], float] = random.random,
) -> datetime | None:
    """When to try again after `attempts` failed ones; None if it has been tried often enough.

    Args:
        attempts: how many were made, at least 1.
        now: when the last one ended.
        retry_after: seconds for which the receiver asked; what it asks is kept, up to a day.
        chance: gives a number from 0 to 1; up to a fifth of the wait is added so that retries do not come in step.
    """
    if attempts >= len(SCHEDULE):
        return None
    wait = SCHEDULE[attempts] * (1 + JITTER * chance())
    return now + timedelta(seconds=max(wait, min(retry_after or 0.0, LONGEST)))


def anew(row: Delivery, now: datetime) -> Delivery:
    """A delivery as if it had never been tried, due now: for whoever asks to have it sent again."""
    return replace(row, state="pending", attempts=0, due_at=now, last_status="to be sent again", sent_at=None)
