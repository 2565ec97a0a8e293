"""Writes a database's file anew, so that it takes no more room than what it holds.

DuckDB uses the room of what was deleted or changed again, and gives back what is free at the file's end; what is free
before that stays. Only a copy is small, and no one may have the file open while it is made.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import duckdb

from ingest.store.database import Store

LEAST: Final = 64 * 2**20
"""Bytes that must be won before a file is written anew without being asked for."""
SHARE: Final = 1 / 3
"""So large a share of the file as well."""


def compact(path: Path) -> None:
    """Write a database's file anew, so that nothing which was deleted lingers in it. No one may have it open."""
    fresh = path.with_name(f"{path.name}.compact")
    fresh.unlink(missing_ok=True)
    try:
        with duckdb.connect() as con:
            con.execute(f"attach '{_quoted(path)}' as old (read_only)")
            con.execute(f"attach '{_quoted(fresh)}' as fresh")
            con.execute("copy from database old to fresh")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def compact_if_worthwhile(path: Path, least: int = LEAST) -> tuple[int, int] | None:
    """Write a database's file anew if at least `least` bytes and a third of it hold nothing.

    Returns:
        The bytes that it took and that it takes; None if it was left as it is, also for want of room for the copy.

    Raises:
        InUse, UserError: as `Store`.
    """
    if not path.exists():
        return None
    store = Store(path)
    used = store.used_bytes()
    store.close()
    size = path.stat().st_size
    if size - used < max(least, SHARE * size) or shutil.disk_usage(path.parent).free < size:
        return None
    compact(path)
    return size, path.stat().st_size


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
