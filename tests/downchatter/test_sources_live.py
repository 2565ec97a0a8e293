"""What `downchatter sources` says of each source that there is, read by the product from servers on loopback."""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import prawcore.sessions
import pytest
from jetstream_server import JetstreamServer, jetstream_server
from rich.console import Console
from web_server import WebServer, web_server

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.commands.run import Live, live_sources
from downchatter.commands.sources import sources
from downchatter.settings import Settings, load_settings
from ingest.collectors import names
from ingest.records import Coverage, Gap

LONGEST = 120.0
RECORDED = sorted((Path(__file__).parents[1] / "ingest" / "recorded").glob("*.json"))
SILENT = {"statuspage"}
"""Sources that never tell posts."""


class World:
    """The product over a server for each source, with a clock that a test can move."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self.began = datetime.now(UTC).replace(microsecond=0)
        self._servers: list[WebServer] = []
        self.shift = timedelta()
        self.said = io.StringIO()
        self.options: dict[str, dict[str, Any]] = {}
        self.cursors: dict[str, str] = {}
        self.jetstream: JetstreamServer = stack.enter_context(jetstream_server(begin=self.began))
        quick = {"retry": 0.01, "patience": 0.3, "heartbeat": 0.1, "compress": False}
        self.options["bluesky"] = {"hosts": [self.jetstream.address], **quick}
        self.options["inbox"] = {"folder": "inbox", "poll": 0.05, "settle": 0.0}
        keys = {"client_id_env": "KEY", "client_secret_env": "KEY", "searches": ["slack"], "queries_per_minute": 1e6}
        self.options["reddit"] = {**keys, "base_url": self._serve(_reddit(self.began)).address, "poll": 0.05}
        for path in RECORDED:
            fresh = re.sub(r'"time": \d+', f'"time": {self.began.timestamp():.0f}', path.read_text(encoding="utf8"))
            self._record(path.stem, re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", f"{self.began:%Y-%m-%dT%H:%M:%SZ}", fresh))
        self.settings = load_settings(sources=self.options)
        self.live = self._live()

    def _serve(self, route: Callable[..., Any]) -> WebServer:
        self._servers.append(self._stack.enter_context(web_server(route)))
        return self._servers[-1]

    def _record(self, name: str, text: str) -> None:
        answers = json.loads(text)["answers"]

        def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
            asked = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
            return answers.get(f"{path}?{asked}", answers.get(path, (404, {}, b"")))

        told = json.loads(text.replace("{address}", self._serve(route).address))
        self.options[name] = {**told["options"], "poll": 0.05, "pause": 0.001}
        self.cursors[name] = told["cursor"]

    def _live(self) -> Live:
        home = house(self.settings)
        home.__dict__["tools"] = replace(home.tools, clock=self.clock)
        alerts = Alerts(self.settings, home.services)
        flow = home.flow(alerts)
        resumed = [Coverage(name, self.began, self.began, cursor) for name, cursor in self.cursors.items()]
        flow.store.upsert(Coverage, resumed)
        return Live(home, flow, alerts, list(live_sources(home)), Console(file=self.said, width=200))

    def clock(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def cycle_until(self, enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST
        while not enough():
            assert time.monotonic() < deadline, (self.said.getvalue(), self.covered())
            self.live.cycle(0.05)

    def covered(self) -> dict[str, Coverage]:
        return {one.source: one for one in self.live._flow.store.all(Coverage)}

    def cut(self) -> None:
        """Every server fails from now on."""
        self.jetstream.faults.refuse = 10**6
        self.jetstream.stop()
        for server in self._servers:
            server.route = lambda path, query, headers: (503, {}, b"")


def _reddit(began: datetime) -> Callable[..., Any]:
    things: list[dict[str, Any]] = []

    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path == "/api/v1/access_token":
            return {"access_token": "x", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        told = {"kind": "Listing", "data": {"after": None, "before": None, "children": things, "dist": len(things)}}
        limits = {"x-ratelimit-remaining": "41", "x-ratelimit-used": "59", "x-ratelimit-reset": "240"}
        answer = 200, {"Content-Type": "application/json", **limits}, json.dumps(told).encode()
        if not things:  # what is there at first is passed over
            data = {"id": "zz", "name": "t3_zz", "title": "Slack is down", "author": "ann", "permalink": "/r/a/zz/"}
            things.append({"kind": "t3", "data": {**data, "created_utc": began.timestamp() + 1, "selftext": ""}})
        return answer

    return route


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", "k")
    monkeypatch.setattr(prawcore.sessions.FiniteRetryStrategy, "_sleep_seconds", lambda self: None)
    with ExitStack() as stack:
        world = World(stack)
        world.live.begin()
        yield world
        world.live.end()


def listed(settings: Settings, now: datetime, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    capsys.readouterr()
    sources(settings, as_json=True, clock=lambda: now)
    return {row["source"]: row for row in json.loads(capsys.readouterr().out)}


def test_each_source_is_listed_with_state_pace_lag_gaps_and_budget(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    everyone = set(names()) - {"replay", "simulate"}
    assert set(world.options) == everyone, "a source without a recorded example in tests/ingest/recorded"
    world.cycle_until(lambda: all(f"{name}: reading" in world.said.getvalue() for name in everyone))
    world.jetstream.post("is character.ai down?", author=1)
    (Path("inbox") / "a.jsonl").write_text(
        json.dumps({"text": "Slack is down", "created_at": world.began.isoformat(), "author": "a"}) + "\n"
    )
    world.cycle_until(lambda: {name for name, one in world.covered().items() if one.last_post_at} == everyone - SILENT)
    world.shift = timedelta(minutes=2)
    world.cycle_until(lambda: min(one.until for one in world.covered().values()) > world.began + world.shift)
    world.live.publish()
    now = world.clock() + timedelta(seconds=3)
    rows = listed(world.settings, now, capsys)
    assert set(rows) == everyone
    for name, row in rows.items():
        assert (name, row["state"], row["why"]) == (name, "seen", "")
        assert (name, row["last_post"] is None) == (name, name in SILENT)
        assert (name, row["posts_per_minute"] > 0) == (name, name not in SILENT)
        assert 3 <= int(row["lag"].removesuffix(" s")) < 60
        assert row["gap_minutes"] < 1
    assert rows["reddit"]["budget"].startswith("41 requests left for ")

    world.cut()
    world.cycle_until(lambda: len([one for one in world.live._flow.store.all(Gap) if not one.end]) == len(everyone) - 1)
    world.live.publish()
    rows = listed(world.settings, world.clock() + timedelta(minutes=30), capsys)
    assert rows.pop("inbox")["state"] == "seen"
    for name, row in rows.items():
        assert (name, row["state"], bool(row["why"])) == (name, "blind", True)
        lag = int(row["lag"].removesuffix(" min"))
        assert 30 <= row["gap_minutes"] <= lag + 1
