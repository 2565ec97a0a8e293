"""The contract of every channel, found by its file: hostile posts do nothing, faults are told, limits hold."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from alert_samples import HOSTILE, NOON, incident, official, outbox, posts, row
from channel_loopback import Rig, example, rig, web_kinds
from faulty_server import Answer
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from alerts.bundle import bundle
from alerts.channels import load, names
from alerts.exchange import listening
from ingest.errors import SendError, SendFailed, SendRefused, UserError
from ingest.records import Delivery

GOLDEN = Path(__file__).parent / "golden"
MENTION = re.compile(r"(?<!\\)<[!@#]|(?<!\\)@(everyone|here|channel)")


def hostile(channel: str = "hook") -> Delivery:
    evidence = [
        replace(post, url=url)
        for post, url in zip(
            posts([*HOSTILE, "x"]),
            [
                "https://evil.example/](x)",
                "javascript:alert(1)",
                "https://a@evil.example",
                *["https://b.example/"] * 99,
            ],
            strict=False,
        )
    ]
    shown = [replace(post, aspects=(f"fails:{HOSTILE[2]}", f"place:{HOSTILE[0]}")) for post in evidence]
    one = incident(service=f"Evil {HOSTILE[0]} {HOSTILE[4]}", severity_reason=HOSTILE[1], confidence_reason=HOSTILE[5])
    said = replace(official(), service=one.service, title=HOSTILE[3], url="javascript:alert(1)")
    return outbox(channel).changed(one, shown, [said], [HOSTILE[9]])[0]


def hostile_one_by_one() -> list[Delivery]:
    return [outbox("hook").changed(incident(), posts([text]), [official()])[0] for text in HOSTILE]


def crowd() -> Delivery:
    rows = [row(id=f"inc_{number}", service=f"Service {number:03}") for number in range(120)]
    return bundle(rows, NOON, quiet=False)


def strings(document: object) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            yield str(key)
            yield from strings(value)
    elif isinstance(document, list):
        for value in document:
            yield from strings(value)
    elif isinstance(document, str):
        yield document


@pytest.fixture(params=names())
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_its_example_builds_and_a_wrong_key_is_named(kind: str) -> None:
    load(kind, {**example(kind), "per_minute": "30"})
    with pytest.raises(UserError, match="there is no option 'colour'"):
        load(kind, {**example(kind), "colour": "red"})


def test_every_event_is_taken(kind: str) -> None:
    out = outbox("hook")
    deliveries = [
        *(row(state=state) for state in ("suspected", "confirmed", "recovering", "resolved")),
        *out.changed(incident(signal="frustration"), posts()),
        *out.blind("bluesky", NOON, "no route"),
        *out.recovered("bluesky", NOON, NOON),
        *out.disabled("ops", NOON, "410"),
        *out.digest(NOON, [row(), row("chat", "resolved"), *out.blind("reddit", NOON, "x")]),
        crowd(),
        bundle([row(), row(state="resolved", id="inc_2")], NOON, quiet=True),
    ]
    with rig(kind) as one:
        for delivery in deliveries:
            assert one.channel.send(delivery)


@pytest.mark.parametrize("number", range(len(HOSTILE) + 1))
def test_hostile_posts_do_nothing(kind: str, number: int) -> None:
    delivery = [*hostile_one_by_one(), hostile()][number]
    with rig(kind) as one:
        _inert(kind, one.send(delivery))


def _inert(kind: str, sent: bytes) -> None:
    assert not re.search(rb"\[31m|\]8;;|[^0-9]2J", sent.replace(b"\\", b"").replace(b"\xe2\x80\x8b", b""))
    if kind == "console":
        text = sent.decode("utf8")
        assert not [c for c in text if (ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0]
        assert "\u202e" not in text
        return
    if kind == "email":
        mail = message_from_bytes(sent, policy=policy.default)
        assert mail["Bcc"] is None
        assert mail.get_all("Subject") == [mail["Subject"]]
        assert mail.get_content_type() == "text/plain"
        return
    document = json.loads(sent)
    for text in strings(document):
        assert not any(ord(c) < 32 for c in text.replace("\n", ""))
        assert "\x1b" not in text
        assert "\u202e" not in text
    for url in _links(document):
        assert re.fullmatch(r"(https?://[^\s<>@]*)?", url), url


def _links(document: object) -> Iterator[str]:
    if isinstance(document, dict):
        for key, value in document.items():
            if key in ("url", "href", "client_url", "generatorURL", "externalURL"):
                yield str(value)
            yield from _links(value)
    elif isinstance(document, list):
        for value in document:
            yield from _links(value)


def test_slack_can_not_be_made_to_mention_or_link() -> None:
    with rig("slack") as one:
        document = json.loads(one.send(hostile()))
    assert not re.search(r"[<>]", document["text"])
    kinds = {element["type"] for element in _all(document["blocks"]) if "type" in element}
    assert kinds <= {
        "header",
        "plain_text",
        "rich_text",
        "rich_text_section",
        "rich_text_quote",
        "text",
        "link",
    }
    assert (document["link_names"], document["parse"]) == (False, "none")


def test_discord_can_not_be_made_to_mention_or_link() -> None:
    with rig("discord") as one:
        for delivery in [hostile(), *hostile_one_by_one()]:
            document = json.loads(one.send(delivery))
            assert document["allowed_mentions"] == {"parse": []}
            for text in _texts(document["embeds"][0]):
                bare = re.sub(r"\n<https?://[^\s<>]+>$", "", text)
                assert not re.search(r"(?<!\\)(?:\\\\)*[*_~`|<>\[\]()#@]", bare), bare


def test_teams_shows_words_of_others_in_runs_without_markdown() -> None:
    with rig("teams") as one:
        document = json.loads(one.send(hostile()))
    card = document["attachments"][0]["content"]
    assert {part["type"] for part in card["body"]} == {"RichTextBlock"}
    assert "entities" not in card["msteams"]


def _texts(embed: dict[str, Any]) -> list[str]:
    return [embed["title"], embed["description"], *(field["value"] for field in embed["fields"])]


def _all(document: object) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        for value in document.values():
            yield from _all(value)
    elif isinstance(document, list):
        for value in document:
            yield from _all(value)


def test_limits_are_kept_by_shortening() -> None:
    long = outbox("hook").changed(
        incident(service="S" * 5000, severity_reason="r " * 5000), posts(["\\*_" * 2000] * 9), [], ["s" * 500] * 50
    )[0]
    for delivery in (long, crowd(), hostile()):
        with rig("slack") as one:
            slack = json.loads(one.send(delivery))
        assert len(slack["blocks"]) <= 50
        assert len(slack["blocks"][0]["text"]["text"]) <= 150
        with rig("discord") as one:
            embed = json.loads(one.send(delivery))["embeds"][0]
        assert len(embed["title"]) <= 256
        assert len(embed["description"]) <= 4096
        assert len(embed["fields"]) <= 25
        assert all(len(f["name"]) <= 256 and 0 < len(f["value"]) <= 1024 for f in embed["fields"])
        assert sum(map(len, _texts(embed))) + sum(len(f["name"]) for f in embed["fields"]) <= 6000
        with rig("teams") as one:
            assert len(one.send(delivery)) <= 28_000
        with rig("pagerduty") as one:
            event = one.send(delivery)
        assert len(event) < 512_000
        assert len(json.loads(event)["payload"]["summary"]) <= 1024
        assert len(json.loads(event)["dedup_key"]) <= 255


LONG = "60"
"""A time-out, in seconds, where none is to be waited for: a busy machine must not make one."""

FAULTS = {
    "500": Answer(500, body=b"oops https://x.example/secret?token=1"),
    "429": Answer(429, {"Retry-After": "42"}),
    "429 without a word": Answer(429),
    "302": Answer(302, {"Location": "http://169.254.169.254/latest/meta-data"}),
    "301": Answer(301, {"Location": "/hook"}),
    "404": Answer(404),
    "410": Answer(410),
    "reset": Answer(how="reset"),
    "hang": Answer(how="hang"),
    "drip": Answer(how="drip"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("web", web_kinds())
def test_a_fault_is_told_in_time(web: str, fault: str) -> None:
    slow = fault in ("hang", "drip")
    began = monotonic()
    with rig(web, FAULTS[fault], timeout="1" if slow else LONG) as one, pytest.raises(SendError) as caught:
        one.channel.send(row())
    assert monotonic() - began < 30
    assert "token" not in caught.value.status
    if web == "apprise":
        return
    assert len(one.arrived()) == 1
    if fault == "410":
        assert isinstance(caught.value, SendRefused)
    else:
        assert isinstance(caught.value, SendFailed)
    assert caught.value.retry_after == (42 if fault == "429" else None)
    assert caught.value.status.startswith(fault[:3] if fault[0].isdigit() else ("timed out", "no answer"))


@pytest.mark.parametrize("web", web_kinds())
def test_private_addresses_are_refused(web: str) -> None:
    with rig(web, allow="other.example") as one, pytest.raises(SendFailed, match="private address"):
        one.channel.send(row())
    assert one.arrived() == []


@pytest.mark.parametrize("web", [kind for kind in web_kinds() if kind != "apprise"])
def test_an_answer_whose_body_does_not_end_counts_by_its_status(web: str) -> None:
    began = monotonic()
    with rig(web, Answer(200, how="drip body"), timeout="1") as one:
        assert one.channel.send(row()) == "200"
    assert monotonic() - began < 30


def test_a_failure_whose_body_does_not_end_is_a_failure() -> None:
    with rig("webhook", Answer(500, how="drip body"), timeout="1") as one, pytest.raises(SendFailed):
        one.channel.send(row())


def test_an_answer_without_sense_is_an_answer(kind: str) -> None:
    with rig(kind, Answer(200, body=b"\xff\xfe garbage " * 10_000)) as one:
        assert one.channel.send(row())


def test_it_looks_as_it_did(kind: str) -> None:
    """Kept renderings, to be looked at. `GOLDEN=write` writes them anew."""
    together = bundle([row(), row(id="inc_2", service="Discord")], NOON, quiet=False)
    for name, delivery in {
        "ordinary": row(),
        "hostile": hostile(),
        "crowd": together,
        "over": row(state="resolved"),
    }.items():
        with rig(kind) as one:
            text = _shown(kind, one, delivery)
        path = GOLDEN / f"{kind}-{name}.txt"
        if os.environ.get("GOLDEN") == "write":
            GOLDEN.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf8")
        assert text == path.read_text(encoding="utf8"), path


def _shown(kind: str, one: Rig, delivery: Delivery) -> str:
    sent = one.send(delivery)
    if kind == "console":
        return sent.decode("utf8")
    if kind == "email":
        mail = message_from_bytes(sent, policy=policy.default)
        heads = "".join(f"{key}: {value}\n" for key, value in mail.items() if key != "Date")
        return f"{heads}\n{mail.get_content()}".replace("\r\n", "\n")
    return json.dumps(json.loads(sent), indent=1, ensure_ascii=True) + "\n"


def test_each_module_says_where_its_format_is_written_down(kind: str) -> None:
    doc = import_module(f"alerts.channels.{kind}").__doc__
    assert doc
    assert kind in ("console", "webhook") or "Source:" in doc


@pytest.mark.parametrize("web", [kind for kind in web_kinds() if kind != "apprise"])  # Apprise shows nothing
def test_a_trial_shows_what_was_sent_and_answered_without_secrets(web: str) -> None:
    with rig(web, Answer(403, body=b"no such key")) as one, listening() as heard, pytest.raises(SendFailed):
        one.channel.send(row())
    (exchange,) = heard
    assert "Character.AI" in exchange.sent
    assert exchange.answered == "403 no such key"
    assert exchange.to.endswith("/…")
    for secret in (example(web).get("secret", "-none-"), example(web).get("routing_key", "-none-")):
        assert secret not in str(exchange)


ALERTMANAGER: dict[str, Any] = {
    "type": "object",
    "required": [
        "version",
        "groupKey",
        "truncatedAlerts",
        "status",
        "receiver",
        "groupLabels",
        "commonLabels",
        "commonAnnotations",
        "externalURL",
        "alerts",
    ],
    "properties": {
        "version": {"const": "4"},
        "groupKey": {"type": "string", "minLength": 1},
        "truncatedAlerts": {"type": "integer", "minimum": 0},
        "status": {"enum": ["firing", "resolved"]},
        "receiver": {"type": "string"},
        "externalURL": {"type": "string"},
        **{
            name: {"type": "object", "additionalProperties": {"type": "string"}}
            for name in ("groupLabels", "commonLabels", "commonAnnotations")
        },
        "alerts": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"],
                "properties": {
                    "status": {"enum": ["firing", "resolved"]},
                    "labels": {
                        "type": "object",
                        "required": ["alertname"],
                        "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
                        "additionalProperties": {"type": "string"},
                    },
                    "annotations": {"type": "object", "additionalProperties": {"type": "string"}},
                    "startsAt": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT"},
                    "endsAt": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT"},
                    "generatorURL": {"type": "string"},
                    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""As the Prometheus documentation describes the webhook's body, version 4."""

PAGERDUTY: dict[str, Any] = {
    "type": "object",
    "required": ["routing_key", "event_action", "dedup_key", "payload"],
    "properties": {
        "routing_key": {"type": "string", "minLength": 32, "maxLength": 32},
        "event_action": {"enum": ["trigger", "acknowledge", "resolve"]},
        "dedup_key": {"type": "string", "minLength": 1, "maxLength": 255},
        "client": {"type": "string"},
        "client_url": {"type": "string"},
        "links": {
            "type": "array",
            "items": {"type": "object", "required": ["href"], "properties": {"href": {"pattern": "^https?://"}}},
        },
        "images": {"type": "array"},
        "payload": {
            "type": "object",
            "required": ["summary", "source", "severity"],
            "properties": {
                "summary": {"type": "string", "minLength": 1, "maxLength": 1024},
                "source": {"type": "string", "minLength": 1},
                "severity": {"enum": ["critical", "error", "warning", "info"]},
                "timestamp": {"type": "string"},
                "component": {"type": "string"},
                "group": {"type": "string"},
                "class": {"type": "string"},
                "custom_details": {"type": "object"},
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
"""As the PagerDuty documentation describes an alert event of the Events API v2."""


@pytest.mark.parametrize(("web", "schema"), [("alertmanager", ALERTMANAGER), ("pagerduty", PAGERDUTY)])
def test_what_is_sent_has_the_documented_shape(web: str, schema: dict[str, Any]) -> None:
    out = outbox("hook")
    moments = [
        *(row(state=state) for state in ("suspected", "confirmed", "recovering", "resolved")),
        hostile(),
        crowd(),
    ]
    moments += [
        *out.blind("bluesky", NOON, "x"),
        *out.recovered("bluesky", NOON, NOON),
        *out.disabled("ops", NOON, "x"),
    ]
    with rig(web) as one:
        for delivery in moments:
            Draft202012Validator(schema).validate(json.loads(one.send(delivery)))
