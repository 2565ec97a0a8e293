"""`downchatter bench stream`: how many posts a second the Bluesky source takes on one core, from socket to database.

A server in a process of its own, on another core where there is one, speaks Jetstream v2 on loopback and offers posts
as fast as they are taken, or so many a second. One in a hundred names a service. It honours cursors, so that an
interruption costs nothing.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, process_time
from typing import Final
from urllib.parse import parse_qs, urlsplit

from rich.console import Console
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from downchatter.assembly import House, house
from downchatter.commands.bench import Row
from downchatter.commands.run import SHED_EVERY
from downchatter.settings import Settings
from ingest.bluesky.position import Position
from ingest.collectors import load
from ingest.errors import DownchatterError
from ingest.records import Mark, Post
from ingest.store import Store
from nlp.evaluation.speed import peak_memory_mb

EVENTS: Final = "network.bsky.jetstream.subscribeEvents"
POSTS: Final = "app.bsky.feed.post"
MATCHING: Final = 0.01
MADE: Final = 20_000
"""So many different frames are made; then they come again under new keys."""
AT_ONCE: Final = 500
NAMES: Final = ("Slack", "GitHub", "Spotify")
LETTERS: Final = str.maketrans("0123456789", "abcdefghij")
CHATTER: Final = (
    "good morning everyone, the coffee here is unreasonably good",
    "今日はいい天気ですね。散歩に行きました",
    "I can’t believe it’s already Friday 😭😭 what a week",
    "new drawing! commissions are open, link below ✨",
    "Ich habe heute zum ersten Mal Brot gebacken – es ist sogar essbar",
    "the game last night… no words. absolutely none",
    "hot take: tabs are better than spaces and I will not be taking questions at this time, thank you",
    "<3",
)
TROUBLE: Final = ("is Slack down for anyone else?", "GitHub is down again", "can’t log in to Spotify, anyone else?")


@dataclass
class Taken:
    """What came of it. `memory` is in MB, after each tenth of the posts."""

    written: int = 0
    slowest: float = 0.0
    memory: list[float] = field(default_factory=list)


def stream(settings: Settings, posts: int = 1_000_000, rate: float = 0.0) -> list[Row]:
    """Offer `posts` posts and write down those that match.

    Args:
        settings: the services, and how posts are matched.
        posts: how many are offered.
        rate: so many a second; 0 as fast as they are taken.

    Raises:
        DownchatterError: a matching post is missing from the database at the end, or is there twice.
    """
    home = house(settings, memory=True)
    home.tools.wanted("the matcher is made before the clock starts")
    with tempfile.TemporaryDirectory() as folder, _served(posts, rate) as address:
        began, spent = perf_counter(), process_time()
        taken = _take(home, address, posts, Path(folder) / "bench.duckdb")
        wall, busy = perf_counter() - began, process_time() - spent
    named = _named(posts)
    if taken.written != named:
        raise DownchatterError(f"{named} posts named a service and {taken.written} were written")
    return [
        ("posts offered, all of them read", posts, "posts"),
        ("posts that name a service, all of them written", taken.written, "posts"),
        ("by the clock", posts / wall, "posts/s"),
        ("by processor time: one core to itself", posts / busy, "posts/s"),
        ("slowest, from written to read", taken.slowest, "s"),
        *((f"memory after {(n + 1) * posts // 10:,} posts", held, "MB") for n, held in enumerate(taken.memory)),
        ("peak memory", max(peak_memory_mb(), *taken.memory), "MB"),  # Linux counts both a little late
    ]


def _take(home: House, address: str, posts: int, database: Path) -> Taken:
    """Read to the last post, and write in transactions as the main flow does."""
    taken = Taken()
    cursor = Position(address, 0, 1_700_000_000_000_000).dump()
    options = {"hosts": [address], "compress": False, "catch_up_hours": 1e5}
    source = load("bluesky", options, home.tools)
    store = Store(str(database))
    waiting: list[Post] = []
    shed = perf_counter()
    for item in source.read(cursor):
        if isinstance(item, Post):
            waiting.append(item)
            taken.slowest = max(taken.slowest, (datetime.now(UTC) - item.created_at).total_seconds())
        if len(waiting) >= AT_ONCE or (isinstance(item, Mark) and waiting):
            taken.written += _write(store, waiting)
        if perf_counter() - shed >= SHED_EVERY.total_seconds():  # as `run` does
            shed = perf_counter()
            store.shed()
        if isinstance(item, Mark):
            place = Position.load(item.cursor)
            reached = place.seq if place else 0
            _note(taken, reached, posts)
            if reached >= posts:
                break
    source.close()
    taken.written += _write(store, waiting)
    store.close()
    return taken


def _note(taken: Taken, reached: int, posts: int) -> None:
    """Take down memory after each tenth, and show that it goes on."""
    while len(taken.memory) < reached * 10 // posts:
        taken.memory.append(_memory_mb())
        held, behind = taken.memory[-1], taken.slowest
        line = f"{reached:,} posts read, {taken.written:,} written, {held:.0f} MB, {behind:.1f} s behind"
        Console(stderr=True).print(line, markup=False, highlight=False)


def _write(store: Store, waiting: list[Post]) -> int:
    fresh = store.unseen(waiting)
    with store.transaction():
        store.append(Post, fresh)
    waiting.clear()
    return len(fresh)


def _memory_mb() -> float:
    """What this process holds now; at its peak where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return peak_memory_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@contextmanager
def _served(posts: int, rate: float) -> Iterator[str]:
    """The server's `ws://` address. This process keeps to one core meanwhile, and the server to another."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=_offer, args=(there, cores[-1:], posts, rate), daemon=True)
    server.start()
    port = here.recv()
    if cores:
        os.sched_setaffinity(0, cores[:1])
    try:
        yield f"ws://127.0.0.1:{port}"
    finally:
        if cores:
            os.sched_setaffinity(0, cores)
        server.terminate()
        server.join()


def _offer(pipe: Connection, core: list[int], posts: int, rate: float) -> None:
    """The server's process."""
    if core:
        os.sched_setaffinity(0, core)
    asyncio.run(_serve(pipe, _frames(), posts, rate))


async def _serve(pipe: Connection, made: list[tuple[str, str]], posts: int, rate: float) -> None:
    async def handle(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await _pour(connection, made, posts, rate)

    spoken = [Subprotocol("xrpc.v1.json")]
    async with serve(handle, "127.0.0.1", 0, subprotocols=spoken, compression=None, ping_interval=None) as server:
        pipe.send(next(iter(server.sockets)).getsockname()[1])
        await asyncio.Event().wait()


async def _pour(connection: ServerConnection, made: list[tuple[str, str]], posts: int, rate: float) -> None:
    """Every post after the cursor, each written now, then nothing more."""
    assert connection.request is not None
    cursor = int(parse_qs(urlsplit(connection.request.path).query)["cursor"][0])
    seq = 0 if cursor >= 10**15 else cursor - 1
    first, began = seq, perf_counter()
    while seq < posts:
        ahead = (seq - first) / rate - (perf_counter() - began) if rate else 0.0
        await asyncio.sleep(max(0.0, ahead))  # pings are answered in between
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        for _ in range(min(AT_ONCE, posts - seq)):
            before, after = made[seq % MADE]
            frame = f'{before}"seq": {seq + 1}{after}'.replace('"@"', f'"{now}"')
            await connection.send(frame.replace('"3k000000', f'"3k{seq // MADE:06d}'))
            seq += 1
    await connection.wait_closed()


def _named(posts: int) -> int:
    """How many of the first `posts` posts name a service."""
    about = [any(name in after for name in NAMES) for _, after in _frames()]
    return sum(about) * (posts // MADE) + sum(about[: posts % MADE])


def _frames() -> list[tuple[str, str]]:
    """Frames in two parts; the sequence number goes between them, and the time where an @ stands."""
    chance = random.Random(7)  # noqa: S311  # the same posts every time
    made = []
    for number in range(MADE):
        pool = TROUBLE if chance.random() < MATCHING else CHATTER
        record = {"$type": POSTS, "text": f"{chance.choice(pool)} {number}", "langs": ["en"], "createdAt": "@"}
        payload = {
            "$type": f"{EVENTS}#commit", "did": f"did:plc:{number:024d}".translate(LETTERS),
            "time": "@", "rev": "3kaaaaaaaaaaa", "operation": "create", "collection": POSTS,
            "rkey": f"3k{number:011d}", "seq": 0, "record": record,
            "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq",
        }  # fmt: skip
        before, after = json.dumps({"$type": "message", "payload": payload}).split('"seq": 0')
        made.append((before, after))
    return made
