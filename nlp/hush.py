"""When a busy service falls silent: evidence for a fall of all talk about it, with the same promise.

One Shiryaev-Roberts statistic per depth of fall, as in `nlp.sequential` for rises: what falls is the number of people
who say anything at all about a service. It is built for near silence, so that a quiet evening is none. The rate that it
tests against leans to the low side by as much as level, rhythm and drift are in doubt, and only busy services that are
known for over two weeks are judged.

Evidence grows while nothing is heard, so that the minute in which it would be enough is known beforehand: quiet
stretches cost nothing, and the alarm comes at the same minute however time is cut.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.baseline import Baseline, Block, Floats, Ints, Null
from nlp.coverage import FOREVER

Bools = NDArray[np.bool_]
FALLS: Final = np.array([0.01, 0.06])
"""What is left of the usual talk."""

BUSY: Final = 1.0 / 6.0
"""So many people a minute at least are usual, for silence to tell anything."""

KNOWN: Final = 15 * 1440
"""For so many minutes a service has to be known: every hour of the week has come by twice."""

CAUTION: Final = 2.0
"""Standard deviations of doubt by which the rate tested against lies below the mean."""

CEILING: Final = 8.0
SHIFT: Final = 0.02
"""A change of the readable part by more than this makes the evidence begin anew."""

HELD_BACK: Final = 0.5
"""A block that ends with so much of the evidence for an alarm, and little talk, is not learned from."""


class Hush:
    """The usual talk about each service, and the evidence that it has stopped.

    Args:
        services: how many.
        threshold: nats that an alarm takes.
        alone: services share no shape of the week.
    """

    def __init__(self, services: int, threshold: float, *, alone: bool = False) -> None:
        groups = np.arange(services) if alone else np.zeros(services, dtype=np.int64)
        self._baseline = Baseline(services, groups)
        self._sums = np.zeros((services, len(FALLS)))
        self._grow, self._drop = np.zeros_like(self._sums), np.zeros_like(self._sums)
        self._folded = np.zeros(services, dtype=np.int64)
        self._share = np.ones(services)
        self._block = Block.empty(services)
        self.null = self._baseline.expect(0)
        self.least = np.zeros(services)
        """The rate a minute that is tested against; 0 for a service that is not judged."""
        self.since = np.zeros(services, dtype=np.int64)
        """Since when each service is heard as it is now."""
        self._judging = False
        self._start = np.ones_like(self._sums)
        self._due = np.full(services, FOREVER, dtype=np.int64)
        self._soonest = FOREVER
        self.aim(threshold)

    def aim(self, threshold: float) -> None:
        """Ask for so much evidence from now on."""
        self.threshold = threshold
        self._enough = float(np.exp(threshold))
        self._cap = float(np.exp(threshold + CEILING)) * len(FALLS)
        self._plan(np.arange(len(self._due)))

    # Cutting time

    def begin(self, services: Ints, minute: int) -> None:
        """These are heard of for the first time."""
        self._folded[services] = self.since[services] = minute

    def close(self, minute: int, lasted: Floats) -> None:
        """A stretch of even expectation ends before `minute`; `lasted` are its readable minutes per service."""
        self._fold(np.flatnonzero(self._folded < minute), minute)
        self._block.exposure += lasted

    def learn(self, first: int, minute: int, chosen: Bools, young: Bools) -> None:
        """Learn from the block that began at `first` and ends before `minute`.

        Args:
            first: the block's first minute.
            minute: the first minute after it.
            chosen: which services may be learned from.
            young: those that are learned from whatever happened.
        """
        silent = (self._nats() > HELD_BACK * self.threshold) & (
            self._block.weight < 0.5 * self.null.mean * self._block.exposure
        )
        self._baseline.learn_spread(first, self._block)
        self._baseline.learn(first, self._block, (chosen & ~silent) | young, hour_over=minute % 60 == 0)
        self._block = Block.empty(len(self._due))

    def renew(self, minute: int) -> None:
        """Look up the expectation for the block that begins with `minute`."""
        self.null = self._baseline.expect(minute)

    def expect(self, minute: int, share: Floats, started: Ints) -> None:
        """Judge by this expectation from `minute` on.

        Args:
            minute: the first minute for which it holds.
            share: the readable part of each service.
            started: the first minute of each service, −1 for those not heard of.
        """
        moved = np.abs(share - self._share) > SHIFT
        self._share, self.since = share, np.where(moved, minute, self.since)
        least = lower(self.null, CAUTION) * share
        known = (started >= 0) & (minute - started >= KNOWN)
        self.least = np.where(known & (least >= BUSY), least, 0.0)
        self._sums[moved | (self.least == 0.0)] = 0.0
        self._judging = bool(self.least.any())
        self._grow, self._drop = falls(self.least, self.null.spread)
        self._start = _offset(np.where(self._grow > 0.0, self._grow, 1.0))
        self._plan(np.arange(len(share)))

    # Walking

    def hear(self, minute: int, services: Ints, talk: Floats) -> None:
        """So many people spoke of these services in this minute."""
        self._block.weight[services] += talk
        self._block.squares[services] += talk**2
        if not self._judging:
            return
        judged = self.least[services] > 0.0
        which, said = (services, talk) if judged.all() else (services[judged], talk[judged])
        if len(which):
            self._fold(which, minute)
            told = np.exp(self._grow[which] + self._drop[which] * said[:, None])
            self._sums[which] = np.minimum((1.0 + self._sums[which]) * told, self._cap)
            self._folded[which] = minute + 1  # what is due comes no sooner: it is seen when that minute comes

    def next_due(self) -> int:
        """The next minute at whose end silence could be enough, if it goes on."""
        return self._soonest

    def silent(self, minute: int) -> list[tuple[int, float]]:
        """The services whose silence is enough at the end of `minute`, with the evidence in nats."""
        if self._soonest > minute:
            return []
        which = np.flatnonzero(self._due <= minute)
        self._fold(which, minute + 1)
        self._plan(which)
        nats = self._nats()[which]
        return [(int(place), float(told)) for place, told in zip(which, nats, strict=True) if told >= self.threshold]

    def wait(self, service: int, minute: int) -> None:
        """Look at a service again no sooner than at `minute`, unless it speaks."""
        self._due[service] = max(int(self._due[service]), minute)
        self._soonest = int(self._due.min())

    def adopt(self, service: int, rate: float) -> None:
        """Take a rate a minute for the new usual of a service."""
        self._baseline.adopt(service, rate)
        self.forget(service)

    def forget(self, service: int) -> None:
        """Begin anew."""
        self._sums[service] = 0.0
        self._plan(np.array([service]))

    # Reckoning

    def _nats(self) -> Floats:
        nats: Floats = np.log(np.maximum(np.add.reduce(self._sums, axis=1) / len(FALLS), 1e-300))
        return nats

    def _fold(self, which: Ints, minute: int) -> None:
        missing = minute - self._folded[which]
        self._folded[which] = np.maximum(self._folded[which], minute)
        judged = (missing > 0) & (self.least[which] > 0.0)
        which, missing = which[judged], missing[judged]
        if not len(which):
            return
        grown = np.minimum(self._grow[which] * missing[:, None], 300.0)
        start = self._start[which]
        self._sums[which] = np.minimum((self._sums[which] + start) * np.exp(grown) - start, self._cap)

    def _plan(self, which: Ints) -> None:
        """When each would have enough: never later than in truth, so that a look at that minute misses nothing."""
        self._due[which] = FOREVER
        which = which[self.least[which] > 0.0]
        start = self._start[which]
        needed = np.log((self._enough + start) / (self._sums[which] + start)) / self._grow[which]
        soonest = np.maximum(np.floor(np.minimum.reduce(needed, axis=1)), 1.0)
        self._due[which] = self._folded[which] - 1 + np.minimum(soonest, float(FOREVER >> 1)).astype(np.int64)
        self._soonest = int(np.minimum.reduce(self._due))


def _offset(pace: Floats) -> Floats:
    offset: Floats = np.exp(pace) / np.expm1(pace)
    return offset


def falls(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """The log likelihood ratio of each fall, as ``grow + drop * count``; 0 where `mean` is 0.

    Negative binomial with size ``mean / (spread - 1)`` before and after.

    Args:
        mean: expected without a fall.
        spread: variance over mean, above 1.
    """
    rate = np.maximum(mean, 1e-12)[:, None]
    size = rate / (spread[:, None] - 1.0)
    step = np.log((size + rate) / (size + rate * FALLS))
    judged = (mean > 0.0)[:, None]
    return np.where(judged, size * step, 0.0), np.where(judged, np.log(FALLS) + step, 0.0)


def lower(null: Null, z: float) -> Floats:
    """The mean less `z` standard deviations of the doubt about it (Gamma, Wilson-Hilferty)."""
    small: Floats = null.doubt**2 / 9.0
    low: Floats = null.mean * np.maximum(1.0 - small - z * np.sqrt(small), 0.0) ** 3
    return low
