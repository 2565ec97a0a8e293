"""A real Bluesky PDS: nothing lost, nothing twice, nothing kept that was deleted.

`python tests/integration/pds/setup.py FOLDER` sets the server up; `DOWNCHATTER_PDS` names the folder.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from atproto import Client  # type: ignore[import-untyped]
from cutting_proxy import CuttingProxy, cutting_proxy

from ingest.records import Gap, Post
from ingest.store import Store

HERE = Path(__file__).parent / "pds"
FOLDER = Path(os.environ.get("DOWNCHATTER_PDS", "/nonexistent"))
POSTS = "app.bsky.feed.post"
ACCOUNTS, ROUNDS = 5, 50
"""A round in five ends in a kill, the others in a cut."""

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "@atproto" / "dev-env").is_dir(),
        reason="DOWNCHATTER_PDS names no folder made by tests/integration/pds/setup.py",
    ),
]


@pytest.fixture
def pds() -> Iterator[str]:
    environment = os.environ | {"NODE_OPTIONS": f"--require={HERE / 'loopback.cjs'}", "LOG_ENABLED": "false"}
    command = [str(FOLDER / "bin" / "node"), str(FOLDER / "server.mjs")]
    with subprocess.Popen(command, cwd=FOLDER, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield next(json.loads(line)["pds"] for line in server.stdout if line.startswith("{"))
        server.terminate()


class Writer:
    """Accounts on the PDS that write, like and delete."""

    def __init__(self, address: str) -> None:
        self.chance = random.Random(11)
        self.clients = [self._account(address, number) for number in range(ACCOUNTS)]
        self.count = 0

    def _account(self, address: str, number: int) -> tuple[Any, str]:
        client = Client(base_url=f"{address}/xrpc")
        handle, password = f"ann{number}.test", "a long password"
        client.com.atproto.server.create_account(
            {"handle": handle, "email": f"ann{number}@example.com", "password": password}
        )
        client.login(handle, password, fetch_bsky_profile=False)
        session = client.com.atproto.server.get_session()
        return client, session.did

    def round(self, midway: Callable[[], None]) -> None:
        """Each account writes 20 posts, likes a few and deletes some of its own; `midway` happens between two."""
        moment = self.chance.randrange(ACCOUNTS)
        for number, (client, did) in enumerate(self.clients):
            if number == moment:
                midway()
            writes = [self._post() for _ in range(20)] + [self._like(did) for _ in range(3)]
            self._apply(client, did, writes)
            there = client.com.atproto.repo.list_records({"repo": did, "collection": POSTS, "limit": 20}).records
            gone = self.chance.sample(there, min(2, len(there)))
            self._apply(client, did, [self._delete(record.uri) for record in gone])

    def post_one(self) -> None:
        """One account writes one post."""
        self._apply(*self.clients[0], [self._post()])

    def _post(self) -> dict[str, Any]:
        self.count += 1
        word = "down" if self.count % 3 else "up"
        record = {"$type": POSTS, "text": f"Slack is {word} {self.count}", "createdAt": "2026-11-24T12:00:00Z"}
        return {"$type": "com.atproto.repo.applyWrites#create", "collection": POSTS, "value": record}

    def _like(self, did: str) -> dict[str, Any]:
        subject = {"uri": f"at://{did}/{POSTS}/3kaaaaaaaaaaa", "cid": CID}
        record = {"$type": "app.bsky.feed.like", "subject": subject, "createdAt": "2026-11-24T12:00:00Z"}
        return {"$type": "com.atproto.repo.applyWrites#create", "collection": "app.bsky.feed.like", "value": record}

    def _delete(self, uri: str) -> dict[str, Any]:
        rkey = uri.rsplit("/", 1)[-1]
        return {"$type": "com.atproto.repo.applyWrites#delete", "collection": POSTS, "rkey": rkey}

    def _apply(self, client: Any, did: str, writes: list[dict[str, Any]]) -> None:
        client.com.atproto.repo.apply_writes({"repo": did, "writes": writes})

    def close(self) -> None:
        """Let go of the connections."""
        for client, _ in self.clients:
            client.request.close()

    def there(self) -> dict[str, str]:
        """What the server has that names a service: id and text."""
        told: dict[str, str] = {}
        for client, did in self.clients:
            cursor = None
            while True:
                asked = {"repo": did, "collection": POSTS, "limit": 100, "cursor": cursor}
                page = client.com.atproto.repo.list_records(asked)
                told |= {f"bluesky:{did}/{one.uri.rsplit('/', 1)[-1]}": one.value.text for one in page.records}
                cursor = page.cursor
                if not cursor:
                    break
        return {identity: text for identity, text in told.items() if "down" in text}


class Reader:
    """The collector in a process of its own, so that it can be killed."""

    def __init__(self, database: Path, address: str) -> None:
        command = [sys.executable, str(HERE / "collect.py"), str(database), address]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def commit(self) -> tuple[int, int]:
        """Wait for the next commit. Returns how many items it held, and its sequence number."""
        assert self.process.stdout is not None
        count, cursor = self.process.stdout.readline().split(" ", 1)
        return int(count), int(json.loads(cursor)["seq"])

    def kill(self) -> None:
        """As the power going."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def connected(proxy: CuttingProxy, before: int) -> None:
    """Wait until the collector has connected again."""
    deadline = time.monotonic() + 60
    while proxy.connections == before:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_nothing_is_lost_and_nothing_twice(pds: str, tmp_path: Path) -> None:
    writer = Writer(pds)
    database = tmp_path / "pds.duckdb"
    with cutting_proxy(urlsplit(pds).port or 0) as proxy:
        address = f"ws://127.0.0.1:{proxy.port}"
        reader = Reader(database, address)
        reader.commit()
        writer.post_one()  # a relay has no cursor for "from now": it takes an event to have a place to resume from
        while reader.commit()[1] == 0:
            continue
        for number in range(ROUNDS):
            before = proxy.connections
            if number % 5 == 4:
                reader.kill()
                reader = Reader(database, address)
                writer.round(lambda: None)
            else:
                writer.round(proxy.cut)
            connected(proxy, before)
        writer.post_one()
        wanted = writer.there()
        seen = -1
        quiet = 0
        while quiet < 3:
            count, seq = reader.commit()
            quiet = quiet + 1 if seq == seen and not count else 0
            seen = seq
        reader.kill()
    writer.close()
    store = Store(str(database))
    kept = {post.id: post.text for post in store.all(Post)}
    gaps = store.all(Gap)
    store.close()
    assert writer.count > ACCOUNTS * ROUNDS * 20
    assert proxy.connections > ROUNDS
    assert not gaps
    assert kept == wanted


CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq"
