"""`docs/adding-a-source.md`, followed word for word in a copy of the tree, from the file to the running product."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from web_server import web_server

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf8")
RECORDED = "tests/ingest/recorded/lemmy.json"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """What a person has who cloned the project; what the page does not touch is linked to."""
    for folder in ("ingest", "tests/ingest", "tests/support", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in ("alerts", "dashboards", "downchatter", "nlp"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "data").mkdir()
    shutil.copy(ROOT / "data" / "services.toml", tmp_path / "data")
    return tmp_path


def in_words(step: str, language: str) -> str:
    """The one block of a language in a numbered section of the page."""
    (section,) = re.findall(rf"^## {step}\. .*?(?=^## \d|\Z)", PAGE, re.DOTALL | re.MULTILINE)
    (block,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return str(block)


def told(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """What a command says."""
    environment = {**os.environ, "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache")}  # what it found of the rest still holds
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def works(tree: Path, *command: str) -> str:
    """What a command says that must end well."""
    done = told(tree, *command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_following_the_page_gives_a_source_that_is_read(tree: Path) -> None:
    names = re.findall(r"`([\w/.]+\.(?:py|json))`[^\n]*:\n\n```", PAGE)
    assert names == ["ingest/collectors/lemmy.py", RECORDED]
    (tree / names[0]).write_text(in_words("1", "python"), encoding="utf8")
    (tree / RECORDED).write_text(in_words("2", "json"), encoding="utf8")
    contract = in_words("3", "console").removeprefix("$ ").split()
    assert int(re.findall(r"(\d+) passed", works(tree, *contract))[0]) > 7
    works(tree, "ruff", "check", "--config", str(ROOT / "pyproject.toml"), names[0])
    works(tree, "mypy", "--strict", names[0])

    listed = in_words("4", "console").removeprefix("$ ").split()
    assert told(tree, *listed).returncode == 1
    page = tree / "docs" / "sources.md"
    page.write_text(page.read_text(encoding="utf8") + "\n" + in_words("4", "markdown"), encoding="utf8")
    assert "1 passed" in works(tree, *listed)

    answers = json.loads(in_words("2", "json"))["answers"]

    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        return answers.get(path, (404, {}, b""))

    with web_server(route) as server:
        settings = in_words("5", "toml").replace("https://lemmy.world", server.address)
        (tree / "downchatter.toml").write_text(settings, encoding="utf8")
        assert re.search(r"source lemmy +│ ok +│ never read yet", told(tree, "downchatter", "doctor").stdout)
        run_until(tree, "lemmy: reading")
    row = next(row for row in json.loads(works(tree, "downchatter", "sources", "--json")) if row["source"] == "lemmy")
    assert (row["state"], bool(row["last_post"])) == ("seen", True)


def run_until(tree: Path, words: str) -> None:
    """`downchatter run` until it says some words, then Ctrl-C."""
    command = [sys.executable, "-m", "downchatter", "run"]
    with subprocess.Popen(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            said: list[str] = []
            while not said or (said[-1] and words not in said[-1]):
                said.append(process.stdout.readline())
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert words in said[-1], said
    assert process.returncode == 0, rest
