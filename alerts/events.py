"""What may be told, and which change of state is which event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ingest.records import MINUTE, Incident

SUSPECTED: Final = "incident.suspected"
CONFIRMED: Final = "incident.confirmed"
UPDATED: Final = "incident.updated"
RECOVERING: Final = "incident.recovering"
RESOLVED: Final = "incident.resolved"
FRUSTRATION: Final = "frustration.spike"
QUIET: Final = "service.quiet"
TALK: Final = "talk.unusual"
BLIND: Final = "collector.blind"
SEEING: Final = "collector.recovered"
DISABLED: Final = "channel.disabled"
DIGEST: Final = "digest.daily"

EVENTS: Final = (
    SUSPECTED,
    CONFIRMED,
    UPDATED,
    RECOVERING,
    RESOLVED,
    FRUSTRATION,
    QUIET,
    TALK,
    BLIND,
    SEEING,
    DISABLED,
    DIGEST,
)
OPENING: Final = frozenset({SUSPECTED, CONFIRMED, FRUSTRATION, QUIET, TALK, UPDATED})
"""Events that claim something; each needs evidence that can be opened."""

UPDATE_EVERY: Final = timedelta(minutes=15)
"""At most one `incident.updated` of an incident in so long."""

SEVERITIES: Final = ("minor", "major", "critical")


def event_of(incident: Incident) -> str | None:
    """The event that a snapshot of an incident, taken right after a change, stands for; None if nobody is told.

    A change that leaves a confirmed incident confirmed (its severity rose, people name another cause, it joined a
    shared story, or it came back after a recovery) is an update. Frustration and silence are told once, when they are
    sure, and once when they are over; so is unusual talk, and again where it goes far beyond what was told.
    """
    if incident.signal == "talk" and incident.state == "confirmed":
        return TALK
    if incident.signal != "outage":
        return _once(incident, FRUSTRATION if incident.signal == "frustration" else QUIET)
    if incident.state == "confirmed":
        return CONFIRMED if _fresh(incident, incident.confirmed_at) else UPDATED
    if incident.state == "suspected":
        return SUSPECTED if _fresh(incident, incident.opened_at) else UPDATED
    return RECOVERING if incident.state == "recovering" else RESOLVED


def moment_of(incident: Incident, event: str) -> datetime:
    """When the change that `event` tells of took place: the same however often the incident is looked at."""
    moments = {
        SUSPECTED: incident.opened_at,
        CONFIRMED: incident.confirmed_at,
        FRUSTRATION: incident.confirmed_at,
        QUIET: incident.confirmed_at,
        TALK: incident.confirmed_at if _fresh(incident, incident.confirmed_at) else incident.updated_at,
        RECOVERING: incident.recovering_at,
        RESOLVED: incident.resolved_at,
    }
    return moments.get(event) or incident.updated_at or incident.opened_at


def rank(severity: str) -> int:
    """How bad, from 0; a word that is not known counts as minor."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def event_of_many(events: Sequence[str]) -> str:
    """The event under which several are told as one: theirs if it is the same, else a digest."""
    return events[0] if len(set(events)) == 1 else DIGEST


def _once(incident: Incident, event: str) -> str | None:
    if incident.state == "confirmed":
        return event if _fresh(incident, incident.confirmed_at) else None
    return RESOLVED if incident.state in ("resolved", "dismissed") and incident.confirmed_at else None


def _fresh(incident: Incident, since: datetime | None) -> bool:
    moved = incident.updated_at
    return moved is None or since is None or moved - since <= MINUTE
