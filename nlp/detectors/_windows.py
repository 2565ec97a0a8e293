"""Sums over the past of a series, each up to the minute before or the minute itself: nothing looks ahead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def trailing(values: Floats, size: int) -> Floats:
    """The sum of the last `size` values, including the present one."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    last = np.arange(1, len(values) + 1)
    sums: Floats = total[last] - total[np.maximum(last - size, 0)]
    return sums


def before(values: Floats, size: int) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the `size` values before the present one (fewer at the beginning)."""
    count = np.maximum(np.minimum(np.arange(len(values)), size), 1)
    mean = (trailing(values, size + 1) - values) / count
    square = (trailing(values**2, size + 1) - values**2) / count
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0))


def faded(values: Floats, weight: float) -> Floats:
    """The exponentially weighted mean up to the value before the present one, from nothing."""
    from scipy.signal import lfilter  # half a second and 50 MB, which only this rival is to cost

    filtered: Floats = lfilter([weight], [1.0, weight - 1.0], values)
    return np.concatenate([[0.0], filtered[:-1]])


def same_time(values: Floats, period: int, cycles: int) -> Floats:
    """The mean of the values one, two … `cycles` periods ago (as many as there are; at first what is known)."""
    total, count = np.zeros(len(values)), np.zeros(len(values))
    for cycle in range(1, cycles + 1):
        lag = cycle * period
        if lag < len(values):
            total[lag:] += values[:-lag]
            count[lag:] += 1
    known = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return np.where(np.isnan(known), before(values, period)[0], known)
