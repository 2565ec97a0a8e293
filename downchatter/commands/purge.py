"""`downchatter purge`: forget the words of old posts, wherever they lie."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.clock import utc_now
from downchatter.publisher import Publisher
from downchatter.settings import Settings
from ingest.store import Store
from ingest.store.compacting import compact
from ingest.store.forgetting import NAMED
from ingest.store.publish import KEPT, folder_for
from ingest.store.tables import naive

LEFT: Final = "select count(*) as n from {place} where seen_at < ? and {named}"


def purge(settings: Settings, days: int | None = None) -> int:
    """Remove the words of posts seen more than `days` ago (default: as the settings say), and what names their authors,
    and count what is left.

    They go from the database, whose file is written anew, and from every generation of what is published. What was
    thought of the posts, and all counts, stay. The database must not be in use.

    Raises:
        UserError: the database is in use or cannot be opened.
    """
    screen = Console()
    if not settings.database.exists():
        screen.print(f"There is no database {settings.database}: nothing to forget.", highlight=False)
        return 0
    before = utc_now() - timedelta(days=settings.retention_days if days is None else days)
    size = settings.database.stat().st_size
    gone = _forget(settings, before, screen)
    kept, shown = _left(settings.database, before), _left_published(folder_for(settings.database), before)
    screen.print(
        f"The words of {gone} posts seen before {before:%Y-%m-%d %H:%M} UTC are gone, and what named their authors; "
        f"{kept} older posts in the database and {shown} in what is published still have theirs. The database took "
        f"{size / 1e6:.1f} MB and takes {settings.database.stat().st_size / 1e6:.1f} MB.",
        highlight=False,
    )
    return gone


def _forget(settings: Settings, before: datetime, screen: Console) -> int:
    home = house(settings)
    flow = home.flow(Alerts(settings, home.services))
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=screen) as progress:
        task = progress.add_task("posts", total=_named(flow.store, before))
        gone = 0
        for step in flow.purge(before):
            gone += step.posts
            progress.update(task, completed=gone)
    publisher = Publisher(flow, home, folder_for(home.database))
    for _ in range(KEPT):  # the generations before are let go one by one
        publisher.now()
    flow.close()
    compact(settings.database)
    return gone


def _left(database: Path, before: datetime) -> int:
    store = Store(database)
    found = _named(store, before)
    store.close()
    return found


def _named(store: Store, before: datetime) -> int:
    return int(store.query(LEFT.format(place="posts", named=NAMED), [naive(before)])["n"][0].as_py())


def _left_published(folder: Path, before: datetime) -> int:
    files = [str(path) for path in folder.glob("*/posts/*.parquet")]
    if not files:
        return 0
    with duckdb.connect() as con:
        found = con.execute(LEFT.format(place="read_parquet(?)", named=NAMED), [files, naive(before)]).fetchall()
    return int(found[0][0])
