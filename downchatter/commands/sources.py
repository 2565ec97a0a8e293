"""`downchatter sources`: what is read, how well, what is missing, and what it would take."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from downchatter.assembly import house, lacks
from downchatter.clock import utc_now
from downchatter.commands.incidents import published
from downchatter.settings import Settings
from ingest import collectors
from ingest.records import Coverage, Gap
from ingest.store.tables import records

DAY: Final = timedelta(days=1)


def sources(settings: Settings, *, as_json: bool = False, clock: Callable[[], datetime] = utc_now) -> None:
    """Print each source that was ever read, or can be, with its state, pace, lag, gaps in the last day, budget, and
    how much could not be read.

    Raises:
        UserError: nothing has been published yet, or the services file is wrong.
    """
    rows = list(_rows(settings, published(settings.database), clock()))
    if as_json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table(title="sources", title_justify="left")
    for heading in (
        "source",
        "state",
        "posts/min (last hour read)",
        "last post",
        "lag",
        "gap min in a day",
        "budget, unread",
        "why",
    ):
        table.add_column(heading)
    for row in rows:
        table.add_row(*(Text(_cell(value)) for name, value in row.items() if name != "read_until"))
    Console().print(table)


def _rows(settings: Settings, newest: Path, now: datetime) -> Any:
    covered = {one.source: one for one in records(Coverage, pq.read_table(newest / "coverage.parquet"))}
    gaps = records(Gap, pq.read_table(newest / "gaps.parquet"))
    home = house(settings)
    for name in sorted({*covered, *(set(collectors.names()) - {"replay", "simulate"})}):
        one, mine = covered.get(name), [gap for gap in gaps if gap.source == name]
        blind = next((gap for gap in mine if gap.end is None), None)
        off = lacks(name, home) if name in settings.sources or not one else ""
        yield {
            "source": name,
            "state": "off" if off else "blind" if blind else "seen" if one else "on",
            "posts_per_minute": _pace(newest, name, one) if one else None,
            "last_post": f"{_minutes(now, one.last_post_at)} min ago" if one and one.last_post_at else None,
            "read_until": one.until.isoformat() if one else None,
            "lag": _ago(now, one.until) if one and not off else None,
            "gap_minutes": round(sum(_within(gap, now) for gap in mine), 1),
            "budget": one.note if one and not off else "",
            "why": off or (blind.reason if blind else ""),
        }


def _pace(newest: Path, source: str, covered: Coverage) -> float:
    until = covered.until.replace(tzinfo=None)
    files = [str(path) for path in (newest / "minutes").glob("*.parquet")]
    if not files:
        return 0.0
    sql = "select coalesce(sum(posts), 0) / 60 from read_parquet($files) where source = $source and minute >= $since"
    with duckdb.connect() as con:
        found = con.execute(sql, {"files": files, "source": source, "since": until - timedelta(hours=1)}).fetchall()
    return round(float(found[0][0]), 2)


def _within(gap: Gap, now: datetime) -> float:
    start, end = max(gap.start, now - DAY), gap.end or now
    return max(0.0, (end - start).total_seconds() / 60)


def _minutes(now: datetime, then: datetime) -> int:
    return max(0, int((now - then).total_seconds() // 60))


def _ago(now: datetime, then: datetime) -> str:
    seconds = max(0, int((now - then).total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _cell(value: object) -> str:
    return "–" if value is None or value == "" else str(value)
