"""The best that is possible: how soon, on average, a rise can be told at all.

No procedure whose false alarms come once in `run_length` minutes on average tells a change sooner, on average, than
after so many minutes as it takes for the divergence KL(after || before) to add up to log(run_length): Lorden (1971) for
one size of change, Lai (1998) where it varies with time. It holds for long run lengths; for short delays, where a
report is a whole person and a minute a whole minute, a procedure can lie a little below.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Final

import numpy as np
from scipy.stats import nbinom, poisson

from nlp.evaluation.series import MONDAY, Rise, Traffic

AHEAD: Final = 30 * 1440
"""The minutes over which voices are waited for."""

FINE: Final = 3
"""Significant digits of a rate by which divergences are kept for another use."""


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
    chance, over = 1.0 / spread, spread - 1.0
    new, old = nbinom.logpmf(counts, after / over, chance), nbinom.logpmf(counts, before / over, chance)
    return float(np.sum(np.exp(new) * (new - old)))


__all__ = ["divergence", "least_delay", "wait_for"]
