"""Publications to look at, written as the store writes them, and a browser to look with."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from page_server import serving
from playwright.sync_api import sync_playwright

from dashboards.serve import command
from downchatter.commands.dashboard import free_port
from ingest.notes import folder_beside

START = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
NAMES = ("Character.AI", "ChatGPT", "Slack", "Spotify", "Netflix", "Cloudflare", "Roblox", "Discord")

Rows = list[dict[str, Any]]

WORDS = {
    "outage": (
        "is {} down for anyone else?",
        "{} won't load, just a blank page",
        "can't log in to {} at all",
        "{} keeps giving me error 500",
        "{} down again?? everything times out",
        "is it me or did {} just stop replying",
    ),
    "recovery": ("{} is back for me", "aaand {} works again"),
    "complaint": ("{} has been so slow this week, I may cancel", "sick of {} and its bugs"),
    "relay": ("BREAKING: {} suffers outage, thousands report",),
    "other": ("love the new {} update", "who else uses {} for homework"),
}


REASONS = {"outage": "first report by this author; says it is down"}


def moment(text: str) -> datetime:
    """A time of the recorded day, as ``HH:MM``."""
    hours, minutes = text.split(":")
    return START + timedelta(hours=int(hours), minutes=int(minutes))


@dataclass
class Day:
    """A made-up day with an outage of Character.AI from 14:00, told minute by minute."""

    until: datetime
    simulated: bool = True
    seed: int = 7
    hostile: tuple[str, ...] = ()
    names: tuple[str, ...] = NAMES
    minutes: Rows = field(default_factory=list)
    posts: Rows = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = random.Random(self.seed)
        number = 0
        at = START
        while at < self.until:
            for name in self.names:
                kinds = _kinds(rng, name, at)
                if kinds:
                    self._minute(name, at, kinds)
                for kind in kinds:
                    number += 1
                    text = rng.choice(WORDS[kind]).format(name)
                    self._post(f"bluesky:{number}", name, at + timedelta(seconds=rng.uniform(0, 59)), kind, text)
            at += timedelta(minutes=1)
        for place, text in enumerate(self.hostile):
            self._post(f"bluesky:hostile{place}", self.names[0], self.until - timedelta(minutes=2), "outage", text, 1.0)

    def _minute(self, name: str, at: datetime, kinds: list[str]) -> None:
        outage, complaints = kinds.count("outage"), kinds.count("complaint")
        self.minutes.append(
            {
                "service": name,
                "source": "bluesky",
                "minute": _naive(at),
                "posts": len(kinds),
                "authors": len(kinds),
                "outage_authors": outage,
                "relay_authors": kinds.count("relay"),
                "recovery_authors": kinds.count("recovery"),
                "complaint_authors": complaints,
                "outage": outage * 0.9,
                "frustration": outage * 0.5 + complaints * 0.8,
                "sentiment": -0.7 * outage - 0.6 * complaints + 0.5 * kinds.count("recovery"),
                "posts_frustration": outage * 0.6 + complaints * 0.8,
            }
        )

    def _post(self, identity: str, name: str, at: datetime, kind: str, text: str, counted: float = 0.9) -> None:
        self.posts.append(
            {
                "id": identity,
                "service": name,
                "source": "bluesky",
                "author": f"author-{identity}",
                "text": text,
                "created_at": _naive(at),
                "seen_at": _naive(at + timedelta(seconds=0.5)),
                "lang": "en",
                "thread": "",
                "url": f"https://bsky.app/profile/did:plc:abc/post/{identity.split(':')[1]}",
                "likes": 0,
                "kind": kind,
                **{f"p_{one}": 0.9 if one == kind else 0.025 for one in WORDS},
                "sentiment": {"outage": -0.7, "complaint": -0.6, "recovery": 0.5}.get(kind, 0.1),
                "frustration": {"outage": 0.6, "complaint": 0.8}.get(kind, 0.05),
                "aspects": ["login"] if "log in" in text else [],
                "model": "lexicon-1",
                "fingerprint": 0,
                "counted": counted if kind == "outage" else 0.0,
                "counted_frustration": 0.8 if kind == "complaint" else 0.0,
                "reason": "first report by this author; says it is down"
                if kind == "outage"
                else "no report of an outage",
            }
        )


def _kinds(rng: random.Random, name: str, at: datetime) -> list[str]:
    hour = 1 + 0.6 * (8 <= at.hour <= 22)
    rates = {"outage": 0.012, "recovery": 0.004, "complaint": 0.03, "relay": 0.003, "other": 0.12}
    if name == "Character.AI":
        into = (at - moment("14:00")) / timedelta(minutes=1)
        if 0 <= into < 55:
            rates["outage"] = 0.4 + 5.2 * min(1.0, into / 12) * (1 if into < 38 else max(0.1, (55 - into) / 17))
            rates["complaint"] = 1.1
        if 40 <= into < 75:
            rates["recovery"] = 1.6
    return [kind for kind, rate in rates.items() for _ in range(_poisson(rng, rate * hour))]


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count += 1
        left += rng.expovariate(1.0)
    return count


def _naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


STEPS = (
    ("onset_at", "14:01"),
    ("opened_at", "14:06"),
    ("confirmed_at", "14:11"),
    ("peak_at", "14:31"),
    ("recovering_at", "14:47"),
    ("resolved_at", "15:20"),
)
OFFICIAL = (
    ("investigating", "14:29", "Investigating elevated error rates"),
    ("identified", "14:38", "The cause has been found"),
    ("monitoring", "14:52", "A fix is in place and is being watched"),
    ("resolved", "15:30", "This incident has been resolved"),
)


def incident_at(until: datetime) -> dict[str, Any] | None:
    """The outage as it was known at a time."""
    known = {name: _naive(moment(text)) if moment(text) <= until else None for name, text in STEPS}
    if known["opened_at"] is None:
        return None
    state = "suspected"
    for name, later in (("confirmed_at", "confirmed"), ("recovering_at", "recovering"), ("resolved_at", "resolved")):
        state = later if known[name] else state
    return {
        "id": "inc-character",
        "service": "Character.AI",
        "signal": "outage",
        "state": state,
        **known,
        "severity": "major",
        "severity_reason": "190 people in 55 minutes, 60 times the usual",
        "confidence": 0.97,
        "confidence_reason": "many distinct people, several wordings, no single thread",
        "posts": 231,
        "authors": 190,
        "observed": 190.0,
        "expected": 1.1,
        "evidence": 412.0,
        "updated_at": _naive(until),
    }


def officials_at(until: datetime) -> Rows:
    """What the status page had said by a time."""
    return [
        {
            "id": f"official-{stage}",
            "service": "Character.AI",
            "stage": stage,
            "at": _naive(moment(text)),
            "title": title,
            "text": "",
            "url": "https://status.character.ai/1",
            "seen_at": _naive(moment(text)),
        }
        for stage, text, title in OFFICIAL
        if moment(text) <= until
    ]


def overview_at(day: Day, incident: dict[str, Any] | None) -> Rows:
    """`services.parquet`: the state of every service at the end of the day so far."""
    rows = []
    for name in day.names:
        mine = [row for row in day.minutes if row["service"] == name]
        hour = [row for row in mine if row["minute"] >= _naive(day.until) - timedelta(hours=1)]
        quarter = [row for row in hour if row["minute"] >= _naive(day.until) - timedelta(minutes=15)]
        posts = sum(row["posts"] for row in hour)
        struck = incident if incident and name == incident["service"] and incident["state"] != "resolved" else None
        firm = struck is not None and struck["state"] != "suspected"
        rows.append(
            {
                "service": name,
                "category": "ai" if name in ("Character.AI", "ChatGPT") else "apps",
                "status_page": "https://status.character.ai" if name == "Character.AI" else "",
                "state": "outage" if firm else "elevated" if struck or name == "Roblox" else "calm",
                "since": struck["onset_at"] if struck else None,
                "observed_15m": sum(row["outage"] for row in quarter),
                "expected_15m": 0.25,
                "upper_15m": 2.0,
                "observed_60m": sum(row["outage"] for row in hour),
                "expected_60m": 1.0,
                "sentiment_60m": sum(row["sentiment"] for row in hour) / posts if posts else None,
                "frustration_60m": sum(row["posts_frustration"] for row in hour) / posts if posts else None,
                "sources": ["bluesky"],
                "blind": ["reddit"],
                "incident": struck["id"] if struck else "",
            }
        )
    return rows


class Publication:
    """Writes generations of a publication as the store does: a new folder, then `CURRENT`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def publish(self, day: Day, ago: float = 0.0) -> str:
        """Put the day, as it was known at its end, in force, as if that had been done so many seconds ago."""
        tables, days = self.tables(day)
        return self.write(tables, days, self.meta(day), ago)

    def tables(self, day: Day) -> tuple[dict[str, Rows], dict[str, Rows]]:
        """The rows of the single files, and of the files by day."""
        incident = incident_at(day.until)
        gap = {"source": "bluesky", "start": _naive(moment("09:10")), "end": _naive(moment("09:40"))}
        lasting = {"source": "reddit", "start": _naive(moment("13:00")), "end": None, "reason": "no keys are set"}
        read = {
            "since": _naive(START),
            "until": _naive(day.until),
            "cursor": "1",
            "last_post_at": _naive(day.until),
        }
        hours = range(int((day.until - START) / timedelta(hours=1)) + 1)
        tables: dict[str, Rows] = {
            "services": overview_at(day, incident),
            "incidents": [incident] if incident else [],
            "officials": officials_at(day.until),
            "notes": [_statement()] if day.until >= moment("14:35") else [],
            "gaps": [{**gap, "reason": "the connection was lost"}, lasting],
            "coverage": [{"source": "bluesky", **read}, {"source": "reddit", **read}],
            "deliveries": [_delivery()] if incident else [],
            "attempts": [_attempt()] if incident else [],
            "channels": [{"channel": "console", "waiting": 0, "problem": ""}, _disabled()],
            "evidence": [],
        }
        days = {
            "minutes": day.minutes,
            "posts": day.posts,
            "expected": [_expected(name, hour) for name in day.names for hour in hours],
        }
        return tables, days

    @staticmethod
    def meta(day: Day) -> dict[str, Any]:
        """What the generation says about itself."""
        return _meta(day)

    def write(self, tables: dict[str, Rows], days: dict[str, Rows], meta: dict[str, Any], ago: float = 0.0) -> str:
        """Write one generation from rows and put it in force."""
        self.count += 1
        name = f"{self.count:08d}"
        target = self.folder / name
        for table, rows in tables.items():
            target.mkdir(parents=True, exist_ok=True)
            if rows:
                pq.write_table(pa.Table.from_pylist(rows), target / f"{table}.parquet")
        for table, rows in days.items():
            (target / table).mkdir(parents=True, exist_ok=True)
            key = {"minutes": "minute", "expected": "hour"}.get(table, "seen_at")
            for day in sorted({row[key].date() for row in rows}):
                chosen = [row for row in rows if row[key].date() == day]
                pq.write_table(pa.Table.from_pylist(chosen), target / table / f"{day.isoformat()}.parquet")
        (target / "meta.json").write_text(json.dumps({**meta, "generation": name}), encoding="utf8")
        os.utime(target / "meta.json", (time() - ago,) * 2)
        pointer = self.folder / "CURRENT.new"
        pointer.write_text(name + "\n", encoding="utf8")
        pointer.replace(self.folder / "CURRENT")
        return name


def _expected(name: str, hour: int) -> dict[str, Any]:
    mean = 0.0175 if 8 <= hour % 24 <= 22 else 0.011
    bounds = {"upper_1": 1.0, "upper_5": 1.4, "upper_15": 2.2, "upper_60": 4.0}
    at = _naive(START + timedelta(hours=hour))
    return {"service": name, "signal": "outage", "hour": at, "mean": mean, **bounds}


def _statement() -> dict[str, Any]:
    return {
        "id": "note-1",
        "at": _naive(moment("14:35")),
        "kind": "statement",
        "service": "Character.AI",
        "incident": "inc-character",
        "text": "We are aware that chats do not load and are on it.",
        "author": "ana",
    }


def _delivery() -> dict[str, Any]:
    at = _naive(moment("14:11"))
    return {
        "id": "msg-1",
        "channel": "console",
        "event": "incident.confirmed",
        "incident": "inc-character",
        "created_at": at,
        "due_at": at,
        "body": json.dumps({"data": {"summary": "<b>190</b> people report trouble"}}),
        "state": "dead",
        "attempts": 10,
        "last_status": "503 <b>busy</b>",
        "sent_at": at,
    }


def _attempt() -> dict[str, Any]:
    return {
        "delivery": "msg-1",
        "channel": "console",
        "event": "incident.confirmed",
        "at": _naive(moment("14:12")),
        "number": 10,
        "status": "503 <b>busy</b>",
        "seconds": 0.043,
        "sent": False,
        "parcel": "",
    }


def _disabled() -> dict[str, Any]:
    return {"channel": "ops", "waiting": 2, "problem": "channel ops is disabled: 410 gone"}


def _meta(day: Day) -> dict[str, Any]:
    return {
        "published_at": _naive(day.until).isoformat(),
        "judged_until": _naive(day.until).isoformat(),
        "started_at": _naive(START).isoformat(),
        "simulated": day.simulated,
        "version": "0.1.0",
        "model": "lexicon-1",
        "promise_days": 30.0,
    }


@pytest.fixture
def day() -> Callable[..., Day]:
    """Makes days: ``day("14:30")`` is the day as known at 14:30."""

    def make(until: str = "16:00", **options: Any) -> Day:
        return Day(moment(until), **options)

    return make


@pytest.fixture
def publication(tmp_path: Path) -> Publication:
    """An empty publication that days can be published to."""
    return Publication(tmp_path / "watch.published")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole day with an outage, published."""
    made = Publication(tmp_path_factory.mktemp("full") / "watch.published")
    made.publish(Day(moment("16:00")))
    return made.folder


WHOLE = """window.whole = frames => {
  const app = document.querySelector('[data-testid="stApp"]');
  const places = [...document.querySelectorAll('a[href], button, input, textarea, summary, canvas, [tabindex="0"]')];
  const now = [document.querySelectorAll('*').length, ...places.map(one => Math.round(one.getBoundingClientRect().top))]
    .join();
  const drawn = [...document.querySelectorAll('[data-testid="stVegaLiteChart"]')]
    .every(one => one.querySelector('canvas, svg'));
  const busy = !app || app.dataset.testScriptState !== 'notRunning' || !drawn
    || document.querySelector('[data-stale="true"], [data-testid="stSkeleton"]');
  const same = !busy && window.lastPlaces === now;
  window.lastPlaces = now;
  window.sameFrames = same ? (window.sameFrames || 0) + 1 : 0;
  return window.sameFrames >= frames;
}"""
"""Tells whether the server is done, every chart is drawn, and nothing was added or moved for so many frames."""


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-sync",
    "--process-per-site",
    "--js-flags=--no-opt --no-maglev",
)
"""A view lasts for seconds: all share a process that knows the scripts, and nobody makes those faster for so long."""


@dataclass
class Stage:
    """A served publication and a browser that looks at it; what leaves loopback and what fails is written down."""

    publication: Publication
    address: str
    log: Path
    context: Any
    outside: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """Take everything off the stage; generations are never named twice."""
        for folder in (self.publication.folder, folder_beside(self.publication.folder)):
            shutil.rmtree(folder, ignore_errors=True)
        self.outside.clear()

    def over(self) -> None:
        """The end of a test: the server's log holds no trace of an error, and every page but the first is closed."""
        assert self.traces() == []
        for page in self.context.pages[1:]:
            page.close()

    def open(self, path: str = "", **size: int) -> Any:
        """A fresh view of a page, once it is whole."""
        page = self.context.new_page()
        if size:
            page.set_viewport_size(size)
        page.goto(f"{self.address}/{path}", timeout=60_000)
        page.locator(".dc-head, .dc-title, .dc-brief, .dc-empty, .dc-notice").first.wait_for(timeout=120_000)
        self.whole(page)
        return page

    def stranger(self) -> Any:
        """An empty page of someone else's browser."""
        context = self.context.browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(WHOLE)
        return context.new_page()

    def whole(self, page: Any, frames: int = 5) -> None:
        """Wait until a page shows all that it has to, and nothing on it has moved for so many frames."""
        page.evaluate("window.sameFrames = 0")
        page.wait_for_function("frames => whole(frames)", arg=frames, timeout=120_000)

    def traces(self) -> list[str]:
        """Lines of the server's log that tell of an exception."""
        return [
            line for line in self.log.read_text(encoding="utf8").splitlines() if "Traceback" in line or "Error:" in line
        ]


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One server and one browser for all tests that look at pages."""
    if CHROMIUM is None:
        pytest.skip("chromium is not on this machine (apt-get install chromium)")
    folder = tmp_path_factory.mktemp("stage")
    port = free_port("127.0.0.1")
    address, log = f"http://127.0.0.1:{port}", folder / "server.log"
    published = folder / "watch.published"
    with serving(command(published, port), address, log), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin")
        context.add_init_script(WHOLE)
        made = Stage(Publication(published), address, log, context)
        context.on("request", lambda request: _note(made, request.url))
        context.new_page().goto(f"{address}/_stcore/health")  # stays, and with it the process that knows the scripts
        yield made
        browser.close()


def _note(stage: Stage, url: str) -> None:
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", None):
        stage.outside.append(url)
