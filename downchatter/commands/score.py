"""`downchatter score`: what the reader thinks of each post."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from downchatter.assembly import House, house
from downchatter.commands.replay import report_reading
from downchatter.settings import Settings
from ingest.collectors.replay import Recording
from ingest.errors import UserError
from ingest.records import Mention, Post
from nlp.matching import mentions

Row = TypeVar("Row")
CHUNK: Final = 4096
COLUMNS: Final[dict[str, pa.DataType]] = {
    "id": pa.string(),
    "service": pa.string(),
    "kind": pa.string(),
    "p_outage": pa.float64(),
    "p_relay": pa.float64(),
    "p_recovery": pa.float64(),
    "p_complaint": pa.float64(),
    "p_other": pa.float64(),
    "sentiment": pa.float64(),
    "sentiment_label": pa.string(),
    "frustration": pa.float64(),
    "model": pa.string(),
}
SCHEMA: Final = pa.schema([pa.field(name, kind) for name, kind in COLUMNS.items()])


def score(settings: Settings, posts: Path, out: Path, *, everything: bool = False) -> int:
    """Score `posts` into `out` and return the number of rows written.

    Raises:
        UserError: `out` has another ending, or cannot be written.
    """
    if out.suffix not in WRITERS:
        raise UserError(f"{out}: scores are written as .parquet, .csv or .jsonl; give --out one of these endings")
    home = house(settings, memory=True)
    recording = Recording(posts, "", home.tools.pseudonym, undated=True)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = out.with_name(f".{out.name}.part")
        count = WRITERS[out.suffix](new, rows(home, recording.posts(), everything))
        new.replace(out)
    except OSError as error:
        raise UserError(f"{out}: cannot write the scores ({error.strerror}); check the folder and its space") from error
    screen = Console(stderr=True)
    report_reading(screen, recording.report)
    screen.print(f"{count} rows in {out}", highlight=False)
    return count


def rows(house: House, posts: Iterable[tuple[str, Post]], everything: bool) -> Iterator[dict[str, Any]]:
    """One row per post and service; with `everything` also posts that name none, their service empty.

    Args:
        house: whose matcher and scorer are asked.
        posts: pairs of the id that the row is to carry (empty: the post's own) and the post.
        everything: see above.
    """
    for chunk in _chunks(posts):
        named = [
            (given or post.id, post, mention)
            for given, post in chunk
            for mention in mentions(house.matching, post) or ([Mention("")] if everything else [])
        ]
        answers = house.scorer.score([(post, mention) for _, post, mention in named])
        for (identity, _, _), answer in zip(named, answers, strict=True):
            if answer is not None:
                yield {"id": identity} | {name: getattr(answer, name) for name in COLUMNS if name != "id"}


def _parquet(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for batch in _chunks(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema=SCHEMA))
            count += len(batch)
    return count


def _csv(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _inert(value) for name, value in row.items()})
            count += 1
    return count


def _jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    count = 0
    with path.open("w", encoding="utf8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


WRITERS: Final = {".parquet": _parquet, ".csv": _csv, ".jsonl": _jsonl}


def _inert(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rest = iter(rows)
    while batch := list(islice(rest, CHUNK)):
        yield batch
