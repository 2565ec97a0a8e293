"""How often and how soon a busy service that falls silent is told of, and how often one that does not.

Usual talk runs for `CALM` minutes; a silence told in it is a false alarm, counted from where silences are judged
(`nlp.hush.KNOWN`). Then hardly anyone or nobody speaks any more. Counts are drawn at random, seeded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from nlp.baseline import Floats
from nlp.evaluation.power import MONTH, garwood
from nlp.evaluation.series import MONDAY, Series, Traffic, calm, drawn
from nlp.hush import KNOWN
from nlp.rules import SHARES, Rules

CALM: Final = 28 * 1440
LASTS: Final = 360
LEFT: Final = (0.0, 0.05)
"""What is left of the usual talk."""

KINDS: Final = tuple(
    Traffic(hourly, rhythm, spread) for hourly in (20.0, 60.0, 300.0) for rhythm in (0.0, 0.6) for spread in (1.0, 3.0)
)


@dataclass(frozen=True, slots=True)
class Silence:
    """What became of silences of one kind. Delays are in minutes, of those found; false alarms are of the calm before.

    `promised` is how many false alarms a month the silences may have.
    """

    hourly: float
    rhythm: float
    spread: float
    left: float
    trials: int
    found: float
    delay_median: float | None
    delay_p90: float | None
    false_alarms: int
    months: float
    false_per_month: float
    false_low: float
    false_high: float
    promised: float

    def row(self) -> dict[str, Any]:
        """As a plain row of a table."""
        return asdict(self)


def silences(trials: int, rules: Rules | None = None, seed: int = 1, kinds: Sequence[Traffic] = KINDS) -> list[Silence]:
    """Every kind of traffic, judged side by side, each service by itself."""
    rules, dice = rules or Rules(), np.random.default_rng([seed, 5])
    series = Series(trials * len(kinds), rules, signal="drop")
    early = series.advance(np.vstack([calm(traffic, trials, CALM, dice) for traffic in kinds]))
    rows = []
    for left in LEFT:
        after = np.vstack([_quieted(traffic, left, trials, dice) for traffic in kinds])
        told = series.fork().advance(after)
        for place, traffic in enumerate(kinds):
            own = slice(place * trials, (place + 1) * trials)
            rows.append(_row(traffic, left, early[own], told[own], rules))
    return rows


def _quieted(traffic: Traffic, left: float, trials: int, dice: np.random.Generator) -> Floats:
    rate = traffic.rate(MONDAY + CALM + np.arange(LASTS)) * left
    return drawn(np.broadcast_to(rate, (trials, LASTS)), traffic.spread, dice)


def _row(traffic: Traffic, left: float, early: list[list[int]], told: list[list[int]], rules: Rules) -> Silence:
    alarms, months = sum(map(len, early)), len(early) * (CALM - KNOWN) / MONTH
    first = [next((minute for minute in each if minute >= CALM), None) for each in told]
    delays = np.array([minute - CALM + 1.0 for minute in first if minute is not None])
    low, high = garwood(alarms, months)
    return Silence(
        hourly=traffic.hourly,
        rhythm=traffic.rhythm,
        spread=traffic.spread,
        left=left,
        trials=len(told),
        found=len(delays) / len(told),
        delay_median=float(np.median(delays)) if len(delays) else None,
        delay_p90=float(np.quantile(delays, 0.9)) if len(delays) else None,
        false_alarms=alarms,
        months=months,
        false_per_month=alarms / months,
        false_low=low,
        false_high=high,
        promised=30.0 / rules.promise_days * SHARES["drop"],
    )


__all__ = ["KINDS", "Silence", "silences"]
