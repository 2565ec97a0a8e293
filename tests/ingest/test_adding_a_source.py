"""`docs/adding-a-source.md`, followed word for word in a copy of the tree."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "adding-a-source.md"


def test_following_the_page_gives_a_source_that_keeps_the_contract(tmp_path: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__")
    for folder in ("ingest", "tests/ingest", "tests/support"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    text = PAGE.read_text(encoding="utf8")
    files = re.findall(r"`([\w/.]+\.(?:py|json))`[^\n]*:\n\n```\w+\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in files] == ["ingest/collectors/lemmy.py", "tests/ingest/recorded/lemmy.json"]
    for name, content in files:
        (tmp_path / name).write_text(content, encoding="utf8")
    (command,) = re.findall(r"\$ (pytest .*)", text)
    told = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert told.returncode == 0, told.stdout
    assert "7 passed" in told.stdout
    for tool in (["ruff", "check", "--config", str(ROOT / "pyproject.toml")], ["mypy", "--strict"]):
        checked = [sys.executable, "-m", *tool, "ingest/collectors/lemmy.py"]
        told = subprocess.run(checked, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert told.returncode == 0, told.stdout
