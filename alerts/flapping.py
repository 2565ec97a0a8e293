"""Keeps a service that goes up and down from paging for every turn."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.events import OPENING
from ingest.records import Delivery

WINDOW: Final = timedelta(hours=1)


class Flapping:
    """Counts the incidents of each service that were told in the last hour, and puts off those beyond the limit.

    Args:
        limit: so many incidents of one service an hour; 0 sets none.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._told: dict[str, deque[tuple[datetime, str]]] = {}
        self._put_off: dict[str, datetime] = {}

    def judged(self, row: Delivery) -> Delivery | None:
        """`row` as it is to be sent, maybe put off; None if it ends an incident of which nobody was told."""
        if not self._limit or not row.incident:
            return row
        until = self._put_off.get(row.incident)
        if row.event in OPENING:
            until = until or self._counted(row)
            return row if until is None else _later(row, until)
        return row if until is None or row.state == "held" else None

    def sent(self, row: Delivery) -> None:
        """A row was sent: whatever comes of its incident is told too."""
        self._put_off.pop(row.incident, None)

    def forget(self, incident: str) -> None:
        """An incident is over without having been told."""
        self._put_off.pop(incident, None)

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Learn from rows that were sent before this process began."""
        seen: set[str] = set()
        for row in sorted(rows, key=lambda row: row.created_at):
            if row.event in OPENING and row.incident and row.incident not in seen:
                seen.add(row.incident)
                self._told.setdefault(_service(row), deque()).append((row.created_at, row.incident))

    def _counted(self, row: Delivery) -> datetime | None:
        """Count the row's incident; if there were too many, do not, and say until when it is put off."""
        told = self._told.setdefault(_service(row), deque())
        while told and told[0][0] <= row.created_at - WINDOW:
            told.popleft()
        if any(incident == row.incident for _, incident in told):
            return None
        if len(told) >= self._limit:
            self._put_off[row.incident] = told[0][0] + WINDOW
            return self._put_off[row.incident]
        told.append((row.created_at, row.incident))
        return None


def _service(row: Delivery) -> str:
    return str(json.loads(row.body)["data"].get("service", ""))


def _later(row: Delivery, until: datetime) -> Delivery:
    if row.due_at >= until:
        return row
    return replace(row, due_at=until, last_status=f"put off until {until:%H:%M} UTC: the service goes up and down")
