"""The last hours of every service, minute by minute, for finding where a rise began."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints
from nlp.counts import COMPLAINTS, FIELDS, FRUSTRATION, MOOD, OUTAGE, POSTS, TALK, VOICES
from nlp.daybook import Course
from nlp.hush import falls
from nlp.onset import interval, posterior, risen

DAY: Final = 1440
"""A rise is traced back at most so many minutes, once it is told."""

LOOK: Final = 360
"""A stretch that stands out enough to be told lies within so many minutes."""

ANGER_EACH: Final = 0.75
"""The weight of a usual angry voice, by which a sum of frustration becomes a number of people."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A stretch up to now that stands out: from `onset` on, `weight` was seen where `expected` was to be.

    It began between `earliest` and `latest`, with a chance of 90 %. `complaints` are people who complained in it,
    `reports` those who reported trouble, `mood` is the sum of the sentiment of its posts.
    """

    onset: int
    weight: float
    voices: float
    posts: int
    expected: float
    evidence: float
    earliest: int
    latest: int
    complaints: float = 0.0
    reports: float = 0.0
    mood: float = 0.0

    @property
    def reach(self) -> float:
        """How many people stand behind it, votes counted in."""
        return max(self.weight, self.voices)


class Recent:
    """A ring of minutes per service."""

    def __init__(self, services: int) -> None:
        self._minutes = np.full((services, DAY), -1, dtype=np.int64)
        self._values = np.zeros((services, DAY, len(FIELDS)))

    def put(self, minute: int, services: Ints, values: Floats) -> None:
        """Remember one minute of some services."""
        slot = minute % DAY
        self._minutes[services, slot] = minute
        self._values[services, slot] = values

    def rise(self, service: int, signal: int, minute: int, mean: float, since: int) -> Rise:
        """The stretch ending with `minute` that is least like `mean` a minute (change-point by maximum likelihood).

        Args:
            service: its number.
            signal: `OUTAGE`, `FRUSTRATION` or `TALK`: which of `nlp.counts.FIELDS` rises.
            minute: the last minute that counts.
            mean: expected weight a minute.
            since: no stretch begins before this minute.
        """
        times, values = self._last(service, minute, max(since, minute - LOOK + 1))
        weight = np.cumsum(values[:, signal])
        expected = np.float64(mean) * (minute - times + 1.0)
        telling = (weight > expected) & (values[:, signal] > 0)
        told = np.where(telling, surprise(weight, expected), -1.0)
        best = int(np.argmax(told))
        return self._stretch(
            int(times[best]), values[: best + 1], signal, float(expected[best]), max(float(told[best]), 0.0)
        )

    def traced(self, rise: Rise, service: int, signal: int, minute: int, course: Course, spread: float) -> Rise:
        """The same rise with the interval in which it began; where that lies before its onset, from there on.

        Args:
            rise: as found by `rise`.
            service: its number.
            signal: which of `nlp.counts.FIELDS` rises.
            minute: the last minute that counts.
            course: what was expected up to it; the rise began no sooner.
            spread: variance over mean.
        """
        first = course.first
        times, values = self._last(service, minute, first)
        weights = risen(_dense(times, values[:, signal], first, minute), course, spread, rise.onset - first)
        early, late = interval(weights)
        if first + late < rise.onset:
            onset = first + int(np.argmax(weights))
            expected = float(course.mean[course.page[onset - first :]].sum())
            rise = self._stretch(onset, values[times >= onset], signal, expected, rise.evidence)
        return replace(rise, earliest=min(first + early, rise.onset), latest=max(first + late, rise.onset))

    @staticmethod
    def _stretch(onset: int, values: Floats, signal: int, expected: float, evidence: float) -> Rise:
        sums = values.sum(axis=0)
        weight = float(sums[signal])
        return Rise(
            onset=onset,
            weight=weight,
            voices={OUTAGE: float(sums[VOICES]), FRUSTRATION: weight / ANGER_EACH, TALK: weight}[signal],
            posts=int(sums[POSTS]),
            expected=expected,
            evidence=evidence,
            earliest=onset,
            latest=onset,
            complaints=float(sums[COMPLAINTS]),
            reports=float(sums[VOICES]),
            mood=float(sums[MOOD]),
        )

    def fall(self, service: int, minute: int, mean: float, least: float, spread: float, since: int) -> Rise:
        """The stretch ending with `minute` in which a service is silent.

        Args:
            service: its number.
            minute: the last minute that counts.
            mean: people a minute who are usual.
            least: the same, leaning to the low side.
            spread: variance over mean.
            since: no stretch begins before this minute.
        """
        first = max(since, minute - LOOK + 1)
        times, values = self._last(service, minute, first)
        talk = _dense(times, values[:, TALK], first, minute)
        grow, drop = falls(np.array([least]), np.array([spread]))
        weights = posterior(np.outer(talk, drop[0]) + grow[0])
        best, (early, late) = int(np.argmax(weights)), interval(weights)
        heard = float(talk[best:].sum())
        posts = int(values[times >= first + best, POSTS].sum())
        usual = mean * (minute + 1 - first - best)
        evidence = max(float(weights[best]), 0.0)
        return Rise(
            first + best, heard, heard, posts, usual, evidence, first + min(early, best), first + max(late, best)
        )

    def _last(self, service: int, minute: int, first: int) -> tuple[Ints, Floats]:
        """Minutes with rows from `first` to `minute`, newest first, with their values."""
        held = self._minutes[service]
        slots = np.flatnonzero((held >= first) & (held <= minute))
        slots = slots[np.argsort(-held[slots])]
        return held[slots], self._values[service, slots]


def _dense(times: Ints, weight: Floats, first: int, minute: int) -> Floats:
    counts = np.zeros(minute + 1 - first)
    counts[times - first] = weight
    return counts


def surprise(weight: Floats, expected: Floats) -> Floats:
    """The log likelihood ratio, in nats, of the rate seen against the rate expected (Poisson)."""
    seen = np.maximum(weight, 1e-9)
    nats: Floats = seen * np.log(seen / np.maximum(expected, 1e-9)) - (seen - expected)
    return nats


__all__ = ["FRUSTRATION", "LOOK", "OUTAGE", "TALK", "Recent", "Rise", "surprise"]
