"""Sessions of the page that speak Streamlit's own protocol, and what many of them cost the server in the long run."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any, Final

from rich.console import Console

from dashboards.page import REFRESH
from downchatter.commands.bench import Row
from downchatter.commands.bench_publication import CYCLE, republish

TENTHS: Final = 10
AT_ONCE: Final = 5
"""So many sessions look at once: the timers of many browsers never go off all together."""


async def memory(
    published: Path,
    address: str,
    process: subprocess.Popen[bytes],
    paths: Sequence[str],
    sessions: int,
    refreshes: int,
    screen: Console,
) -> list[Row]:
    """The server's memory and processor time while many sessions look every five seconds whether there is news."""
    views = [await View.opened(address, paths[n % len(paths)]) for n in range(sessions)]
    sizes: dict[int, float] = {}
    spent: dict[bool, list[float]] = {True: [], False: []}
    began = perf_counter()
    for number in range(refreshes):
        generation, before = (int(moment * REFRESH // CYCLE) for moment in (number + 1, number))
        news = generation > before
        if news:
            republish(published, 1 + generation)
        used = spent_by(process)
        for few in (views[begin : begin + AT_ONCE] for begin in range(0, sessions, AT_ONCE)):
            await asyncio.gather(*(view.refresh() for view in few))
        spent[news].append(spent_by(process) - used)
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


def spent_by(process: subprocess.Popen[bytes]) -> float:
    """Seconds that a process's threads have used of processors (Linux)."""
    numbers = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf8").rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
