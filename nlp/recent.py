"""The last hours of every service, minute by minute, for finding where a rise began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints
from nlp.counts import FIELDS, FRUSTRATION, OUTAGE, POSTS, VOICES

SLOTS: Final = 512
LOOK: Final = 360
"""A rise is traced back at most so many minutes."""

ANGER_EACH: Final = 0.75
"""The weight of a usual angry voice, by which a sum of frustration becomes a number of people."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A stretch up to now that stands out: from `onset` on, `weight` was seen where `expected` was to be."""

    onset: int
    weight: float
    voices: float
    posts: int
    expected: float
    evidence: float

    @property
    def reach(self) -> float:
        """How many people stand behind it, votes counted in."""
        return max(self.weight, self.voices)


class Recent:
    """A ring of minutes per service."""

    def __init__(self, services: int) -> None:
        self._minutes = np.full((services, SLOTS), -1, dtype=np.int64)
        self._values = np.zeros((services, SLOTS, len(FIELDS)))

    def put(self, minute: int, services: Ints, values: Floats) -> None:
        """Remember one minute of some services."""
        slot = minute % SLOTS
        self._minutes[services, slot] = minute
        self._values[services, slot] = values

    def rise(self, service: int, signal: int, minute: int, mean: float, since: int) -> Rise:
        """The stretch ending with `minute` that is least like `mean` a minute (change-point by maximum likelihood).

        Args:
            service: its number.
            signal: `OUTAGE` or `FRUSTRATION`.
            minute: the last minute that counts.
            mean: expected weight a minute.
            since: no stretch begins before this minute.
        """
        first = max(since, minute - LOOK + 1)
        held = self._minutes[service]
        slots = np.flatnonzero((held >= first) & (held <= minute))
        slots = slots[np.argsort(-held[slots])]
        times, values = held[slots], self._values[service, slots]
        weight = np.cumsum(values[:, signal])
        expected = mean * (minute - times + 1.0)
        told = np.where(weight > expected, surprise(weight, expected), -1.0)
        told = np.where(values[:, signal] > 0, told, -1.0)
        best = int(np.argmax(told))
        voices = values[: best + 1, VOICES].sum() if signal == OUTAGE else weight[best] / ANGER_EACH
        posts = int(values[: best + 1, POSTS].sum())
        evidence = max(float(told[best]), 0.0)
        return Rise(int(times[best]), float(weight[best]), float(voices), posts, float(expected[best]), evidence)


def surprise(weight: Floats, expected: Floats) -> Floats:
    """The log likelihood ratio, in nats, of the rate seen against the rate expected (Poisson)."""
    seen = np.maximum(weight, 1e-9)
    nats: Floats = seen * np.log(seen / np.maximum(expected, 1e-9)) - (seen - expected)
    return nats


__all__ = ["FRUSTRATION", "LOOK", "OUTAGE", "Recent", "Rise", "surprise"]
