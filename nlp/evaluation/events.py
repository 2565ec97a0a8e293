"""Incidents against known outages: precision, recall, delay, false alarms per service and month.

The truth is a list of outages: `service, start, end` (UTC). An incident is true when it opened while its service was
out, with a grace before the start and after the end. An outage is found when any incident is true for it; its delay
is from its start to the first of them, never below zero.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ingest.records import Incident

EARLY: Final = timedelta(minutes=30)
LATE: Final = timedelta(hours=3)
"""Talk of an outage goes on for a while after its end."""


@dataclass(frozen=True, slots=True)
class Outage:
    """One known outage."""

    service: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Matched:
    """One incident or outage with its counterpart, where it has one."""

    service: str
    start: datetime
    opened: datetime | None
    delay_minutes: float | None


@dataclass(frozen=True, slots=True)
class Events:
    """How well the incidents tell the outages. Rates are None where there is nothing to divide by."""

    incidents: int
    true_incidents: int
    outages: int
    found: int
    precision: float | None
    recall: float | None
    delay_median: float | None
    delay_p90: float | None
    false_alarms: int
    service_months: float
    false_per_service_month: float | None

    def row(self) -> dict[str, Any]:
        """As a plain row of a table."""
        return asdict(self)


def is_about(incident: Incident, outage: Outage, same: Callable[[str, str], bool]) -> bool:
    """Whether an incident tells of an outage."""
    if not same(incident.service, outage.service):
        return False
    end = incident.resolved_at or incident.updated_at or incident.opened_at
    return (
        incident.opened_at <= outage.end + LATE
        and end >= outage.start - EARLY
        and (incident.opened_at >= outage.start - EARLY)
    )


def by_name(found: str, known: str) -> bool:
    """Whether two names of services are the same, case aside."""
    return found.casefold() == known.casefold()


def compare(
    incidents: Sequence[Incident],
    outages: Sequence[Outage],
    service_months: float,
    same: Callable[[str, str], bool] = by_name,
) -> tuple[Events, list[Matched], list[Incident]]:
    """How well incidents tell the outages; each outage with what found it; and the incidents that tell of none."""
    false = [one for one in incidents if not any(is_about(one, outage, same) for outage in outages)]
    matched = [_match(outage, incidents, same) for outage in outages]
    delays = sorted(row.delay_minutes for row in matched if row.delay_minutes is not None)
    true = len(incidents) - len(false)
    events = Events(
        incidents=len(incidents),
        true_incidents=true,
        outages=len(outages),
        found=len(delays),
        precision=true / len(incidents) if incidents else None,
        recall=len(delays) / len(outages) if outages else None,
        delay_median=statistics.median(delays) if delays else None,
        delay_p90=delays[int(0.9 * (len(delays) - 1) + 0.5)] if delays else None,
        false_alarms=len(false),
        service_months=service_months,
        false_per_service_month=len(false) / service_months if service_months else None,
    )
    return events, matched, false


def _match(outage: Outage, incidents: Sequence[Incident], same: Callable[[str, str], bool]) -> Matched:
    opened = sorted(one.opened_at for one in incidents if is_about(one, outage, same))
    if not opened:
        return Matched(outage.service, outage.start, None, None)
    delay = max((opened[0] - outage.start).total_seconds() / 60.0, 0.0)
    return Matched(outage.service, outage.start, opened[0], delay)
