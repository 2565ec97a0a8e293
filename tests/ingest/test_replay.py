"""Recorded posts: every format, every way in which a row can be bad, and the order of their clock."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.collectors import Tools, load
from ingest.collectors.replay import Recording, Replay
from ingest.errors import UserError
from ingest.records import Mark, Post

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOOLS = Tools(wanted=lambda text: "spotify" in text.lower(), pseudonym=lambda author: f"#{author}", clock=lambda: NOON)


def replay(path: Path, **options: Any) -> Replay:
    source = load("replay", {"path": path, **options}, TOOLS)
    assert isinstance(source, Replay)
    return source


def jsonl(folder: Path, *lines: object) -> Path:
    path = folder / "posts.jsonl"
    path.write_bytes(b"".join((x if isinstance(x, bytes) else json.dumps(x).encode()) + b"\n" for x in lines))
    return path


def row(text: str = "spotify is down", at: object = "2026-05-01T12:00:00Z", **more: object) -> dict[str, object]:
    return {"text": text, "created_at": at, **more}


def test_every_format_tells_the_same(tmp_path: Path) -> None:
    rows = [
        row(id="1", author="a", likes="3", thread="t"),
        row("spotify works", "2026-05-01 12:01:00", id="2", author="b"),
    ]
    table = pa.table(
        {key: [str(r.get(key, "")) for r in rows] for key in ("text", "created_at", "id", "author", "likes", "thread")}
    )
    pq.write_table(table, tmp_path / "posts.parquet")
    with (tmp_path / "posts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, table.column_names)
        writer.writeheader()
        writer.writerows(table.to_pylist())
    found = [
        replay(path).posts for path in (jsonl(tmp_path, *rows), tmp_path / "posts.csv", tmp_path / "posts.parquet")
    ]
    assert found[0] == found[1] == found[2]
    assert [(p.id, p.author, p.likes, p.thread) for p in found[0]] == [
        ("replay:1", "#a", 3, "t"),
        ("replay:2", "#b", 0, ""),
    ]


def test_bad_rows_are_counted_with_their_lines_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path,
        row(id="good"),
        b"{broken",
        b"[1, 2]",
        {"created_at": "2026-05-01"},
        row("   "),
        row(at="yesterday"),
        row(at="2026-13-45T00:00:00Z"),
        row(at=None),
        row("spotify " * 1_300_000),
        row("spot\0ify is down", id="nul"),
        b'{"text": "spotify \\ud800 down", "created_at": 1777636800, "id": "lone"}',
        b'{"text": "spotify \xff down", "created_at": 1777636800, "id": "latin"}',
        b"[" * 100_000,
        row("nothing of note"),
    )
    source = replay(path)
    assert [post.id for post in source.posts] == ["replay:good", "replay:latin", "replay:lone", "replay:nul"]
    report = source.report
    assert (report.rows, report.refused, report.repaired) == (14, 9, 3)
    assert [problem.split(":")[1] for problem in report.problems] == [
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "11",
        "12",
        "13",
    ]
    assert report.problems[0] == "posts.jsonl:2: this line is not a JSON object"
    assert "created_at: 'yesterday' is not a time" in report.problems[4]
    assert all("\0" not in post.text for post in source.posts)


def test_many_bad_rows_are_counted_but_not_all_shown(tmp_path: Path) -> None:
    report = replay(jsonl(tmp_path, row(), *[b"{"] * 500)).report
    assert (report.refused, len(report.problems)) == (500, 20)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.jsonl", b"\x00\x01binary\nrubbish", "no line of it is a JSON object"),
        ("a.parquet", b"not parquet at all", "cannot be read as parquet"),
        ("a.csv", b"one,two\n1,2\n", "column created_at and text is missing"),
        ("a.xlsx", b"", "posts are read from"),
    ],
)
def test_an_unreadable_file_is_one_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=sentence) as raised:
        replay(tmp_path / name)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        replay(tmp_path / "none.jsonl")


def test_an_empty_file_has_no_posts(tmp_path: Path) -> None:
    source = replay(jsonl(tmp_path))
    assert list(source.read("")) == []


def test_a_named_service_is_taken_and_the_option_rules(tmp_path: Path) -> None:
    path = jsonl(tmp_path, row("nothing works", service="Spotify"), row("it broke"), row("spotify?"))
    assert [post.service for post in replay(path).posts if post.service] == ["Spotify"]
    assert replay(path).services == ["Spotify"]
    assert {post.service for post in replay(path, service="Deezer").posts} == {"Deezer"}
    assert len(replay(path, service="Deezer").posts) == 3


def test_posts_without_ids_get_the_same_one_each_time_and_equal_rows_stay_apart(tmp_path: Path) -> None:
    path = jsonl(tmp_path, row(), row(), row(author="x"))
    first, second = ([post.id for post in replay(path).posts] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3
    assert len({post.author for post in replay(path).posts}) == 3


def test_order_is_by_when_seen_and_marks_fall_between_minutes(tmp_path: Path) -> None:
    rows = [row(at=(NOON + timedelta(seconds=7 * n)).isoformat(), id=str(n)) for n in range(1200)]
    items = list(replay(jsonl(tmp_path, *reversed(rows))).read(""))
    posts = [item for item in items if isinstance(item, Post)]
    assert [post.id for post in posts] == [f"replay:{n}" for n in range(1200)]
    marks = [(place, item) for place, item in enumerate(items) if isinstance(item, Mark)]
    assert len(marks) == 3
    for place, mark in marks:
        assert all(item.seen_at < mark.at for item in items[:place] if isinstance(item, Post))
        assert all(item.seen_at >= mark.at for item in items[place:] if isinstance(item, Post))


def test_wording_can_be_read_without_dates(tmp_path: Path) -> None:
    path = jsonl(tmp_path, {"text": "is it down?", "id": "t1"}, {"text": "hello"})
    recording = Recording(path, "", str, undated=True)
    assert [given for given, _ in recording.posts()] == ["t1", ""]
    assert recording.report.refused == 0
