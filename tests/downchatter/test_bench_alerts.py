"""What is promised of sending is proved by a benchmark that really kills, and counts rightly."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from downchatter.commands.bench_alerts import crashes, judged, latency
from downchatter.commands.crashing import transitions

FAULTS = ("lost", "out of order", "after its resolve", "incidents whose end was not told")
FOUR = transitions(1)


def test_fifty_kills_in_two_hundred_transitions_lose_nothing_and_keep_the_order() -> None:
    found = {name: value for name, value, _ in crashes()}
    print(found)
    assert (found["senders killed"], found["transitions"]) == (50, 200)
    assert found["of them between an answer and its record"] >= 10
    assert found["taken twice, dropped by the id"] >= found["of them between an answer and its record"]
    assert found["delivered at least once"] + found["superseded by a later state"] >= 200
    assert {wrong: found[wrong] for wrong in FAULTS} == dict.fromkeys(FAULTS, 0)


@pytest.mark.parametrize(
    ("places", "wrong", "twice"),
    [
        ((0, 1, 2, 3), {}, 0),
        ((0, 1, 1, 2, 3, 3), {}, 2),
        ((0, 1, 3), {"lost": 1}, 0),
        ((0, 2, 1, 3), {"out of order": 1}, 0),
        ((0, 2, 3, 1), {"after its resolve": 1}, 0),
        ((0, 1, 2), {"lost": 1, "incidents whose end was not told": 1}, 0),
    ],
)
def test_what_goes_wrong_is_counted(places: Sequence[int], wrong: dict[str, int], twice: int) -> None:
    came = [(float(at), FOUR[place].id, FOUR[place].body.encode(), 204) for at, place in enumerate(places)]
    found = {name: value for name, value, _ in judged([replace(row, state="sent") for row in FOUR], came, FOUR)}
    assert {name: found[name] for name in FAULTS} == dict.fromkeys(FAULTS, 0) | wrong
    assert found["taken twice, dropped by the id"] == twice


def test_what_was_refused_or_superseded_is_no_delivery() -> None:
    came = [(0.0, row.id, row.body.encode(), 204 if row is FOUR[3] else 500) for row in FOUR]
    rows = [replace(row, state="sent" if row is FOUR[3] else "superseded") for row in FOUR]
    found = {name: value for name, value, _ in judged(rows, came, FOUR)}
    assert (found["delivered at least once"], found["superseded by a later state"], found["lost"]) == (1, 3, 0)


def test_a_sender_that_ends_by_itself_is_told_of_and_not_waited_for(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "downchatter.commands.crashing", str(tmp_path), "http://127.0.0.1:9/", "1", "3", "5"]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode != 0
    assert "RuntimeError: a sender ended by itself, with status 1" in ran.stderr


def test_news_behind_retries_are_timed() -> None:
    found = {name: value for name, value, _ in latency(channels=4, retries=40, news=5)}
    assert (found["channels"], found["queued retries"], found["news at healthy endpoints"]) == (4, 40, 10)
    assert 0 < found["transition to first byte, median"] <= found["transition to first byte, 99th percentile"]
