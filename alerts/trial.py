"""Tries a channel with a made-up incident that says it is a test, opened and at once closed again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.channels import Channel
from alerts.events import CONFIRMED, RESOLVED
from alerts.exchange import Exchange, listening
from alerts.masking import mask
from alerts.messages import digest, encode, message
from alerts.safety import plain
from ingest.errors import SendError
from ingest.records import Delivery, Evidence, Incident

SERVICE: Final = "Example Service"


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of it: the channel's words for each message, the last one's error if any, what went over the wire."""

    statuses: tuple[str, ...]
    error: str
    exchanges: tuple[Exchange, ...]

    @property
    def taken(self) -> bool:
        """Whether the channel took all of it."""
        return not self.error


def try_out(channel: Channel, name: str, now: datetime, page: str = "") -> Trial:
    """Send the test in this thread: an alarm and, once that was taken, its end, so that nothing stays open.

    Args:
        channel: ready, from `alerts.channels.load`.
        name: the channel's name in the settings.
        now: aware UTC time.
        page: address of the dashboard.
    """
    statuses: list[str] = []
    error = ""
    with listening() as exchanges:
        for delivery in examples(name, now, page):
            try:
                statuses.append(channel.send(delivery))
            except SendError as failure:
                error = mask(plain(failure.status or str(failure)))
                break
    return Trial(tuple(statuses), error, tuple(exchanges))


def examples(name: str, now: datetime, page: str = "", key: str = "") -> Sequence[Delivery]:
    """A confirmed incident and its end, marked as tests in their words and in `data.test`.

    Args:
        key: the same key and name give the same ids; left out, the time stands in.
    """
    opened = _incident(now, key or f"{now:%Y%m%d%H%M%S%f}")
    closed = replace(opened, state="resolved", resolved_at=now, updated_at=now)
    return [_delivery(name, CONFIRMED, opened, now, page), _delivery(name, RESOLVED, closed, now, page)]


def _delivery(name: str, event: str, incident: Incident, now: datetime, page: str) -> Delivery:
    said = "This is a test of the alert, not a post that anyone wrote."
    quote = Evidence("test:1", "nobody", "", said, now, "a test")
    body = message(event, incident, SERVICE, [quote], page=page, test=True)
    identity = f"msg_{digest([incident.id, incident.state, name])}"
    return Delivery(identity, name, event, incident.id, now, now, encode(body))


def _incident(now: datetime, key: str) -> Incident:
    since = now - timedelta(minutes=12)
    return Incident(
        id=f"test-{key}",
        service=SERVICE,
        signal="outage",
        state="confirmed",
        onset_at=since,
        opened_at=since + timedelta(minutes=3),
        confirmed_at=now,
        severity="major",
        severity_reason="this is a test",
        confidence=0.99,
        posts=240,
        authors=214,
        observed=214.0,
        expected=3.0,
        updated_at=now,
    )
