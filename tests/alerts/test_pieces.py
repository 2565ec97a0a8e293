"""The small parts: safety, masking, retry, breaker, what was told together."""

from __future__ import annotations

import doctest
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from types import ModuleType

import pytest
from alert_samples import HOSTILE, NOON, row, story
from channel_loopback import rig
from faulty_server import Answer, FaultyServer
from hypothesis import given
from hypothesis import strategies as st

from alerts import masking, safety, wording
from alerts.breaker import THRESHOLD, Breaker
from alerts.bundle import bundle
from alerts.channels import load
from alerts.retry import JITTER, SCHEDULE, next_due
from alerts.shared import Shared, note
from ingest.errors import SendFailed, UserError
from ingest.records import Delivery


@pytest.mark.parametrize("module", [masking, safety, wording])
def test_examples_in_the_docs_are_true(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


@given(st.text(st.sampled_from("a \n\r\t\x1b\u0301\u200b\u200d\u202e\ufe0f\u2028")) | st.text())
def test_plain_text_is_one_line_without_controls_and_stays(text: str) -> None:
    once = safety.plain(text)
    assert safety.plain(once) == once
    assert once.isprintable() or all(c.isprintable() or c == "\u200d" for c in once)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[1;31mred\x1b[0m alert", "red alert"),
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x1b\\ here", "click here"),
        ("\x1bP+q544e\x1b\\a \x9b2Jb \x1b]0;no end", "a b ]0;no end"),
        ("array[3m] and it\x9bs down", "array[3m] and its down"),
    ],
)
def test_what_steers_a_terminal_goes_whole_and_nothing_else(text: str, left: str) -> None:
    assert safety.plain(text) == left


@given(st.text(), st.integers(0, 50))
def test_shortening_keeps_to_the_limit(text: str, limit: int) -> None:
    short = safety.shorten(text, limit)
    assert len(short) <= limit or short == text
    assert text.startswith(short.removesuffix("…").rstrip())


@given(st.text(alphabet="@<>[]()!|ab:/.ehtps"))
def test_defanged_text_has_no_mention_or_link(text: str) -> None:
    safe = safety.defang(text)
    assert "://" not in safe.replace("\u200b", "") or "http" not in safe
    for hook in ("@a", "<@", "<!", "]("):
        assert hook not in safe


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "https://good.example@evil.example/",
        "https://evil.example/](x",
        "https://evil.example/<x>",
        "https://evil.example/a b",
        "https://\u0435xample.com/",
        "https:///nohost",
        "https://x:99999/",
        "//x",
        "data:text/html,x",
        "https://x/" + "a" * 2000,
    ],
)
def test_addresses_that_hide_something_are_dropped(url: str) -> None:
    assert safety.safe_url(url) == ""


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("https://hooks.slack.com/services/T0/B0/XYZ", "XYZ"),
        ("https://user:pass@h.example/x", "pass"),
        ("whsec_abcdefghijkl", "abcdefghijkl"),
        ("Authorization: Bearer abc.def.ghi", "abc.def"),
        ("xoxb-123-456-abc", "123-456"),
        ('{"routing_key": "0123456789abcdef"}', "0123456789abcdef"),
        ("tgram://123:token/chat", "token"),
        ("postgres://u:pw@db/x", "pw"),
    ],
)
def test_secrets_are_masked(text: str, hidden: str) -> None:
    assert hidden not in masking.mask(text)


def test_a_secret_that_is_known_is_masked_wherever_it_stands() -> None:
    assert masking.mask("the key is hunter2!", ("hunter2",)) == "the key is …!"


def test_the_schedule_has_jitter_and_an_end() -> None:
    for attempts, wait in list(enumerate(SCHEDULE))[1:]:
        low, high = (next_due(attempts, NOON, None, lambda c=chance: c) for chance in (0.0, 1.0))  # type: ignore[misc]
        assert low == NOON + timedelta(seconds=wait)
        assert high == NOON + timedelta(seconds=wait * (1 + JITTER))
    assert next_due(len(SCHEDULE), NOON) is None


def test_retry_after_only_ever_delays_and_at_most_a_day() -> None:
    assert next_due(2, NOON, 1.0, lambda: 0.0) == NOON + timedelta(minutes=5)
    assert next_due(1, NOON, 1e9, lambda: 0.0) == NOON + timedelta(days=1)


def test_the_breaker_rests_longer_each_time_and_recovers() -> None:
    breaker = Breaker()
    for _ in range(THRESHOLD - 1):
        breaker.failed(NOON)
    assert breaker.lets_through(NOON)
    breaker.failed(NOON)
    assert not breaker.lets_through(NOON + timedelta(seconds=14))
    assert breaker.lets_through(NOON + timedelta(seconds=15))
    breaker.failed(NOON + timedelta(seconds=15))
    assert not breaker.lets_through(NOON + timedelta(seconds=44))
    breaker.succeeded()
    assert breaker.open_until is None


def opened(count: int) -> tuple[Delivery, list[Delivery]]:
    rows = [row(id=f"inc_{number}", service=f"Service {number}") for number in range(count)]
    return bundle(rows, NOON, quiet=False), rows


def test_what_was_told_together_closes_with_the_last_of_it() -> None:
    parcel, rows = opened(2)
    shared = Shared()
    shared.told(parcel.id, rows)
    with rig("pagerduty") as one:
        trigger = json.loads(one.send(parcel))
        first = shared.marked(row(state="resolved", id="inc_0"))
        assert one.channel.send(first) == "not for this channel"
        shared.sent(first)
        last = shared.marked(row(state="resolved", id="inc_1"))
        resolve = json.loads(one.send(last))
    assert (trigger["event_action"], resolve["event_action"]) == ("trigger", "resolve")
    assert trigger["dedup_key"] == resolve["dedup_key"]


def test_after_a_restart_it_is_known_what_was_told_together() -> None:
    parcel, rows = opened(3)
    shared = Shared()
    status = f"200{note(parcel)}"
    shared.recall([replace(one, state="sent", last_status=status) for one in rows])
    shared.recall([replace(row(state="resolved", id="inc_2"), state="sent", last_status="200")])
    marked = json.loads(shared.marked(row(state="resolved", id="inc_0")).body)
    assert marked["data"]["shared"] == {"id": parcel.id, "left": 1}


def test_slack_answers_in_the_thread_of_the_first_message() -> None:
    reply = Answer(200, body=b'{"ok":true,"ts":"1700000000.000100"}')
    with FaultyServer([reply]) as server:
        options = {"token": "xoxb-1", "channel": "C1", "url": server.url, "allow": "127.0.0.1"}
        statuses = _send_all(options, story()[:2])
        _send_all(options, story()[2:], [replace(story()[0], state="sent", last_status=statuses[0])])
        documents = [json.loads(seen.body) for seen in server.seen]
        assert server.seen[0].headers["authorization"] == "Bearer xoxb-1"
    assert "thread_ts" not in documents[0]
    assert [document["thread_ts"] for document in documents[1:]] == ["1700000000.000100"] * 3
    assert [document["reply_broadcast"] for document in documents[1:]] == [False, False, True]


def test_slack_answers_in_the_thread_of_a_shared_message() -> None:
    reply = Answer(200, body=b'{"ok":true,"ts":"1700000000.000100"}')
    parcel, _ = opened(3)
    with FaultyServer([reply]) as server:
        options = {"token": "xoxb-1", "channel": "C1", "url": server.url, "allow": "127.0.0.1"}
        _send_all(options, [parcel, row(state="resolved", id="inc_2"), row(id="inc_9")])
        documents = [json.loads(seen.body) for seen in server.seen]
    assert [document.get("thread_ts") for document in documents] == [None, "1700000000.000100", None]


def _send_all(options: dict[str, str], rows: Sequence[Delivery], before: Sequence[Delivery] = ()) -> list[str]:
    channel = load("slack", options)
    if before:
        channel.recall(before)  # type: ignore[attr-defined]
    return [channel.send(one) for one in rows]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"ok":false,"error":"channel_not_found"}', "200 channel_not_found"),
        (b"<html>", "200 without JSON"),
        (b"[]", "200 unknown"),
    ],
)
def test_slack_says_no_with_200(body: bytes, status: str) -> None:
    with FaultyServer([Answer(200, body=body)]) as server:
        options = {"token": "xoxb-1", "channel": "C1", "url": server.url, "allow": "127.0.0.1"}
        with pytest.raises(SendFailed) as caught:
            load("slack", options).send(row())
    assert caught.value.status == status


@pytest.mark.parametrize("options", [{}, {"token": "xoxb-1"}, {"channel": "C1"}, {"url": "nowhere"}])
def test_slack_needs_a_webhook_or_a_bot(options: dict[str, str]) -> None:
    with pytest.raises(UserError, match="token_env and channel"):
        load("slack", options)


@pytest.mark.parametrize("url", ["pagerduty://a@b", "slack://a/b/c", "discord://1/x", "nonsense", "foo://bar"])
def test_apprise_refuses_what_it_cannot_do_well(url: str) -> None:
    with pytest.raises(UserError, match="apprise"):
        load("apprise", {"url": url})


def test_hostile_text_through_apprise_is_defanged() -> None:
    with rig("apprise") as one:
        sent = json.loads(one.send(row(service=HOSTILE[0], severity_reason=HOSTILE[1])))
    for hook in ("<!", "<@", "@everyone", "](", "https://evil"):
        assert hook not in sent["title"] + sent["message"]
