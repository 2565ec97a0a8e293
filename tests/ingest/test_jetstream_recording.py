"""Frames recorded from a real PDS, replayed by the loopback server: the store ends with what that server had.

`tests/integration/pds/record.py` makes the recording; its first line says how.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jetstream_server import Faults, JetstreamServer, dictionary, jetstream_server

from ingest.bluesky.position import Position, micros
from ingest.collectors import Tools
from ingest.collectors.bluesky import build
from ingest.normalise import clean_text
from ingest.records import Gap, Item, Mark, Post, Removal
from ingest.store import Store

HEADER, *FRAMES = (Path(__file__).parent / "frames" / "jetstream.jsonl").read_text(encoding="utf8").splitlines()
TOLD: dict[str, Any] = json.loads(HEADER)
FIRST, LAST = (datetime.fromisoformat(json.loads(frame)["payload"]["witnessedAt"]) for frame in (FRAMES[0], FRAMES[-1]))
TOOLS = Tools(lambda text: "down" in text, lambda name: f"#{name}", lambda: LAST + timedelta(seconds=1))


@pytest.fixture(autouse=True)
def _marks_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.0)
    monkeypatch.setattr("ingest.bluesky.feed.TICK", 0.02)


@pytest.fixture(params=[False, True], ids=["plain", "compressed"])
def server(request: pytest.FixtureRequest) -> Iterator[JetstreamServer]:
    with jetstream_server() as running:
        running.dictionary = dictionary(7) if request.param else b""
        running.replay(FRAMES)
        yield running


def write(store: Store, items: list[Item]) -> None:
    """One commit, as the main flow makes it."""
    posts = [item for item in items if isinstance(item, Post)]
    with store.transaction():
        fresh = store.unseen(posts)
        store.append(Post, fresh)
        store.refresh(posts)
        store.remove([item for item in items if isinstance(item, Removal)])


def read(server: JetstreamServer, kills: int) -> tuple[dict[str, str], list[Gap]]:
    """Read to the last frame into a store; the collector is killed `kills` times, between commits and within."""
    chance = random.Random(kills)
    store = Store(":memory:")
    cursor = Position(server.address, 0, micros(FIRST) - 1).dump()
    gaps: list[Gap] = []
    options = {"hosts": [server.address], "retry": 0.01, "compress": bool(server.dictionary)}
    while True:
        source = build(options, TOOLS)
        dies_after = chance.randrange(1, 12) if kills > 0 else 10**9
        kills -= 1
        items: list[Item] = []
        for count, item in enumerate(source.read(cursor)):
            items.append(item)
            gaps += [item] if isinstance(item, Gap) else []
            if isinstance(item, Mark):
                write(store, items)
                cursor = item.cursor
                items.clear()
                place = Position.load(cursor)
                if place is not None and place.seq == len(FRAMES):
                    kept = {post.id: post.text for post in store.all(Post)}
                    store.close()
                    return kept, gaps
            if count >= dies_after:
                break
        source.close()


@pytest.mark.parametrize(("kills", "cuts"), [(0, 0), (0, 30), (10, 0), (10, 30)])
def test_the_store_ends_with_what_the_server_has(server: JetstreamServer, kills: int, cuts: int) -> None:
    chance = random.Random(cuts)
    server.faults = Faults(abort_after=[chance.randrange(1, 9) for _ in range(cuts)])
    kept, gaps = read(server, kills)
    there: dict[str, str] = TOLD["there"]
    for identity, text in kept.items():
        assert text.split("\n")[0] in (clean_text(there[identity]), "")
    assert {identity for identity, text in there.items() if "down" in clean_text(text)} <= set(kept)
    linked = {text for text in kept.values() if "down" not in text.split("\n")[0]}
    assert linked == {"look\nGitHub is down\nsince ten", "see\na page that says: Slack is down", "ugh\n#slackdown"}
    assert not gaps
    assert not cuts or len(server.handshakes) > 5


def test_the_recording_says_where_it_is_from_and_holds_what_matters() -> None:
    assert "real PDS" in TOLD["what"]
    payloads = [json.loads(frame)["payload"] for frame in FRAMES]
    assert [payload["seq"] for payload in payloads] == list(range(1, len(FRAMES) + 1))
    assert {payload.get("operation") for payload in payloads} >= {"create", "update", "delete"}
    assert any(payload.get("account", {}).get("active") is False for payload in payloads)
    assert not any(did in identity for did in TOLD["gone"] for identity in TOLD["there"])
