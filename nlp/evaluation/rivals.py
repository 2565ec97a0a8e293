"""The judge beside others at equal false alarms.

Each detector's threshold is set on calm counts so that it gives as many false alarms as a promise of one in thirty days
allows; alarms less than two hours apart are one. Then it is tried on other counts of the same kind: false alarms are
counted there once more, and rises are timed. The judge is there twice: as shipped, and with its promise set like the
others' thresholds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from nlp import detectors
from nlp.baseline import Floats
from nlp.coverage import EPOCH
from nlp.detectors import Detector
from nlp.evaluation.power import MONTH, SETTLED, Cell, Power, own, risen, summary
from nlp.evaluation.series import MONDAY, Rise, Series, Traffic, calm
from nlp.rules import Rules

WARM: Final = 7 * 1440
"""Minutes at the beginning of each series in which nothing is counted: comparators need a week."""

APART: Final = 120
START: Final[datetime] = EPOCH + timedelta(minutes=MONDAY)
LAXER: Final = (30.0, 10.0, 3.0, 1.0)
"""Promises, in days, among which the judge's own is found that gives as many false alarms as others are allowed."""

NOT_COMPARED: Final = ("evidence", "volume")
SLOW: Final = ("river_gaussian", "river_trees")
"""They take seconds a series, and get fewer."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One kind of traffic with its rises. Thresholds are set on `series` series and tested on as many.

    The detectors in `SLOW` get `few`.
    """

    traffic: Traffic
    rises: Sequence[Rise]
    series: int
    few: int = 0


LONG: Final = (
    Contest(Traffic(1.0, 0.6, 1.0), (Rise(20.0, 360),), 24, 6),
    Contest(Traffic(6.0, 0.6, 2.0), (Rise(3.0, 360), Rise(10.0, 360), Rise(10.0, 360, "ramp")), 24, 6),
    Contest(Traffic(60.0, 0.6, 1.0), (Rise(3.0, 360),), 24, 6),
    Contest(Traffic(60.0, 0.6, 5.0), (Rise(3.0, 360),), 24, 6),
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


def contest(told: Contest, rules: Rules, seed: int) -> list[Power]:
    """Every detector on one kind of traffic: the judge first, then the others by name."""
    rows = own(told.traffic, told.rises, told.series, rules, seed)
    rows = [replace(row, detector="as shipped") for row in rows]
    rows += [replace(row, detector="evidence") for row in _own_equal(told, rules, seed)]
    for name in names():
        count = told.few if name in SLOW else told.series
        if count:
            rows += _other(detectors.load(name), replace(told, series=count), rules, seed)
    return rows


def contests(
    told: Sequence[Contest],
    rules: Rules | None = None,
    seed: int = 1,
    side_by_side: Callable[..., Iterable[list[Power]]] = map,
) -> list[Power]:
    """All of them; `side_by_side` may be the map of a pool of processes."""
    tasks = [(one, rules or Rules(), seed + number) for number, one in enumerate(told)]
    return [row for rows in side_by_side(_contest, tasks) for row in rows]


def _contest(told: tuple[Contest, Rules, int]) -> list[Power]:
    return contest(*told)


def _own_equal(told: Contest, rules: Rules, seed: int) -> list[Power]:
    quiet = _quiet(told, seed)
    allowed = _allowed(quiet.shape[0] * (quiet.shape[1] - WARM), rules)
    chosen = rules
    for days in LAXER:
        laxer = replace(rules, promise_days=min(days, rules.promise_days))
        opened = Series(len(quiet), laxer).advance(quiet)
        if sum(minute >= WARM for series in opened for minute in series) > allowed:
            break
        chosen = laxer
    return own(told.traffic, told.rises, told.series, chosen, seed)


def _other(detector: Detector, told: Contest, rules: Rules, seed: int) -> list[Power]:
    quiet = [detector.scores(row, START)[WARM:] for row in _quiet(told, seed)]
    level = level_for(quiet, _allowed(sum(map(len, quiet)), rules))
    dice = np.random.default_rng(seed)
    before = calm(told.traffic, told.series, SETTLED, dice)
    rows = []
    for rise in told.rises:
        counts = np.hstack([before, risen(told.traffic, rise, told.series, dice)])
        scores = [detector.scores(row, START) for row in counts]
        early = sum(episodes(series[WARM:SETTLED], level) for series in scores)
        late = [np.flatnonzero(series[SETTLED:] > level) for series in scores]
        delays = [float(hits[0] + 1) if len(hits) else None for hits in late]
        months = told.series * (SETTLED - WARM) / MONTH
        rows.append(summary(detector.name, Cell(told.traffic, rise), delays, early, months, rules))
    return rows


def _quiet(told: Contest, seed: int) -> Floats:
    return calm(told.traffic, told.series, SETTLED, np.random.default_rng([seed, 1]))


def _allowed(minutes: int, rules: Rules) -> int:
    return max(int(minutes / (rules.promise_days * 1440.0)), 1)


def level_for(quiet: Sequence[Floats], allowed: int) -> float:
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
    hits = np.flatnonzero(series > level)
    return 1 + int(np.sum(np.diff(hits) > APART)) if len(hits) else 0
