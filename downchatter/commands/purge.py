"""`downchatter purge`: forget the words of old posts, wherever they lie."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
from rich.console import Console

from downchatter.alerting import Alerts
from downchatter.assembly import house, utc_now
from downchatter.publisher import Publisher
from downchatter.settings import Settings
from ingest.store import Store
from ingest.store.database import compact
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
    if not settings.database.exists():
        Console().print(f"There is no database {settings.database}: nothing to forget.", highlight=False)
        return 0
    before = utc_now() - timedelta(days=settings.retention_days if days is None else days)
    gone = _forget(settings, before)
    kept, shown = _left(settings.database, before), _left_published(folder_for(settings.database), before)
    Console().print(
        f"The words of {gone} posts seen before {before:%Y-%m-%d %H:%M} UTC are gone, and what named their authors; "
        f"{kept} older posts in the database and {shown} in what is published still have theirs.",
        highlight=False,
    )
    return gone


def _forget(settings: Settings, before: datetime) -> int:
    home = house(settings)
    flow = home.flow(Alerts(settings, home.services))
    gone = flow.purge(before)
    publisher = Publisher(flow, home, folder_for(home.database))
    for _ in range(KEPT):  # the generations before are let go one by one
        publisher.now()
    flow.close()
    compact(settings.database)
    return gone


def _left(database: Path, before: datetime) -> int:
    store = Store(database)
    found = store.query(LEFT.format(place="posts", named=NAMED), [naive(before)])
    store.close()
    return int(found["n"][0].as_py())


def _left_published(folder: Path, before: datetime) -> int:
    files = [str(path) for path in folder.glob("*/posts/*.parquet")]
    if not files:
        return 0
    with duckdb.connect() as con:
        found = con.execute(LEFT.format(place="read_parquet(?)", named=NAMED), [files, naive(before)]).fetchall()
    return int(found[0][0])
