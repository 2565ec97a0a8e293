"""Made-up counts per minute with a known truth, and what the judge makes of them."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, Literal

import numpy as np

from ingest.records import Incident, Signal
from nlp.baseline import Floats, Ints
from nlp.counts import FIELDS, OTHERS, OUTAGE, POSTS, TALK, VOICES, Counts
from nlp.coverage import Blindness, to_minute
from nlp.rules import Judgement, Rules
from nlp.watch import Watch

MONDAY = 20_143 * 1440
"""A Monday at 00:00 UTC, in minutes since 1970."""

Form = Literal["step", "ramp"]
Found = tuple[int, Incident]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Usual counts.

    Attributes:
        hourly: mean count an hour.
        rhythm: swing of the day, 0 (flat) to 1.
        spread: variance of a minute over its mean (1: Poisson; more: negative binomial).
    """

    hourly: float
    rhythm: float = 0.0
    spread: float = 1.0

    def rate(self, minutes: Ints) -> Floats:
        """The mean count of each minute."""
        swing = 1.0 + self.rhythm * np.cos((minutes / 60.0 - 20.0) / 24.0 * 2.0 * math.pi)
        rate: Floats = self.hourly / 60.0 * swing
        return rate


@dataclass(frozen=True, slots=True)
class Rise:
    """A rise to `times` the usual, at once or within `ramp` minutes."""

    times: float
    minutes: int
    form: Form = "step"
    ramp: int = 30

    def factors(self) -> Floats:
        """By how much each minute of the rise is multiplied."""
        if self.form == "step":
            return np.full(self.minutes, self.times)
        grown: Floats = 1.0 + (self.times - 1.0) * np.minimum(np.arange(1, self.minutes + 1) / self.ramp, 1.0)
        return grown


def drawn(rate: Floats, spread: float, dice: np.random.Generator) -> Floats:
    """Counts with this mean and a variance of `spread` times the mean."""
    if spread <= 1.0:
        return dice.poisson(rate).astype(np.float64)
    return dice.poisson(dice.gamma(rate / (spread - 1.0), spread - 1.0)).astype(np.float64)


def calm(traffic: Traffic, series: int, minutes: int, dice: np.random.Generator) -> Floats:
    """Usual counts, one row per series."""
    rate = traffic.rate(MONDAY + np.arange(minutes))
    return drawn(np.broadcast_to(rate, (series, minutes)), traffic.spread, dice)


COUNTED: Final[Mapping[Signal, Sequence[int]]] = {"outage": (OUTAGE, VOICES, POSTS), "drop": (OTHERS, POSTS, TALK)}
"""What a count stands for: people who report trouble, or who speak of something else."""


class Series:
    """Rows of counts as they are judged, minute by minute; the service of row 3 is called "3".

    Args:
        count: how many rows.
        rules: when a rise is enough.
        start: the first minute, since 1970.
        alone: services share no shape.
        signal: what is counted, see `COUNTED`, and what is looked for.
    """

    def __init__(
        self,
        count: int,
        rules: Rules | None = None,
        start: int = MONDAY,
        *,
        alone: bool = True,
        signal: Signal = "outage",
    ) -> None:
        self._count, self._start, self._clock, self._signal = count, start, start, signal
        self._watch = Watch(
            [str(number) for number in range(count)], rules or Rules(), alone=alone, talk=False, bands=False
        )
        self._followed = np.ones((count, 1), dtype=bool)

    def judge(self, counts: Floats) -> Judgement:
        """Judge the next minutes: one row per service, one column per minute."""
        minute, service = np.nonzero((counts * self._followed).T)
        values = np.zeros((len(minute), len(FIELDS)))
        values[:, COUNTED[self._signal]] = counts[service, minute][:, None]
        rows = Counts(minute + self._clock, service.astype(np.int64), values)
        self._clock += counts.shape[1]
        return self._watch.advance(self._clock, rows, np.zeros((0, 4), dtype=np.int64), [], Blindness([]))

    def advance(self, counts: Floats) -> list[list[int]]:
        """Judge the next minutes, and give for each series the minutes at whose end an incident was opened."""
        return [[place for place, _ in found] for found in self.found(counts)]

    def found(self, counts: Floats) -> list[list[Found]]:
        """Judge the next minutes, and give for each series the incidents that were told of."""
        return found(self.judge(counts), self._count, self._start, self._signal)

    def release(self, number: int) -> None:
        """Follow a series no further: from now on it is silent, and nothing more is told of it."""
        self._followed[number] = False
        self._watch.release(number)

    def fork(self) -> Series:
        """Another in the same state, that goes its own way."""
        return copy.deepcopy(self)


def judge(counts: Floats, rules: Rules | None = None, start: int = MONDAY, *, alone: bool = True) -> Judgement:
    """Judge rows of counts by a judge that has seen nothing before (see `Series`)."""
    return Series(len(counts), rules, start, alone=alone).judge(counts)


def openings(judgement: Judgement, series: int, start: int = MONDAY) -> list[list[int]]:
    """For each series, the minutes (from its beginning) at whose end an outage incident was opened."""
    return [[place for place, _ in told] for told in found(judgement, series, start)]


def found(judgement: Judgement, series: int, start: int = MONDAY, signal: Signal = "outage") -> list[list[Found]]:
    """For each series its incidents by opening: the minute at whose end it was opened, and what was told first."""
    told: list[dict[str, Incident]] = [{} for _ in range(series)]
    for incident in judgement.transitions:
        if incident.signal == signal:
            told[int(incident.service)].setdefault(incident.id, incident)
    minutes = [[(to_minute(one.opened_at) - start - 1, one) for one in by_id.values()] for by_id in told]
    return [sorted(each, key=itemgetter(0)) for each in minutes]
