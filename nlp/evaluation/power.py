"""The power study: how often and how soon rises of known size are found, beside the best that is possible.

Each cell is one kind of usual traffic and one rise. The judge and the comparators see the same counts; a comparator's
threshold is set on calm counts of the same kind (others than it is tested on) to as many alarms as the promise allows.
The bound is Lorden's (1971): no procedure with this average run length to a false alarm is sooner, on average, than
``log(run length) / KL(after || before)``, for large run lengths.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from scipy.stats import nbinom, poisson

from nlp.baseline import Floats
from nlp.coverage import EPOCH
from nlp.detectors import Detector
from nlp.evaluation.series import MONDAY, Rise, Traffic, calm, drawn, judge, openings
from nlp.rules import Rules

SETTLED: Final = 21 * 1440
"""Minutes of usual traffic before the rise."""

CALIBRATED: Final = 4
"""Calm series per series tested, from which a comparator gets its threshold."""

WARM: Final = 7 * 1440
"""Alarms of comparators count from here on."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of traffic and one rise."""

    traffic: Traffic
    rise: Rise


@dataclass(frozen=True, slots=True)
class Power:
    """What one detector did in one cell. Delays are in minutes, of the rises found; None where none was."""

    detector: str
    hourly: float
    rhythm: float
    spread: float
    times: float
    form: str
    trials: int
    found: float
    delay_mean: float | None
    delay_median: float | None
    delay_p90: float | None
    false_per_month: float
    false_low: float
    false_high: float
    bound: float
    ratio: float | None

    def row(self) -> dict[str, Any]:
        """As a plain row of a table."""
        return asdict(self)


def divergence(traffic: Traffic, times: float) -> float:
    """KL(after || before) of one minute at the mean rate, in nats."""
    before = traffic.hourly / 60.0
    after = before * times
    counts = np.arange(int(after + 12 * math.sqrt(traffic.spread * after) + 40))
    if traffic.spread <= 1.0:
        new, old = poisson.logpmf(counts, after), poisson.logpmf(counts, before)
    else:
        chance, over = 1.0 / traffic.spread, traffic.spread - 1.0
        new, old = nbinom.logpmf(counts, after / over, chance), nbinom.logpmf(counts, before / over, chance)
    return float(np.sum(np.exp(new) * (new - old)))


def garwood(count: int, exposure: float) -> tuple[float, float]:
    """The 95 % interval of a Poisson rate."""
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return low / exposure, float(chi2.ppf(0.975, 2 * count + 2)) / 2 / exposure


def risen(cell: Cell, trials: int, dice: np.random.Generator) -> Floats:
    """Counts of so many series: usual traffic, then the rise until the end."""
    rate = cell.traffic.rate(MONDAY + np.arange(SETTLED + cell.rise.minutes))
    rate[SETTLED:] *= cell.rise.factors()
    return drawn(np.broadcast_to(rate, (trials, len(rate))), cell.traffic.spread, dice)


def own(cell: Cell, trials: int, rules: Rules, seed: int) -> Power:
    """What the judge does in a cell, from a cold start."""
    counts = risen(cell, trials, np.random.default_rng(seed))
    alarms = openings(judge(counts, rules), trials)
    early = sum(minute < SETTLED for series in alarms for minute in series)
    busy = [any(SETTLED - 240 < minute < SETTLED for minute in series) for series in alarms]
    delays = [
        next((minute - SETTLED + 1.0 for minute in series if minute >= SETTLED), None)
        for series, taken in zip(alarms, busy, strict=True)
        if not taken
    ]
    return _told("evidence", cell, delays, early, trials * SETTLED / 43200.0, rules)


def other(detector: Detector, cell: Cell, trials: int, rules: Rules, seed: int) -> Power:
    """What a comparator does in a cell, at the judge's promise."""
    start = EPOCH + timedelta(minutes=MONDAY)
    dice = np.random.default_rng(seed + 1)
    calm_counts = calm(cell.traffic, CALIBRATED * trials, SETTLED + WARM, dice)
    quiet = [detector.scores(row, start)[WARM:] for row in calm_counts]
    level = _level(quiet, rules.promise_days * 1440.0)
    scores = [detector.scores(row, start) for row in risen(cell, trials, np.random.default_rng(seed))]
    early = sum(_episodes(series[WARM:SETTLED], level) for series in scores)
    late = [np.flatnonzero(series[SETTLED:] > level) for series in scores]
    delays = [float(hits[0] + 1) if len(hits) else None for hits in late]
    return _told(detector.name, cell, delays, early, trials * (SETTLED - WARM) / 43200.0, rules)


def _level(quiet: Sequence[Floats], promised: float) -> float:
    minutes = sum(map(len, quiet))
    allowed = max(int(minutes / promised), 1)
    tops = np.sort(np.unique(np.concatenate([np.sort(series)[-400:] for series in quiet])))[::-1]
    level = float(tops[0])
    for candidate in tops:
        if sum(_episodes(series, float(candidate)) for series in quiet) > allowed:
            break
        level = float(candidate)
    return level


def _episodes(series: Floats, level: float) -> int:
    hits = np.flatnonzero(series > level)
    return int(len(hits) > 0) + int(np.sum(np.diff(hits) > 120)) if len(hits) else 0


def _told(name: str, cell: Cell, delays: Sequence[float | None], early: int, months: float, rules: Rules) -> Power:
    found = np.array([delay for delay in delays if delay is not None])
    low, high = garwood(early, months)
    run_length = min(months * 43200.0 / max(early, 1), rules.promise_days * 1440.0 * 10)
    bound = math.log(max(run_length, rules.promise_days * 1440.0)) / divergence(cell.traffic, cell.rise.times)
    mean = float(found.mean()) if len(found) else None
    whole = len(found) == len(delays) and mean is not None
    return Power(
        detector=name,
        hourly=cell.traffic.hourly,
        rhythm=cell.traffic.rhythm,
        spread=cell.traffic.spread,
        times=cell.rise.times,
        form=cell.rise.form,
        trials=len(delays),
        found=len(found) / max(len(delays), 1),
        delay_mean=mean,
        delay_median=float(np.median(found)) if len(found) else None,
        delay_p90=float(np.quantile(found, 0.9)) if len(found) else None,
        false_per_month=early / months,
        false_low=low,
        false_high=high,
        bound=bound,
        ratio=mean / bound if whole and mean is not None and cell.rise.form == "step" else None,
    )


LONG: Final = tuple(
    Cell(Traffic(hourly, rhythm, spread), Rise(times, 1440, form))
    for hourly in (0.1, 1.0, 6.0, 60.0)
    for rhythm, spread in ((0.0, 1.0), (0.6, 1.0), (0.6, 2.0), (0.6, 5.0))
    for times in (1.5, 3.0, 10.0, 50.0)
    for form in ("step", "ramp")
    if times * hourly < 600
)  # fmt: skip
SHORT: Final = tuple(
    Cell(Traffic(hourly, 0.6, 1.0), Rise(times, 720)) for hourly, times in ((1.0, 50.0), (6.0, 10.0), (60.0, 3.0))
)
COMPARED: Final = tuple(
    Cell(Traffic(hourly, 0.6, spread), Rise(times, 360))
    for hourly, times in ((1.0, 20.0), (6.0, 10.0), (60.0, 3.0))
    for spread in (1.0, 2.0)
)


def study(cells: Sequence[Cell], trials: int = 10, rules: Rules | None = None, seed: int = 1) -> list[Power]:
    """The judge in every cell."""
    return [own(cell, trials, rules or Rules(), seed + number) for number, cell in enumerate(cells)]


def comparison(
    detectors: Sequence[Detector], cells: Sequence[Cell], trials: int = 6, rules: Rules | None = None, seed: int = 1
) -> list[Power]:
    """The judge and some comparators in every cell, at the same promise."""
    told = rules or Rules()
    rows: list[Power] = []
    for number, cell in enumerate(cells):
        rows.append(own(cell, trials, told, seed + number))
        rows += [other(detector, cell, trials, told, seed + number) for detector in detectors]
    return rows
