"""A sender that is killed again and again over a real database; `downchatter bench alerts` starts it as a process.

python -m downchatter.commands.crashing DATABASE URL INCIDENTS KILLS SEED
"""

from __future__ import annotations

import os
import random
import select
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Final, get_args

from alerts.channels import Channel, load
from alerts.courier import Limits
from alerts.outbox import Outbox
from alerts.routing import Routing
from alerts.sender import Sender
from downchatter.clock import utc_now
from ingest.records import Attempt, Delivery, Evidence, Incident, IncidentState
from ingest.store import Store
from ingest.store.tables import table

SECRET: Final = "whsec_YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2g="  # noqa: S105  # it guards nothing
START: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
STATES: Final[tuple[IncidentState, ...]] = get_args(IncidentState)[:4]
TURNS: Final = 8
"""A sender is killed after fewer than so many turns,"""

LATER: Final = 0.03
"""and at most so many seconds after the last of them;"""

ANSWERS: Final = 4
"""every third, by lot, just after the endpoint took fewer than so many messages and before that is written down."""

PATIENCE: Final = 60.0
"""No sender is waited for longer than so many seconds."""

_IDLE: Final = 200
_TURN: Final = b"."
_TAKEN: Final = b"!"


@dataclass(frozen=True, slots=True)
class Death:
    """When a sender dies: some `seconds` after so many `turns`, or (other than 0) when so many messages were taken."""

    turns: int
    seconds: float
    answers: int = 0


class Doomed:
    """A channel whose process is killed as soon as so many messages were taken, before the sender learns of the last.

    Args:
        channel: sends.
        answers: so many.
        told: a file descriptor to which a byte is written just before.
    """

    def __init__(self, channel: Channel, answers: int, told: int) -> None:
        self._channel = channel
        self._left = answers
        self._told = told

    def send(self, delivery: Delivery) -> str:
        """Send, and maybe die."""
        status = self._channel.send(delivery)
        self._left -= 1
        if self._left == 0:
            os.write(self._told, _TAKEN)
            os.kill(os.getpid(), signal.SIGKILL)
        return status


def changed(number: int, state: IncidentState, at: datetime, channels: Sequence[str] = ("hook",)) -> list[Delivery]:
    """The deliveries of a made-up change of a made-up incident."""
    step = STATES.index(state)
    since = at - timedelta(minutes=step)
    incident = Incident(
        id=f"bench-{number}",
        service=f"Service {number}",
        signal="outage",
        state=state,
        onset_at=since - timedelta(minutes=5),
        opened_at=since,
        confirmed_at=since + timedelta(minutes=1) if step >= 1 else None,
        recovering_at=since + timedelta(minutes=2) if step >= 2 else None,
        resolved_at=at if step >= 3 else None,
        severity="major",
        confidence=0.97,
        posts=40,
        authors=30,
        observed=30.0,
        expected=1.0,
        updated_at=at,
    )
    quote = Evidence(f"bench:{number}", "someone", "https://post.example/1", "it is down", since, "says so")
    return Outbox(Routing(channels), page="http://127.0.0.1:8501").changed(incident, [quote])


def transitions(incidents: int) -> list[Delivery]:
    """Four changes of each of so many incidents, in the order in which they happen."""
    return [
        row
        for step, state in enumerate(STATES)
        for number in range(incidents)
        for row in changed(number, state, START + timedelta(minutes=step))
    ]


def send(database: Path, url: str, happening: Sequence[Delivery], told: int = -1, answers: int = 0) -> None:
    """Write down what happens, a few changes a turn, and send it, until all is finished.

    Args:
        told: a file descriptor to which a byte is written after each turn; then it never ends by itself.
        answers: die when so many messages were taken; 0 never.

    Raises:
        TimeoutError: it takes longer than `PATIENCE`.
    """
    store = Store(database)
    doomed = Doomed(_hook(url), answers, told)
    sender = Sender({"hook": doomed}, utc_now, limits={"hook": Limits(100_000, 0, 0)})
    known = store.all(Delivery)
    sender.recall(known)
    sender.submit(known)
    ids = {row.id for row in known}
    ahead = [row for row in happening if row.id not in ids]
    ends = monotonic() + PATIENCE
    while ahead or told >= 0 or store.all(Delivery, "state in ('pending', 'held')"):
        if monotonic() > ends:
            raise TimeoutError(f"the sender has not come to an end in {PATIENCE:.0f} s")
        fresh, ahead = ahead[:2], ahead[2:]
        _turn(store, sender, fresh)
        if told >= 0:
            os.write(told, _TURN)
        sleep(0.002)
    store.upsert(Delivery, sender.close())
    store.close()


def _hook(url: str) -> Channel:
    return load("webhook", {"url": url, "secret": SECRET, "allow": "127.0.0.1", "timeout": "5"})


def _turn(store: Store, sender: Sender, fresh: Sequence[Delivery]) -> None:
    with store.transaction():
        store.add(Delivery, fresh)
    sender.submit(fresh)
    with store.transaction():
        settled = sender.collect()
        store.upsert(Delivery, settled)
        store.add(Attempt, sender.attempts())
    sender.written(settled)


def crash(database: Path, url: str, incidents: int, kills: int, seed: int) -> int:
    """Kill so many senders at random moments while more and more happens, then let one run to the end.

    Returns:
        How many of them died between an answer of the endpoint and its record.

    Raises:
        RuntimeError: a sender ended by itself.
        TimeoutError: a sender stands still.
    """
    chance = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    happening = transitions(incidents)
    table(Delivery, happening)
    _hook(url)  # these two load once what every child would load again
    between = 0
    for number in range(1, kills + 1):
        between += _one(database, url, happening[: len(happening) * number // kills], _death(chance))
    send(database, url, happening)
    return between


def _death(chance: random.Random) -> Death:
    if chance.random() < 1 / 3:
        return Death(_IDLE, 0.0, chance.randrange(1, ANSWERS))
    return Death(chance.randrange(TURNS), chance.random() * LATER)


def _one(database: Path, url: str, happening: Sequence[Delivery], death: Death) -> bool:
    """Let one sender live until its death. Returns whether it died between an answer and its record."""
    heard, told = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(heard)
        send(database, url, happening, told, death.answers)
    os.close(told)  # else the end of a child that dies by itself would never be heard
    try:
        said = _listen(heard, death.turns)
        sleep(death.seconds)
    finally:
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(heard)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"a sender ended by itself, with status {os.waitstatus_to_exitcode(status)}")
    return _TAKEN in said


def _listen(heard: int, turns: int) -> bytes:
    """What a child said in so many turns, or until it was gone."""
    said = b""
    ends = monotonic() + PATIENCE
    while said.count(_TURN) < turns:
        if not select.select([heard], [], [], max(0.0, ends - monotonic()))[0]:
            raise TimeoutError(f"a sender has said nothing in {PATIENCE:.0f} s")
        more = os.read(heard, 1)
        if not more:
            break
        said += more
    return said


if __name__ == "__main__":
    sys.stdout.write(str(crash(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))))
