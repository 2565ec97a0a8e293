"""The published JSON Schemas hold what is really sent, and refuse what is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alert_samples import HOSTILE, NOON, incident, official, outbox, posts, row
from channel_loopback import rig
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from alerts.bundle import bundle
from alerts.events import EVENTS
from ingest.records import Delivery

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


def validator(kind: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def everything() -> list[Delivery]:
    out = outbox("hook")
    moved = incident(updated_at=NOON.replace(hour=13), severity="critical")
    held = [out.blind("bluesky", NOON, "no route")[0], row()]
    return [
        *(row(state=state) for state in ("suspected", "confirmed", "recovering", "resolved", "dismissed")),
        *out.changed(moved, posts(), [official(-5)], ["bluesky"]),
        *out.changed(incident(signal="frustration"), posts(HOSTILE)),
        *out.blind("bluesky", NOON, HOSTILE[4] * 50),
        *out.recovered("bluesky", NOON.replace(hour=14), NOON),
        *out.digest(NOON, [row(), row("chat", "resolved"), *out.blind("reddit", NOON, "x")]),
        bundle([row(), row(id="inc_2")], NOON, quiet=False),
        bundle(held, NOON, quiet=True),
    ]


def test_what_is_sent_is_what_the_schemas_say() -> None:
    events = set()
    with rig("webhook") as one:
        for delivery in everything():
            body = json.loads(one.send(delivery))
            validator(body["data"]["kind"]).validate(body)
            events.add(body["type"])
    assert events == set(EVENTS)


@pytest.mark.parametrize("key", ["summary", "severity", "evidence", "url", "since"])
def test_a_body_without_a_key_is_refused(key: str) -> None:
    body: dict[str, Any] = json.loads(row().body)
    del body["data"][key]
    with pytest.raises(ValidationError):
        validator("incident").validate(body)


def test_authors_are_in_no_body() -> None:
    for delivery in everything():
        assert "author0" not in delivery.body
