"""Lays out what the dashboard and the notebooks read: Parquet files, a new generation at a time.

`<database>.published/CURRENT` names the newest generation, a folder beside it, and is replaced atomically once that
folder is whole. Days that did not change are hard links to the files of the generation before. The last few generations
stay, for readers that are still in the middle of one.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import UserError
from ingest.store.database import Store

KEPT: Final = 4
ROW_GROUP: Final = 8192
"""Rows of posts that a reader can skip at once, so that a search reads little."""

BY_DAY: Final[dict[str, str]] = {
    "minutes": "select * from minutes where minute >= $start and minute < $end order by service, minute, source",
    "expected": "select * from expected where hour >= $start and hour < $end order by service, signal, hour",
    "spikes": "select * from spikes where minute >= $start and minute < $end order by service, signal, minute",
    "posts": """
        select p.id, s.service, p.source, p.author, p.text, p.created_at, p.seen_at, p.lang, p.thread, p.url, p.likes,
            case greatest(s.p_outage, s.p_relay, s.p_recovery, s.p_complaint, s.p_other)
                when s.p_outage then 'outage' when s.p_relay then 'relay' when s.p_recovery then 'recovery'
                when s.p_complaint then 'complaint' else 'other' end as kind,
            s.p_outage, s.p_relay, s.p_recovery, s.p_complaint, s.p_other, s.sentiment, s.frustration, s.aspects,
            s.model, s.fingerprint, coalesce(v.outage, 0) as counted, coalesce(v.frustration, 0) as counted_frustration,
            concat_ws('; ', nullif(v.reason, ''), nullif(s.reason, '')) as reason
        from posts p
        join scores s on s.post = p.id and s.seen_at >= $start and s.seen_at < $end
        left join voices v on v.post = s.post and v.service = s.service and v.minute >= $start and v.minute < $end
        where p.seen_at >= $start and p.seen_at < $end
        order by s.service, p.seen_at, p.id""",
}
WHOLE: Final[dict[str, str]] = {
    "incidents": "select * from incidents order by opened_at, id",
    "shared": "select * from shared_stories order by opened_at, id",
    "officials": 'select * from officials order by "at", id',
    "notes": 'select * from notes order by "at", id',
    "gaps": "select * from gaps order by source, start",
    "coverage": "select * from coverages order by source",
    "deliveries": """select * replace (case when row_number() over (order by created_at desc, id) <= 300
        then body else '' end as body) from deliveries order by created_at, id""",
    "attempts": """select * from attempts where "at" >= (select max("at") from attempts) - interval 30 days
        order by "at", delivery""",
}


def folder_for(database: Path | str) -> Path:
    """Where the publication of a database lies: beside it."""
    return Path(database).with_suffix(".published")


def current(folder: Path) -> str:
    """The newest generation's name, or "" before the first."""
    pointer = folder / "CURRENT"
    return pointer.read_text(encoding="utf8").strip() if pointer.exists() else ""


def publish(
    store: Store,
    folder: Path,
    extra: Mapping[str, pa.Table],
    meta: Mapping[str, Any],
    changed: Iterable[date] | None = None,
) -> str:
    """Write the next generation and point `CURRENT` at it.

    Args:
        store: what to publish.
        folder: see `folder_for`.
        extra: tables that the caller made ("services", "evidence"), each written as one file.
        meta: what to add to `meta.json`; the generation's name is added here.
        changed: the days whose rows changed since the last publication; None rewrites every day.

    Returns:
        The generation's name.

    Raises:
        UserError: the disk is full or the folder cannot be written; the former generation stays in force.
    """
    before = current(folder)
    generation = f"{int(before or 0) + 1:08d}"
    target = folder / generation
    try:
        _write(store, target, folder / before if before else None, changed)
        for name, rows in extra.items():
            pq.write_table(rows, target / f"{name}.parquet", compression="zstd")
        (target / "meta.json").write_text(json.dumps({**meta, "generation": generation}, indent=1), encoding="utf8")
        _point(folder, generation)
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise UserError(
            f"{folder}: cannot publish ({error.strerror}); free some space or check its permissions"
        ) from error
    _prune(folder)
    return generation


def _write(store: Store, target: Path, before: Path | None, changed: Iterable[date] | None) -> None:
    shutil.rmtree(target, ignore_errors=True)
    days = set(_all_days(store) if before is None or changed is None else changed)
    for name, sql in BY_DAY.items():
        part = target / name
        part.mkdir(parents=True)
        for day in days:
            rows = store.query(sql, {"start": _midnight(day), "end": _midnight(day) + timedelta(days=1)})
            if rows.num_rows:
                path = part / f"{day.isoformat()}.parquet"
                pq.write_table(rows, path, compression="zstd", row_group_size=ROW_GROUP)
        _link_rest(before, name, part, days)
    for name, sql in WHOLE.items():
        pq.write_table(store.query(sql), target / f"{name}.parquet", compression="zstd")


def _link_rest(before: Path | None, name: str, part: Path, days: set[date]) -> None:
    if before is None:
        return
    for old in (before / name).glob("*.parquet"):
        if date.fromisoformat(old.stem) not in days:
            os.link(old, part / old.name)


def _all_days(store: Store) -> list[date]:
    rows = store.query(
        """select distinct minute::date as day from minutes union select distinct hour::date from expected
        union select distinct minute::date from spikes union select distinct seen_at::date from posts"""
    )
    return [day for day in rows.column("day").to_pylist() if isinstance(day, date)]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  # tables keep UTC without an offset


def _point(folder: Path, generation: str) -> None:
    pointer = folder / "CURRENT.new"
    pointer.write_text(generation + "\n", encoding="utf8")
    pointer.replace(folder / "CURRENT")


def _prune(folder: Path) -> None:
    generations = sorted(path for path in folder.iterdir() if path.is_dir() and path.name.isdigit())
    for old in generations[:-KEPT]:
        gone = old.rename(old.with_name(f"{old.name}.gone"))  # whole or not at all, for those who still look for it
        shutil.rmtree(gone, ignore_errors=True)
