"""The Bluesky source over a relay's firehose: the SDK's own client against a relay on loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import reading
from firehose_server import STEP, FirehoseServer, cbor, firehose_server
from jetstream_server import BEGIN, POSTS, did
from web_server import web_server

from ingest.bluesky.position import Position, micros
from ingest.collectors import Tools
from ingest.collectors.bluesky import build
from ingest.records import Gap, Item, Mark, Post, Removal


@pytest.fixture(autouse=True)
def _marks_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.02)
    monkeypatch.setattr("ingest.bluesky.feed.TICK", 0.02)


@pytest.fixture
def server() -> Iterator[FirehoseServer]:
    with firehose_server() as running:
        running.post("the first")
        yield running


def take(server: FirehoseServer, cursor: str, enough: Callable[[list[Item]], bool], **options: Any) -> list[Item]:
    tools = Tools(lambda text: "down" in text, lambda name: f"#{name}", lambda: BEGIN + STEP * server.seq)
    quick = {"mode": "firehose", "hosts": [server.address], "retry": 0.01, "patience": 5, "heartbeat": 0.1}
    return reading.take(build({**quick, **options}, tools), cursor, enough, 20)


def reached(server: FirehoseServer) -> Callable[[list[Item]], bool]:
    def enough(items: list[Item]) -> bool:
        mark = items[-1]
        place = Position.load(mark.cursor) if isinstance(mark, Mark) else None
        return place is not None and place.seq == server.seq

    return enough


def after_first(server: FirehoseServer, host: str = "") -> str:
    return Position(host or server.address, 1, micros(BEGIN)).dump()


def posts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Post)]


def test_a_commit_gives_all_its_posts_and_removals(server: FirehoseServer) -> None:
    record = {"$type": POSTS, "text": "Slack is down", "createdAt": "2026-11-24T12:00:00Z", "langs": ["en"]}
    server.commit(
        4,
        ("create", f"{POSTS}/3ka", record),
        ("create", f"{POSTS}/3kb", record | {"text": "lunch"}),
        ("create", "app.bsky.feed.like/3kc", {"$type": "app.bsky.feed.like", "createdAt": "2026-11-24T12:00:00Z"}),
        ("update", f"{POSTS}/3kd", record | {"text": "still down"}),
        ("delete", f"{POSTS}/3ke", None),
    )
    server.account(5, "deleted")
    items = take(server, after_first(server), reached(server))
    first, again, gone, account = (item for item in items if not isinstance(item, Mark))
    assert isinstance(first, Post)
    assert (first.id, first.text, first.lang) == (f"bluesky:{did(4)}/3ka", "Slack is down", "en")
    assert isinstance(again, Post)
    assert again.text == "still down"
    assert isinstance(gone, Removal)
    assert gone.post == f"bluesky:{did(4)}/3ke"
    assert isinstance(account, Removal)
    assert account.author == f"#{did(5)}"


def test_interruptions_lose_nothing_and_bring_nothing_twice(server: FirehoseServer) -> None:
    server.abort_after = [1, 40, 3, 100, 17, 2] * 3
    for number in range(500):
        server.post(f"down {number}")
    items = take(server, after_first(server), reached(server))
    assert posts(items) == [f"down {number}" for number in range(500)]
    assert not [item for item in items if isinstance(item, Gap)]
    assert len(server.cursors) > 10


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff\xff",
        cbor({"op": 1, "t": "#commit"}),
        cbor({"op": 1, "t": "#commit"}) + cbor({"seq": 2}),
        cbor({"op": 1, "t": "#account"}) + cbor({"seq": "x"}),
        cbor({"op": 7}) + cbor({}),
    ],
)
def test_a_frame_that_cannot_be_read_is_stepped_over_and_its_minute_is_a_gap(
    server: FirehoseServer, frame: bytes
) -> None:
    server.post("down before")
    server.append(frame)
    server.post("down after")
    items = take(server, after_first(server), reached(server))
    assert posts(items) == ["down before", "down after"]
    assert len([item for item in items if isinstance(item, Gap)]) == 1
    assert len(server.cursors) == 1


def test_a_commit_whose_blocks_cannot_be_read_is_a_gap(server: FirehoseServer) -> None:
    server.commit(1, ("create", f"{POSTS}/3ka", {"$type": POSTS, "text": "down"}), blocks=b"no")
    server.post("down after")
    items = take(server, after_first(server), reached(server))
    assert posts(items) == ["down after"]
    assert len([item for item in items if isinstance(item, Gap)]) == 1


def test_frames_of_a_newer_relay_are_no_loss(server: FirehoseServer) -> None:
    server.append(cbor({"op": 1, "t": "#novelty"}) + cbor({"seq": 2}))
    server.post("down")
    items = take(server, after_first(server), reached(server))
    assert posts(items) == ["down"]
    assert not [item for item in items if isinstance(item, Gap)]


def test_a_relay_that_counts_anew_is_a_gap_and_the_tip_follows(server: FirehoseServer) -> None:
    ahead = Position(server.address, 10_000, micros(BEGIN)).dump()

    def enough(items: list[Item]) -> bool:
        if isinstance(items[-1], Mark) and server.seq == 1:
            server.post("down at last")
        return bool(posts(items))

    items = take(server, ahead, enough)
    assert len([item for item in items if isinstance(item, Gap)]) == 1
    assert server.cursors == [10_000, None]


def test_numbers_of_another_relay_say_nothing_here(server: FirehoseServer) -> None:
    def enough(items: list[Item]) -> bool:
        if isinstance(items[-1], Mark) and server.seq == 1:
            server.post("down at last")
        return bool(posts(items))

    items = take(server, after_first(server, "ws://elsewhere.example"), enough)
    assert len([item for item in items if isinstance(item, Gap)]) == 1
    assert server.cursors == [None]


@pytest.mark.parametrize("fault", ["html", "loop", "503"])
def test_a_host_that_answers_something_else_is_passed_by(server: FirehoseServer, fault: str) -> None:
    with web_server() as odd:
        odd.faults.extend([fault] * 100)

        def enough(items: list[Item]) -> bool:
            if isinstance(items[-1], Mark) and server.cursors and not posts(items):
                server.post("down again")
            return bool(posts(items))

        items = take(server, "", enough, hosts=[odd.address.replace("http", "ws"), server.address])
    assert set(posts(items)) == {"down again"}
    assert odd.requests
