"""Answers are found once, shared, and let go."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboards.days import parts
from dashboards.published import Published
from dashboards.remembered import ByGeneration, Remembered, frozen

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


def test_who_asks_meanwhile_waits_for_the_same_answer() -> None:
    memory = Remembered(8)
    begun, go, found, calls = threading.Event(), threading.Event(), [], []

    def find() -> list[int]:
        calls.append(1)
        begun.set()
        assert go.wait(20)
        return [1]

    threads = [threading.Thread(target=lambda: found.append(memory.get("q", find))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    go.set()
    for thread in threads:
        thread.join(20)
    assert len(calls) == 1
    assert len(found) == 4
    assert all(one is found[0] for one in found)


def test_a_failure_is_not_kept() -> None:
    memory = Remembered(8)
    with pytest.raises(ZeroDivisionError):
        memory.get("q", lambda: 1 // 0)
    assert memory.get("q", lambda: 2) == 2


def test_the_least_asked_goes_first() -> None:
    memory = Remembered(2)
    for question in ("a", "b", "a", "c"):
        memory.get(question, lambda question=question: question + "1")  # type: ignore[misc]  # a default binds it
    assert len(memory) == 2
    assert memory.get("a", lambda: "new") == "a1"
    assert memory.get("b", lambda: "new") == "new"


def test_only_the_newest_generations_are_kept() -> None:
    memory = ByGeneration(100)
    for number in range(10):
        for question in ("x", "y"):
            memory.get("one", str(number), question, lambda number=number: number)  # type: ignore[misc]
        memory.get("other", "1", "x", lambda: 0)
    assert len(memory) == 2 * 2 + 1
    assert memory.get("one", "9", "x", lambda: -1) == 9
    assert memory.get("one", "7", "x", lambda: -1) == -1


def test_lists_and_dictionaries_are_part_of_a_question() -> None:
    assert frozen({"b": [1, {"c": (2,)}], "a": 0}) == frozen({"a": 0, "b": (1, {"c": [2]})})
    assert hash(frozen({"b": [1, {"c": (2,)}]}))


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        (NOON - timedelta(hours=24), NOON, 0),
        (NOON - timedelta(days=2), NOON, 0),
        (NOON - timedelta(days=7), NOON, 6),
        (MIDNIGHT - timedelta(days=7), MIDNIGHT, 7),
        (MIDNIGHT - timedelta(days=7), NOON, 7),
        (NOON, NOON, 0),
    ],
)
def test_a_stretch_is_cut_at_midnights(since: datetime, until: datetime, whole: int) -> None:
    found = list(parts(since, until))
    assert found[0][0] == since
    assert found[-1][1] == until
    assert all(one[1] == other[0] for one, other in pairwise(found))
    assert sum((end - start).days for start, end, over in found if over) == whole


def publication(folder: Path, number: int) -> Path:
    """An empty generation in force."""
    target = folder / f"{number:08d}"
    (target / "posts").mkdir(parents=True)
    (folder / "CURRENT").write_text(target.name, encoding="utf8")
    return target


def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames are of one answer, which was found once."""
    places = [pa.array(frame["id"]).buffers()[2].address for frame in (one, other)]
    return bool(places[0] == places[1])


def write(file: Path, *names: str) -> None:
    """A day's posts of nothing but ids."""
    pq.write_table(pa.table({"id": list(names)}), file)


def test_an_answer_lasts_as_long_as_its_files(tmp_path: Path) -> None:
    def ask() -> pd.DataFrame:
        return Published(tmp_path).frame("select id from posts order by id", tables=("posts",), lasting=True)

    first = publication(tmp_path, 1)
    write(first / "posts" / "2026-03-01.parquet", "a")
    found = ask()
    second = publication(tmp_path, 2)
    os.link(first / "posts" / "2026-03-01.parquet", second / "posts" / "2026-03-01.parquet")
    assert same(ask(), found)
    third = publication(tmp_path, 3)
    write(third / "posts" / "2026-03-01.parquet", "b")
    assert list(ask()["id"]) == ["b"]
    write(third / "posts" / "2026-03-02.parquet", "c")
    assert list(ask()["id"]) == ["b", "c"]


def test_an_answer_about_days_that_are_over_lasts_as_long_as_their_files(tmp_path: Path) -> None:
    def ask(until: datetime | None = MIDNIGHT) -> pd.DataFrame:
        return Published(tmp_path).frame("select id from posts order by id", tables=("posts",), until=until)

    first = publication(tmp_path, 1)
    write(first / "posts" / "2026-03-02.parquet", "a")
    assert not same(ask(), ask())  # the last day that there is may go on
    write(first / "posts" / "2026-03-03.parquet", "b")
    found, whole = ask(), ask(None)
    second = publication(tmp_path, 2)
    for day in ("02", "03"):
        os.link(first / "posts" / f"2026-03-{day}.parquet", second / "posts" / f"2026-03-{day}.parquet")
    assert same(ask(), found)
    assert not same(ask(None), whole)
    (second / "posts" / "2026-03-02.parquet").unlink()
    write(second / "posts" / "2026-03-02.parquet", "a", "late")
    assert list(ask()["id"]) == ["a", "late"]


def test_an_answer_from_small_tables_lasts_as_long_as_they_say_the_same(tmp_path: Path) -> None:
    def ask() -> pd.DataFrame:
        return Published(tmp_path).frame("select id from notes order by id", tables=("notes",))

    write(publication(tmp_path, 1) / "notes.parquet", "a")
    found = ask()
    write(publication(tmp_path, 2) / "notes.parquet", "a")
    assert same(ask(), found)
    write(publication(tmp_path, 3) / "notes.parquet", "b")
    assert list(ask()["id"]) == ["b"]
    assert not same(ask(), found)


def test_who_changes_an_answer_changes_it_for_nobody_else(tmp_path: Path) -> None:
    write(publication(tmp_path, 1) / "notes.parquet", "a")
    found = Published(tmp_path).frame("select id from notes", tables=("notes",))
    found["id"] = "mine"
    found["more"] = 1
    assert Published(tmp_path).frame("select id from notes", tables=("notes",)).to_dict("list") == {"id": ["a"]}


def test_a_day_that_begins_at_the_end_is_not_read(tmp_path: Path) -> None:
    target = publication(tmp_path, 1)
    write(target / "posts" / "2026-03-02.parquet", "a")
    (target / "posts" / "2026-03-03.parquet").write_bytes(b"not read")
    found = Published(tmp_path).frame("select id from posts", tables=("posts",), until=MIDNIGHT)
    assert list(found["id"]) == ["a"]
