"""The sender is killed at random: nothing is lost, nothing comes out of order, nothing follows its resolve."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from crashing_sender import read, transitions
from faulty_server import Answer, FaultyServer, Seen

from ingest.records import Delivery

ROOT = Path(__file__).parents[2]
ORDER = ["incident.suspected", "incident.confirmed", "incident.recovering", "incident.resolved"]
INCIDENTS, KILLS = 50, 50


def test_fifty_kills_in_two_hundred_transitions(tmp_path: Path) -> None:
    chance = random.Random(7)
    book = tmp_path / "outbox.jsonl"

    def judge(seen: Seen) -> Answer:
        time.sleep(0.005 * chance.random())  # so that kills fall into open requests
        return Answer(500) if chance.random() < 0.02 else Answer(204)

    with FaultyServer(judge=judge) as server:
        killed = _crash(book, server.url)
    rows = read(book)
    assert {row.id for row in transitions(INCIDENTS)} == set(rows)
    assert {row.state for row in rows.values()} <= {"sent", "superseded"}
    _in_order(server.seen, {row.id for row in rows.values() if row.state == "sent"})
    print(f"{killed} killed, {len(rows)} transitions, {len(server.seen)} requests, {_states(rows.values())}")


def _crash(book: Path, url: str) -> int:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'tests' / 'support'}"}
    script = ROOT / "tests" / "support" / "crashing_sender.py"
    command = [sys.executable, str(script), str(book), url, str(INCIDENTS), str(KILLS), "7"]
    return int(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120).stdout)


def _in_order(seen: list[Seen], sent: set[str]) -> None:
    assert sent <= {request.headers["webhook-id"] for request in seen}
    last: dict[str, int] = {}
    for request in seen:
        body = json.loads(request.body)
        incident, place = body["data"]["incident"], ORDER.index(body["type"])
        assert place >= last.get(incident, 0), incident
        last[incident] = place
    assert set(last.values()) == {3}
    assert len(last) == INCIDENTS


def _states(rows: Iterable[Delivery]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(Counter(row.state for row in rows).items()))
