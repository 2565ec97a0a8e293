"""Incidents as other programs read them: one JSON object each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ingest.records import Evidence, Incident

NAMES: Final = {"drop": "silence", "talk": "unusual talk"}
"""What is no trouble by itself, in words."""


def called(incident: Incident) -> str:
    """What an incident is, in words: outage, frustration, silence, unusual talk."""
    return NAMES.get(incident.signal, incident.signal)


def as_json(incident: Incident, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """One incident with the posts that tell most about it. Times are ISO 8601 UTC, absent ones null."""
    return {
        "id": incident.id,
        "service": incident.service,
        "signal": incident.signal,
        "state": incident.state,
        "onset_at": iso(incident.onset_at),
        "onset_earliest": iso(incident.onset_earliest),
        "onset_latest": iso(incident.onset_latest),
        "opened_at": iso(incident.opened_at),
        "confirmed_at": iso(incident.confirmed_at),
        "peak_at": iso(incident.peak_at),
        "recovering_at": iso(incident.recovering_at),
        "resolved_at": iso(incident.resolved_at),
        "severity": incident.severity,
        "severity_reason": incident.severity_reason,
        "confidence": round(incident.confidence, 3),
        "confidence_reason": incident.confidence_reason,
        "posts": incident.posts,
        "authors": incident.authors,
        "observed": round(incident.observed, 2),
        "expected": round(incident.expected, 4),
        "cause": incident.cause,
        "shared": incident.shared,
        "evidence_nats": round(incident.evidence, 2),
        "evidence": [
            {
                "id": post.post,
                "url": post.url,
                "text": post.text,
                "created_at": iso(post.created_at),
                "reason": post.reason,
                "aspects": list(post.aspects),
            }
            for post in evidence
        ],
    }


def iso(moment: datetime | None) -> str | None:
    """A time as ISO 8601 UTC with a Z, or None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
