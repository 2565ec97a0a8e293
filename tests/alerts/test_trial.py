"""A trial says that it is one, leaves nothing open, and shows what happened."""

from __future__ import annotations

import json

import pytest
from alert_samples import NOON
from channel_loopback import rig
from faulty_server import Answer

from alerts.channels import names
from alerts.trial import try_out


@pytest.mark.parametrize("kind", names())
def test_every_channel_says_that_it_is_a_test(kind: str) -> None:
    with rig(kind) as one:
        trial = try_out(one.channel, "mine", NOON, "http://127.0.0.1:8501")
        arrived = b"".join(one.arrived())
    assert trial.taken
    assert len(trial.statuses) == 2
    assert arrived.count(b"test") >= 2
    assert b"Example Service" in arrived


def test_what_it_opened_at_pagerduty_it_closes() -> None:
    with rig("pagerduty") as one:
        trial = try_out(one.channel, "mine", NOON)
        opened, closed = (json.loads(document) for document in one.arrived())
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == closed["dedup_key"]
    assert [json.loads(exchange.sent)["event_action"] for exchange in trial.exchanges] == ["trigger", "resolve"]


def test_a_failure_is_shown_and_no_end_is_sent_for_what_was_not_taken() -> None:
    with rig("teams", Answer(400, body=b"bad card")) as one:
        trial = try_out(one.channel, "mine", NOON)
        assert len(one.arrived()) == 1
    assert not trial.taken
    assert trial.error == "400 bad card"
    assert trial.exchanges[0].answered == "400 bad card"
