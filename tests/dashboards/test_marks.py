"""What the page leaves is what the writer reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboards import marks
from ingest.errors import UserError
from ingest.notes import KINDS, folder_beside, waiting

NOW = datetime(2026, 3, 3, 14, 35, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_through(kind: str, tmp_path: Path) -> None:
    published = tmp_path / "watch.published"
    note = marks.new(kind, "Character.AI", NOW, incident="i1", text='“Über” "quotes"\n\u202e', author="ana")
    marks.leave(published, note)
    assert marks.pending(published) == 1
    assert [found for _, found in waiting(folder_beside(published))] == [note]


def test_unknown_kinds_and_endless_texts_are_refused() -> None:
    with pytest.raises(UserError, match="no kind of note"):
        marks.new("party", "Slack", NOW)
    with pytest.raises(UserError, match="shorten it"):
        marks.new("note", "Slack", NOW, text="x" * 5000)


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "watch.notes").write_text("in the way")
    with pytest.raises(UserError, match="cannot be left"):
        marks.leave(tmp_path / "watch.published", marks.new("note", "Slack", NOW))
