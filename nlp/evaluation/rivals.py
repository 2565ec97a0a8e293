"""The judge beside others at equal false alarms, on the same counts.

Each detector's threshold (the judge's is its promise) is set on the calm weeks before the rises, so that there it gives
as many false alarms as a promise of one in thirty days allows: they are equal in fact, not only on average. The rises
have no part in it. The first week counts for nobody, and alarms less than two hours apart are one, the judge's too.

Nobody is asked for voices: how many people must stand behind an alarm is a rule against brigades that could be put on
any detector, and says nothing of how well one reads counts. Beside the others stands the judge as shipped, with its own
promise and its five voices.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
from scipy.stats import t

from nlp import detectors
from nlp.baseline import Floats, Ints
from nlp.coverage import EPOCH
from nlp.detectors import Detector
from nlp.evaluation.power import MONTH, SETTLED, Cell, Power, draw, first_told, free, settled, summary
from nlp.evaluation.series import MONDAY, Rise, Series, Traffic
from nlp.rules import Rules

WARM: Final = 7 * 1440
"""Minutes at the beginning of each series in which nothing is counted: comparators need a week."""

APART: Final = 120
START: Final[datetime] = EPOCH + timedelta(minutes=MONDAY)
PROMISES: Final = (1.0, 30.0)
"""Promises, in days, between which the judge's own is found that gives as many false alarms as others are allowed."""

FIRST_TRY: Final = 8.0
TRIES: Final = 8
NEAR: Final = 0.97
"""It is found where it gives so many of the false alarms allowed, or after so many tries."""

REPEATS: Final = 8
"""Each rise is drawn so many times on each series: weeks of calm cost more than hours of a rise."""

OWN: Final = "evidence"
SHIPPED: Final = "as shipped"
NOT_COMPARED: Final = (OWN, "volume")
SLOW: Final = ("river_gaussian", "river_trees")
"""They take seconds a series, and get fewer."""

TIE: Final = 1e-9
"""Scores that are alike are told apart by chance, by so much: else few voices allow few thresholds only."""

DOUBT: Final = 0.05
"""The chance that any of the intervals of a rise misses."""

Settled = tuple[Series, list[list[int]]]


@dataclass(frozen=True, slots=True)
class Contest:
    """One kind of traffic with its rises, on so many series; the detectors in `SLOW` get `few`."""

    traffic: Traffic
    rises: tuple[Rise, ...]
    series: int
    few: int = 0


@dataclass(frozen=True, slots=True)
class Entry(Power):
    """A detector's row in a contest.

    `lead` is by how many minutes the judge is sooner on average, rise by rise on the same counts; a rise that was not
    found counts as found when it ends. `lead_low` and `lead_high` hold it with 95 % for all rivals of a contest at
    once; None for the judge itself. `verdict`: "behind" the judge or "ahead" of it where that is certain, else "level".
    """

    lead: float | None = None
    lead_low: float | None = None
    lead_high: float | None = None
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """What one detector did: false alarms, and delays in minutes by rise, repeat and series.

    A rise that was not found has an infinite delay; NaN where an alarm just before it leaves nothing to be told.
    """

    name: str
    false_alarms: int
    delays: Floats

    @property
    def months(self) -> float:
        """The service-months in which false alarms were counted."""
        series: int = self.delays.shape[2]
        return series * (SETTLED - WARM) / MONTH


LONG: Final = (
    Contest(Traffic(1.0, 0.6, 1.0), (Rise(20.0, 360),), 192, 96),
    Contest(Traffic(6.0, 0.6, 2.0), (Rise(3.0, 360), Rise(10.0, 360), Rise(10.0, 360, "ramp")), 96, 12),
    Contest(Traffic(60.0, 0.6, 1.0), (Rise(3.0, 360),), 96, 48),
    Contest(Traffic(60.0, 0.6, 5.0), (Rise(3.0, 360),), 96, 24),
)
SHORT: Final = (Contest(Traffic(6.0, 0.6, 2.0), (Rise(10.0, 360),), 8),)


def names() -> list[str]:
    """The comparators whose packages are installed."""
    found = []
    for name in detectors.names():
        if name not in NOT_COMPARED:
            try:
                detectors.load(name)
            except ImportError:
                continue
            found.append(name)
    return found


def contests(
    told: Sequence[Contest],
    rules: Rules | None = None,
    seed: int = 1,
    side_by_side: Callable[..., Iterable[Tried]] = map,
) -> list[Entry]:
    """All of them, rise by rise: the judge as shipped and on equal terms, then the others by name.

    `side_by_side` may be the map of a pool of processes.
    """
    rules, others, rows = rules or Rules(), names(), []
    entered = [(SHIPPED, OWN, *(name for name in others if one.few or name not in SLOW)) for one in told]
    tasks = [(one, name, rules, seed + place) for place, one in enumerate(told) for name in entered[place]]
    tried = iter(side_by_side(_tried, tasks))
    for one, all_in in zip(told, entered, strict=True):
        rows += _entries(one, [next(tried) for _ in all_in], rules)
    return rows


def _tried(task: tuple[Contest, str, Rules, int]) -> Tried:
    told, name, rules, seed = task
    before, after = _drawn(told, seed)
    if name in (SHIPPED, OWN):
        return _own(name, equal(before, rules) if name == OWN else settled(before, rules), after)
    count = told.few if name in SLOW else told.series
    return _other(detectors.load(name), before[:count], after[:, :, :count], rules)


@lru_cache(1)
def _drawn(told: Contest, seed: int) -> tuple[Floats, Floats]:
    """Calm counts by series, and the counts of rises by rise, repeat and series."""
    before, after = draw(told.traffic, [rise for rise in told.rises for _ in range(REPEATS)], told.series, seed)
    return before, np.array(after).reshape(len(told.rises), REPEATS, told.series, -1)


def _entries(told: Contest, tried: Sequence[Tried], rules: Rules) -> list[Entry]:
    mine = next(one for one in tried if one.name == OWN)
    doubt = DOUBT / (len(tried) - 2)
    return [
        _entry(one, mine, number, Cell(told.traffic, rise), rules, doubt)
        for number, rise in enumerate(told.rises)
        for one in tried
    ]


def equal(before: Floats, rules: Rules) -> Settled:
    """The judge on equal terms: no voices asked for, and the promise by which it gives as many alarms as are allowed.

    Never more. Alarms come about as often as is promised, and so the next promise to try is as many times longer as
    there were too many of them, or halfway between what was too short and what was long enough.
    """
    allowed = _allowed(before, rules)
    (low, high), days = PROMISES, FIRST_TRY
    found = None
    for _ in range(TRIES):
        now = settled(before, _promising(days, rules))
        alarms = sum(map(_episodes, now[1]))
        low, high, found = (low, days, now) if alarms <= allowed else (days, high, found)
        if NEAR * allowed <= alarms <= allowed:
            break
        days *= (alarms + 0.5) / (allowed + 0.5)
        if not low < days < high:
            days = math.sqrt(low * high)
    return found or settled(before, _promising(high, rules))


def _promising(days: float, rules: Rules) -> Rules:
    return replace(rules, promise_days=days, min_voices=1.0)


def _own(name: str, after_calm: Settled, after: Floats) -> Tried:
    series, alarms = after_calm
    delays = np.full(after.shape[:3], math.inf)
    for rise, repeat in np.ndindex(*after.shape[:2]):
        for place, one in enumerate(first_told(series, after[rise, repeat])):
            if one is not None:
                delays[rise, repeat, place] = one[0] - SETTLED + 1.0
    kept = [free(each) for each in alarms]
    return Tried(name, sum(map(_episodes, alarms)), np.where(kept, delays, math.nan))


def _other(detector: Detector, before: Floats, after: Floats, rules: Rules) -> Tried:
    dice = np.random.default_rng(len(before))
    known, late = np.zeros((len(before), SETTLED - WARM)), np.zeros_like(after)
    for place, counts in enumerate(before):
        futures = after[:, :, place].reshape(-1, after.shape[3])
        calm, risen = detectors.branches(detector, counts, START, futures)
        known[place], late[:, :, place] = calm[WARM:], np.reshape(risen, (*after.shape[:2], -1))
    for scores in (known, late):
        scores *= 1.0 + TIE * dice.random(scores.shape)
    level = level_for(known, _allowed(before, rules))
    told = late > level
    delays = np.where(told.any(axis=3), told.argmax(axis=3) + 1.0, math.inf)
    kept = [free((np.flatnonzero(row > level) + WARM).tolist()) for row in known]
    return Tried(detector.name, sum(episodes(row, level) for row in known), np.where(kept, delays, math.nan))


def _entry(one: Tried, mine: Tried, number: int, cell: Cell, rules: Rules, doubt: float) -> Entry:
    counted = one.delays[number][~np.isnan(one.delays[number])].tolist()
    delays = [delay if math.isfinite(delay) else None for delay in counted]
    row = Entry(**asdict(summary(one.name, cell, delays, one.false_alarms, one.months, rules)))
    if one.name in (OWN, SHIPPED):
        return row
    lead, low, high = paired(mine.delays[number], one.delays[number], cell.rise.minutes, doubt)
    verdict = "behind" if low > 0 else "ahead" if high < 0 else "level"
    return replace(row, lead=lead, lead_low=low, lead_high=high, verdict=verdict)


def paired(mine: Floats, other: Floats, whole: float, doubt: float) -> tuple[float, float, float]:
    """By how many minutes the first is sooner on average, and the interval of that: Student's, over series.

    Args:
        mine: delays by repeat and series, infinite for never, NaN for not to be counted.
        other: the same of another, in the first so many of the same repeats and series.
        whole: a rise never found counts as found after so many minutes.
        doubt: the chance that the interval misses.
    """
    repeats, count = other.shape
    sooner = np.minimum(other, whole) - np.minimum(mine[:repeats, :count], whole)
    each = sooner[:, ~np.isnan(sooner).any(axis=0)].mean(axis=0)
    mean, wide = float(each.mean()), float(each.std(ddof=1)) / math.sqrt(len(each))
    reach = float(t.ppf(1.0 - doubt / 2, len(each) - 1)) * wide
    return mean, mean - reach, mean + reach


def _allowed(before: Floats, rules: Rules) -> int:
    minutes = before.shape[0] * (before.shape[1] - WARM)
    return max(int(minutes / (rules.promise_days * 1440.0)), 1)


def level_for(quiet: Sequence[Floats] | Floats, allowed: int) -> float:
    """The lowest level that calm scores exceed in no more than so many episodes."""
    tops = np.unique(np.concatenate([np.sort(series)[-400:] for series in quiet]))
    low, high = 0, len(tops) - 1
    while low < high:
        middle = (low + high) // 2
        if sum(episodes(series, float(tops[middle])) for series in quiet) > allowed:
            low = middle + 1
        else:
            high = middle
    return float(tops[low])


def episodes(series: Floats, level: float) -> int:
    """How often a series rises above a level; what is less than two hours apart is one."""
    return _apart(np.flatnonzero(series > level))


def _episodes(alarms: Sequence[int] | Ints) -> int:
    """How often alarms came after the first week."""
    minutes = np.asarray(alarms, dtype=np.int64)
    return _apart(minutes[minutes >= WARM])


def _apart(minutes: Ints) -> int:
    return 1 + int(np.sum(np.diff(minutes) > APART)) if len(minutes) else 0
