"""Killed at twenty random moments, a replay ends as if it had never been."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from downchatter.assembly import house
from downchatter.settings import load_settings
from ingest.collectors import load
from ingest.records import Post

SEED = 20260501
KILLS = 20

# Forks children from a process that has everything loaded and no thread of its own, so that each starts at once.
# Small batches make many commits between which a kill can fall.
WORKER = """
import os, random, select, shutil, signal, sys, time
from pathlib import Path
from datetime import UTC, datetime
from downchatter.assembly import house
from downchatter.commands import replay as command
from downchatter.settings import load_settings
from ingest.collectors import replay as source
from ingest.records import Mention, Post

source.BATCH = 60
settings = load_settings(scorer="lexicon")
moment = datetime.now(UTC)
ready = house(settings, memory=True)
ready.scorer.score([(Post("x:1", "x", "", "is it down in London", moment, moment), Mention(""))])

def furnished(*told, **more):
    made = house(*told, **more)
    made.__dict__.update(matching=ready.matching, reader=ready.reader, scorer=ready.scorer)
    return made

command.house = furnished
posts, folder, kills, chance = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), random.Random(int(sys.argv[4]))

def life(database, longest):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        command.replay(settings, posts, database=database)
        os._exit(0)
    os.close(write)
    ended = select.select([read], [], [], longest)[0]
    if not ended:
        os.kill(child, signal.SIGKILL)
    os.close(read)
    status = os.waitpid(child, 0)[1]
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        sys.exit("the replay failed")
    return not ended

began = time.monotonic()
whole = folder / "whole.duckdb"
life(whole, 600)
took = time.monotonic() - began
killed = number = 0
while killed < kills:
    database = folder / f"broken-{number}.duckdb"
    shutil.copy(whole.with_suffix(".key"), database.with_suffix(".key"))
    while life(database, chance.uniform(0.02, 0.3) * took if killed < kills else 600):
        killed += 1
    number += 1
life(whole, 600)
print(killed)
"""

TABLES = ("posts", "scores", "voices", "minutes", "spikes", "expected", "incidents", "gaps", "coverages", "deliveries")


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    home = house(load_settings(), memory=True)
    source = load("simulate", {"seed": SEED, "hours": 8}, home.tools)
    rows = [
        {
            "id": post.id,
            "source": post.source,
            "author": post.author,
            "text": post.text,
            "created_at": post.created_at.isoformat(),
            "seen_at": post.seen_at.isoformat(),
            "thread": post.thread,
            "likes": post.likes,
        }
        for post in source.read("")
        if isinstance(post, Post)
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def contents(database: Path) -> dict[str, list[Any]]:
    with duckdb.connect(str(database), read_only=True) as con:
        return {name: con.execute(f"select * from {name} order by all").fetchall() for name in TABLES}


def test_twenty_kills_and_a_second_replay_change_nothing(recording: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WORKER, str(recording), str(tmp_path), str(KILLS), str(SEED)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == KILLS
    expected = contents(tmp_path / "whole.duckdb")
    assert expected["incidents"]
    assert expected["deliveries"]
    broken = sorted(tmp_path.glob("broken-*.duckdb"))
    assert broken
    for database in broken:
        found = contents(database)
        for name in TABLES:
            assert found[name] == expected[name], f"{database.name}: {name}"
    assert len({row[0] for row in expected["posts"]}) == len(expected["posts"])
