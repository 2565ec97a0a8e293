"""What every source keeps to. Sources are found by their files: a new one is tested without editing this test."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ingest.collectors import Collector, Tools, load, names
from ingest.errors import UserError

TOOLS = Tools(wanted=lambda text: True, pseudonym=str, clock=lambda: datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture(params=names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def module(name: str) -> ModuleType:
    return import_module(f"ingest.collectors.{name}")


def example(name: str, folder: Path) -> dict[str, Any]:
    """The module's `EXAMPLE`, with `{folder}` in it standing for a folder that holds `posts.jsonl`."""
    (folder / "posts.jsonl").write_text('{"text": "Slack is down", "created_at": "2026-11-24T12:00:00Z"}\n')
    options: dict[str, Any] = module(name).EXAMPLE
    return {key: value.format(folder=folder) if isinstance(value, str) else value for key, value in options.items()}


def built(name: str, folder: Path) -> Collector:
    return load(name, example(name, folder), TOOLS)


def test_there_are_sources() -> None:
    assert {"bluesky", "replay"} <= set(names())


def test_its_example_builds_it_under_its_own_name(name: str, tmp_path: Path) -> None:
    collector = built(name, tmp_path)
    assert collector.source == name
    collector.close()


def test_its_build_takes_options_and_tools_and_says_what_it_does(name: str) -> None:
    assert list(inspect.signature(module(name).build).parameters) == ["options", "tools"]
    assert inspect.getdoc(module(name).build)
    assert module(name).__doc__


def test_its_read_is_a_generator_over_a_cursor_and_waits_to_be_asked(name: str, tmp_path: Path) -> None:
    collector = built(name, tmp_path)
    assert list(inspect.signature(collector.read).parameters) == ["cursor"]
    stream = collector.read("")
    assert inspect.isgenerator(stream)
    stream.close()
    collector.close()


def test_closing_twice_is_harmless(name: str, tmp_path: Path) -> None:
    collector = built(name, tmp_path)
    collector.close()
    collector.close()


def test_an_unknown_option_is_one_sentence_with_its_place(name: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"sources\.{name}: there is no option qwertz") as refusal:
        load(name, {**example(name, tmp_path), "qwertz": 1}, TOOLS)
    assert "\n" not in str(refusal.value)
