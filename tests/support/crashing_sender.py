"""A sender that is killed again and again, with the outbox on disk as the database would keep it."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

from alert_samples import NOON, SECRET, incident, outbox, posts

from alerts.channels import load
from alerts.courier import Limits
from alerts.sender import Sender
from ingest.records import Delivery

STATES = ("suspected", "confirmed", "recovering", "resolved")


def transitions(incidents: int) -> list[Delivery]:
    """The rows of so many incidents, four each, in the order in which they happened."""
    rows: list[Delivery] = []
    for step, state in enumerate(STATES):
        for number in range(incidents):
            at = NOON + timedelta(minutes=step)
            moments = {f"{name}_at": at for name in (state, "updated") if name != "suspected"}
            one = incident(state, id=f"inc_{number}", service=f"Service {number}", opened_at=NOON, **moments)
            rows += outbox("hook").changed(one, posts())
    return rows


def read(path: Path) -> dict[str, Delivery]:
    """The rows on disk, each in its latest form; a line that a kill cut short is not one."""
    rows: dict[str, Delivery] = {}
    for line in path.read_text(encoding="utf8").splitlines() if path.exists() else []:
        try:
            found = json.loads(line)
        except ValueError:
            continue
        moments = {key: _moment(found[key]) for key in ("created_at", "due_at", "sent_at")}
        rows[found["id"]] = Delivery(**{**found, **moments})
    return rows


def write(path: Path, rows: Iterable[Delivery]) -> None:
    """Append rows and see that they are on disk."""
    text = "".join(json.dumps(asdict(row), default=str) + "\n" for row in rows)
    with path.open("a", encoding="utf8") as file:
        file.write(text if not text or _ends_line(path) else "\n" + text)
        file.flush()
        os.fsync(file.fileno())


def run(path: Path, url: str, incidents: int, pause: Callable[[float], None] = sleep) -> None:
    """Feed transitions that are not on disk yet, a few a turn, and send, until everything is finished."""
    channel = load("webhook", {"url": url, "secret": SECRET, "allow": "127.0.0.1", "timeout": "2"})
    sender = Sender({"hook": channel}, lambda: datetime.now(UTC), limits={"hook": Limits(100_000, 0)})
    known = read(path)
    sender.recall(known.values())
    sender.submit(known.values())
    ahead = [row for row in transitions(incidents) if row.id not in known]
    while ahead or any(row.state in ("pending", "held") for row in known.values()):
        fresh, ahead = ahead[:7], ahead[7:]
        write(path, fresh)
        sender.submit(fresh)
        done = sender.collect()
        write(path, done)
        known.update({row.id: row for row in [*fresh, *done]})
        pause(0.005)
    write(path, sender.close())


def _ends_line(path: Path) -> bool:
    data = path.read_bytes()
    return not data or data.endswith(b"\n")


def _moment(value: str | None) -> datetime | None:
    return None if value is None or value == "None" else datetime.fromisoformat(value)


def crash(path: Path, url: str, incidents: int, kills: int, seed: int) -> int:
    """Start, kill at a random moment, start again; then run to the end. Returns how many were killed while they ran."""
    chance = random.Random(seed)
    killed = 0
    for _ in range(kills):
        child = os.fork()
        if child == 0:
            run(path, url, incidents)
            os._exit(0)
        sleep(chance.random() * 0.08)
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    run(path, url, incidents)
    return killed


if __name__ == "__main__":
    sys.stdout.write(str(crash(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))))
