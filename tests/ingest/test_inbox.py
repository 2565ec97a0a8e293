"""A folder of exports: each file once, also after a crash."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.collectors import Tools
from ingest.collectors.inbox import Inbox, build
from ingest.errors import SourceRefused, UserError
from ingest.records import Item, Mark, Post

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def drop(folder: Path, name: str, *texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    lines = [json.dumps({"id": f"{name}{n}", "text": t, "created_at": NOW.isoformat()}) for n, t in enumerate(texts)]
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def source(folder: Path, **options: Any) -> Inbox:
    tools = Tools(wanted=lambda text: "down" in text, pseudonym=str, clock=lambda: NOW)
    return build({"folder": str(folder), "poll": 0.01, "settle": 0, **options}, tools)


def take(source: Inbox, cursor: str, enough: Callable[[list[Item]], bool]) -> list[Item]:
    alarm = threading.Timer(10, source.close)
    alarm.start()
    items: list[Item] = []
    for item in source.read(cursor):
        items.append(item)
        if enough(items):
            break
    alarm.cancel()
    alarm.join()
    return items


def marked(items: list[Item]) -> bool:
    return isinstance(items[-1], Mark)


def texts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Post)]


def test_files_are_taken_once_and_moved(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    drop(folder, "a.jsonl", "Slack down", "lunch")
    drop(folder, "b.jsonl", "AWS down")
    items = take(source(folder), "", marked)
    assert sorted(texts(items)) == ["AWS down", "Slack down"]
    assert {item.source for item in items if isinstance(item, Post)} == {"inbox"}
    assert sorted(file.name for file in (folder / "done").iterdir()) == ["a.jsonl", "b.jsonl"]
    mark = items[-1]
    assert isinstance(mark, Mark)
    assert texts(take(source(folder), mark.cursor, marked)) == []


def test_a_file_that_was_read_but_not_marked_is_read_again(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    drop(folder, "a.jsonl", "Slack down")
    take(source(folder), "", marked)
    assert texts(take(source(folder), "", marked)) == ["Slack down"]


def test_a_file_that_cannot_be_read_fails_with_the_reason(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    drop(folder, "good.jsonl", "Slack down")
    (folder / "bad.parquet").write_bytes(b"no")
    (folder / "notes.docx").write_bytes(b"no")
    assert texts(take(source(folder), "", marked)) == ["Slack down"]
    assert "cannot be read as parquet" in (folder / "failed" / "bad.parquet.reason.txt").read_text()
    assert "not .docx" in (folder / "failed" / "notes.docx.reason.txt").read_text()


def test_rows_that_cannot_be_used_are_reported_beside_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    with drop(folder, "a.jsonl", "Slack down").open("a") as file:
        file.write('{"text": "no time"}\n')
    take(source(folder), "", marked)
    assert "1 of 2 rows" in (folder / "done" / "a.jsonl.problems.txt").read_text()


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    cursor = ""
    for text in ("down one", "down two"):
        drop(folder, "a.jsonl", text)
        items = take(source(folder), cursor, marked)
        assert texts(items) == [text]
        mark = items[-1]
        assert isinstance(mark, Mark)
        cursor = mark.cursor
    assert sorted(file.name for file in (folder / "done").iterdir()) == ["a.2.jsonl", "a.jsonl"]


def test_a_file_that_still_grows_and_a_link_are_left(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    fresh = drop(folder, "a.jsonl", "Slack down")
    (folder / "link.jsonl").symlink_to(fresh)
    assert texts(take(source(folder, settle=60), "", marked)) == []
    os.utime(fresh, (time.time() - 99, time.time() - 99))
    assert texts(take(source(folder, settle=60), "", marked)) == ["Slack down"]
    assert (folder / "link.jsonl").is_symlink()


def test_every_row_may_be_about_one_service(tmp_path: Path) -> None:
    folder = tmp_path / "inbox"
    drop(folder, "a.jsonl", "it is broken")
    (post,) = (item for item in take(source(folder, service="Acme"), "", marked) if isinstance(item, Post))
    assert post.service == "Acme"


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inbox").write_text("")
    with pytest.raises(SourceRefused, match="cannot be used"):
        take(source(tmp_path / "inbox"), "", marked)


def test_a_cursor_that_is_not_ours_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source"):
        take(source(tmp_path), "{", marked)
