"""What is expected: a seasonal rate per channel with honest doubt about it, learned only after it has judged.

A channel is one signal of one service. Its expected weight in a minute is ``level x shape(hour of week) x drift``:

* the level has a Gamma prior (its predictive count is negative binomial) and forgets over three weeks;
* the shape of the day, then of the week, is shrunk towards the shape that all channels share, so that a channel with
  one day of history borrows the rest;
* drift follows the last hours, as far as hours have been seen to stray from their shape (`stray`, self-calibrated).

Voices that come in bursts (`spread`) tell of all this as fewer voices that come one by one would.

`Null.upper` leans to the safe side by as much as level, drift and shape are still in doubt, and so does `Null.spread`
by as much as the spread is. All of it is in numpy over channels; minutes are integers since 1970 (UTC), so that clock
changes and leap days do not exist here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

WEEK: Final = 168
PRIOR_VOICES: Final = 0.5
PRIOR_MINUTES: Final = 2.5
FORGET_LEVEL: Final = 21 * 1440.0
FORGET_SHAPE: Final = 56 * 1440.0
DRIFT_MINUTES: Final = (60.0, 360.0)
DRIFT_PACE: Final = 15.0
"""Drift is followed the faster, the more hours stray: over `DRIFT_PACE / stray` minutes, within these bounds."""

ADOPTED: Final = 1440.0
MOST_DRIFT: Final = 3.0
SHARED_PULL: Final = 20.0
DAY_PULL: Final = 6.0
WEEK_PULL: Final = 20.0
WEEK_LATER: Final = 6 * 1440
"""The week is learned only once the day is known, or it would take the day's rhythm for its own."""

STRAY_PRIOR: Final = 0.25
STRAY_HOURS: Final = 12.0
SPREAD_PRIOR: Final = 1.75
SPREAD_VOICES: Final = 15.0
SPREAD_BLOCK: Final = 8.0
"""One block tells of the spread as much as so many voices at most, or one outage would blur it for weeks."""

CAUTION: Final = 1.0
"""Standard deviations of doubt by which `upper` lies above the mean."""

SPREAD_CAUTION: Final = 0.5
"""The same for the spread. With more, a rare service whose outage is told all within a minute would go unnoticed."""

ASTRAY: Final = 0.3
"""This part of what hours stray from their shape, or the shape from the truth, is not made up for by drift."""

PLAIN: Final = 3.0
"""Standard deviations beyond which a block is no usual one: what is learned from it is cut there."""

SKEW: Final = (PLAIN**2 - 1.0) / 3.0
"""Bursts lie so many times `spread - 1` further out still, for they are skewed (Cornish-Fisher, negative binomial)."""


@dataclass(frozen=True, slots=True)
class Null:
    """What a minute without a rise looks like, per channel.

    `mean` is the expected weight in a fully readable minute, `upper` the same leaning to the safe side; a count has
    variance `spread` times its mean, leaning there too. `doubt` is the relative standard deviation of the mean.
    """

    mean: Floats
    upper: Floats
    spread: Floats
    doubt: Floats


@dataclass(slots=True)
class Block:
    """What was seen in one stretch of minutes within an hour, per channel."""

    weight: Floats
    squares: Floats
    exposure: Floats

    @classmethod
    def empty(cls, channels: int) -> Block:
        """Nothing seen yet."""
        return cls(np.zeros(channels), np.zeros(channels), np.zeros(channels))


def hour_of_week(minute: int) -> int:
    """0 is the hour that begins on Monday at 00:00 UTC."""
    return (minute // 60 + 72) % WEEK


def gamma_upper(count: Floats, z: float = CAUTION) -> Floats:
    """The upper quantile, at `z` standard deviations, of a Gamma with mean 1 and shape `count` (Wilson-Hilferty)."""
    small: Floats = 1.0 / (9.0 * count)
    cubed: Floats = np.maximum(1.0 - small + z * np.sqrt(small), 0.3) ** 3
    return np.maximum(cubed, 1.0)


class Shape:
    """How a cycle of `slots` hours is shaped, per channel, 1 on average, pulled towards what others of its group share.

    Args:
        slots: hours in the cycle.
        groups: the number of the group of each channel.
        pull: how many expected voices in a slot weigh as much as the group's shape.
    """

    def __init__(self, slots: int, groups: Ints, pull: float) -> None:
        self._seen = np.zeros((2, len(groups), slots))
        self._shape = np.ones((len(groups), slots))
        self._sum = np.full(len(groups), float(slots))
        self._groups, self._pull = groups, pull

    def at(self, slot: int) -> Floats:
        """The shape in one hour of the cycle."""
        shape: Floats = self._shape[:, slot] * (self._shape.shape[1] / self._sum)
        return shape

    def doubt(self, slot: int) -> Floats:
        """The relative variance of the shape in one hour of the cycle that comes of how few voices told of it."""
        seen = self._seen[1, :, slot]
        variance: Floats = seen / (self._pull + seen) ** 2
        return variance

    def learn(self, which: Ints, slot: int, weight: Floats, expected: Floats, keep: Floats) -> None:
        """Take in what was seen in a slot and what a flat cycle had led to expect; `keep` is what is not forgotten."""
        self._seen[0, which, slot] = self._seen[0, which, slot] * keep + weight
        self._seen[1, which, slot] = self._seen[1, which, slot] * keep + expected
        before = self._shape[:, slot].copy()
        seen = self._seen[:, :, slot]
        others = [np.bincount(self._groups, part)[self._groups] - part for part in seen]
        shared = (SHARED_PULL + others[0]) / (SHARED_PULL + others[1])
        self._shape[:, slot] = (self._pull * shared + seen[0]) / (self._pull + seen[1])
        self._sum += self._shape[:, slot] - before


class Baseline:
    """The expectation of `channels` series that fall into groups (one per signal) which share a shape.

    `without` leaves parts out, to measure what they add (see `nlp.rules.PARTS`).
    """

    def __init__(self, channels: int, groups: Ints, without: frozenset[str] = frozenset()) -> None:
        self._flat, self._trusting = "seasonality" in without, "masking" in without
        self._level = np.zeros((2, channels))
        self._daily = Shape(24, groups, DAY_PULL)
        self._weekly = Shape(WEEK, groups, WEEK_PULL)
        self._drift = np.zeros((2, channels))
        self._known = np.zeros(channels)
        self._hour = np.zeros((2, channels))
        self._stray = np.zeros((2, channels))
        self._spread = np.zeros((2, channels))

    def expect(self, minute: int) -> Null:
        """The expectation for the hour of `minute`, from what has been learned so far."""
        hour, strays = hour_of_week(minute), self.stray
        mean = self._mean(hour)
        astray = ASTRAY * (strays if self._flat else np.maximum(strays, self._daily.doubt(hour % 24)))
        variance = self.spread / (self._level[0] + PRIOR_VOICES) + 1.0 / (1.0 / strays + self._drift[1]) + astray
        return Null(mean, mean * gamma_upper(1.0 / variance), self.upper_spread, np.sqrt(variance))

    @property
    def stray(self) -> Floats:
        """By how much hours stray from their shape: the relative variance."""
        value: Floats = (STRAY_PRIOR * STRAY_HOURS + self._stray[0]) / (STRAY_HOURS + self._stray[1])
        return _within(value, 2e-4, 0.5)

    @property
    def spread(self) -> Floats:
        """The variance of a minute over its mean (1 for Poisson)."""
        value: Floats = (SPREAD_PRIOR * SPREAD_VOICES + self._spread[0]) / (SPREAD_VOICES + self._spread[1])
        return np.maximum(value, 1.02)

    @property
    def upper_spread(self) -> Floats:
        """The spread, leaning to the safe side by as much as it is in doubt.

        So many voices tell of a spread s with a variance of s (3s - 1) (s - 1) over their number, where counts are
        negative binomial and few a minute: of voices that come one by one a few tell enough.
        """
        spread, voices = self.spread, SPREAD_VOICES + self._spread[1]
        upper: Floats = spread + SPREAD_CAUTION * np.sqrt(spread * (3.0 * spread - 1.0) * (spread - 1.0) / voices)
        return upper

    def learn(self, minute: int, block: Block, chosen: NDArray[np.bool_], *, hour_over: bool) -> None:
        """Take in a block that began at `minute` (all of it within one hour) for the channels chosen."""
        which = np.flatnonzero(chosen & (block.exposure > 0))
        if len(which):
            self._learn_rate(minute, block, which)
        if hour_over:
            self._learn_shape(hour_of_week(minute))

    def _learn_rate(self, minute: int, block: Block, which: Ints) -> None:
        hour, exposure = hour_of_week(minute), block.exposure[which]
        flat = self._rate()[which]
        seasonal = flat * self._shape(hour)[which] * exposure
        weight = self._clipped(which, block.weight[which], seasonal)
        self._learn_stray(which, weight, seasonal, exposure)
        pace = _within(DRIFT_PACE / self.stray[which], *DRIFT_MINUTES)
        apart = 1.0 / self.spread[which]
        self._fade(self._drift, which, exposure, pace, weight * apart, seasonal * apart)
        shape = self._shape(hour)[which]
        self._fade(self._level, which, exposure, FORGET_LEVEL, weight, shape * exposure)
        self._hour[:, which] += (weight, exposure)

    def _mean(self, hour: int) -> Floats:
        mean: Floats = self._rate() * self._shape(hour) * self.drift
        return mean

    def _rate(self) -> Floats:
        rate: Floats = (self._level[0] + PRIOR_VOICES) / (self._level[1] + PRIOR_MINUTES)
        return rate

    @property
    def drift(self) -> Floats:
        """By how much the last hours lie above level and shape."""
        count = 1.0 / self.stray
        drift: Floats = (count + self._drift[0]) / (count + self._drift[1])
        return _within(drift, 1.0 / MOST_DRIFT, MOST_DRIFT)

    def _shape(self, hour: int) -> Floats:
        if self._flat:
            return np.ones_like(self._known)
        shape: Floats = self._daily.at(hour % 24) * self._weekly.at(hour)
        return shape

    def _clipped(self, which: Ints, weight: Floats, seasonal: Floats) -> Floats:
        if self._trusting:
            return weight
        mean = seasonal * self.drift[which]
        deviation = np.sqrt(self.spread[which] * mean + self.stray[which] * mean**2)
        doubt = mean / np.sqrt(self._level[0, which] + PRIOR_VOICES)
        most = mean + PLAIN * (deviation + doubt) + 2.0 + SKEW * (self.spread[which] - 1.0)
        return _within(weight, 0.0, most)

    def adopt(self, channel: int, rate: float) -> None:
        """Take a rate a minute for the new usual of a channel, as if it had been so for a day."""
        self._level[:, channel] = (rate * ADOPTED, ADOPTED)
        self._drift[:, channel] = 0.0

    def learn_spread(self, minute: int, block: Block) -> None:
        """Take in how counts scatter within a block that began at `minute`.

        An outage barely shows in it, so no block need be left out. How much a block tells hangs on what was expected of
        it: were it on what was seen, busy blocks, which are those with bursts, would tell too little.
        """
        which = np.flatnonzero((block.exposure > 1) & (block.weight > 0))
        weight, exposure = block.weight[which], block.exposure[which]
        mean = self._mean(hour_of_week(minute))[which] * exposure
        most = np.maximum(mean + PLAIN * np.sqrt(self.spread[which] * mean), SPREAD_BLOCK)
        inside = np.maximum(block.squares[which] - weight**2 / exposure, 0.0)
        usual = weight * (1.0 - 1.0 / exposure)
        trust = np.minimum(1.0, most / weight) * np.minimum(1.0, SPREAD_BLOCK / np.maximum(mean, 1e-9))
        self._fade(self._spread, which, exposure, FORGET_SHAPE, trust * inside, trust * usual)

    def _learn_stray(self, which: Ints, weight: Floats, seasonal: Floats, exposure: Floats) -> None:
        mean = np.maximum(seasonal, 1e-9)
        noise = self.spread[which] * mean
        told = _within(((weight - mean) ** 2 - noise) / mean**2, -2.0, 4.0)
        trust = (mean / (mean + 3.0)) ** 2 * exposure / 60.0
        self._fade(self._stray, which, exposure, FORGET_LEVEL, trust * told, trust)

    def _learn_shape(self, hour: int) -> None:
        which = np.flatnonzero(self._hour[1] > 0)
        weight, exposure = self._hour[:, which]
        self._hour[:] = 0.0
        apart = 1.0 / self.spread[which]
        weight, flat = weight * apart, self._rate()[which] * exposure * apart
        self._daily.learn(which, hour % 24, weight, flat, np.exp(-exposure * 24 / FORGET_SHAPE))
        self._known[which] += exposure
        old = self._known[which] >= WEEK_LATER
        by_day = flat * self._daily.at(hour % 24)[which]
        keep = np.exp(-exposure * WEEK / FORGET_SHAPE)
        self._weekly.learn(which[old], hour, weight[old], by_day[old], keep[old])

    @staticmethod
    def _fade(
        table: Floats, which: Ints, exposure: Floats, minutes: float | Floats, first: Floats, second: Floats
    ) -> None:
        keep = np.exp(-exposure / minutes)
        table[0, which] = table[0, which] * keep + first
        table[1, which] = table[1, which] * keep + second


def _within(value: Floats, least: float, most: float | Floats) -> Floats:
    """`np.clip`, which takes four times as long for a few numbers."""
    within: Floats = np.minimum(np.maximum(value, least), most)
    return within
