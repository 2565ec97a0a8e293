"""Recorded posts from a file: `.jsonl`, `.csv` or `.parquet`, in the order in which they were seen.

Columns are `text` and `created_at`, and where known `id, source, author, seen_at, url, thread, lang, likes, service`;
others are ignored. `seen_at` defaults to `created_at`. Where a row names a `service` it is taken at its word; else it
is matched by its text. A row that cannot be read is put aside with its place and the reason, and the rest goes on.
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
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import UserError
from ingest.normalise import EARLIEST, clean_text, parse_time
from ingest.options import Options, read_options
from ingest.records import MINUTE, Item, Mark, Post, minute_of

BATCH: Final = 500
EXAMPLE: Final[Mapping[str, Any]] = {"path": "{folder}/posts.jsonl"}
"""Options with which this source can be built; `{folder}` is one that holds such a file."""

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
    """

    def __init__(self, path: Path, service: str, pseudonym: Callable[[str], str], *, undated: bool = False) -> None:
        self.report = Report()
        self._path = path
        self._service = service
        self._pseudonym = pseudonym
        self._undated = undated
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
        source = _word(row, "source").lower() or "replay"
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


class Replay:
    """A file of posts, read whole when this is made, so that a bad file is known before anything happens."""

    source = "replay"

    def __init__(self, recording: Recording, name: str, wanted: Callable[[str], bool]) -> None:
        self._name = name
        found = (post for _, post in recording.posts() if post.service or wanted(post.text))
        self.posts = sorted(found, key=lambda post: (post.seen_at, post.id))
        self.report = recording.report
        self.services = sorted({post.service for post in self.posts if post.service})

    def read(self, cursor: str) -> Iterator[Item]:  # noqa: ARG002  # a file is read from its start
        """Yield every post, with a mark at the end of a minute about every 500 posts; keys drop known ones."""
        sources = sorted({post.source for post in self.posts})
        waiting = 0
        for minute, group in groupby(self.posts, key=lambda post: minute_of(post.seen_at)):
            posts = list(group)
            yield from posts
            waiting += len(posts)
            if waiting >= BATCH:
                yield from self._marks(sources, minute)
                waiting = 0
        if waiting:
            yield from self._marks(sources, minute_of(self.posts[-1].seen_at))

    def close(self) -> None:
        """Nothing is held open."""

    def _marks(self, sources: list[str], minute: datetime) -> Iterator[Mark]:
        for source in sources:
            yield Mark(source=source, cursor=f"{self._name}@{minute.isoformat()}", at=minute + MINUTE)


class ReplayOptions(Options):
    """Which file, and what it is about."""

    path: Path = Field(description="A .jsonl, .csv or .parquet file of posts.")
    service: str = Field("", description="The service that every row is about; empty: they are matched.")


def build(options: Mapping[str, Any], tools: Tools) -> Replay:
    """A replay of the file that `ReplayOptions` name.

    Raises:
        UserError: the file is missing, of another type, or cannot be read at all.
    """
    told = read_options(ReplayOptions, options, Replay.source)
    return Replay(Recording(told.path, told.service, tools.pseudonym), told.path.name, tools.wanted)


def _rows(path: Path, report: Report, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    readers = {".jsonl": _jsonl, ".ndjson": _jsonl, ".csv": _csv, ".parquet": _parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UserError(
            f"{path}: posts are read from .jsonl, .csv or .parquet, not {path.suffix or 'a file without an ending'}"
        )
    try:
        yield from reader(path, report, needed)
    except OSError as error:
        raise UserError(f"{path}: {error.strerror or error}; check the path and its permissions") from error
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"{path}: this cannot be read as {path.suffix[1:]} ({reason}); check that the file is whole"
        ) from error


def _jsonl(path: Path, report: Report, _: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
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


def _csv(path: Path, _: Report, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    csv.field_size_limit(64 * LONGEST)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
        reader = csv.DictReader(lines)
        _need(path, reader.fieldnames or (), needed)
        for row in reader:
            yield f"{path.name}:{reader.line_num}", row


def _parquet(path: Path, _: Report, needed: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with pq.ParquetFile(path) as file:
        _need(path, file.schema_arrow.names, needed)
        wanted = [name for name in file.schema_arrow.names if name in COLUMNS]
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
