"""What can go wrong on the way to a source: with every recorded example, whichever source it is of.

A new source with a recorded example is tested without editing this test. A fault may cost an attempt, never a post, and
never brings one twice once the keys have had their say.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from reading import rounds, take
from web_server import FAULTS, WebServer, web_server

from ingest.collectors import Collector, Tools, load
from ingest.errors import SourceUnreachable
from ingest.options import Options
from ingest.records import Item, Mark, Official, Post

RECORDED = sorted((Path(__file__).parent / "recorded").glob("*.json"))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
TRIES = 12


def options_of(name: str) -> type[Options]:
    """The one model of options of a source."""
    members = inspect.getmembers(import_module(f"ingest.collectors.{name}"), inspect.isclass)
    (found,) = (kind for _, kind in members if issubclass(kind, Options) and kind != Options)
    return found


class Site:
    """A recorded example behind a server."""

    def __init__(self, path: Path, server: WebServer) -> None:
        self.name = path.stem
        self.told: dict[str, Any] = json.loads(path.read_text(encoding="utf8").replace("{address}", server.address))
        self.server = server
        server.route = self.route
        self.tag = False
        self.unchanged = 0

    def route(self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        asked = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
        answer = self.told["answers"].get(f"{path}?{asked}", self.told["answers"].get(path, (404, {}, b"")))
        if not self.tag or isinstance(answer, tuple):
            return answer
        if headers.get("If-None-Match") == '"1"':
            self.unchanged += 1
            return 304, {"ETag": '"1"'}, b""
        return 200, {"ETag": '"1"', "Content-Type": "application/json"}, json.dumps(answer).encode()

    def source(self, now: datetime = NOW) -> Collector:
        tools = Tools(wanted=lambda text: True, pseudonym=str, clock=lambda: now)
        quick = {"pause": 0.001, "tries": 1, "poll": 0.01}
        known = {name: value for name, value in quick.items() if name in options_of(self.name).model_fields}
        return load(self.name, {**self.told["options"], **known}, tools)

    def read(self, marks: int = 1, now: datetime = NOW) -> list[Item]:
        """Read as the program does: again from the last mark, whenever the source cannot be reached."""
        items: list[Item] = []
        cursor = str(self.told["cursor"])
        for _ in range(TRIES):
            try:
                return items + take(self.source(now), cursor, rounds(marks))
            except SourceUnreachable:
                continue
        raise AssertionError(f"{self.name} was not read in {TRIES} tries")


@pytest.fixture(params=RECORDED, ids=lambda path: path.stem)
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    with web_server() as server:
        yield Site(request.param, server)


def texts(items: list[Item]) -> list[str]:
    """What was said, each id once."""
    said = {item.id: item for item in items if isinstance(item, (Post, Official))}
    return [item.text for item in said.values()]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after", [0, 1])
def test_a_fault_costs_an_attempt_and_no_post(site: Site, fault: str, after: int) -> None:
    waited = [after]

    def spare(path: str) -> bool:
        waited[0] -= 1
        return waited[0] >= 0

    site.server.spare = spare
    site.server.faults.extend([fault] * 2)
    assert texts(site.read(marks=2)) == site.told["texts"]


def test_an_answer_that_has_not_changed_is_no_news(site: Site) -> None:
    site.tag = True
    assert texts(site.read(marks=4)) == site.told["texts"]


@pytest.mark.parametrize("skew", [timedelta(hours=-3), timedelta(days=-40), timedelta(hours=3)])
def test_a_clock_that_is_wrong_puts_nothing_into_the_future(site: Site, skew: timedelta) -> None:
    now = NOW + skew
    items = site.read(now=now)
    assert set(texts(items)) <= set(site.told["texts"])
    for item in items:
        if isinstance(item, Post):
            assert item.created_at <= item.seen_at <= now
        elif isinstance(item, (Official, Mark)):
            assert item.at <= now


def test_an_id_that_repeats_is_told_once_or_the_same(site: Site) -> None:
    site.told["answers"] = {path: _twice(answer) for path, answer in site.told["answers"].items()}
    assert texts(site.read(marks=3)) == site.told["texts"]


def test_a_server_that_is_gone_is_unreachable(site: Site) -> None:
    source = site.source()
    site.server.faults.extend(["reset"] * 1_000)
    with pytest.raises(SourceUnreachable):
        take(source, str(site.told["cursor"]), rounds(1))


def _twice(answer: Any) -> Any:
    """Every list of an answer with its items twice."""
    if isinstance(answer, list):
        return [_twice(one) for one in answer for _ in range(2)]
    return {name: _twice(one) for name, one in answer.items()} if isinstance(answer, dict) else answer
