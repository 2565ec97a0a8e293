"""What the documentation says is true: every command in it exists, every command is in it, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from downchatter.cli import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf8")
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # a group has commands


def mentioned(text: str) -> set[tuple[str, ...]]:
    """The commands that a text calls: `downchatter word [word]` in code."""
    code = re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", text, re.DOTALL)
    calls = [
        match
        for block in code
        for part in block
        for match in re.findall(r"\bdownchatter ([a-z-]+)(?: ([a-z]+))?", part)
    ]
    return {tuple(filter(None, call)) for call in calls}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_in_the_documentation_exist(path: Path) -> None:
    for first, *rest in mentioned(path.read_text(encoding="utf8")):
        assert first in COMMANDS, f"{path.name}: downchatter {first}"
        inner = getattr(COMMANDS[first], "commands", {})
        assert not inner or not rest or rest[0] in inner, f"{path.name}: downchatter {first} {rest[0]}"


def test_every_command_is_in_the_readme() -> None:
    assert {words[0] for words in mentioned(README)} >= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does(name: str) -> None:
    done = CliRunner().invoke(app, [name, "--help"])
    assert done.exit_code == 0
    assert COMMANDS[name].help


def test_the_two_commands_come_before_line_30_and_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    for command in ("demo", "test"):
        assert f"make {command}" in "\n".join(README.splitlines()[:30])
        assert re.search(rf"^{command}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_within_the_project_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", path.read_text(encoding="utf8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_columns_of_replay_are_documented() -> None:
    from ingest.recordings import COLUMNS

    assert [name for name in COLUMNS if not re.search(rf"\b{name}\b", README)] == []
