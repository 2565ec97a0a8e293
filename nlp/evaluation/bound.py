"""The best that is possible: how soon, on average, a rise can be told at all.

Two answers. `least_delay`: no procedure whose false alarms come once in `run_length` minutes on average tells a change
sooner, on average, than after so many minutes as it takes for the divergence KL(after || before) to add up to
log(run_length): Lorden (1971) for one size of change, Lai (1998) where it varies with time. It holds for long run
lengths only. Where a report is a whole person and a minute a whole minute, no procedure may come near it, and where an
alarm takes few people a procedure can lie below.

`optimum`: for even rates and steps, the CUSUM that knows the size of the rise, in whole minutes and whole people. No
procedure has a shorter worst-case delay at the same run length (Moustakides, "Optimal stopping times for detecting
changes in distributions", 1986). What is given is its mean delay for a rise that begins at any time, for such are the
delays that are measured; it is shorter than in the worst case, where the statistic stands at zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from scipy.sparse import csc_array, eye_array
from scipy.sparse.linalg import splu
from scipy.stats import nbinom, poisson

from nlp.baseline import Floats, Ints
from nlp.evaluation.series import MONDAY, Rise, Traffic

AHEAD: Final = 30 * 1440
"""The minutes over which voices are waited for."""

FINE: Final = 3
"""Significant digits of a rate by which divergences are kept for another use."""

STEP: Final = 0.02
"""What a minute tells is rounded to so many nats at most, so that the statistic walks on a grid."""

LEAST: Final = -40.0
"""Counts whose chance has a lower log are left out."""

ROOM: Final = 1.1
"""A CUSUM runs for exp(threshold) minutes at least, but for the rounding: within so many times that threshold."""


def divergence(traffic: Traffic, times: float) -> float:
    """KL(after || before) of one minute at the mean rate, in nats."""
    return _divergence(traffic.hourly / 60.0, traffic.spread, times)


def least_delay(traffic: Traffic, rise: Rise, begin: int, run_length: float) -> float:
    """The least mean delay, in minutes, of a rise that begins at minute `begin` of the series; infinite for no rise.

    Never below one minute, for that is how often counts are looked at.
    """
    needed = math.log(run_length)
    rates = traffic.rate(MONDAY + begin + np.arange(rise.minutes))
    last = 0.0
    for minute, (rate, factor) in enumerate(zip(rates.tolist(), rise.factors().tolist(), strict=True)):
        last = _divergence(float(f"{rate:.{FINE}g}"), traffic.spread, float(f"{factor:.{FINE}g}"))
        if last >= needed > 0:
            return max(minute + needed / last, 1.0)
        needed -= last
    return rise.minutes + needed / last if last else math.inf


@dataclass(frozen=True, slots=True)
class Run:
    """How long a CUSUM runs, in minutes: without a rise, in one that begins when it stands at zero, at any time."""

    calm: float
    worst: float
    mean: float


class Cusum:
    """The CUSUM that knows the rate before and after, ``S <- max(S + log likelihood ratio, 0)``, on a grid of `step`.

    On the grid it is a Markov chain whose run lengths are sums (Brook and Evans, "An approach to the probability
    distribution of CUSUM run length", 1972). A quiet minute falls on the grid exactly.
    """

    def __init__(self, mean: float, spread: float, times: float) -> None:
        after = mean * times
        counts = np.arange(int(after + 12 * math.sqrt(spread * after) + 40))
        self._before, self._after = _logs(counts, mean, spread), _logs(counts, after, spread)
        told = self._after - self._before
        self.step = -told[0] / math.ceil(-told[0] / STEP)
        self._moves = np.rint(told / self.step).astype(np.int64)

    def run(self, levels: int) -> Run:
        """How long it runs where an alarm takes so many steps."""
        if levels == 0:
            return Run(1.0, 1.0, 1.0)
        one = np.ones(levels)
        before, after = (splu(self._chain(logs, levels)) for logs in (self._before, self._after))
        calm, risen = before.solve(one), after.solve(one)
        return Run(float(calm[0]), float(risen[0]), float(before.solve(risen)[0] / calm[0]))

    def calm(self, levels: int) -> float:
        """How long it runs without a rise."""
        return float(splu(self._chain(self._before, levels)).solve(np.ones(levels))[0]) if levels else 1.0

    def _chain(self, logs: Floats, levels: int) -> csc_array:
        """The matrix that turns run lengths from each state into ones: one less what passes on without an alarm."""
        likely = logs > LEAST
        moves, chance = self._moves[likely], np.exp(logs[likely])
        begin, move = np.repeat(np.arange(levels), len(moves)), np.tile(moves, levels)
        end, share = np.maximum(begin + move, 0), np.tile(chance, levels)
        there = end < levels
        passed = csc_array((share[there], (begin[there], end[there])), shape=(levels, levels))
        return csc_array(eye_array(levels, format="csc") - passed)


def optimum(traffic: Traffic, times: float, run_length: float) -> float:
    """The mean delay, in minutes, that the CUSUM which knows the rise has at this run length; the day has no rhythm.

    Where no threshold gives just this run length, chance decides at the step between two.
    """
    cusum = Cusum(traffic.hourly / 60.0, traffic.spread, times)
    low, high = 0, math.ceil(ROOM * math.log(run_length) / cusum.step) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if cusum.calm(middle) < run_length else (low, middle)
    shorter, longer = cusum.run(low), cusum.run(high)
    part = (1 / run_length - 1 / longer.calm) / (1 / shorter.calm - 1 / longer.calm)
    return 1 / (part / shorter.mean + (1 - part) / longer.mean)


def wait_for(voices: float, traffic: Traffic, rise: Rise, begin: int) -> float:
    """How many minutes it takes on average until so many people have spoken, in a rise that begins at `begin`.

    What was lasting at the end of the rise is taken to last on. Counts are those of `series.drawn`: over several
    minutes they are negative binomial again, so that nothing need be drawn.
    """
    factors = rise.factors()
    factors = np.concatenate([factors, np.full(AHEAD - len(factors), factors[-1])])
    before = np.concatenate([[0.0], np.cumsum(traffic.rate(MONDAY + begin + np.arange(AHEAD)) * factors)])
    short = math.ceil(voices) - 1
    if traffic.spread <= 1.0:
        return float(np.sum(poisson.cdf(short, before)))
    chance = nbinom.cdf(short, before[1:] / (traffic.spread - 1.0), 1.0 / traffic.spread)
    return 1.0 + float(np.sum(chance))


@cache
def _divergence(before: float, spread: float, times: float) -> float:
    after = before * times
    if spread <= 1.0:
        return after * math.log(times) - (after - before)
    counts = np.arange(int(after + 12 * math.sqrt(spread * after) + 40))
    new, old = _logs(counts, after, spread), _logs(counts, before, spread)
    return float(np.sum(np.exp(new) * (new - old)))


def _logs(counts: Ints, mean: float, spread: float) -> Floats:
    """The log of the chance of each count in a minute, as `series.drawn` draws them."""
    logs: Floats = (
        poisson.logpmf(counts, mean) if spread <= 1.0 else nbinom.logpmf(counts, mean / (spread - 1.0), 1.0 / spread)
    )
    return logs


__all__ = ["Cusum", "Run", "divergence", "least_delay", "optimum", "wait_for"]
