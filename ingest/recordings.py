"""Files of recorded posts: `.jsonl`, `.csv` or `.parquet`.

Columns are `text` and `created_at`, and where known `id, source, author, seen_at, url, thread, lang, likes, service`;
others are ignored. `seen_at` defaults to `created_at`. A row that cannot be read is put aside with its place and the
reason, and the rest goes on.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.errors import UserError
from ingest.normalise import EARLIEST, clean_text, parse_time
from ingest.records import Post

LONGEST: Final = 1_000_000
SHOWN: Final = 20
COLUMNS: Final = frozenset(
    ("text", "created_at", "id", "source", "author", "seen_at", "url", "thread", "lang", "likes", "service")
)


@dataclass(slots=True)
class Report:
    """What was read: rows in all, rows that could be used, and what was wrong with the others."""

    rows: int = 0
    kept: int = 0
    refused: int = 0
    repaired: int = 0
    problems: list[str] = field(default_factory=list)

    def refuse(self, place: str, reason: str) -> None:
        """Count a row that cannot be used; the first few are kept with their place."""
        self.refused += 1
        self._note(f"{place}: {reason}")

    def repair(self, place: str, what: str) -> None:
        """Count a row that was used after mending it."""
        self.repaired += 1
        self._note(f"{place}: {what}")

    def _note(self, problem: str) -> None:
        if len(self.problems) < SHOWN:
            self.problems.append(problem)


class Recording:
    """The posts of a file in the order of its rows, read as they are asked for; `report` fills meanwhile.

    Args:
        path: the file.
        service: says that every row is about this service.
        pseudonym: turns an author into what is stored.
        undated: take rows without `created_at` too, as of the year 2000: for reading wording, not for judging minutes.
        source: where rows come from that do not say it.
    """

    def __init__(
        self,
        path: Path,
        service: str,
        pseudonym: Callable[[str], str],
        *,
        undated: bool = False,
        source: str = "replay",
    ) -> None:
        self.report = Report()
        self._path = path
        self._service = service
        self._pseudonym = pseudonym
        self._undated = undated
        self._source = source
        self._same: Counter[str] = Counter()

    def posts(self) -> Iterator[tuple[str, Post]]:
        """Yield each usable row's own id (empty where it has none) and its post.

        Raises:
            UserError: the file is missing, of another type, or cannot be read at all.
        """
        for place, row in _rows(self._path, self.report, ("text",) if self._undated else ("text", "created_at")):
            self.report.rows += 1
            try:
                post = self._post(place, row)
            except ValueError as error:
                self.report.refuse(place, str(error))
                continue
            self.report.kept += 1
            yield _word(row, "id"), post

    def _post(self, place: str, row: Mapping[str, Any]) -> Post:
        text = self._text(place, row)
        created_at = _time(row, "created_at") or (EARLIEST if self._undated else None)
        if created_at is None:
            raise ValueError("created_at is missing")
        source = _word(row, "source").lower() or self._source
        identity = self._identity(row, source, text, created_at)
        return Post(
            id=identity,
            source=source,
            author=self._pseudonym(_word(row, "author") or identity),
            text=text,
            created_at=created_at,
            seen_at=_time(row, "seen_at") or created_at,
            lang=_word(row, "lang"),
            thread=_word(row, "thread"),
            url=_word(row, "url"),
            likes=_count(row, "likes"),
            service=self._service or _word(row, "service"),
        )

    def _text(self, place: str, row: Mapping[str, Any]) -> str:
        raw = row.get("text")
        if not isinstance(raw, str) or not raw.strip():
            raise ValueError("text is missing")
        if len(raw) > LONGEST:
            raise ValueError(f"text of {len(raw)} characters is longer than {LONGEST}")
        text = clean_text(raw)
        if not text:
            raise ValueError("text holds nothing that can be read")
        if "\0" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
            self.report.repair(place, "NUL bytes or lone surrogates were taken out of the text")
        return text

    def _identity(self, row: Mapping[str, Any], source: str, text: str, created_at: datetime) -> str:
        given = _word(row, "id")
        if given:
            return given if given.startswith(f"{source}:") else f"{source}:{given}"
        wording = "\x1f".join(
            (created_at.isoformat(), _word(row, "author"), self._service or _word(row, "service"), text)
        )
        digest = hashlib.sha256(wording.encode("utf8", "surrogatepass")).hexdigest()[:20]
        self._same[digest] += 1
        return f"{source}:{digest}" + (f".{self._same[digest]}" if self._same[digest] > 1 else "")


def rows_of(path: Path, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rows of a file as they are, all columns, each with its place; lines that are no rows are left out.

    Raises:
        UserError: the file is missing, of another type, lacks a column, or cannot be read at all.
    """
    return _rows(path, Report(), needed, every_column=True)


def _rows(
    path: Path, report: Report, needed: Sequence[str], *, every_column: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UserError(
            f"{path}: posts are read from .jsonl, .csv or .parquet, not {path.suffix or 'a file without an ending'}"
        )
    try:
        yield from reader(path, report, needed, every_column)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}; check the path and its permissions") from error
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"{path}: this cannot be read as {path.suffix[1:]} ({reason}); check that the file is whole"
        ) from error


def _jsonl(path: Path, report: Report, _: Sequence[str], __: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    found = broken = 0
    with path.open(encoding="utf8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{path.name}:{number}"
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                found += 1
                yield place, row
            else:
                broken += 1
                report.rows += 1
                report.refuse(place, "this line is not a JSON object")
    if broken and not found:
        raise UserError(f"{path}: no line of it is a JSON object; a .jsonl file has one post in braces on each line")


def _csv(path: Path, _: Report, needed: Sequence[str], __: bool) -> Iterator[tuple[str, Mapping[str, Any]]]:
    csv.field_size_limit(64 * LONGEST)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        reader = csv.DictReader(lines)
        _need(path, reader.fieldnames or (), needed)
        for row in reader:
            yield f"{path.name}:{reader.line_num}", row


def _parquet(
    path: Path, _: Report, needed: Sequence[str], every_column: bool
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with pq.ParquetFile(path) as file:
        _need(path, file.schema_arrow.names, needed)
        wanted = [name for name in file.schema_arrow.names if every_column or name in COLUMNS]
        number = 0
        for batch in file.iter_batches(columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield f"{path.name}:row {number}", row


def _need(path: Path, names: Iterable[str], needed: Iterable[str]) -> None:
    missing = set(needed) - set(names)
    if missing:
        found = ", ".join(names) or "nothing"
        raise UserError(
            f"{path}: column {' and '.join(sorted(missing))} is missing (found: {found}); rename it in the file"
        )


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_text(str(value))[:2000]


def _count(row: Mapping[str, Any], name: str) -> int:
    try:
        return min(max(int(float(row.get(name) or 0)), 0), 10**12)
    except (TypeError, ValueError, OverflowError):
        return 0


def _time(row: Mapping[str, Any], name: str) -> datetime | None:
    value = row.get(name)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    try:
        return parse_time(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
