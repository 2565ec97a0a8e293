"""The power study: how often and how soon rises of known size are found, and how many alarms come without one.

Usual traffic of one kind runs for three weeks from a cold start: what opens then is a false alarm. From the state that
this leaves, each rise is tried by itself, on the same series. Counts are drawn at random, seeded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np
from scipy.stats import chi2

from ingest.records import Incident
from nlp.baseline import Floats
from nlp.evaluation.bound import least_delay, optimum, wait_for
from nlp.evaluation.series import MONDAY, Form, Found, Rise, Series, Traffic, calm, drawn
from nlp.rules import Rules
from nlp.stories import moment

SETTLED: Final = 21 * 1440
"""Minutes of usual traffic before the rise."""

TAKEN: Final = 240
"""A series in which an alarm came so many minutes before the rise, or less, tells nothing about it."""

LOOK: Final = 10
"""While the rise lasts it is seen every so many minutes which have been found; no verdict hangs on it."""

MONTH: Final = 43200.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One kind of traffic and one rise."""

    traffic: Traffic
    rise: Rise


@dataclass(frozen=True, slots=True)
class Power:
    """What one detector did in one cell. Delays are in minutes, of the rises found; None where none was.

    `bound` is Lorden's bound of the mean delay at the same run length between false alarms (see `bound`), `ratio` the
    mean delay over it, where every rise was found; `bound_voices` and `ratio_voices` are the same where an alarm has to
    wait for as many voices as the rules ask for. `optimum` is the mean delay of the CUSUM that knows the rise, for
    steps at even rates; `optimum_voices` and `ratio_optimum` again with the wait for voices. `onset_held` is in how
    many of the rises found the minute in which it began lay within the interval that the incident stated when it
    opened; None for detectors that state none.
    """

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
    false_alarms: int
    months: float
    false_per_month: float
    false_low: float
    false_high: float
    bound: float
    ratio: float | None
    bound_voices: float
    ratio_voices: float | None
    onset_held: int | None = None
    optimum: float | None = None
    optimum_voices: float | None = None
    ratio_optimum: float | None = None

    def row(self) -> dict[str, Any]:
        """As a plain row of a table."""
        return asdict(self)


def garwood(count: int, exposure: float) -> tuple[float, float]:
    """The 95 % interval of a Poisson rate (Garwood 1936)."""
    low = float(chi2.ppf(0.025, 2 * count)) / 2 if count else 0.0
    return low / exposure, float(chi2.ppf(0.975, 2 * count + 2)) / 2 / exposure


def risen(traffic: Traffic, rise: Rise, trials: int, dice: np.random.Generator) -> Floats:
    """Counts of so many series during a rise that begins after `SETTLED` minutes, one row each."""
    rate = traffic.rate(MONDAY + SETTLED + np.arange(rise.minutes)) * rise.factors()
    return drawn(np.broadcast_to(rate, (trials, len(rate))), traffic.spread, dice)


def draw(traffic: Traffic, rises: Sequence[Rise], trials: int, seed: int) -> tuple[Floats, list[Floats]]:
    """Usual counts of so many series from a cold start, one row each, and how each of the rises goes on from there."""
    dice = np.random.default_rng(seed)
    before = calm(traffic, trials, SETTLED, dice)
    return before, [risen(traffic, rise, trials, dice) for rise in rises]


def settled(before: Floats, rules: Rules) -> tuple[Series, list[list[int]]]:
    """The judge after usual counts, and the minutes of its alarms in them, for each series."""
    series = Series(len(before), rules)
    return series, series.advance(before)


def free(alarms: Sequence[int]) -> bool:
    """Whether a series tells of its rise: no alarm came just before it."""
    return not any(minute >= SETTLED - TAKEN for minute in alarms)


def own(traffic: Traffic, rises: Sequence[Rise], trials: int, rules: Rules, seed: int) -> list[Power]:
    """What the judge does with one kind of traffic, rise by rise, from a cold start."""
    before, after = draw(traffic, rises, trials, seed)
    series, alarms = settled(before, rules)
    early = sum(map(len, alarms))
    rows = []
    for rise, counts in zip(rises, after, strict=True):
        found = first_told(series, counts)
        kept = [one for one, minutes in zip(found, alarms, strict=True) if free(minutes)]
        delays = [None if one is None else one[0] - SETTLED + 1.0 for one in kept]
        row = summary("evidence", Cell(traffic, rise), delays, early, trials * SETTLED / MONTH, rules)
        rows.append(replace(row, onset_held=sum(_held(one[1]) for one in kept if one is not None)))
    return rows


def first_told(before: Series, counts: Floats) -> list[Found | None]:
    """What is told first of each rise: the minute and the incident. The judge that is handed in stays as it is."""
    series = before.fork()
    first: list[Found | None] = [None] * len(counts)
    for begin in range(0, counts.shape[1], LOOK):
        for number, told in enumerate(series.found(counts[:, begin : begin + LOOK])):
            first[number] = next((one for one in told if one[0] >= SETTLED), first[number])
            if first[number]:
                series.release(number)
        if None not in first:
            break
    return first


def _held(told: Incident) -> bool:
    began = moment(MONDAY + SETTLED)
    return (told.onset_earliest or began) <= began <= (told.onset_latest or began)


def summary(name: str, cell: Cell, delays: Sequence[float | None], early: int, months: float, rules: Rules) -> Power:
    """The row of a table for one detector in one cell.

    Args:
        name: the detector's.
        cell: where.
        delays: of every rise tried, in minutes; None where it was not found.
        early: false alarms in `months` of usual traffic.
        months: service-months of 30 days.
        rules: whose promise caps the run length, where no false alarm says what it is.
    """
    found = np.array([delay for delay in delays if delay is not None])
    run_length = min(months * MONTH / max(early, 1), rules.promise_days * 1440.0 * 10)
    least = least_delay(cell.traffic, cell.rise, SETTLED, run_length)
    wait = wait_for(rules.min_voices, cell.traffic, cell.rise, SETTLED)
    voices = max(least, wait)
    even = cell.traffic.rhythm == 0 and cell.rise.form == "step" and cell.rise.times > 1
    best = optimum(cell.traffic, cell.rise.times, run_length) if even else None
    best_voices = None if best is None else max(best, wait)
    mean = float(found.mean()) if len(found) else None
    whole = len(found) == len(delays) and mean is not None
    low, high = garwood(early, months)
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
        false_alarms=early,
        months=months,
        false_per_month=early / months,
        false_low=low,
        false_high=high,
        bound=least,
        ratio=mean / least if whole and mean is not None else None,
        bound_voices=voices,
        ratio_voices=mean / voices if whole and mean is not None else None,
        optimum=best,
        optimum_voices=best_voices,
        ratio_optimum=mean / best_voices if whole and mean is not None and best_voices is not None else None,
    )


FORMS: Final[tuple[Form, ...]] = ("step", "ramp")
RISES: Final = tuple(Rise(times, 1440, form) for times in (1.5, 3.0, 10.0, 50.0) for form in FORMS)
TRAFFIC: Final = tuple(
    Traffic(hourly, rhythm, spread)
    for hourly in (0.1, 1.0, 6.0, 60.0)
    for rhythm in (0.0, 0.6)
    for spread in (1.0, 2.0, 5.0)
)
SHORT: Final = (
    (Traffic(1.0, 0.6, 1.0), (Rise(50.0, 360), Rise(10.0, 360))),
    (Traffic(6.0, 0.6, 2.0), (Rise(10.0, 360), Rise(10.0, 360, "ramp"))),
    (Traffic(60.0, 0.6, 1.0), (Rise(3.0, 360), Rise(10.0, 360))),
)
LONG: Final = tuple((traffic, RISES) for traffic in TRAFFIC)
Kind = tuple[Traffic, Sequence[Rise]]


def _study_one(told: tuple[int, Kind, int, Rules, int]) -> list[Power]:
    number, (traffic, rises), trials, rules, seed = told
    return own(traffic, rises, trials, rules, seed + number)


def study(
    kinds: Sequence[Kind],
    trials: int,
    rules: Rules | None = None,
    seed: int = 1,
    side_by_side: Callable[..., Iterable[list[Power]]] = map,
) -> list[Power]:
    """The judge on every kind of traffic, in every rise; `side_by_side` may be the map of a pool of processes."""
    tasks = [(number, kind, trials, rules or Rules(), seed) for number, kind in enumerate(kinds)]
    return [row for rows in side_by_side(_study_one, tasks) for row in rows]
