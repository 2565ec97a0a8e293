"""The sender under a clock that the test moves: order, retries, limits, and what a crash leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

import pytest
from alert_samples import MINUTE, NOON, row, story

from alerts.channels import Channel
from alerts.courier import Limits
from alerts.retry import SCHEDULE
from alerts.sender import Sender
from ingest.errors import SendFailed, SendRefused
from ingest.records import Attempt, Delivery


class Clock:
    def __init__(self) -> None:
        self.now = NOON + timedelta(hours=2)

    def __call__(self) -> datetime:
        return self.now


class Recorder:
    """A channel that takes everything, unless told to fail."""

    def __init__(self, fails: Callable[[Delivery], Exception | None] = lambda _: None) -> None:
        self.got: list[Delivery] = []
        self.fails = fails

    def send(self, delivery: Delivery) -> str:
        failure = self.fails(delivery)
        if failure is not None:
            raise failure
        self.got.append(delivery)
        return "200"


class Outbox:
    """What the database holds: the latest form of each row."""

    def __init__(self, rows: list[Delivery]) -> None:
        self.rows = {one.id: one for one in rows}

    def write(self, rows: list[Delivery]) -> None:
        self.rows.update({one.id: one for one in rows})

    def waiting(self) -> list[Delivery]:
        return [one for one in self.rows.values() if one.state in ("pending", "held")]

    def states(self) -> list[str]:
        return [one.state for one in self.rows.values()]


def sender(channels: Mapping[str, Channel], clock: Clock, **more: object) -> Sender:
    return Sender(channels, clock, chance=lambda: 0.0, threads=False, **more)  # type: ignore[arg-type]


def cycles(one: Sender) -> list[Delivery]:
    """What is sent in cycles of the flow, each of which writes down what came of it, until nothing more can go."""
    done: dict[str, Delivery] = {}
    while settled := one.run_due():
        one.written(settled)
        done |= {row.id: row for row in settled}
    return list(done.values())


def test_a_story_goes_out_in_order_and_once() -> None:
    channel, clock = Recorder(), Clock()
    one = sender({"hook": channel}, clock)
    rows = story()
    one.submit(reversed(rows))
    one.submit(rows)
    done = cycles(one)
    one.submit(rows)
    assert cycles(one) == []
    assert [got.event.partition(".")[2] for got in channel.got] == ["suspected", "confirmed", "recovering", "resolved"]
    assert {(d.state, d.attempts, d.last_status) for d in done} == {("sent", 1, "200")}


def test_it_is_retried_on_the_schedule_of_standard_webhooks() -> None:
    clock, tries = Clock(), []
    channel = Recorder(lambda _: SendFailed("no", status="500"))
    told: list[Attempt] = []
    one = sender({"hook": channel}, clock, told=told.append)
    outbox = Outbox([row()])
    one.submit(outbox.waiting())
    start = clock.now
    while outbox.waiting():
        before = len(told)
        outbox.write(cycles(one))
        if len(told) > before:
            tries.append((clock.now - start).total_seconds())
            start = clock.now
        (left,) = outbox.rows.values()
        clock.now = max(clock.now + timedelta(seconds=1), left.due_at)
    assert [round(seconds) for seconds in tries] == [round(wait) for wait in SCHEDULE]
    (dead,) = outbox.rows.values()
    assert (dead.state, dead.attempts, dead.last_status) == ("dead", 10, "500")
    assert [attempt.number for attempt in told] == list(range(1, 11))


def test_retry_after_is_kept() -> None:
    clock = Clock()
    one = sender({"hook": Recorder(lambda _: SendFailed("slow", status="429", retry_after=90))}, clock)
    one.submit([row()])
    (later,) = cycles(one)
    assert later.due_at == clock.now + timedelta(seconds=90)


def test_a_stale_confirmation_never_follows_the_resolve() -> None:
    clock, down = Clock(), [True]
    channel = Recorder(lambda _: SendFailed("no", status="500") if down[0] else None)
    one = sender({"hook": channel}, clock)
    suspected, confirmed, _, resolved = story()
    outbox = Outbox([suspected, confirmed, resolved])
    one.submit([suspected, confirmed])
    outbox.write(cycles(one))
    one.submit([resolved])
    down[0] = False
    clock.now += timedelta(hours=1)
    outbox.write(cycles(one))
    one.submit([confirmed])
    outbox.write(cycles(one))
    assert channel.got[-1].event == "incident.resolved"
    assert outbox.rows[suspected.id].state == "superseded"
    assert outbox.waiting() == []
    late = replace(confirmed, id="msg_late")
    one.submit([late])
    outbox.write(cycles(one))
    assert channel.got[-1].event == "incident.resolved"
    assert outbox.rows["msg_late"].state == "superseded"


def test_nothing_follows_about_an_incident_before_what_was_sent_is_written_down() -> None:
    channel, clock = Recorder(), Clock()
    one = sender({"hook": channel}, clock)
    one.submit([*story(), row(id="inc_2")])
    done = one.run_due()
    assert {(got.incident, got.event) for got in channel.got} == {
        ("inc_1", "incident.suspected"),
        ("inc_2", "incident.confirmed"),
    }
    assert one.run_due() == []
    assert not one.health()[0].problem
    one.written(done)
    one.run_due()
    assert [got.event for got in channel.got[2:]] == ["incident.confirmed"]


@pytest.mark.parametrize("fails", [None, "incident.suspected", "incident.confirmed", "incident.recovering"])
@pytest.mark.parametrize("unwritten", range(8))
def test_whenever_it_is_killed_only_the_last_message_is_repeated(fails: str | None, unwritten: int) -> None:
    asked: list[str] = []

    def endpoint(delivery: Delivery) -> Exception | None:
        asked.append(delivery.event)
        return SendFailed("no", status="500") if delivery.event == fails and asked.count(fails) == 1 else None

    clock, channel = Clock(), Recorder(endpoint)
    outbox = Outbox(list(reversed(story())))
    one = sender({"hook": channel}, clock)
    one.submit(outbox.waiting())
    for cycle in range(40):
        settled = one.run_due()
        clock.now += timedelta(seconds=1)
        if cycle == unwritten:
            one = sender({"hook": channel}, clock)
            one.recall(outbox.rows.values())
            one.submit(outbox.waiting())
            continue
        outbox.write(settled)
        one.written(settled)
    order = [row.event for row in story()]
    places = [order.index(event) for event in asked]
    assert places == sorted(places)
    assert places[-1] == 3
    assert outbox.waiting() == []


def test_what_was_resolved_before_a_restart_stays_resolved() -> None:
    channel, clock = Recorder(), Clock()
    one = sender({"hook": channel}, clock)
    _, confirmed, _, resolved = story()
    one.recall([replace(resolved, state="sent")])
    one.submit([confirmed])
    (done,) = cycles(one)
    assert (done.state, channel.got) == ("superseded", [])


def test_an_endpoint_that_is_gone_is_disabled_and_a_person_is_told() -> None:
    clock = Clock()
    channel = Recorder(lambda _: SendRefused("gone", status="410"))
    one = sender({"hook": channel}, clock)
    one.submit(story())
    done = cycles(one)
    assert {d.state for d in done} == {"dead"}
    one.submit([row(id="inc_2")])
    (next_one,) = cycles(one)
    assert next_one.state == "dead"
    (health,) = one.health()
    assert "disabled: 410" in health.problem


def test_the_breaker_rests_an_endpoint_and_costs_waiting_rows_no_attempt() -> None:
    clock, down = Clock(), [True]
    told: list[Attempt] = []
    channel = Recorder(lambda _: SendFailed("no", status="500") if down[0] else None)
    one = sender({"hook": channel}, clock, told=told.append, limits={"hook": Limits(6000, 0)})
    one.submit([row(id=f"inc_{number}") for number in range(50)])
    cycles(one)
    assert len(told) == 5
    assert "keeps failing" in one.health()[0].problem
    down[0] = False
    for _ in range(400):
        clock.now += timedelta(seconds=1)
        cycles(one)
    assert len(channel.got) == 50
    assert one.health()[0].problem == ""


def test_many_services_at_once_are_one_message_that_names_them() -> None:
    channel, clock = Recorder(), Clock()
    one = sender({"hook": channel}, clock)
    rows = [row(id=f"inc_{number}", service=f"Service {number}") for number in range(50)]
    one.submit(rows)
    done = cycles(one)
    (got,) = channel.got
    assert {d.state for d in done} == {"sent"}
    assert {d.id for d in done} == {r.id for r in rows}
    data = json.loads(got.body)["data"]
    assert re.fullmatch(r"50 services in trouble at once: (Service \d+, ){4}Service \d+ and 45 more", data["summary"])
    assert {member["incident"] for member in data["members"]} == {f"inc_{number}" for number in range(50)}
    assert {member["message"] for member in data["members"]} == {r.id for r in rows}


def test_no_more_messages_a_minute_than_allowed() -> None:
    clock = Clock()
    told: list[Attempt] = []
    one = sender({"hook": Recorder()}, clock, told=told.append, limits={"hook": Limits(3, 0)})
    one.submit([row(id=f"inc_{number}") for number in range(7)])
    for _ in range(180):
        cycles(one)
        clock.now += timedelta(seconds=1)
    assert len(told) == 7
    for attempt in told:
        assert sum(attempt.at <= other.at < attempt.at + MINUTE for other in told) <= 3


def test_what_quiet_hours_held_comes_in_one_summary() -> None:
    channel, clock = Recorder(), Clock()
    until = clock.now + timedelta(hours=5)
    rows = [
        replace(one, state="held", due_at=until)
        for number in range(3)
        for one in story("hook", f"inc_{number}", f"Service {number}")
    ]
    one = sender({"hook": channel}, clock)
    one.submit(rows)
    early = cycles(one)
    assert channel.got == []
    assert {d.state for d in early} == {"superseded"}
    clock.now = until
    done = cycles(one)
    (got,) = channel.got
    data = json.loads(got.body)["data"]
    assert data["summary"].startswith("In the quiet hours: Service ")
    assert [member["state"] for member in data["members"]] == ["resolved"] * 3
    assert {d.state for d in done} == {"sent"}
    assert {d.id for d in [*early, *done]} == {r.id for r in rows}


def test_a_slow_endpoint_does_not_delay_another() -> None:
    stuck, arrived = Event(), Event()

    class Slow:
        def send(self, delivery: Delivery) -> str:
            stuck.wait(60)
            return "200"

    class Quick:
        def send(self, delivery: Delivery) -> str:
            arrived.set()
            return "200"

    clock = Clock()
    one = Sender({"slow": Slow(), "quick": Quick()}, clock)
    one.submit([row("slow"), row("quick")])
    assert arrived.wait(30), "it waited for the other"
    stuck.set()
    done = one.settle(30) + one.close(30)
    assert {d.channel for d in done} == {"slow", "quick"}


def test_closing_leaves_what_was_not_sent_pending() -> None:
    clock = Clock()
    one = Sender({"hook": Recorder()}, clock)
    future = replace(row(), due_at=clock.now + MINUTE)
    one.submit([future])
    assert one.close() == []


def test_a_row_for_a_channel_that_is_gone_is_dead_with_a_reason() -> None:
    one = sender({}, Clock())
    one.submit([row("old")])
    (dead,) = cycles(one)
    assert (dead.state, dead.last_status) == ("dead", "there is no channel old in the settings")


@pytest.mark.parametrize("failure", [ValueError("bad"), KeyError("x"), OSError("reset")])
def test_a_mistake_in_a_channel_fails_one_message_only(failure: Exception) -> None:
    clock = Clock()
    channel = Recorder(lambda d: failure if d.incident == "inc_1" else None)
    one = sender({"hook": channel}, clock)
    one.submit([row(), row(id="inc_2")])
    states = {d.incident: d.state for d in cycles(one)}
    assert states == {"inc_1": "pending", "inc_2": "sent"}


def test_secrets_are_in_no_status() -> None:
    words = "POST https://user:pw@hooks.example/T0/secret?token=abc said Bearer abcdef123"
    one = sender({"hook": Recorder(lambda _: SendFailed("x", status=words))}, Clock())
    one.submit([row()])
    (later,) = cycles(one)
    assert later.last_status == "POST https://hooks.example/… said Bearer …"
