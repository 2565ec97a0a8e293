"""A signed webhook to a loopback endpoint that misbehaves for an hour of the sender's clock, and is well after."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from alert_samples import MINUTE, NOON, SECRET, incident, outbox, posts
from faulty_server import Answer, FaultyServer, Seen

from alerts.channels import Channel, load
from alerts.sender import Sender
from ingest.records import Attempt, Delivery

STORY = (("suspected", 0), ("confirmed", 5), ("recovering", 40), ("resolved", 50))
EVENTS = [f"incident.{state}" for state, _ in STORY]
FAULTS = {
    "500": Answer(500),
    "429 with Retry-After": Answer(429, {"Retry-After": "600"}),
    "429 without": Answer(429),
    "302": Answer(302, {"Location": "http://127.0.0.1:9/"}),
    "reset": Answer(how="reset"),
    "hang": Answer(how="hang"),
    "a byte at a time": Answer(how="drip"),
}


class Hour:
    """An incident of an hour told to an endpoint, with the rows as the database has them."""

    def __init__(self, fault: Answer) -> None:
        self.now = NOON
        self.ill = True
        self.fault = fault
        self.rows: dict[str, Delivery] = {}
        self.tries: list[Attempt] = []
        self.taken: list[str] = []
        self.channels: dict[str, Channel] = {}

    def send(self, delivery: Delivery) -> str:
        """Send through a channel that waits briefly, but only for an endpoint that would keep it waiting for ever."""
        slow = self.ill and self.fault.how in ("hang", "drip")
        return self.channels["0.2" if slow else "60"].send(delivery)

    def judge(self, seen: Seen) -> Answer:
        """The endpoint."""
        if self.ill:
            return self.fault
        self.taken.append(json.loads(seen.body)["type"])
        return Answer(204)

    def run(self, url: str) -> None:
        """The hour, and the two days after it."""
        given = {"url": url, "secret": SECRET, "allow": "127.0.0.1"}
        self.channels = {timeout: load("webhook", {**given, "timeout": timeout}) for timeout in ("0.2", "60")}
        sender = Sender({"hook": self}, lambda: self.now, chance=lambda: 0.5, threads=False)
        for minute in range(60):
            self.now = NOON + minute * MINUTE
            sender.submit(row for state, at in STORY if at == minute for row in self._changed(state))
            self._turn(sender)
        self.ill = False
        for _ in range(48 * 6):
            self.now += 10 * MINUTE
            self._turn(sender)

    def _changed(self, state: str) -> list[Delivery]:
        moment = {"suspected": "opened_at"}.get(state, f"{state}_at")
        moments: dict[str, object] = {"updated_at": self.now, moment: self.now}
        made = outbox("hook").changed(incident(state, **moments), posts())
        self.rows |= {row.id: row for row in made}
        return made

    def _turn(self, sender: Sender) -> None:
        settled = sender.run_due()
        self.rows |= {row.id: row for row in settled}
        sender.written(settled)
        self.tries += sender.attempts()


@pytest.mark.parametrize("fault", FAULTS)
def test_after_an_hour_of_it_the_end_is_told_and_nothing_after_it(fault: str) -> None:
    hour = Hour(FAULTS[fault])
    with FaultyServer(judge=hour.judge) as server:
        hour.run(server.url)
    assert {row.state for row in hour.rows.values()} <= {"sent", "superseded"}
    assert hour.taken == sorted(set(hour.taken), key=EVENTS.index)
    assert hour.taken[-1] == "incident.resolved"
    assert 3 <= sum(not one.sent for one in hour.tries) <= 30
    assert all(not one.sent for one in hour.tries if one.at < NOON + 60 * MINUTE)


def test_retry_after_is_waited_for() -> None:
    hour = Hour(FAULTS["429 with Retry-After"])
    with FaultyServer(judge=hour.judge) as server:
        hour.run(server.url)
    tried: dict[str, list[datetime]] = defaultdict(list)
    for one in hour.tries:
        tried[one.delivery].append(one.at)
    waits = [later - earlier for times in tried.values() for earlier, later in pairwise(times)]
    assert waits
    assert min(waits) >= timedelta(seconds=600)


def test_410_ends_it_with_one_request() -> None:
    hour = Hour(Answer(410))
    with FaultyServer(judge=hour.judge) as server:
        hour.run(server.url)
    assert len(server.seen) == 1
    assert {row.state for row in hour.rows.values()} == {"dead"}


def test_200_with_garbage_is_taken() -> None:
    hour = Hour(Answer(200, body=b"\xff\xfe\x00 garbage \x1b[31m" * 9999))
    with FaultyServer(judge=hour.judge) as server:
        hour.run(server.url)
    assert len(server.seen) == 4
    assert {(row.state, row.attempts, row.last_status) for row in hour.rows.values()} == {("sent", 1, "200")}
