"""A file that holds mostly nothing is written anew, whole, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.records import Post, Voice
from ingest.store import Store
from ingest.store.compacting import compact, compact_if_worthwhile

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def post(number: int) -> Post:
    words = "".join(f"{number * 7919 * place % 10**9:x} " for place in range(1, 40))
    return Post(f"x:{number}", "x", f"a{number}", words, NOON + timedelta(seconds=number), NOON)


def filled(path: Path) -> None:
    """A database that lost most of its posts, with what came after them behind the hole."""
    store = Store(path)
    store.append(Post, [post(number) for number in range(30_000)])
    store.close()
    store = Store(path)
    store.append(Voice, [Voice("A", "x", NOON, f"x:{number}", 1.0, 0.0, post(number).text) for number in range(3_000)])
    store.close()
    with duckdb.connect(str(path)) as con:
        con.execute("delete from posts")
        con.execute("checkpoint")
    store = Store(path)
    store.append(Post, [post(number) for number in range(10)])
    store.close()


def test_a_file_that_holds_mostly_nothing_is_written_anew_and_keeps_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "it's.duckdb"
    filled(path)
    size = path.stat().st_size
    kept = read(path)
    assert len(kept) == 10
    assert compact_if_worthwhile(path) is None
    told = compact_if_worthwhile(path, least=1_000_000)
    assert told == (size, path.stat().st_size)
    assert path.stat().st_size < size / 2
    assert read(path) == kept
    assert compact_if_worthwhile(path, least=1) is None
    assert [file.name for file in tmp_path.iterdir() if "compact" in file.name] == []
    store = Store(path)
    with pytest.raises(duckdb.ConstraintException):
        store.append(Post, [post(3)])
    store.close()


def read(path: Path) -> list[Post]:
    store = Store(path)
    posts = store.all(Post)
    store.close()
    return posts


def test_what_is_not_there_or_in_use_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    assert compact_if_worthwhile(path) is None
    filled(path)
    size = path.stat().st_size
    with duckdb.connect(str(path)) as con:
        con.execute("begin")
        with pytest.raises(duckdb.Error):
            compact(path)
    assert path.stat().st_size == size
    assert not path.with_name("a.duckdb.compact").exists()
