"""A sender that is killed again and again over a real database; `downchatter bench alerts` starts it as a process.

python -m downchatter.commands.crashing DATABASE URL INCIDENTS KILLS SEED
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Final, get_args

from alerts.channels import load
from alerts.courier import Limits
from alerts.outbox import Outbox
from alerts.routing import Routing
from alerts.sender import Sender
from ingest.records import Attempt, Delivery, Evidence, Incident, IncidentState
from ingest.store import Store

SECRET: Final = "whsec_YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2g="  # noqa: S105  # it guards nothing
START: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
STATES: Final[tuple[IncidentState, ...]] = get_args(IncidentState)[:4]
LONGEST: Final = 0.2
"""A sender is killed at most so many seconds after it has the database."""


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


def send(database: Path, url: str, happening: Sequence[Delivery], ready: int = -1) -> None:
    """Write down what happens, a few changes a turn, and send it, until all is finished.

    Args:
        ready: a file descriptor to which a byte is written once the database is open; then never end by itself.
    """
    store = Store(database)
    channel = load("webhook", {"url": url, "secret": SECRET, "allow": "127.0.0.1", "timeout": "5"})
    sender = Sender({"hook": channel}, lambda: datetime.now(UTC), limits={"hook": Limits(100_000, 0, 0)})
    known = store.all(Delivery)
    sender.recall(known)
    sender.submit(known)
    ids = {row.id for row in known}
    ahead = [row for row in happening if row.id not in ids]
    if ready >= 0:
        os.write(ready, b".")
    while ahead or ready >= 0 or store.all(Delivery, "state in ('pending', 'held')"):
        fresh, ahead = ahead[:2], ahead[2:]
        with store.transaction():
            store.add(Delivery, fresh)
        sender.submit(fresh)
        with store.transaction():
            store.upsert(Delivery, sender.collect())
            store.add(Attempt, sender.attempts())
        sleep(0.002)
    store.upsert(Delivery, sender.close())
    store.close()


def crash(database: Path, url: str, incidents: int, kills: int, seed: int) -> int:
    """Kill so many senders at random moments while more and more happens, then let one run to the end. Returns how many
    were killed.
    """
    chance = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    happening = transitions(incidents)
    killed = 0
    for turn in range(1, kills + 1):
        seen, ready = os.pipe()
        child = os.fork()
        if child == 0:
            send(database, url, happening[: len(happening) * turn // kills], ready)
        os.read(seen, 1)
        sleep(chance.random() * LONGEST)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        os.close(seen)
        os.close(ready)
    send(database, url, happening)
    return killed


if __name__ == "__main__":
    sys.stdout.write(str(crash(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))))
