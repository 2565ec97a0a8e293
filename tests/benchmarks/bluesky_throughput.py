"""How many posts a second the Bluesky source takes on one core: socket, SDK, match, queue and store.

A server on another core offers posts as fast as they are taken; one in a hundred names a service. Prints posts a
second by the clock and by processor time, and memory at every tenth of the run, which should be flat.

    python tests/benchmarks/bluesky_throughput.py --posts 1000000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from jetstream_server import NSID, POSTS, did  # noqa: E402

from downchatter.services import load_services  # noqa: E402
from ingest.collectors import Tools  # noqa: E402
from ingest.collectors.bluesky import build  # noqa: E402
from ingest.pseudonym import pseudonyms  # noqa: E402
from ingest.records import Mark, Post  # noqa: E402
from ingest.store import Store  # noqa: E402
from nlp.matching import Matching  # noqa: E402

CHATTER = (
    "good morning everyone, the coffee here is unreasonably good",
    "今日はいい天気ですね。散歩に行きました",
    "I can’t believe it’s already Friday 😭😭 what a week",
    "new drawing! commissions are open, link below ✨",
    "Ich habe heute zum ersten Mal Brot gebacken – es ist sogar essbar",
    "the game last night… no words. absolutely none",
    "hot take: tabs are better than spaces and I will not be taking questions at this time, thank you",
    "<3",
)
TROUBLE = ("is Slack down for anyone else?", "GitHub is down again", "can’t log in to Spotify, anyone else?")


def frames(count: int, matching: float) -> list[tuple[str, str]]:
    """Frames in two parts; the sequence number goes between them."""
    chance = random.Random(7)
    made = []
    for number in range(count):
        pool = TROUBLE if chance.random() < matching else CHATTER
        record = {"$type": POSTS, "text": f"{chance.choice(pool)} {number}", "langs": ["en"]}
        payload = {
            "$type": f"{NSID}#commit", "did": did(chance.randrange(10**6)), "time": "@", "rev": "3kaaaaaaaaaaa",
            "operation": "create", "collection": POSTS, "rkey": f"3k{number:011d}", "seq": 0, "record": record,
            "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq",
        }  # fmt: skip
        record["createdAt"] = "@"
        before, after = json.dumps({"$type": "message", "payload": payload}).split('"seq": 0')
        made.append((before, after))
    return made


def offer(pipe: Connection, core: int, matching: float) -> None:
    """The server's process: frames without end, with the time of now."""
    os.sched_setaffinity(0, {core})
    made = frames(20_000, matching)

    async def handle(connection: ServerConnection) -> None:
        with suppress(ConnectionClosed):
            await pour(connection)

    async def pour(connection: ServerConnection) -> None:
        seq = 0
        while True:
            await asyncio.sleep(0)  # pings are answered in between
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            for before, after in made[seq % 20_000 : seq % 20_000 + 500]:
                seq += 1
                frame = f'{before}"seq": {seq}{after}'.replace('"@"', f'"{now}"').replace(
                    '"3k000000', f'"3k{seq // 20_000:06d}'
                )
                await connection.send(frame)

    async def run() -> None:
        async with serve(
            handle,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol("xrpc.v1.json")],
            compression=None,
            ping_interval=None,
        ) as server:
            pipe.send(next(iter(server.sockets)).getsockname()[1])
            await asyncio.Event().wait()

    asyncio.run(run())


def memory() -> float:
    """Megabytes that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(address: str, posts: int, database: Path) -> None:
    """Take `posts` posts, write those that match, and print the figures."""
    matching = Matching(load_services(ROOT / "data" / "services.toml"))
    offered = 0
    counting = threading.Lock()

    def wanted(text: str) -> bool:
        nonlocal offered
        with counting:
            offered += 1
        return matching.wanted(text)

    tools = Tools(wanted, pseudonyms(database.with_suffix(".key")), lambda: datetime.now(UTC))
    bluesky = build({"hosts": [address], "compress": False}, tools)
    store = Store(str(database))
    waiting: list[Post] = []
    written = 0
    tenth = 1
    slowest = timedelta()
    began, spent = time.perf_counter(), time.process_time()
    for item in bluesky.read(""):
        if isinstance(item, Post):
            waiting.append(item)
            slowest = max(slowest, datetime.now(UTC) - item.created_at)
        if len(waiting) >= 500 or (isinstance(item, Mark) and waiting):
            with store.transaction():
                store.append(Post, waiting)
            written += len(waiting)
            waiting.clear()
        if offered >= posts * tenth / 10:
            print(f"{offered:>10,} offered, {written:>8,} written, {memory():6.0f} MB", flush=True)
            tenth += 1
        if offered >= posts:
            break
    wall, busy = time.perf_counter() - began, time.process_time() - spent
    bluesky.close()
    store.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{offered / wall:,.0f} posts a second by the clock, {offered / busy:,.0f} by processor time")
    print(f"peak memory {peak:,.0f} MB; slowest from written to read {slowest.total_seconds():.2f} s")


def main() -> None:
    """Start the server and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--matching", type=float, default=0.01)
    told = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=offer, args=(there, cores[-1], told.matching), daemon=True)
    server.start()
    address = f"ws://127.0.0.1:{here.recv()}"
    os.sched_setaffinity(0, {cores[0]})
    with tempfile.TemporaryDirectory() as folder:
        measure(address, told.posts, Path(folder) / "bench.duckdb")
    server.terminate()
    server.join()


if __name__ == "__main__":
    main()
