"""`downchatter bench page`: how soon the page shows and answers, in a real browser, and whether its memory stays flat.

A publication of the asked size is made from a seed; the page is served on it as always and opened in headless Chromium.
Then many sessions, speaking Streamlit's own protocol, look for news every five seconds (of no real time), while
generations come as often as `downchatter run` publishes, as a wall of open pages would.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any, Final
from urllib.request import urlopen

from rich.console import Console

from dashboards.serve import command
from downchatter.commands.bench import Row
from downchatter.commands.bench_publication import made
from downchatter.commands.bench_sessions import memory, spent_by
from downchatter.commands.dashboard import free_port
from ingest.errors import UserError

CHART: Final = '[data-testid="stVegaLiteChart"] :is(canvas, svg)'
PAGES: Final = {
    "Now": ("", ".dc-head", 0),
    "Service, 24 h": ("service?service=Service+001", ".dc-title", 4),
    "Service, 90 days": ("service?service=Service+001&span=90+days", ".dc-title", 4),
    "Incident": ("incident?incident=made-0", ".dc-title", 2),
    "Brief": ("brief?incident=made-0", ".dc-brief", 0),
    "Replay": ("replay?incident=made-0&minute=40", ".dc-title", 2),
    "Rules": ("rules", ".dc-title", 0),
    "Scorecard": ("scorecard", ".dc-title", 0),
    "Health": ("health", ".dc-title", 0),
}
"""Each page's address, what tells that it is there, and how many charts are drawn on it by then."""


WALL: Final = {
    name.lower().partition(",")[0]: path.replace("made-0", "made-9")
    for name, (path, _, _) in PAGES.items()
    if "span" not in path
}
"""What the many sessions have open, by turns. The incident has been over for days."""

ROUNDS: Final = 3
FIRST_PAINT: Final = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
SOON: Final = 120_000


def page(
    posts: int,
    services: int,
    days: int,
    sessions: int,
    refreshes: int,
    seed: int,
    screen: Console,
    wall: str = "",
) -> list[Row]:
    """Paint and interaction times in seconds, and memory in MB.

    Args:
        posts: how many are published.
        services: how many there are.
        days: over how many days.
        sessions: so many pages are open at once while memory is watched.
        refreshes: so often each of them is refreshed; eight hours are 5,760.
        seed: another seed makes another publication.
        screen: where to say what is being done.
        wall: names of the pages that are open then, with commas between; empty: every page.

    Raises:
        UserError: Playwright or Chromium is not there, or a page that is asked for.
    """
    sync_playwright, opened = _playwright(), _wall(wall)
    with tempfile.TemporaryDirectory() as folder:
        published = Path(folder) / "bench.published"
        screen.print(f"Making {posts:,} posts of {services} services over {days} days (seed {seed})")
        began = perf_counter()
        made(published, posts, services, days, seed)
        rows: list[Row] = [("making the publication", perf_counter() - began, "s")]
        with served(published) as (address, process):
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=_chromium(), headless=True, args=list(FLAGS))
                view = browser.new_context(viewport={"width": 1440, "height": 900})
                screen.print("Opening each page")
                rows += paints(view, address, process)
                screen.print("Using them")
                rows += interactions(view, address)
                browser.close()
            screen.print(f"Refreshing {sessions} sessions {refreshes} times")
            rows += asyncio.run(memory(published, address, process, opened, sessions, refreshes, screen))
    return rows


def _wall(asked: str) -> list[str]:
    names = [name.strip().lower() for name in asked.split(",") if name.strip()] or list(WALL)
    if strange := [name for name in names if name not in WALL]:
        raise UserError(f"--wall: there is no page {strange[0]!r}; those there are: {', '.join(WALL)}")
    return [WALL[name] for name in names]


@contextmanager
def served(published: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The page on a publication, in a process of its own: its address and the process."""
    port = free_port("127.0.0.1")
    words = command(published, port)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # ours
        try:
            address = f"http://127.0.0.1:{port}"
            await_page(f"{address}/_stcore/health", process)
            yield address, process
        finally:
            process.terminate()


def paints(view: Any, address: str, process: subprocess.Popen[bytes]) -> list[Row]:
    """From the request until the page shows what it is about, its charts drawn, each in a tab of its own.

    Beside it when the browser first painted anything of it (first contentful paint: W3C, "Paint Timing"), and what the
    server's processor spent on it, which a machine that is busy with other things does not change.
    """
    rows: list[Row] = []
    for name, (path, sign, charts) in PAGES.items():
        took, seen = [], []
        spent = spent_by(process)
        for _ in range(ROUNDS):
            tab = view.new_page()
            began = perf_counter()
            tab.goto(f"{address}/{path}", wait_until="commit")
            tab.locator(sign).first.wait_for(timeout=SOON)
            if charts:
                tab.locator(CHART).nth(charts - 1).wait_for(timeout=SOON)
            took.append(perf_counter() - began)
            seen.append(tab.evaluate(FIRST_PAINT) / 1000)
            tab.close()
        each = (spent_by(process) - spent) / ROUNDS
        rows += [
            (f"{name}: first contentful paint, slowest of {ROUNDS}", max(seen), "s"),
            (f"{name}: all drawn, first time", took[0], "s"),
            (f"{name}: all drawn, median of {ROUNDS}", median(took), "s"),
            (f"{name}: server's processor time", each, "s"),
        ]
    return rows


def interactions(view: Any, address: str) -> list[Row]:
    """From an action until the page shows its outcome."""
    tab = view.new_page()
    tab.goto(f"{address}/service?service=Service+001")
    tab.get_by_text("people per 5 min").first.wait_for(timeout=SOON)
    steps: list[tuple[str, Callable[[], None], str]] = [
        ("choose 7 days", lambda: _press(tab, "7 days"), "people per hour"),
        ("choose 90 days", lambda: _press(tab, "90 days"), "people per 12 h"),
        ("choose 1 h", lambda: _press(tab, "1 h"), "people per minute"),
    ]
    rows = [_timed(tab, name, act, sign) for name, act, sign in steps]
    rows.append(_timed(tab, "show complaints", lambda: _press(tab, "Complaints"), "over a coffee"))
    rows.append(_timed(tab, "search the posts", lambda: _search(tab, "zzz"), "No such posts in this time"))
    tab.goto(f"{address}/rules")
    tab.get_by_role("slider").first.wait_for(timeout=SOON)
    tab.get_by_text("Of 200 incidents").first.wait_for(timeout=SOON)
    before = tab.locator(".dc-told").inner_text()
    tab.get_by_role("slider").first.focus()
    began = perf_counter()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("was => document.querySelector('.dc-told').innerText !== was", arg=before, timeout=SOON)
    rows.append(("move the promise", perf_counter() - began, "s"))
    tab.close()
    return rows


def _timed(tab: Any, name: str, act: Callable[[], None], sign: str) -> Row:
    began = perf_counter()
    act()
    tab.get_by_text(sign).first.wait_for(timeout=SOON)
    return f"interaction: {name}", perf_counter() - began, "s"


def _press(tab: Any, words: str) -> None:
    tab.get_by_text(words, exact=True).first.click()


def _search(tab: Any, words: str) -> None:
    field = tab.get_by_label("Search", exact=True)
    field.fill(words)
    field.press("Enter")


def await_page(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the page's server answers.

    Raises:
        UserError: it ended, or did not answer within two minutes.
    """
    until = perf_counter() + 120
    while perf_counter() < until and process.poll() is None:
        try:
            with urlopen(url, timeout=5):  # noqa: S310  # loopback
                return
        except OSError:
            sleep(0.1)
    raise UserError("the page did not come up within two minutes; see what `downchatter dashboard` says")


def _playwright() -> Any:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise UserError("bench page drives a browser: install playwright (it is among the dev dependencies)") from error
    return sync_playwright


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise UserError("bench page needs Chromium: apt-get install chromium")
    return found
