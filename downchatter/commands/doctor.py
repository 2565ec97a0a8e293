"""`downchatter doctor`: does each part work, and what to do if not."""

from __future__ import annotations

import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeVar

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from downchatter.alerting import channel, route_warnings
from downchatter.assembly import House, house, lacks, load_scorer
from downchatter.clock import utc_now
from downchatter.settings import Settings
from ingest import collectors
from ingest.errors import UserError
from ingest.records import Coverage, Delivery, Gap
from ingest.store import Store
from ingest.store.publish import current, folder_for
from ingest.store.tables import records

Noun = TypeVar("Noun")
Health = Literal["ok", "off", "warn", "fail"]
LOW_DISK_MB: Final = 500
WEEK: Final = timedelta(days=7)
STALE_MINUTES: Final = 5
MARKS: Final[dict[Health, str]] = {"ok": "green", "off": "dim", "warn": "yellow", "fail": "bold red"}


@dataclass(frozen=True, slots=True)
class Check:
    """One part: its health, what was seen, and what to do. `fail` needs a person."""

    part: str
    health: Health
    seen: str
    remedy: str = ""


def doctor(settings: Settings, *, as_json: bool = False) -> int:
    """Print the checks; the exit code is 1 if something needs a person, else 0."""
    checks = list(examine(settings))
    if as_json:
        sys.stdout.write(json.dumps([asdict(check) for check in checks], ensure_ascii=False) + "\n")
    else:
        Console().print(_table(checks))
    return int(any(check.health == "fail" for check in checks))


def examine(settings: Settings, clock: Callable[[], datetime] = utc_now) -> Iterator[Check]:
    """Examine every part in turn."""
    try:
        home: House | None = house(settings)
    except UserError as error:
        home = None
        yield Check("settings", "fail", str(error), "correct the services file")
    if home:
        yield Check("settings", "ok", f"{len(home.services)} services")
    yield _model(settings)
    yield _database(settings)
    yield from _sources(settings, home, clock())
    yield from _alerts(settings, home, clock())
    yield _dashboard(settings)


def _model(settings: Settings) -> Check:
    try:
        return Check("model", "ok", load_scorer(settings.scorer).model)
    except UserError as error:
        return Check("model", "fail", str(error), "name another scorer in the settings")


def _database(settings: Settings) -> Check:
    path = settings.database
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free // 2**20
    if free < LOW_DISK_MB:
        return Check(
            "database", "fail", f"{free} MB free on the disk of {folder}", "make room; the writer stops without it"
        )
    if not path.exists():
        return Check("database", "off", f"{path} does not exist yet", "`downchatter run` makes it")
    try:
        Store(path).close()
    except UserError as error:
        running = "another downchatter" in str(error)
        return (
            Check("database", "ok", f"{path}, in use by a running downchatter")
            if running
            else _failed("database", error)
        )
    return Check("database", "ok", f"{path}, {path.stat().st_size // 2**20} MB; {free} MB free")


def _sources(settings: Settings, home: House | None, now: datetime) -> Iterator[Check]:
    covered = {one.source: one for one in _rows(settings, Coverage, "coverage")}
    gaps = {gap.source: gap for gap in _rows(settings, Gap, "gaps") if gap.end is None}
    for name in collectors.names():
        if name in ("replay", "simulate"):
            continue
        yield (home and _unreadable(name, home)) or _source(name, covered.get(name), gaps.get(name), now)


def _unreadable(name: str, home: House) -> Check | None:
    try:
        seen, _, remedy = lacks(name, home).partition("; ")
    except UserError as error:
        return _failed(f"source {name}", error)
    return Check(f"source {name}", "off", seen, remedy) if seen else None


def _source(name: str, covered: Coverage | None, gap: Gap | None, now: datetime) -> Check:
    last = covered.last_post_at if covered else None
    seen = f"last post {_minutes(now, last)} min ago" if last else "no post yet"
    seen += f"; {covered.note}" if covered and covered.note else ""
    if gap:
        blind = f"blind since {gap.start:%Y-%m-%d %H:%M} UTC ({gap.reason}); {seen}"
        return Check(f"source {name}", "fail", blind, "check the network and the source's options")
    if covered is None:
        return Check(f"source {name}", "ok", "never read yet", "start `downchatter run`")
    quiet = _minutes(now, covered.until)
    if quiet > STALE_MINUTES:
        return Check(f"source {name}", "warn", f"not read for {quiet} min; {seen}", "start `downchatter run`")
    return Check(f"source {name}", "ok", seen)


def _alerts(settings: Settings, home: House | None, now: datetime) -> Iterator[Check]:
    for name, options in settings.channels.items():
        try:
            channel(name, options)
            yield Check(f"alerts {name}", "ok", f"ready; try it with `downchatter alerts test {name}`")
        except UserError as error:
            yield _failed(f"alerts {name}", error)
    try:
        for warning in route_warnings(settings, home.services if home else (), now):
            yield Check("alerts", "warn", warning, "correct the routes in the settings")
    except UserError as error:
        yield _failed("alerts", error)
    lately = [one for one in _rows(settings, Delivery, "deliveries") if now - one.created_at < WEEK]
    dead = [one for one in lately if one.state == "dead"]
    if dead:
        said = f"{len(dead)} alerts of the last week could not be delivered"
        yield Check("alerts", "fail", said, "see `downchatter alerts log --state dead`, then `redeliver` them")


def _dashboard(settings: Settings) -> Check:
    where = (settings.dashboard.address, settings.dashboard.port)
    with socket.socket() as probe:
        probe.settimeout(1)
        served = probe.connect_ex(where) == 0
    generation = current(folder_for(settings.database))
    seen = f"generation {generation} is published" if generation else "nothing is published yet"
    return Check(
        "dashboard", "ok", f"{seen}; {'something answers' if served else 'nothing runs'} on {where[0]}:{where[1]}"
    )


def _rows(settings: Settings, noun: type[Noun], name: str) -> list[Noun]:
    folder = folder_for(settings.database)
    path = folder / current(folder) / f"{name}.parquet"
    if not current(folder) or not path.exists():
        return []
    rows = pq.read_table(path)
    return records(noun, rows)


def _failed(part: str, error: UserError) -> Check:
    return Check(part, "fail", str(error), "set that right")


def _minutes(now: datetime, then: datetime) -> int:
    return max(0, int((now - then).total_seconds() // 60))


def _table(checks: list[Check]) -> Table:
    table = Table(title="doctor", title_justify="left", show_lines=False)
    for heading in ("part", "", "seen", "what to do"):
        table.add_column(heading)
    for check in checks:
        table.add_row(check.part, Text(check.health, style=MARKS[check.health]), Text(check.seen), Text(check.remedy))
    return table
