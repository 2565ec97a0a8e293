"""The published JSON Schemas hold what is really sent, and refuse what is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alert_samples import HOSTILE, MINUTE, NOON, incident, official, outbox, posts, row
from channel_loopback import rig
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from alerts.brief import brief
from alerts.bundle import bundle
from alerts.events import EVENTS
from alerts.messages import SCHEMA
from ingest.records import Delivery, SharedStory

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"


STORY = SharedStory("sh", "AWS", NOON, NOON, services=("Character.AI", "Slack"), incidents=("inc_1", "inc_2"), open=2)
BETWEEN: dict[str, Any] = {"onset_earliest": NOON - 12 * MINUTE, "onset_latest": NOON - 7 * MINUTE}


def kindred() -> list[Delivery]:
    out = outbox("hook")
    return [
        one
        for name in STORY.services
        for one in out.changed(incident(id=name, service=name, shared="sh"), posts(), story=STORY)
    ]


def validator(kind: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def everything() -> list[Delivery]:
    out = outbox("hook")
    moved = incident(updated_at=NOON.replace(hour=13), severity="critical")
    gone = [one for name in ("ops", "mail") for one in out.disabled(name, NOON, "410")]
    held = [out.blind("bluesky", NOON, "no route")[0], row()]
    return [
        *(row(state=state) for state in ("suspected", "confirmed", "recovering", "resolved", "dismissed")),
        *out.changed(moved, posts(), [official(-5)], ["bluesky"]),
        *out.changed(incident(signal="frustration"), posts(HOSTILE)),
        *out.changed(incident(signal="drop", authors=0, expected=92.4), posts(HOSTILE)),
        *out.changed(incident(signal="talk", authors=92, expected=12.4), posts(HOSTILE)),
        *out.changed(incident("resolved", signal="talk", authors=92, expected=0.4), posts(HOSTILE)),
        *out.changed(incident(shared="sh", **BETWEEN), posts(), story=STORY),
        bundle(kindred(), NOON, quiet=False),
        *out.blind("bluesky", NOON, HOSTILE[4] * 50),
        *out.recovered("bluesky", NOON.replace(hour=14), NOON),
        *out.disabled("ops", NOON, HOSTILE[4] * 50),
        *out.digest(NOON, [row(), row("chat", "resolved"), *out.blind("reddit", NOON, "x"), *gone]),
        bundle(gone, NOON, quiet=False),
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


@pytest.mark.parametrize("kind", ["incident", "source", "channel", "digest"])
def test_a_schema_is_of_the_version_that_is_sent(kind: str) -> None:
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf8"))
    version = SCHEMA.rpartition("/")[2]
    assert schema["$id"] == f"urn:downchatter:alert:{version}:{kind}"
    assert schema["properties"]["schema"] == {"const": SCHEMA}


def test_authors_are_in_no_body() -> None:
    for delivery in everything():
        assert "author0" not in delivery.body


def test_one_id_goes_through_all_messages_of_a_shared_story() -> None:
    bodies = [json.loads(one.body) for one in (*kindred(), bundle(kindred(), NOON, quiet=False))]
    assert {body["data"]["story"]["id"] for body in bodies} == {"sh"}
    assert bodies[-1]["data"]["summary"].startswith("2 services in trouble at once: ")
    assert bodies[-1]["data"]["summary"].endswith("; people blame AWS")
    own = bundle([*kindred(), row(id="inc_3", service="Else")], NOON, quiet=False)
    assert "story" not in json.loads(own.body)["data"]


def test_unusual_talk_is_told_as_such_and_again_only_if_it_grows_far_beyond() -> None:
    out = outbox("hook")
    (told,) = out.changed(incident(signal="talk", authors=92, expected=12.4), posts())
    assert told.event == "talk.unusual"
    assert "92 people speak of it in 12 minutes; 12 would be usual" in told.body
    assert "outage" not in json.dumps([told.event, brief(told.body).title, brief(told.body).summary])
    assert brief(told.body).title.endswith("is unusually much spoken of")
    assert "Official status" not in dict(brief(told.body).facts)
    (more,) = out.changed(incident(signal="talk", updated_at=NOON.replace(hour=13), severity="major"), posts())
    assert (more.event, more.incident) == ("talk.unusual", told.incident)
    assert more.id != told.id
    (over,) = out.changed(incident("resolved", signal="talk"), posts())
    assert over.event == "incident.resolved"
    assert brief(over.body).title.endswith("is no longer unusually much spoken of")
    assert out.changed(incident("suspected", signal="talk"), posts()) == []
    assert out.changed(incident("resolved", signal="talk", confirmed_at=None), posts()) == []


def test_several_services_that_are_much_spoken_of_are_not_in_trouble() -> None:
    rows = [row(id=f"inc_{number}", signal="talk", service=f"Chat {number}") for number in range(3)]
    body = bundle(rows, NOON, quiet=False).body
    assert "3 services unusually much spoken of at once: " in body
    assert "trouble" not in json.loads(body)["data"]["summary"]
    ended = [row(state="resolved", id=f"inc_{number}", signal="talk") for number in range(2)]
    assert (
        brief(bundle(ended, NOON, quiet=False).body).title == "Several services are no longer unusually much spoken of"
    )


def test_a_silence_is_told_as_one() -> None:
    (told,) = outbox("hook").changed(incident(signal="drop", authors=0, expected=92.4), posts())
    assert told.event == "service.quiet"
    assert "Nobody speaks of it in 12 minutes; 92 would be usual" in told.body
    assert outbox("hook").changed(incident("suspected", signal="drop"), posts()) == []
