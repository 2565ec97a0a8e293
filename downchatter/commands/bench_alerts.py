"""`downchatter bench alerts`: what killing the sender costs, and how soon news is sent, over loopback endpoints."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Final

from alerts.channels import load
from alerts.courier import Limits
from alerts.sender import Sender
from downchatter.clock import utc_now
from downchatter.commands.crashing import SECRET, STATES, changed, transitions
from ingest.records import Delivery
from ingest.store import Store

Row = tuple[str, float, str]
Request = tuple[float, str, bytes, int]
"""When the first byte came (seconds of the monotonic clock), the message's id, the body, the answer."""

EVENTS: Final = [f"incident.{state}" for state in STATES]
LONGEST: Final = 600.0


class _Quiet(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients are killed here."""


@contextmanager
def endpoint(judge: Callable[[str], int]) -> Iterator[tuple[str, list[Request]]]:
    """A loopback endpoint that answers by the message's id; gives its address and what came in."""
    came: list[Request] = []
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            at = time.monotonic()
            identity = self.headers["webhook-id"]
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # its sender was killed before it had said all
                return
            with lock:
                status = judge(identity)
                came.append((at, identity, body, status))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", came
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def crashes(incidents: int = 50, kills: int = 50, seed: int = 7) -> list[Row]:
    """Kill the sender at random while incidents go through their four states, then let it finish."""
    chance = random.Random(seed)  # noqa: S311  # nothing is kept secret with it
    tried: set[str] = set()

    def judge(identity: str) -> int:
        first = identity not in tried
        tried.add(identity)
        time.sleep(0.03 * chance.random())  # so that kills fall into open requests
        return 500 if first and chance.random() < 0.05 else 204

    with tempfile.TemporaryDirectory() as folder, endpoint(judge) as (url, came):
        database = Path(folder) / "bench.duckdb"
        words = [sys.executable, "-m", "downchatter.commands.crashing", str(database), url]
        ran = subprocess.run(  # noqa: S603  # a module of ours
            [*words, *map(str, (incidents, kills, seed))],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=LONGEST,
        )
        store = Store(database)
        rows = store.all(Delivery)
        store.close()
    return [
        ("senders killed", float(kills), ""),
        ("of them between an answer and its record", float(ran.stdout), ""),
        *judged(rows, came, transitions(incidents)),
    ]


def judged(rows: Sequence[Delivery], came: Sequence[Request], expected: Sequence[Delivery]) -> list[Row]:
    """What came of the expected deliveries, by what the endpoint was asked.

    Args:
        rows: what the database says in the end.
        came: every request that came whole, in order.
        expected: the deliveries that were to be made.
    """
    arrived = Counter(identity for _, identity, _, status in came if status < 300)
    states = {row.id: row.state for row in rows}
    lost = [row for row in expected if states.get(row.id) != "superseded" and not arrived[row.id]]
    furthest: dict[str, int] = {}
    early = late = 0
    for _, _, body, _ in came:
        told = json.loads(body)
        subject, place = told["data"]["incident"], EVENTS.index(told["type"])
        early += place < furthest.get(subject, 0) < len(EVENTS) - 1
        late += place < furthest.get(subject, 0) == len(EVENTS) - 1
        furthest[subject] = max(place, furthest.get(subject, 0))
    return [
        ("transitions", float(len(expected)), ""),
        ("delivered at least once", float(len(arrived)), ""),
        ("superseded by a later state", float(sum(state == "superseded" for state in states.values())), ""),
        ("taken twice, dropped by the id", float(arrived.total() - len(arrived)), ""),
        ("lost", float(len(lost)), ""),
        ("out of order", float(early), ""),
        ("after its resolve", float(late), ""),
        ("incidents whose end was not told", float(sum(place < 3 for place in furthest.values())), ""),
    ]


def latency(channels: int = 20, retries: int = 1000, news: int = 25) -> list[Row]:
    """From a transition to the first byte at a healthy endpoint, its commit included, while retries wait at each of
    many channels, half of whose endpoints are down.
    """
    names = [f"hook{number}" for number in range(channels)]
    handed: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        endpoint(lambda _: 204) as (healthy, came),
        endpoint(lambda _: 503) as (ill, _),
    ):
        store = Store(Path(folder) / "bench.duckdb")
        options = {"secret": SECRET, "allow": "127.0.0.1", "timeout": "5"}
        ready = {
            name: load("webhook", {**options, "url": healthy if number % 2 else ill})
            for number, name in enumerate(names)
        }
        bounds = dict.fromkeys(names, Limits(600, 0, 0))
        sender = Sender(ready, utc_now, limits=bounds)
        store.add(Delivery, changed(-1, "confirmed", datetime.now(UTC), names))  # as `run` has
        sender.submit(_waiting(names, retries))
        for number in range(news):
            rows = changed(number, "confirmed", datetime.now(UTC), names)
            handed |= dict.fromkeys((row.id for row in rows), time.monotonic())
            with store.transaction():
                store.add(Delivery, rows)
            sender.submit(rows)
            time.sleep(0.1)
        sender.settle(20)
        sender.close()
        store.close()
    first: dict[str, float] = {}
    for at, identity, _, _ in came:
        first.setdefault(identity, at)
    waits = sorted(first[identity] - at for identity, at in handed.items() if identity in first)
    return [
        ("channels", float(channels), ""),
        ("queued retries", float(retries), ""),
        ("news at healthy endpoints", float(len(waits)), ""),
        ("transition to first byte, median", 1000 * waits[len(waits) // 2], "ms"),
        ("transition to first byte, 99th percentile", 1000 * waits[int(len(waits) * 0.99)], "ms"),
    ]


def _waiting(names: Sequence[str], count: int) -> Iterator[Delivery]:
    past = datetime.now(UTC) - timedelta(minutes=1)
    old = changed(0, "confirmed", past, names)
    for number in range(count):
        row = old[number % len(names)]
        yield replace(row, id=f"msg_old{number}", incident=f"old{number}", attempts=1, due_at=past)
