"""docs/dashboard.md says what there is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from dashboards import frames
from dashboards.views.service import SPANS
from ingest.notes import KINDS, read

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/dashboard.md").read_text(encoding="utf8")


def test_every_page_is_told_of() -> None:
    tree = ast.parse((ROOT / "dashboards/app.py").read_text(encoding="utf8"))
    titles = [
        str(word.value.value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for word in call.keywords
        if word.arg == "title" and isinstance(word.value, ast.Constant)
    ]
    assert len(titles) >= 6
    assert [title for title in titles if f"| {title} |" not in TEXT] == []


def test_the_page_itself_says_nothing_by_accident() -> None:
    body = ast.parse((ROOT / "dashboards/app.py").read_text(encoding="utf8")).body
    bare = [ast.unparse(one) for one in body[1:] if isinstance(one, ast.Expr) and not isinstance(one.value, ast.Call)]
    assert bare == [], "Streamlit writes these on every page"


def test_the_note_in_it_is_one(tmp_path: Path) -> None:
    shown = re.search(r"```json\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    path = tmp_path / "note-7.json"
    path.write_text(shown.group(1), encoding="utf8")
    assert read(path).kind == "statement"
    assert [kind for kind in KINDS if f"`{kind}`" not in TEXT] == []
    assert [span for span in SPANS if f"`{span}`" not in TEXT] == []


def test_what_the_frames_name_is_there() -> None:
    assert [name for name in frames.__all__ if not hasattr(frames, name)] == []
