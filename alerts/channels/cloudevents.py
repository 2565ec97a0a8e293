"""The same body in a CloudEvents 1.0 envelope (structured mode, JSON), for event buses that ask for it.

Source: CloudEvents specification 1.0.2, "HTTP Protocol Binding", structured content mode.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from pydantic import Field

from alerts.messages import JSON
from alerts.posting import Posting, read_web
from alerts.wire import WebOptions, wire_for
from ingest.records import Delivery

PREFIX: Final = "dev.downchatter."
EXAMPLE: Final = {"url": "https://example.com/events"}
"""What the settings may say."""


class CloudEventsOptions(WebOptions):
    """Where to, and under which name."""

    source: str = Field(
        "/downchatter", min_length=1, description="The `source` attribute: a URI that names this program."
    )
    token: str = Field("", description="Sent as a bearer token, from the environment (`token_env`).")


def render(delivery: Delivery, source: str = "/downchatter") -> dict[str, JSON]:
    """The event for a delivery. Its `id` is the row's, by which the receiver can drop repeats."""
    body = json.loads(delivery.body)
    event: dict[str, JSON] = {
        "specversion": "1.0",
        "id": delivery.id,
        "source": source,
        "type": f"{PREFIX}{body['type']}",
        "time": body["timestamp"],
        "datacontenttype": "application/json",
        "data": body["data"],
    }
    if delivery.incident:
        event["subject"] = delivery.incident
    return event


def build(options: Mapping[str, str]) -> Posting:
    """A CloudEvents channel.

    Raises:
        UserError: the URL is missing or wrong.
    """
    read, url = read_web(CloudEventsOptions, options, "cloudevents")
    headers = {"content-type": "application/cloudevents+json; charset=UTF-8"}
    if read.token:
        headers["authorization"] = f"Bearer {read.token}"
    return Posting(url, wire_for(read, (read.token,)), lambda delivery: render(delivery, read.source), headers)
