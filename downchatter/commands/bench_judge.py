"""`downchatter bench judge`: a month of many services judged again from what is stored, and one minute."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Final

import duckdb

from downchatter.commands.bench import START, Row
from ingest.records import MINUTE, Minute
from ingest.store import Store
from nlp.evaluation.speed import peak_memory_mb
from nlp.judge import Judge

WEEK: Final = timedelta(days=7)
CYCLES: Final = 30

FILL: Final = """
    insert into minutes
    select 'Service ' || s, 'bench', $start + to_minutes(m), n, n, o, 0, 0, n - o,
        o * 0.8, (n - o) * 0.2, -0.2 * n, 0.1 * n
    from (select s, m, n, case when hash(m, s) % 10 < 3 then n else 0 end as o from (
        select s, m, 1 + (hash(s, m) % 2)::bigint as n from range($services) a(s), range($minutes::bigint) b(m)
        where (hash(s + 7, m * 31) % 1000000) / 1000000.0 < 0.00167 * pow(600, s / $services::double)))
    order by m, s"""
"""From a post in ten hours for the quietest service to one or two a minute for the busiest."""


def judge(services: int = 500, days: int = 30) -> list[Row]:
    """Judge the stored minutes of so many services and days from nothing, a week at a time, as a restart does."""
    names = [f"Service {number}" for number in range(services)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.duckdb"
        Store(path).close()
        with duckdb.connect(str(path)) as con:
            start = START.replace(tzinfo=None)
            con.execute(FILL, {"start": start, "services": services, "minutes": days * 1440})
        store = Store(path)
        judging, until, rows = Judge(names), START + timedelta(days=days), 0
        began, cpu, read = perf_counter(), process_time(), 0.0
        for first, last in store.spans("minutes", "minute", until, WEEK):
            reading = process_time()
            part = store.all(
                Minute, "minute >= ? and minute < ?", [first.replace(tzinfo=None), last.replace(tzinfo=None)], "minute"
            )
            read += process_time() - reading
            judging.advance(last, part, [])
            rows += len(part)
        store.close()
        whole, alone = perf_counter() - began, process_time() - cpu
    cycles = sorted(_cycle(judging, names, until + number * MINUTE) for number in range(CYCLES))
    return [
        (f"stored minutes of {services} services over {days} days", float(rows), "rows"),
        ("judged again, reading them included", whole, "s"),
        ("the same, processor time", alone, "s"),
        ("of which reading them", read, "s"),
        (f"one minute in which all {services} are mentioned (median)", 1000 * cycles[CYCLES // 2], "ms"),
        ("the slowest of such", 1000 * cycles[-1], "ms"),
        ("peak memory", peak_memory_mb(), "MB"),
    ]


def _cycle(judging: Judge, names: list[str], at: datetime) -> float:
    rows = [Minute(name, "bench", at, posts=1, authors=1) for name in names]
    began = perf_counter()
    judging.advance(at + MINUTE, rows, [])
    return perf_counter() - began
