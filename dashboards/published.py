"""Finds what was published last and asks it questions, also while the next generation is being laid out.

The publication is a folder: `CURRENT` names the newest generation, a folder beside it that holds Parquet files. A
generation never changes once it is named, and may vanish when it is some generations old; a read that meets this is
repeated on the newest one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

import duckdb
import pandas as pd

from dashboards.remembered import Remembered, frozen
from dashboards.shapes import BY_DAY, EVER_NEW, SHAPES
from ingest.errors import UserError

Read = TypeVar("Read")

TRIES: Final = 5
SAFE: Final = 2
"""The writer keeps at least so many generations behind the newest one."""
LISTED: Final = 1000
"""Of so many rows, chosen from many more, the other columns are read only once they are chosen."""

ANEW: Final = 2000
"""After so many questions another database answers: DuckDB keeps a little of each, and of each file it has read."""

SMALL: Final = 1_000_000
"""Bytes of a table that is compared by what is in it."""
INSTANT: Final = timedelta(microseconds=1)

REMEDY: Final = "Start `downchatter run` to watch live, or `downchatter demo` to see a simulated day."


@dataclass(frozen=True, slots=True)
class Meta:
    """What a generation says about itself. Times are aware UTC; `written` is when it was put in force.

    `rules` are those in force and `settled` those of the settings, as `downchatter.ruling` tells them; `stored` is the
    size of the database in `bytes` and the rows of each table.
    """

    generation: str
    published_at: datetime
    judged_until: datetime
    started_at: datetime
    written: datetime
    simulated: bool = False
    version: str = ""
    model: str = ""
    promise_days: float = 0.0
    rules: Mapping[str, Any] = field(default_factory=dict)
    settled: Mapping[str, Any] = field(default_factory=dict)
    retention_days: int = 0
    stored: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


class Published:
    """A publication at a path. Cheap to make; safe to share between threads.

    Args:
        path: the folder that holds `CURRENT`. It need not exist yet: then every frame is empty and `remedy` says
            what to do.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @property
    def generation(self) -> str:
        """The newest generation's name, or "" before the first."""
        try:
            return (self.path / "CURRENT").read_text(encoding="utf8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return ""

    @property
    def remedy(self) -> str:
        """One sentence on why there is nothing to show and what to do about it, or ""."""
        return "" if self.generation else f"Nothing has been published at {self.path} yet. {REMEDY}"

    def meta(self) -> Meta | None:
        """What the newest generation says about itself; None before the first.

        Raises:
            UserError: it is there and cannot be read.
        """
        return self._newest(_meta)

    def frame(
        self,
        sql: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        tables: Iterable[str],
        since: datetime | None = None,
        until: datetime | None = None,
        lasting: bool = False,
    ) -> pd.DataFrame:
        """The answer to a question as a frame; its times are aware UTC.

        Args:
            sql: may name the published `tables` and `$parameters`; `$since` and `$until` are known where given.
            parameters: values, never parts of `sql`. Times among them are aware.
            tables: the tables that `sql` reads (see `shapes`).
            since: read no file of a day before this (aware UTC).
            until: read no file of a day after this (aware UTC); one that begins then is not read.
            lasting: keep the answer for as long as it comes from the very same files. What is asked of days alone that
                are over is always kept so, and of small tables that mostly say the same from one generation to the
                next.

        Raises:
            UserError: a file is there and cannot be read.
        """
        values = dict(parameters or {})
        values |= {name: value for name, value in (("since", since), ("until", until)) if value is not None}
        values = {name: _naive(value) for name, value in values.items()}
        names = list(tables)

        def ask(folder: Path) -> pd.DataFrame:
            files, over = {}, EVER_NEW.isdisjoint(names)
            for name in names:
                files[name], newer = _files(folder, name, since, until)
                over = over and (newer or name not in BY_DAY)
            if not (lasting or over):
                return _ask(sql, values, files)
            question = sql, frozen(values), frozen({name: [_identity(file) for file in files[name]] for name in names})
            return _LASTING.get(question, lambda: _ask(sql, values, files)).copy()

        found = self._newest(ask)
        return found if found is not None else _ask(sql, values, {name: [] for name in names})

    def _newest(self, read: Callable[[Path], Read]) -> Read | None:
        for _ in range(TRIES):
            generation = self.generation
            if not generation:
                return None
            try:
                found = read(self.path / generation)
            except (OSError, ValueError, KeyError, duckdb.Error) as error:
                if _of_ours(error):
                    raise
                if self.generation == generation:
                    raise UserError(
                        f"{self.path / generation}: cannot be read ({str(error).splitlines()[0]}); "
                        "publish anew by running downchatter on its database"
                    ) from error
            else:
                if _still_whole(generation, self.generation):
                    return found
        raise UserError(f"{self.path}: published faster than it can be read; wait a moment and try again")


def _of_ours(error: Exception) -> bool:
    """Whether it is the question that is wrong, not what is read."""
    return isinstance(error, duckdb.ProgrammingError) and not isinstance(error, duckdb.InvalidInputException)


def _still_whole(generation: str, newest: str) -> bool:
    """Whether nothing of `generation` can have been tidied away while it was read: only older ones are."""
    if generation == newest:
        return True
    return generation.isdigit() and newest.isdigit() and int(newest) - int(generation) <= SAFE


def _meta(folder: Path) -> Meta:
    said = json.loads((folder / "meta.json").read_text(encoding="utf8"))
    return Meta(
        generation=folder.name,
        published_at=_aware(said["published_at"]),
        judged_until=_aware(said["judged_until"]),
        started_at=_aware(said["started_at"]),
        written=datetime.fromtimestamp((folder / "meta.json").stat().st_mtime, UTC),
        simulated=bool(said.get("simulated", False)),
        version=str(said.get("version", "")),
        model=str(said.get("model", "")),
        promise_days=float(said.get("promise_days", 0)),
        rules=dict(said.get("rules", {})),
        settled=dict(said.get("settled", {})),
        retention_days=int(said.get("retention_days", 0)),
        stored={str(name): int(count) for name, count in dict(said.get("stored", {})).items()},
        versions={name: str(said[name]) for name in ("python", "duckdb") if name in said},
    )


def _files(folder: Path, name: str, since: datetime | None, until: datetime | None) -> tuple[list[str], bool]:
    """The files of a table that hold a stretch of time, and whether there is one of a later day."""
    if name not in BY_DAY:
        found = [str(path) for path in [folder / f"{name}.parquet"] if path.exists()]
        days = found
    else:
        first, last = (_day(since) if since else ""), (_day(until - INSTANT) if until else "9")
        days = sorted(str(path) for path in (folder / name).glob("*.parquet"))
        found = [path for path in days if first <= Path(path).stem <= last]
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder} is gone")
    return found, found[-1:] != days[-1:] and bool(found)


def _identity(path: str) -> tuple[object, ...]:
    """What tells a file of a past day from one written anew: unchanged ones are links to that of the generation before.

    A small table is written anew each time, mostly the same.
    """
    file = Path(path)
    told = file.stat()
    if told.st_size > SMALL or file.parent.name in BY_DAY:
        return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns
    return told.st_size, blake2b(file.read_bytes(), digest_size=16).digest()


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d")


def _ask(sql: str, values: dict[str, Any], files: Mapping[str, list[str]]) -> pd.DataFrame:
    parts = [_part(name, bool(found)) for name, found in files.items()]
    values = {name: value for name, value in values.items() if re.search(rf"\${name}\b", sql)}
    values |= {f"{name}_files": found for name, found in files.items() if found}
    cursor = _memory().cursor()
    try:
        found: pd.DataFrame = cursor.sql(f"with {', '.join(parts)} {sql}", params=values).df()
    finally:
        cursor.close()
    for column in found.select_dtypes("datetime"):
        found[column] = found[column].dt.tz_localize(UTC)
    return found


def _part(name: str, there: bool) -> str:
    """A published table by its name; the name is one of `SHAPES`, never a reader's words."""
    shape = f"select * from {name}_shape"  # noqa: S608
    if not there:
        return f"{name} as ({shape})"
    stored = f"select * from read_parquet(${name}_files, union_by_name = true)"  # noqa: S608
    return f"{name} as ({shape} union all by name {stored})"


_LASTING: Final = Remembered(128)

_starting = Lock()
_asked = count(1)


def _memory() -> duckdb.DuckDBPyConnection:
    with _starting:
        if next(_asked) % ANEW == 0:
            _fresh.cache_clear()
        return _fresh()


@cache
def _fresh() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:", config={"autoinstall_known_extensions": False})
    con.execute(f"set late_materialization_max_rows = {LISTED}")  # the words of posts only for those that are shown
    for name, columns in SHAPES.items():
        con.execute(f"create table {name}_shape ({columns})")
    return con


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _naive(value: Any) -> Any:
    if isinstance(value, list):
        return [_naive(one) for one in value]
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
