"""`downchatter bench page`: how soon the page shows and answers, in a real browser, and whether its memory stays flat.

A publication of the asked size is made from a seed; the page is served on it as always and opened in headless Chromium.
Then many sessions, speaking Streamlit's own protocol, have their view refreshed again and again, each time from a new
generation, as a wall of open pages would.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from time import perf_counter, sleep
from typing import Any, Final
from urllib.request import urlopen

import duckdb
from rich.console import Console

from dashboards.page import REFRESH
from dashboards.serve import command
from downchatter.commands.bench import Row
from downchatter.commands.dashboard import free_port
from downchatter.version import VERSION
from ingest.errors import UserError

END: Final = datetime(2026, 2, 28, 16, tzinfo=UTC)
"""When the first generation is published: eight hours are left of its last day."""
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

CYCLE: Final = 6.0
"""Seconds from one generation to the next while `downchatter run` watches: it publishes at the end of the first cycle
of a second that ends five seconds or more after it last did."""
TENTHS: Final = 10
ROUNDS: Final = 3
FLAGS: Final = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
SOON: Final = 120_000

_POSTS: Final = """
    copy (
        with made as (
            select i, 'Service ' || lpad((1 + floor($services * power(((hash(i + $seed) % 1000003) / 1000003.0), 3))
                )::int::varchar, 3, '0') as service,
                $day::timestamp + to_microseconds((hash(i * 7 + $seed) % 86400000000)::bigint) as seen_at,
                (hash(i * 13 + $seed) % 100)::int as dice
            from range($first, $last) t(i))
        select 'made:' || i as id, service, 'bluesky' as source, 'a' || (hash(i * 3) % 400000) as author,
            case when dice < 8 then 'is ' || service || ' down for anyone else? number ' || i
                 else 'reading about ' || service || ' over a coffee, number ' || i || ' of many' end as text,
            seen_at as created_at, seen_at, 'en' as lang, '' as thread, 'https://example.org/' || i as url, 0 as likes,
            case when dice < 8 then 'outage' when dice < 14 then 'complaint' when dice < 16 then 'recovery' else 'other'
                end as kind,
            case when dice < 8 then 0.9 else 0.02 end as p_outage, 0.02 as p_relay, 0.02 as p_recovery,
            0.02 as p_complaint, 0.04 as p_other, (dice - 50) / 100.0 as sentiment, dice / 200.0 as frustration,
            case when dice < 3 then ['fails:login'] when dice < 5 then ['cause:overload'] else []::varchar[] end
                as aspects,
            'made' as model, (hash(i) >> 1)::bigint as fingerprint,
            case when dice < 8 then 0.9 else 0.0 end as counted, 0.0 as counted_frustration, 'made' as reason
        from made order by service, seen_at
    ) to '{path}' (format parquet, compression zstd, row_group_size 8192)"""

_MINUTES: Final = """
    copy (
        select service, source, date_trunc('minute', seen_at) as minute, count(*) as posts, count(*) as authors,
            count(*) filter (where kind = 'outage') as outage_authors, 0 as relay_authors,
            count(*) filter (where kind = 'recovery') as recovery_authors,
            count(*) filter (where kind = 'complaint') as complaint_authors, sum(counted) as outage,
            sum(frustration) as frustration, sum(sentiment) as sentiment, sum(frustration) as posts_frustration
        from read_parquet('{posts}') group by all order by service, minute
    ) to '{path}' (format parquet, compression zstd)"""

_EXPECTED: Final = """
    copy (
        select 'Service ' || lpad(s::varchar, 3, '0') as service, 'outage' as signal,
            $day::timestamp + to_hours(h) as hour, 0.01 as mean, 1.0 as upper_1, 1.4 as upper_5, 2.2 as upper_15,
            4.0 as upper_60
        from range(1, $services + 1) a(s), range(24) b(h) order by service, hour
    ) to '{path}' (format parquet, compression zstd)"""

_WHOLE: Final = {
    "services": """
        select 'Service ' || lpad(s::varchar, 3, '0') as service, 'made' as category, '' as status_page,
            case when s % 97 = 1 then 'outage' when s % 31 = 2 then 'elevated' else 'calm' end as state,
            case when s % 97 = 1 then $end - interval 40 minutes end as since, (s % 7)::double as observed_15m,
            0.2 as expected_15m, 2.2 as upper_15m, (s % 13)::double as observed_60m, 0.7 as expected_60m,
            -0.2 as sentiment_60m, 0.3 as frustration_60m, ['bluesky'] as sources, []::varchar[] as blind,
            '' as incident
        from range(1, $services + 1) t(s)""",
    "incidents": """
        select 'made-' || n as id, 'Service ' || lpad((1 + n * 7 % $services)::varchar, 3, '0') as service,
            'outage' as signal, 'resolved' as state, o as onset_at, o + interval 4 minutes as opened_at,
            o + interval 6 minutes as confirmed_at, o + interval 20 minutes as peak_at,
            o + interval 50 minutes as recovering_at, o + interval 80 minutes as resolved_at, 'major' as severity,
            'made' as severity_reason, 0.9 as confidence, 'made' as confidence_reason, 90 as posts, 80 as authors,
            72.0 as observed, 1.0 as expected, 90.0 as evidence, o + interval 80 minutes as updated_at,
            60.0 as peak_ratio
        from (select n, $end - to_hours(3 + n * 9) as o from range(200) t(n))""",
    "whatif": """
        select p::double as promise_days, case when n % 9 = p % 9 then 'vanishes' when n % 4 = 0 then 'moves'
                else 'stays' end as fate, 'Service ' || lpad((1 + n * 7 % $services)::varchar, 3, '0') as service,
            'outage' as signal, 'made-' || n as incident, $end - to_hours(3 + n * 9) as "before",
            $end - to_hours(3 + n * 9) as "after", (n % 4 = 0)::int * 3.0 as minutes, 60.0 as ratio_before,
            80.0 as people_before, 80.0 as lasted_before, 60.0 as ratio_after, 80.0 as people_after,
            80.0 as lasted_after
        from range(200) t(n), (select unnest([1, 3, 7, 14, 30, 60, 90, 180, 365]) as p)""",
    "coverage": """
        select 'bluesky' as source, $end - interval 90 days as since, $end as until, '' as cursor,
            $end as last_post_at""",
    "gaps": """
        select 'bluesky' as source, $end - interval 30 hours as start, $end - interval 29 hours as "end",
            'made' as reason""",
}


def page(posts: int, services: int, days: int, sessions: int, refreshes: int, seed: int, screen: Console) -> list[Row]:
    """Paint and interaction times in seconds, and memory in MB.

    Args:
        posts: how many are published.
        services: how many there are.
        days: over how many days.
        sessions: so many pages are open at once while memory is watched.
        refreshes: so often each of them is refreshed; eight hours are 5,760.
        seed: another seed makes another publication.
        screen: where to say what is being done.

    Raises:
        UserError: Playwright or Chromium is not there.
    """
    sync_playwright = _playwright()
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
            rows += asyncio.run(memory(published, address, process, sessions, refreshes, screen))
    return rows


def made(published: Path, posts: int, services: int, days: int, seed: int) -> None:
    """Write a publication of made-up posts, the same for the same seed."""
    target = published / "00000001"
    for name in ("posts", "minutes", "expected"):
        (target / name).mkdir(parents=True)
    each = posts // days
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = false")
        for number in range(days):
            day = END.date() - timedelta(days=days - 1 - number)
            paths = {name: target / name / f"{day.isoformat()}.parquet" for name in ("posts", "minutes", "expected")}
            about = {"services": services, "day": day.isoformat()}
            span = {"first": number * each, "last": (number + 1) * each, "seed": seed}
            con.execute(_POSTS.format(path=paths["posts"]), about | span)
            con.execute(_MINUTES.format(posts=paths["posts"], path=paths["minutes"]))
            con.execute(_EXPECTED.format(path=paths["expected"]), about)
        for name, sql in _WHOLE.items():
            asked = {"end": END.replace(tzinfo=None), "services": services}
            used = {key: value for key, value in asked.items() if f"${key}" in sql}
            con.execute(f"copy ({sql}) to '{target / name}.parquet' (format parquet)", used)
    _tell(published, target, timedelta(seconds=1), days)


def _tell(published: Path, target: Path, later: timedelta, days: int) -> None:
    end = END.replace(tzinfo=None)
    rules = {"promise_days": 30.0, "min_voices": 6.0, "times": [10, 50], "people": [30, 150], "minutes": [60, 360]}
    meta = {
        "generation": target.name,
        "published_at": end.isoformat(),
        "judged_until": (end + later).replace(second=0).isoformat(),
        "started_at": (end - timedelta(days=days)).isoformat(),
        "simulated": True,
        "version": VERSION,
        "model": "made",
        "promise_days": 30.0,
        "rules": rules,
        "settled": rules,
    }
    (target / "meta.json").write_text(json.dumps(meta), encoding="utf8")
    pointer = published / "CURRENT.new"
    pointer.write_text(target.name, encoding="utf8")
    pointer.replace(published / "CURRENT")


def republish(published: Path, number: int, days: int = 90) -> None:
    """Put the next generation in force as the writer would: the newest day and the small tables are written anew."""
    old = published / (published / "CURRENT").read_text(encoding="utf8").strip()
    new = published / f"{number:08d}"
    shutil.copytree(old, new, copy_function=os.link)
    (new / "meta.json").unlink()
    newest = [max((new / name).iterdir()) for name in ("posts", "minutes", "expected")]
    for file in [*newest, *new.glob("*.parquet")]:
        draft = file.with_suffix(".new")
        shutil.copyfile(file, draft)
        draft.replace(file)
    _tell(published, new, number * timedelta(seconds=CYCLE), days)
    for stale in sorted(path for path in published.iterdir() if path.is_dir())[:-4]:
        shutil.rmtree(stale)


@contextmanager
def served(published: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The page on a publication, in a process of its own: its address and the process."""
    port = free_port("127.0.0.1")
    words = command(published, port)
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603  # ours
        try:
            address = f"http://127.0.0.1:{port}"
            _await(f"{address}/_stcore/health", process)
            yield address, process
        finally:
            process.terminate()


def paints(view: Any, address: str, process: subprocess.Popen[bytes]) -> list[Row]:
    """From the request until the page shows what it is about, its charts drawn, each in a tab of its own.

    Beside it what the server's processor spent on that, which a machine that is busy with other things does not change.
    """
    rows: list[Row] = []
    for name, (path, sign, charts) in PAGES.items():
        took = []
        spent = _spent(process)
        for _ in range(ROUNDS):
            tab = view.new_page()
            began = perf_counter()
            tab.goto(f"{address}/{path}", wait_until="commit")
            tab.locator(sign).first.wait_for(timeout=SOON)
            if charts:
                tab.locator(CHART).nth(charts - 1).wait_for(timeout=SOON)
            took.append(perf_counter() - began)
            tab.close()
        each = (_spent(process) - spent) / ROUNDS
        rows += [
            (f"{name}: first time", took[0], "s"),
            (f"{name}: paint (median of {ROUNDS})", median(took), "s"),
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


async def memory(
    published: Path, address: str, process: subprocess.Popen[bytes], sessions: int, refreshes: int, screen: Console
) -> list[Row]:
    """The server's memory and processor time while many sessions look every five seconds whether there is news."""
    views = [await View.opened(address, list(PAGES.values())[n % 4][0]) for n in range(sessions)]
    sizes: dict[int, float] = {}
    spent: dict[bool, list[float]] = {True: [], False: []}
    began = perf_counter()
    for number in range(refreshes):
        generation, before = (int(moment * REFRESH // CYCLE) for moment in (number + 1, number))
        news = generation > before
        if news:
            republish(published, 1 + generation)
        used = _spent(process)
        await asyncio.gather(*(view.refresh() for view in views))
        spent[news].append(_spent(process) - used)
        if (number + 1) * TENTHS // refreshes > number * TENTHS // refreshes:
            sizes[number + 1] = _resident(process)
            screen.print(f"{number + 1:,} refreshes, {sizes[number + 1]:.1f} MB, {perf_counter() - began:.0f} s")
    took = perf_counter() - began
    for view in views:
        await view.close()
    return _told(sizes, spent, sessions, took)


def _told(sizes: dict[int, float], spent: dict[bool, list[float]], sessions: int, took: float) -> list[Row]:
    rows: list[Row] = [("a new generation every", CYCLE, "s")]
    rows += [
        (f"memory, {sessions} sessions, after {number} refreshes each", size, "MB") for number, size in sizes.items()
    ]
    first, last = min(sizes), max(sizes)
    grown = 1000 * (sizes[last] - sizes[first])
    rows.append(
        ("growth per refresh of one session, after the first tenth", grown / max(1, (last - first) * sessions), "kB")
    )
    for news, said in ((True, "with news"), (False, "without")):
        if spent[news]:
            rows.append(
                (
                    f"one refresh of one session {said}: server's processor time",
                    1000 * fmean(spent[news]) / sessions,
                    "ms",
                )
            )
    rows.append(("one refresh of all sessions", took / last, "s"))
    return rows


class View:
    """One session of the page, without a browser."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._fragments: list[str] = []
        self._query = ""
        self._page = ""

    @classmethod
    async def opened(cls, address: str, path: str) -> View:
        """A session that has shown its page once."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from websockets.asyncio.client import connect

        where = address.replace("http", "ws") + "/_stcore/stream"
        view = cls(await connect(where, max_size=None, ping_interval=None, subprotocols=["streamlit"]))  # type: ignore[list-item]  # a str
        told = BackMsg()
        name, _, query = path.partition("?")
        told.rerun_script.query_string = view._query = query
        told.rerun_script.page_name = name
        await view._run(told)
        return view

    async def refresh(self) -> None:
        """Have every part that refreshes by itself do so now."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        for fragment in list(self._fragments):
            told = BackMsg()
            told.rerun_script.fragment_id = fragment
            told.rerun_script.page_script_hash = self._page
            told.rerun_script.query_string = self._query
            told.rerun_script.is_auto_rerun = True
            await self._run(told)

    async def close(self) -> None:
        """End the session."""
        await self._socket.close()

    async def _run(self, told: Any) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        await self._socket.send(told.SerializeToString())
        while True:
            said = ForwardMsg()
            said.ParseFromString(await self._socket.recv())
            kind = said.WhichOneof("type")
            if kind == "navigation":
                self._page = said.navigation.page_script_hash
            if kind == "page_info_changed":
                self._query = said.page_info_changed.query_string
            if kind == "auto_rerun" and said.auto_rerun.fragment_id not in self._fragments:
                self._fragments.append(said.auto_rerun.fragment_id)
            if kind == "script_finished" and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return
            if kind == "script_finished":
                self._fragments.clear()  # the whole page is laid out anew


def _resident(process: subprocess.Popen[bytes]) -> float:
    """Megabytes that a process holds in memory (Linux)."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf8")
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1000


def _spent(process: subprocess.Popen[bytes]) -> float:
    """Seconds that a process's threads have used of processors (Linux)."""
    numbers = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf8").rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
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
