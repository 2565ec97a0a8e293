"""What every source keeps to. Sources are found by their files: a new one is tested without editing this test."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from web_server import web_server

from ingest.collectors import Collector, Tools, load, names
from ingest.errors import UserError
from ingest.normalise import clean_text
from ingest.records import Item, Mark, Official, Post

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
TOOLS = Tools(wanted=lambda text: True, pseudonym=str, clock=lambda: datetime(2026, 12, 1, tzinfo=UTC))


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


# Sources that are read over HTTP come with a recorded example beside this test.


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def recorded(request: pytest.FixtureRequest) -> Iterator[tuple[str, dict[str, Any]]]:
    """A source's name, and its example with the address of a server that gives the recorded answers."""
    text = request.param.read_text(encoding="utf8")
    answers = json.loads(text)["answers"]

    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        asked = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
        return answers.get(f"{path}?{asked}", answers.get(path, (404, {}, b"")))

    with web_server(route) as server:
        yield request.param.stem, json.loads(text.replace("{address}", server.address))


def read_to_mark(name: str, options: Mapping[str, Any], cursor: str) -> list[Item]:
    collector = load(name, options, TOOLS)
    alarm = threading.Timer(10, collector.close)
    alarm.start()
    items: list[Item] = []
    try:
        for item in collector.read(cursor):
            items.append(item)
            if isinstance(item, Mark):
                break
    finally:
        alarm.cancel()
        alarm.join()
        collector.close()
    return items


def test_its_recorded_example_is_read(recorded: tuple[str, dict[str, Any]]) -> None:
    name, told = recorded
    items = read_to_mark(name, told["options"], told["cursor"])
    said = [item for item in items if isinstance(item, (Post, Official))]
    assert [item.text for item in said] == told["texts"]
    for item in said:
        assert item.id.startswith(f"{name}:")
        assert clean_text(item.text) == item.text
        assert not item.url or item.url.startswith(("https://", "http://"))
        if isinstance(item, Post):
            assert (item.source, item.created_at.tzinfo) == (name, UTC)
            assert item.created_at <= item.seen_at
            assert item.author
            assert item.thread


def test_its_mark_resumes_without_anything_new(recorded: tuple[str, dict[str, Any]]) -> None:
    name, told = recorded
    items = read_to_mark(name, told["options"], told["cursor"])
    (mark,) = (item for item in items if isinstance(item, Mark))
    again = read_to_mark(name, told["options"], mark.cursor)
    assert mark.source == name
    assert {item.id for item in again if isinstance(item, Post)} <= {i.id for i in items if isinstance(i, Post)}
