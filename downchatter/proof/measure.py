"""Measures the sections of the scorecard, one function each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, Final

import numpy as np

from downchatter.commands.nab import PUBLISHED, TWEETS, published, read_files, read_profiles, scores_of
from downchatter.proof.card import CHECK, Row, Section, section
from downchatter.proof.corpora import frustration, recordings, shared_folder
from downchatter.settings import Settings
from ingest.records import MINUTE, Minute
from nlp.evaluation import power, rivals
from nlp.evaluation.ablations import PARTS, ablations
from nlp.evaluation.made import START, made
from nlp.evaluation.series import Traffic, calm
from nlp.evaluation.silence import silences
from nlp.evaluation.talks import talked
from nlp.evaluation.whatif import parse_rules, what_if
from nlp.rules import Rules

TRIALS: Final = 40
SHORT_TRIALS: Final = 12
SILENT_TRIALS: Final = 24
BEST_OF: Final = 3
"""What is timed is timed so often and the best taken, for other work on the machine only makes it slower (`timeit`)."""

WORLDS: Final = 3
"""Services of each kind in the made weeks."""

Map = Callable[..., Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What measuring may use: the settings whose reader and rules are judged, and a map, over processes or plain."""

    settings: Settings
    side_by_side: Map

    @property
    def rules(self) -> Rules:
        """By which the judge judges."""
        return self.settings.detection.rules


Measure = Callable[[Tools], list[Row]]


def _power(tools: Tools) -> list[Row]:
    return [row.row() for row in power.study(power.LONG, TRIALS, tools.rules, side_by_side=tools.side_by_side)]


def _silence(tools: Tools) -> list[Row]:
    return [row.row() for row in silences(SILENT_TRIALS, tools.rules)]


def _rivals(tools: Tools) -> list[Row]:
    return [row.row() for row in rivals.contests(rivals.LONG, tools.rules, side_by_side=tools.side_by_side)]


def _parts(tools: Tools) -> list[Row]:
    weeks = made(times=WORLDS)
    return ablations(weeks.readings, weeks.outages, weeks.services, rules=tools.rules)


def _talk(tools: Tools) -> list[Row]:
    return [asdict(talked(made(times=WORLDS), tools.rules))]


def _recordings(tools: Tools) -> list[Row]:
    shared = shared_folder()
    return list(recordings(tools.settings, shared)) if shared else []


def _frustration(tools: Tools) -> list[Row]:
    shared = shared_folder()
    return list(frustration(tools.settings, shared)) if shared else []


def _nab(_: Tools) -> list[Row]:
    shared = shared_folder()
    if not shared or not (shared / "nab").is_dir():
        return []
    files, profiles = read_files(shared / "nab"), read_profiles(shared / "nab")
    command = "downchatter bench nab --data nab"
    ours = [
        {"detector": name, "ours": True, **scores_of(name, files, profiles), "command": command}
        for name in ("volume", "peak", "ewma", "random", "null")
    ]
    theirs = published(shared / "nab")
    return ours + [{"detector": name, "ours": False, **theirs[name], "command": command} for name in PUBLISHED]


def _what_if(tools: Tools) -> list[Row]:
    """Other rules on a month of one service, timed in a process of its own, as `run` judges by them."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return [apart.submit(_timed, tools.rules, hourly).result() for hourly in (6.0, 60.0)]


def _timed(rules: Rules, hourly: float) -> Row:
    counts = calm(Traffic(hourly, 0.6, 2.0), 1, 30 * 1440, np.random.default_rng(1))[0]
    rows = [
        Minute("A", "made", START + place * MINUTE, int(n), int(n), outage_authors=int(n), outage=n)
        for place, n in enumerate(counts.tolist())
        if n
    ]
    until, new = START + timedelta(days=30), parse_rules("promise=1/week,min_voices=4", rules)
    seconds, processor_seconds = zip(*(_once(rows, until, new) for _ in range(BEST_OF)), strict=True)
    return {
        "what": f"other rules on a month of one service, {hourly:g} reports an hour",
        "minutes": len(rows),
        "seconds": min(seconds),
        "processor_seconds": min(processor_seconds),
        "target": 2.0,
    }


def _once(rows: list[Minute], until: datetime, new: Rules) -> tuple[float, float]:
    begun, worked = perf_counter(), process_time()
    what_if(rows, [], ["A"], until, [], new)
    return perf_counter() - begun, process_time() - worked


SECTIONS: Final[dict[str, tuple[str, Measure, bool]]] = {
    "power": ("Rises of known size", _power, True),
    "silence": ("Busy services that fall silent", _silence, True),
    "rivals": ("Beside others at equal false alarms", _rivals, True),
    "parts": ("What each part adds", _parts, True),
    "talk": ("Unusual talk", _talk, True),
    "recordings": ("Recordings", _recordings, True),
    "frustration": ("Frustration in a winter storm", _frustration, True),
    "nab": ("Numenta Anomaly Benchmark", _nab, True),
    "what-if": ("Other rules", _what_if, False),
}
"""Title, measure, and whether it comes out the same anywhere."""


def measured(settings: Settings, keys: Iterable[str], told: Callable[[str], None]) -> dict[str, Section]:
    """Measure some sections; those whose recordings are absent are left out. `told` hears what is being done."""
    found = {}
    with pool() as side_by_side:
        for key in keys:
            title, measure, seeded = SECTIONS[key]
            told(title)
            begun = process_time()
            wall = perf_counter()
            rows = measure(Tools(settings, side_by_side))
            took = max(process_time() - begun, perf_counter() - wall if side_by_side is not map else 0.0)
            if rows:
                found[key] = section(key, title, rows, took, seeded=seeded)
    return found


def short() -> Section:
    """The short form, whatever the number of cores: seeded, and by the usual rules. Under a minute on two cores."""
    rules, begun = Rules(), process_time()
    rows = [{"of": "power", **row.row()} for row in power.study(power.SHORT, SHORT_TRIALS, rules)]
    rows += [{"of": "rivals", **row.row()} for row in rivals.contests(rivals.SHORT, rules)]
    weeks = made()
    rows += [
        {"of": "parts", **row}
        for row in ablations(weeks.readings, weeks.outages, weeks.services, rules=rules, parts=PARTS[:1])
    ]
    return section(CHECK, "The short form", rows, process_time() - begun)


@contextmanager
def pool() -> Iterator[Map]:
    """A map over as many processes as this one may use cores; with one core the plain map."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores < 2:
        yield map
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as executor:
        yield executor.map


__all__ = ["SECTIONS", "TWEETS", "Path", "Tools", "measured", "short"]
