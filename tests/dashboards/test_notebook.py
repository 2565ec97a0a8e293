"""The notebook runs from top to bottom on what is published, and on nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "notebooks/01_explore.ipynb"


def _notebook() -> Any:
    return nbformat.reads(NOTEBOOK.read_text(encoding="utf8"), as_version=4)  # type: ignore[no-untyped-call]


def _executed(published: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DOWNCHATTER_PUBLISHED", str(published))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    notebook = _notebook()
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    return "\n".join(_words(notebook))


def _words(notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield str(output.get("text", ""))
            yield str(output.get("data", {}).get("text/plain", ""))
            yield str(output.get("data", {}).get("text/html", ""))


def test_it_is_committed_without_outputs() -> None:
    notebook = _notebook()
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")


def test_it_shows_the_outage(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _executed(full, monkeypatch)
    assert "Simulated data" in said
    assert "Status page: investigating" in said
    assert "https://vega.github.io/schema/vega-lite" in said
    assert "won't load" in said


def test_it_says_what_to_do_where_nothing_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _executed(tmp_path / "absent", monkeypatch)
    assert "downchatter run" in said
    assert "no incident so far" in said
