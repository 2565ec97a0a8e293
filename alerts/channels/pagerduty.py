"""PagerDuty, Events API v2. The incident is the `dedup_key`, so that our resolve closes what our alarm opened.

What was told together (many services at once) is one alert there; it closes when the last of its services is well.

Source: PagerDuty developer documentation, "Events API v2: Trigger Events".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field

from alerts.brief import Brief, brief
from alerts.messages import JSON
from alerts.posting import compact, read_web
from alerts.safety import shorten
from alerts.wire import WebOptions, Wire, wire_for
from ingest.records import Delivery

URL: Final = "https://events.pagerduty.com/v2/enqueue"
SUMMARY_LIMIT: Final = 1024
KEY_LIMIT: Final = 255
_SEVERITY: Final = {"minor": "warning", "major": "error", "critical": "critical"}


EXAMPLE: Final = {"routing_key": "0123456789abcdef0123456789abcdef"}
"""What the settings may say."""


class PagerDutyOptions(WebOptions):
    """Which integration."""

    routing_key: str = Field(min_length=1, description="The integration key, from the environment (`routing_key_env`).")


class PagerDuty:
    """Opens, updates and closes alerts."""

    one_by_one = frozenset({"incident.resolved", "incident.recovering", "collector.recovered"})
    """A close names the alert that it closes, so these are never told together."""

    def __init__(self, key: str, url: str, wire: Wire) -> None:
        self._key = key
        self._url = url
        self._wire = wire

    def send(self, delivery: Delivery) -> str:
        """Post once; see `Channel.send`."""
        event = render(delivery)
        if event is None:
            return "not for this channel"
        document = {"routing_key": self._key, **event}
        return str(self._wire.post(self._url, compact(document), {}).status)


def render(delivery: Delivery) -> dict[str, JSON] | None:
    """The event for a delivery, but for its routing key; None where nobody is to be paged: a digest, a recovery that
    others in a shared alert have not had yet.
    """
    body = json.loads(delivery.body)
    told = brief(body)
    shared: Mapping[str, Any] = body["data"].get("shared") or {}
    if told.event.startswith("digest.") or (shared and (not told.over or shared["left"])):
        return None
    key = shared.get("id") or told.subject or delivery.id
    event: dict[str, JSON] = {
        "event_action": "resolve" if told.over else "trigger",
        "dedup_key": f"downchatter/{key}"[:KEY_LIMIT],
        "payload": _payload(told),
        "client": "Downchatter",
    }
    hosts = {saying.url: saying.host for saying in told.sayings if saying.url}
    links: list[JSON] = [{"href": url, "text": host} for url, host in hosts.items()]
    if links:
        event["links"] = links
    if told.url:
        event["client_url"] = told.url
    return event


def build(options: Mapping[str, str]) -> PagerDuty:
    """A PagerDuty channel.

    Raises:
        UserError: the routing key is missing.
    """
    read, url = read_web(PagerDutyOptions, options, "pagerduty", URL)
    return PagerDuty(read.routing_key, url, wire_for(read, (read.routing_key,)))


def _payload(told: Brief) -> dict[str, JSON]:
    details: dict[str, JSON] = dict(told.facts)
    if told.sayings:
        details["Posts"] = [shorten(saying.text, 300) for saying in told.sayings]
    if told.members:
        details["Services"] = {member.service or member.subject: member.summary for member in told.members[:100]}
    return {
        "summary": shorten(f"{told.title}: {told.summary}", SUMMARY_LIMIT),
        "source": told.service or told.subject or "downchatter",
        "severity": _SEVERITY.get(told.severity, "warning"),
        "timestamp": told.at,
        "component": told.service or told.subject or "several services",
        "class": told.event,
        "custom_details": details,
    }
