"""`downchatter bench`: how fast each part is, on made-up posts, on this machine."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from downchatter.alerting import Alerts
from downchatter.assembly import House, house, load_scorer
from downchatter.recorded import run_through
from downchatter.settings import Settings
from ingest.collectors import load
from ingest.errors import UserError
from ingest.records import MINUTE, Mark, Post
from ingest.store import Store
from nlp.evaluation.pipeline import plain_pipeline
from nlp.evaluation.speed import made_posts, memory_over, pace, peak_memory_mb, scoring
from nlp.matching import mentions
from nlp.scorers.minilm import FOLDER

Row = tuple[str, float, str]
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
NAMED: Final = (
    "is {} down for anyone else?",
    "I love the new {} update",
    "{} raised its price again, I am out",
    "watching the {} keynote with a coffee",
    "why does {} hide that button now",
    "how do I export my data from {}",
    "{} is back for me",
    "so many people on {} today",
)
MATCHING_ONE_IN: Final = 100
TOKENIZER: Final = FOLDER / "tokenizer.json"

FILL: Final = """
    insert into posts select 'bench:' || i, 'bench', md5((i % 200000)::varchar), 'is Spotify down? number ' || i,
        $start + to_milliseconds(i * $step), $start + to_milliseconds(i * $step), 'en', '', '', 0, ''
    from range($posts) t(i)"""
FILL_SCORES: Final = """
    insert into scores
    select id, 'Spotify', 'bench', 0.8, 0.05, 0.05, 0.05, 0.05, -0.5, 0.4, 0, [], 'bench', seen_at from posts"""
FILL_VOICES: Final = """
    insert into voices select 'Spotify', 'bench', date_trunc('minute', seen_at), id, 0.0, 0.0, 'bench' from posts"""
FILL_MINUTES: Final = """
    insert into minutes
    select service, source, minute, count(*), count(*), 0, 0, 0, 0, 0.0, 0.0, -0.5 * count(*), 0.4 * count(*)
    from voices group by all"""


def show(rows: list[Row], as_json: bool) -> None:
    """Print rows as a table, or as one JSON object."""
    if as_json:
        sys.stdout.write(json.dumps({name: round(value, 3) for name, value, _ in rows}) + "\n")
        return
    table = Table(title="bench", title_justify="left")
    for heading in ("what", "measured", "unit"):
        table.add_column(heading, justify="right" if heading == "measured" else "left")
    for name, value, unit in rows:
        table.add_row(Text(name), f"{value:,.1f}", unit)
    Console().print(table)


def flow(settings: Settings) -> list[Row]:
    """Matching, reading and the whole replay: posts a second on one core, and the peak of memory."""
    home = house(settings, memory=True)
    strangers = made_posts(50_000)
    sprinkled = [_named(home, n) if n % MATCHING_ONE_IN == 0 else post for n, post in enumerate(strangers)]
    named = [_named(home, n) for n in range(2_000)]
    matched = pace(lambda: _match(home, sprinkled))
    read = pace(scoring(home.scorer, named))
    whole, posts = _replay_day(home, settings)
    return [
        (
            f"match against {len(home.services)} services, one post in {MATCHING_ONE_IN} naming one",
            matched.per_cpu_second,
            "posts/s",
        ),
        (f"score with {home.scorer.model}", read.per_cpu_second, "posts/s"),
        ("whole replay of a simulated day, all of whose posts name a service", posts / whole, "posts/s"),
        ("peak memory", peak_memory_mb(), "MB"),
    ]


def store(settings: Settings, posts: int = 1_000_000) -> list[Row]:
    """One cycle of 500 new posts on a database that holds `posts` already, and its publication."""
    home = house(settings, memory=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.duckdb"
        filled = _timed(lambda: _fill(path, posts))
        opened = perf_counter()
        conducted = House(settings, home.services, str(path)).flow(Alerts(settings, home.services, recorded=True))
        reopened = perf_counter() - opened
        now = START + timedelta(days=30)
        times = []
        for number in range(6):
            now += MINUTE
            batch = [_named(home, number * 500 + n, now - timedelta(milliseconds=100 * n)) for n in range(1, 501)]
            times.append(_timed(lambda: conducted.absorb([*batch, Mark("bench", "", now)], now)))  # noqa: B023
        size = path.stat().st_size / 2**20
        conducted.close()
    return [
        (f"filling {posts:,} posts", filled, "s"),
        ("opening again, state rebuilt", reopened, "s"),
        ("first cycle of 500 new posts", 1000 * times[0], "ms"),
        ("later cycle of 500 new posts (median)", 1000 * sorted(times[1:])[len(times) // 2 - 1], "ms"),
        ("size of the database", size, "MB"),
        ("peak memory", peak_memory_mb(), "MB"),
    ]


def text(settings: Settings, endurance: int = 0) -> list[Row]:
    """The reader on one core: posts of about 25 tokens a second, tokenising included; loading; memory.

    Args:
        settings: whose scorer is measured.
        endurance: read so many posts in a row, all different, and tell the peak of memory after each tenth.
    """
    began = perf_counter()
    scorer = load_scorer(settings.scorer)
    loaded = perf_counter() - began
    posts = made_posts(2_000)
    ours = pace(scoring(scorer, posts))
    alone = pace(scoring(scorer, posts[:300], chunk=1))
    rows: list[Row] = [
        (f"{scorer.model}, in batches", ours.per_cpu_second, "posts/s"),
        (f"{scorer.model}, one post a call", alone.per_cpu_second, "posts/s"),
        ("load", loaded, "s"),
        ("peak memory", peak_memory_mb(), "MB"),
    ]
    try:
        plain = pace(plain_pipeline(TOKENIZER, posts[:100]), rounds=2)
        rows.insert(2, ("transformers' plain pipeline, one post a call", plain.per_cpu_second, "posts/s"))
        rows.insert(3, ("times as fast", ours.per_cpu_second / plain.per_cpu_second, "x"))
    except UserError as error:
        Console(stderr=True).print(str(error), markup=False, highlight=False)
    climbed = memory_over(scorer, endurance, step=max(1, endurance // 10))
    rows += [(f"peak memory after {read:,} posts", held, "MB") for read, held in climbed]
    return rows


def _match(home: House, posts: list[Post]) -> int:
    for post in posts:
        if home.matching.wanted(post.text):
            mentions(home.matching, post)
    return len(posts)


def _replay_day(home: House, settings: Settings) -> tuple[float, int]:
    source = load("simulate", {"seed": 1}, home.tools)
    conducted = home.flow(Alerts(settings, home.services, recorded=True))
    count = [0]

    def progress(posts: int, *_: object) -> None:
        count[0] += posts

    took = _timed(lambda: run_through(source, conducted, progress, lambda: None))
    conducted.close()
    return took, count[0]


def _named(home: House, number: int, at: datetime = START) -> Post:
    service = home.services[number % len(home.services)]
    text = NAMED[number % len(NAMED)].format(service.name)
    return Post(f"new:{number}", "bench", f"author {number}", text, at, at)


def _fill(path: Path, posts: int) -> None:
    Store(path).close()
    start = START.replace(tzinfo=None)
    with duckdb.connect(str(path)) as con:
        con.execute(FILL, {"posts": posts, "start": start, "step": 30 * 86_400_000 // posts})
        for statement in (FILL_SCORES, FILL_VOICES, FILL_MINUTES):
            con.execute(statement)
        until = (START + timedelta(days=30)).isoformat()
        con.execute("insert into facts values ('judged_until', ?)", [until])


def _timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began
