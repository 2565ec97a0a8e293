"""Many services at once, a service that flaps, an endpoint that is down for an hour, and any order of all of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from alert_samples import MINUTE, NOON, incident, outbox, posts, row
from channel_loopback import rig
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.bundle import bundle
from alerts.channels import Channel
from alerts.courier import Limits, limits
from alerts.retry import SCHEDULE
from alerts.sender import Sender
from ingest.errors import SendFailed
from ingest.records import Delivery, SharedStory

STATES = ("suspected", "confirmed", "recovering", "resolved")
ORDER = {f"incident.{state}": place for place, state in enumerate(STATES)}


class World:
    """A clock, an endpoint that may be down, and the rows as the database has them."""

    channel: Channel | None = None

    def __init__(self, allowed: Limits | None = None) -> None:
        self.now = NOON
        self.down = False
        self.got: list[Delivery] = []
        self.rows: dict[str, Delivery] = {}
        self._allowed = allowed
        self.sender = self.start(allowed)

    def start(self, allowed: Limits | None) -> Sender:
        """A sender as after a restart."""
        sender = Sender(
            {"hook": self.channel or self},
            lambda: self.now,
            limits={"hook": allowed or Limits()},
            chance=lambda: 0.5,
            threads=False,
        )
        sender.recall(self.rows.values())
        sender.submit(self.rows.values())
        return sender

    def restart(self) -> None:
        """Kill the process: what was not collected is lost."""
        self.sender = self.start(self._allowed)

    def send(self, delivery: Delivery) -> str:
        """The channel."""
        if self.down:
            raise SendFailed("no", status="500")
        self.got.append(delivery)
        return "200"

    def at(self, endpoint: Channel) -> None:
        """Send to a real channel instead."""
        self.channel = endpoint
        self.restart()

    def happen(self, rows: list[Delivery]) -> None:
        """A cycle of the flow: rows are written, then handed over."""
        self.rows |= {one.id: one for one in rows if one.id not in self.rows}
        self.sender.submit(rows)

    def turn(self) -> None:
        """Send what is due, and write down what became of it."""
        settled = self.sender.run_due()
        self.rows |= {one.id: one for one in settled}
        self.sender.written(settled)

    def wait(self, span: timedelta, step: timedelta = timedelta(seconds=10)) -> None:
        """Let time pass, turn by turn."""
        until = self.now + span
        while self.now < until:
            self.now += step
            self.turn()

    def change(self, number: int, state: str, service: str = "") -> list[Delivery]:
        """The rows of a change that happens now."""
        moment = {"suspected": "opened_at"}.get(state, f"{state}_at")
        moments: dict[str, object] = {"updated_at": self.now, moment: self.now}
        one = incident(state, **{"id": f"inc_{number}", "service": service or f"Service {number}", **moments})
        return outbox("hook").changed(one, posts())


def test_an_hour_of_500_then_all_is_told_in_order() -> None:
    world = World()
    world.down = True
    for number in range(4):
        world.happen(world.change(number, "confirmed"))
        world.wait(15 * MINUTE)
    assert world.got == []
    world.down = False
    world.wait(timedelta(hours=3), MINUTE)
    assert {one.state for one in world.rows.values()} == {"sent"}
    told = {member["incident"] for one in world.got for member in _members(one)}
    assert told == {f"inc_{number}" for number in range(4)}


def test_fifty_services_at_once_are_few_messages_and_all_are_told() -> None:
    world = World(Limits(per_minute=6))
    for state in ("suspected", "confirmed", "resolved"):
        for number in range(50):
            world.happen(world.change(number, state))
        world.wait(2 * MINUTE)
    assert len(world.got) <= 9
    assert {one.state for one in world.rows.values()} == {"sent"}
    for state in ("suspected", "confirmed", "resolved"):
        told = [m["incident"] for one in world.got for m in _members(one) if m["state"] == state]
        assert sorted(told) == sorted(f"inc_{number}" for number in range(50))


def test_a_service_that_flaps_does_not_page_for_every_turn() -> None:
    world = World(Limits(incidents=3))
    for number in range(12):
        world.happen(world.change(number, "confirmed", "Discord"))
        world.wait(2 * MINUTE)
        world.happen(world.change(number, "resolved", "Discord"))
        world.wait(2 * MINUTE)
    assert [one.event for one in world.got] == ["incident.confirmed", "incident.resolved"] * 3
    assert sum(one.state == "superseded" for one in world.rows.values()) == 18
    world.happen(world.change(99, "confirmed", "Discord"))
    (late,) = [one for one in world.rows.values() if one.incident == "inc_99"]
    world.turn()
    assert "goes up and down" in world.rows[late.id].last_status
    world.wait(timedelta(minutes=30))
    assert world.got[-1].incident == "inc_99"
    assert world.rows[late.id].state == "sent"


def test_updates_that_come_soon_are_put_off_and_only_the_last_is_told() -> None:
    world = World()
    for minutes, severity in ((20, "major"), (31, "critical"), (34, "minor")):
        world.now = NOON + minutes * MINUTE
        one = incident(severity=severity, updated_at=world.now)
        world.happen(outbox("hook").changed(one, posts()))
        world.turn()
    assert len(world.got) == 1
    world.wait(20 * MINUTE)
    assert [json.loads(one.body)["data"]["severity"] for one in world.got] == ["major", "minor"]


def test_limits_come_from_the_options() -> None:
    assert limits({"kind": "slack", "per_minute": "3", "together": "0", "incidents": "2"}) == Limits(3, 0, 2)
    assert limits({}) == Limits()


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("next"), st.integers(0, 3)),
        st.tuples(st.just("down"), st.booleans()),
        st.tuples(st.just("wait"), st.sampled_from([5, 40, 400, 4000])),
        st.tuples(st.just("restart"), st.none()),
        st.tuples(st.just("turn"), st.none()),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(ACTIONS, st.sampled_from([Limits(6000, 0, 0), Limits(6, 2, 0)]))
def test_in_any_order_of_events_nothing_is_lost_and_nothing_follows_its_end(
    actions: list[tuple[str, object]], allowed: Limits
) -> None:
    world, reached = World(allowed), dict.fromkeys(range(4), -1)
    for name, value in actions:
        if name == "next" and isinstance(value, int) and reached[value] < 3:
            reached[value] += 1
            world.now += timedelta(seconds=1)
            world.happen(world.change(value, STATES[reached[value]]))
        elif name == "down":
            world.down = bool(value)
        elif name == "wait" and isinstance(value, int):
            world.wait(timedelta(seconds=value), timedelta(seconds=max(5, value // 20)))
        elif name == "restart":
            world.restart()
        else:
            world.turn()
    world.down = False
    world.wait(timedelta(seconds=sum(SCHEDULE) * 1.3), timedelta(minutes=20))
    assert {one.state for one in world.rows.values()} <= {"sent", "superseded"}
    _each_in_order(world.got)
    for number, state in reached.items():
        if state >= 0:
            assert _last(world.got, f"inc_{number}") == STATES[state]


def _each_in_order(got: list[Delivery]) -> None:
    last: dict[str, int] = {}
    for one in got:
        for member in _members(one):
            place = STATES.index(member["state"])
            assert place >= last.get(member["incident"], 0)
            last[member["incident"]] = place


def _last(got: list[Delivery], identity: str) -> str:
    return str([m["state"] for one in got for m in _members(one) if m["incident"] == identity][-1])


def _members(one: Delivery) -> list[dict[str, str]]:
    data = json.loads(one.body)["data"]
    return list(data.get("members", [data]))


def test_a_held_message_that_is_over_before_the_night_is_told_as_over() -> None:
    world = World()
    until = NOON + timedelta(hours=6)
    held: Callable[[list[Delivery]], list[Delivery]] = lambda rows: [  # noqa: E731  # used twice, read once
        replace(one, state="held", due_at=until) for one in rows
    ]
    world.happen(held(world.change(1, "confirmed")))
    world.now += MINUTE
    world.happen(held(world.change(1, "resolved")))
    world.happen([replace(row(id="inc_2"), state="held", due_at=until)])
    world.wait(timedelta(hours=7), 10 * MINUTE)
    (summary,) = world.got
    assert {m["incident"]: m["state"] for m in _members(summary)} == {"inc_1": "resolved", "inc_2": "confirmed"}


def test_a_storm_at_pagerduty_is_one_alert_that_closes_with_the_last_service_also_after_a_restart() -> None:
    with rig("pagerduty") as one:
        world = World()
        world.at(one.channel)
        for number in range(6):
            world.happen(world.change(number, "confirmed"))
        world.wait(MINUTE)
        world.restart()
        for number in range(6):
            world.happen(world.change(number, "resolved"))
            world.wait(MINUTE)
        opened, closed = (json.loads(document) for document in one.arrived())
    assert (opened["event_action"], closed["event_action"]) == ("trigger", "resolve")
    assert opened["dedup_key"] == closed["dedup_key"]
    assert len(opened["payload"]["custom_details"]["Services"]) == 6
    assert {row.state for row in world.rows.values()} == {"sent"}


def test_a_bundle_tells_only_the_latest_of_an_incident() -> None:
    told = bundle([row(state="resolved"), row(), row(id="inc_2")], NOON, quiet=True)
    assert sorted((m["incident"], m["state"]) for m in _members(told)) == [
        ("inc_1", "resolved"),
        ("inc_2", "confirmed"),
    ]


def test_members_of_a_shared_story_are_told_together_and_others_apart() -> None:
    world = World()
    story = SharedStory("sh", "AWS", NOON, NOON, services=("A", "B"), incidents=("a", "b"), open=2)
    for name, mine in (("A", story), ("C", None), ("B", story)):
        one = incident(id=name.lower(), service=name, updated_at=world.now, confirmed_at=world.now)
        world.happen(outbox("hook").changed(one, posts(), story=mine))
    world.wait(MINUTE)
    assert sorted(sorted(m["service"] for m in _members(one)) for one in world.got) == [["A", "B"], ["C"]]
