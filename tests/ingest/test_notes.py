"""Notes reach the writer whole, once, and nothing else does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.errors import UserError
from ingest.notes import LARGEST, LONGEST, folder_beside, read, refused, waiting

NOTE = {"id": "note-1", "at": "2026-03-03T14:35:00+00:00", "kind": "statement", "service": "Slack", "text": "On it."}


def _file(folder: Path, told: object, name: str = "note-1") -> Path:
    path = folder / f"{name}.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf8")
    return path


def test_a_note_is_read(tmp_path: Path) -> None:
    note = read(_file(tmp_path, NOTE))
    assert (note.id, note.kind, note.service, note.incident) == ("note-1", "statement", "Slack", "")
    assert note.at == datetime(2026, 3, 3, 14, 35, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("{", "not JSON"),
        ("[1]", "one JSON object"),
        (NOTE | {"kind": "party"}, "kind"),
        (NOTE | {"at": "soon"}, "no ISO 8601 time"),
        (NOTE | {"at": "2026-03-03T14:35:00"}, "distance from UTC"),
        (NOTE | {"id": ""}, "needs an id"),
        (NOTE | {"service": ""}, "a service"),
        (NOTE | {"text": 5}, "text: must be text"),
        (NOTE | {"text": "x" * (LONGEST + 1)}, "at most"),
        ("x" * (LARGEST + 1), "larger"),
    ],
)
def test_what_is_no_note_is_set_aside_with_the_reason(told: object, why: str, tmp_path: Path) -> None:
    path = _file(tmp_path, told)
    with pytest.raises(UserError, match=why):
        read(path)
    assert list(waiting(tmp_path)) == []
    assert refused(tmp_path) == [tmp_path / "note-1.json.refused"]


def test_a_bad_file_does_not_hold_up_the_good_ones(tmp_path: Path) -> None:
    _file(tmp_path, "{", "a")
    good = _file(tmp_path, NOTE, "b")
    (tmp_path / "c.part").write_text("half")
    assert [path for path, _ in waiting(tmp_path)] == [good]


def test_nothing_waits_where_nobody_marked(tmp_path: Path) -> None:
    assert list(waiting(tmp_path / "absent")) == []
    assert folder_beside(Path("data/watch.published")) == Path("data/watch.notes")
