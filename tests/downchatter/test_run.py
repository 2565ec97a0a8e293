"""Live, over a loopback Jetstream and the SDK's own client: an outage, a blind source, and a quick end."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from jetstream_server import JetstreamServer, did, jetstream_server
from rich.console import Console

from downchatter.alerting import Alerts
from downchatter.assembly import House, house
from downchatter.commands.dashboard import free_port, taken
from downchatter.commands.doctor import examine
from downchatter.commands.run import Live, live_sources
from downchatter.settings import load_settings
from ingest.errors import UserError
from ingest.notes import folder_beside
from ingest.records import Delivery, Gap, Incident, Note, Post
from ingest.store.publish import current, folder_for

LONGEST = 30.0
REPORTS = (
    "is character.ai down for anyone else?",
    "character.ai won't load, just a server error",
    "can't log in to character.ai right now",
    "character.ai is down again ugh",
    "why is character.ai not loading",
)


@dataclass
class Room:
    """A running product with a clock that a test can move."""

    server: JetstreamServer
    live: Live
    home: House
    said: io.StringIO
    shift: list[timedelta] = field(default_factory=lambda: [timedelta()])

    def cycle_until(self, enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST
        while not enough():
            assert time.monotonic() < deadline, self.said.getvalue()
            self.live.cycle(0.05)

    @property
    def store(self):  # type: ignore[no-untyped-def]  # read by the tests alone
        return self.live._flow.store

    def published(self, name: str) -> list[dict[str, object]]:
        folder = folder_for(self.home.database)
        return pq.read_table(folder / current(folder) / f"{name}.parquet").to_pylist()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.chdir(tmp_path)
    with jetstream_server(step=timedelta(seconds=10)) as server:
        options = {"hosts": [server.address], "retry": 0.01, "patience": 0.3, "heartbeat": 0.1, "compress": False}
        settings = load_settings(sources={"bluesky": options})
        home = house(settings)
        shift = [timedelta()]
        home.__dict__["tools"] = replace(home.tools, clock=lambda: server.now + shift[0])
        alerts = Alerts(settings, home.services)
        said = io.StringIO()
        live = Live(home, home.flow(alerts), alerts, list(live_sources(home)), Console(file=said, width=200))
        live.begin()
        room = Room(server, live, home, said, shift)
        room.cycle_until(lambda: "bluesky: reading" in said.getvalue())
        yield room
        live.end()


def test_an_outage_on_the_stream_is_found_told_and_published(room: Room) -> None:
    room.server.post("is character.ai down?", author=1)
    room.cycle_until(lambda: len(room.store.all(Post)) == 1)
    for _ in range(400):
        room.server.post("nothing of note", author=2)
    for number in range(60):
        room.server.post(REPORTS[number % 5] + "!" * (number % 3), author=100 + number)
    room.cycle_until(lambda: any(one.state == "confirmed" for one in room.store.all(Incident)))
    (incident,) = room.store.all(Incident)
    assert incident.service == "Character.AI"
    room.cycle_until(lambda: {one.state for one in room.store.all(Delivery)} == {"sent"})
    assert "Character.AI: outage confirmed" in room.said.getvalue()
    room.live.publish()
    (shown,) = room.published("incidents")
    assert shown["state"] == "confirmed"
    assert next(row for row in room.published("services") if row["service"] == "Character.AI")["state"] == "outage"
    assert room.published("evidence")


def test_deleted_posts_leave_the_store_and_the_publication(room: Room) -> None:
    key = room.server.post("is character.ai down?", author=1)
    room.server.post("is character.ai down for you", author=2)
    room.server.post("character.ai is down", author=3)
    room.cycle_until(lambda: len(room.store.all(Post)) == 3)
    room.server.commit("delete", 1, rkey=key)
    room.server.account(2, "deleted")
    room.cycle_until(lambda: len(room.store.all(Post)) == 1)
    room.live.publish()
    (path,) = (folder_for(room.home.database) / current(folder_for(room.home.database)) / "posts").glob("*")
    assert [row["text"] for row in pq.read_table(path).to_pylist()] == ["character.ai is down"]


def test_a_source_that_fails_is_blind_told_once_and_recovers(room: Room) -> None:
    room.server.post("is character.ai down?", author=1)
    room.cycle_until(lambda: len(room.store.all(Post)) == 1)
    room.server.faults.refuse = 10**6
    room.server.stop()
    room.cycle_until(lambda: "bluesky: blind" in room.said.getvalue())
    room.live.publish()
    assert {row["state"] for row in room.published("services")} == {"blind"}
    room.shift[0] += timedelta(seconds=91)
    room.cycle_until(lambda: any(one.event == "collector.blind" for one in room.store.all(Delivery)))
    room.server.faults.refuse = 0
    room.server.resume()
    room.server.post("nothing of note", author=2)
    room.cycle_until(lambda: any(one.event == "collector.recovered" for one in room.store.all(Delivery)))
    assert [one.event for one in room.store.all(Delivery, order="created_at, event")].count("collector.blind") == 1
    assert all(gap.end for gap in room.store.all(Gap))


@contextmanager
def downchatter(folder: Path, address: str) -> Iterator[subprocess.Popen[str]]:
    """`downchatter run` as a process of its own, which does not outlive the test."""
    (folder / "downchatter.toml").write_text(f'[sources.bluesky]\nhosts = ["{address}"]\npatience = 0.2\nretry = 0.1\n')
    command = [sys.executable, "-m", "downchatter", "run"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def lines_until(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    found = []
    for line in process.stdout:
        found.append(line)
        if word in line:
            return
    raise AssertionError(f"{word!r} was never said: {found}")


def end(process: subprocess.Popen[str], number: signal.Signals) -> tuple[float, str]:
    began = time.monotonic()
    process.send_signal(number)
    said, _ = process.communicate(timeout=20)
    return time.monotonic() - began, said


def test_interrupting_ends_it_cleanly_within_five_seconds(tmp_path: Path) -> None:
    with jetstream_server(begin=datetime.now(UTC)) as server, downchatter(tmp_path, server.address) as process:
        lines_until(process, "bluesky: reading")
        took, said = end(process, signal.SIGINT)
    assert (process.returncode, "Stopped; everything is written." in said) == (0, True), said
    assert took < 5
    assert current(tmp_path / "data" / "downchatter.published")


def test_with_nothing_to_reach_it_says_so_and_still_ends(tmp_path: Path) -> None:
    with downchatter(tmp_path, f"ws://127.0.0.1:{free_port('127.0.0.1')}") as process:
        lines_until(process, "bluesky: blind")
        took, said = end(process, signal.SIGTERM)
    assert (process.returncode, took < 5) == (0, True), said
    checks = list(examine(load_settings(database=tmp_path / "data" / "downchatter.duckdb")))
    (blind,) = [check for check in checks if check.part == "source bluesky"]
    assert blind.health == "fail"
    assert "cannot be read" in blind.seen


def test_a_second_one_on_the_same_database_is_told_so(tmp_path: Path) -> None:
    with jetstream_server(begin=datetime.now(UTC)) as server, downchatter(tmp_path, server.address) as first:
        lines_until(first, "bluesky: reading")
        with downchatter(tmp_path, server.address) as second:
            said, _ = second.communicate(timeout=60)
        end(first, signal.SIGINT)
    assert second.returncode == 2
    assert "another downchatter has this database open" in said


@pytest.mark.parametrize(
    ("sources", "sentence"),
    [({"nosuch": {}}, "there is no such source"), ({}, "no source is listed"), ({"bluesky": {"hosst": "x"}}, "hosst")],
)
def test_wrong_sources_are_one_sentence(sources: dict[str, dict[str, str]], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        list(live_sources(house(load_settings(sources=sources), memory=True)))


def test_a_day_is_told_once_in_a_digest(room: Room) -> None:
    room.live.cycle(0.0)
    assert not room.store.all(Delivery)
    room.shift[0] += timedelta(days=1)
    for _ in range(3):
        room.live.cycle(0.0)
    assert [one.event for one in room.store.all(Delivery)] == ["digest.daily"]


def test_what_people_mark_on_the_page_is_taken_up(room: Room) -> None:
    folder = folder_beside(folder_for(room.home.database))
    folder.mkdir()
    note = {
        "id": "n1",
        "at": "2026-11-24T12:00:00+00:00",
        "kind": "statement",
        "service": "Character.AI",
        "text": "On it.",
    }
    (folder / "n1.json").write_text(json.dumps(note))
    (folder / "bad.json").write_text("{")
    room.live.cycle(0.0)
    (kept,) = room.store.all(Note)
    assert (kept.id, kept.text) == ("n1", "On it.")
    assert [path.name for path in folder.iterdir()] == ["bad.json.refused"]


def test_the_author_of_a_post_is_not_stored_by_name(room: Room) -> None:
    room.server.post("is character.ai down?", author=7)
    room.cycle_until(lambda: len(room.store.all(Post)) == 1)
    (kept,) = room.store.all(Post)
    assert did(7) not in kept.author


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_page_is_served_and_ends_with_its_server(tmp_path: Path, number: signal.Signals) -> None:
    port = free_port("127.0.0.1")
    command = [sys.executable, "-m", "downchatter", "dashboard", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        lines_until(process, f"URL: http://127.0.0.1:{port}")
        took, said = end(process, number)
    assert (process.returncode, took < 5) == (0, True), said
    assert not taken("127.0.0.1", port)
