"""Turns what changed into rows to be sent: pure, and the same rows however often it is asked.

Whoever writes the change down writes these rows in the same transaction, leaving rows of the same id as they are, so
that a change is told once per channel whatever crashes in between.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.events import BLIND, DIGEST, DISABLED, OPENING, SEEING, event_of, moment_of
from alerts.messages import JSON, channel_message, digest, digest_message, encode, message, source_message
from alerts.routing import Routing, Target
from ingest.records import Delivery, DeliveryState, Evidence, Incident, Official, Service, SharedStory

NO_EVIDENCE: Final = "not sent: no evidence that can be opened"


class Outbox:
    """Makes deliveries as the routes say.

    Args:
        routing: who is told of what.
        services: with their status pages; a service that is not among them is told by its name.
        page: address of the dashboard, for links.
        simulated: the posts are not real, and every message says so.
    """

    def __init__(
        self, routing: Routing, services: Sequence[Service] = (), *, page: str = "", simulated: bool = False
    ) -> None:
        self._routing = routing
        self._services = {service.name: service for service in services}
        self._page = page
        self._simulated = simulated

    def changed(
        self,
        incident: Incident,
        evidence: Sequence[Evidence],
        officials: Sequence[Official] = (),
        sources: Sequence[str] = (),
        story: SharedStory | None = None,
    ) -> list[Delivery]:
        """The deliveries for one transition: `incident` as it was right after its state (or severity) changed."""
        event = event_of(incident)
        if event is None:
            return []
        body = message(
            event,
            incident,
            self._services.get(incident.service, incident.service),
            evidence,
            officials,
            sources,
            story,
            page=self._page,
            simulated=self._simulated,
        )
        at = moment_of(incident, event)
        targets = self._routing.targets(event, incident.service, incident.severity, at)
        return deliveries(body, [event, incident.id, at.isoformat()], targets, at, incident.id)

    def blind(self, source: str, at: datetime, reason: str) -> list[Delivery]:
        """The deliveries for a source that cannot be read since `at`; the same for the same `at`."""
        body = source_message(BLIND, source, at, reason, at, page=self._page)
        return deliveries(body, [BLIND, source, at.isoformat()], self._routing.targets(BLIND, "", "", at), at, source)

    def recovered(self, source: str, at: datetime, since: datetime) -> list[Delivery]:
        """The deliveries for a source that is read again at `at` after it was blind since `since`."""
        body = source_message(SEEING, source, at, "", since, page=self._page)
        targets = self._routing.targets(SEEING, "", "", at)
        return deliveries(body, [SEEING, source, since.isoformat()], targets, at, source)

    def disabled(self, channel: str, at: datetime, why: str, without: Container[str] = ()) -> list[Delivery]:
        """The deliveries that tell a person, elsewhere, that a channel is disabled since `at`; never to itself.

        Args:
            channel: its name.
            at: when that was found.
            why: a sentence.
            without: further channels that cannot tell.
        """
        body = channel_message(DISABLED, channel, at, why, page=self._page)
        targets = [
            target
            for target in self._routing.targets(DISABLED, "", "", at)
            if target.channel != channel and target.channel not in without
        ]
        return deliveries(body, [DISABLED, channel, at.isoformat()], targets, at, f"channel {channel}")

    def digest(self, at: datetime, rows: Sequence[Delivery]) -> list[Delivery]:
        """The deliveries about the day that ended at `at`: the last word on each incident and source.

        Args:
            rows: the deliveries made in that day, of any channels, in any order; digests among them are left out.
        """
        since = at - timedelta(days=1)
        told = [row for row in sorted(rows, key=lambda row: row.created_at) if _tellable(row)]
        members = [_member(row) for row in {row.incident: row for row in told}.values()]
        count = sum(member["kind"] == "incident" for member in members)
        said = f"{count or 'No'} {'incident' if count == 1 else 'incidents'} in the last day"
        body = digest_message(at, since, members, said, event=DIGEST, page=self._page)
        return deliveries(body, [DIGEST, at.isoformat()], self._routing.targets(DIGEST, "", "", at), at)


def _tellable(row: Delivery) -> bool:
    """Whether a digest names it: not digests, tests, and what has lost its words."""
    if not row.incident or not row.body or row.event == DIGEST:
        return False
    return not json.loads(row.body)["data"].get("test")


def _member(row: Delivery) -> dict[str, JSON]:
    return {"event": row.event, **json.loads(row.body)["data"]}


def deliveries(
    body: Mapping[str, JSON], key: Sequence[str], targets: Sequence[Target], at: datetime, subject: str = ""
) -> list[Delivery]:
    """One row per channel.

    Args:
        body: from `alerts.messages`.
        key: what makes this event itself; with the channel it decides the id of the row.
        targets: the channels.
        at: when it happened, which is when the row is made and due.
        subject: id of the incident, or name of the source: rows of one subject keep their order in a channel.
    """
    event = str(body["type"])
    text = encode(body)
    state, status = _first_state(event, body)
    return [
        Delivery(
            id=f"msg_{digest([*key, target.channel])}",
            channel=target.channel,
            event=event,
            incident=subject,
            created_at=at,
            due_at=target.held_until or at,
            body=text,
            state="held" if target.held_until and state == "pending" else state,
            last_status=status,
        )
        for target in targets
    ]


def openable(body: Mapping[str, JSON]) -> bool:
    """Whether a person can open what the message rests on: a quoted post's link, or the page that shows the posts."""
    data = body["data"]
    quotes = data.get("evidence") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(quotes, list) or not quotes:
        return False
    return bool(data.get("url")) or any(isinstance(quote, dict) and quote.get("url") for quote in quotes)


def _first_state(event: str, body: Mapping[str, JSON]) -> tuple[DeliveryState, str]:
    if event in OPENING and not openable(body):
        return "dead", NO_EVIDENCE
    return "pending", ""
