"""The expected band that is drawn: one row per service, signal and hour."""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.records import Expected, Signal
from nlp.baseline import Floats, Ints, Null
from nlp.stories import moment

SPANS: Final = (1.0, 5.0, 15.0, 60.0)
SHARE: Final = 0.99
Z: Final = 2.326
DRAWN: Final[tuple[Signal, ...]] = ("outage", "frustration", "drop")
"""What is usual of all talk stands under `drop`; unusual talk is judged against the same."""

EXACT: Final = 8
"""Quantiles below this are exact; above, within one or two of it."""


def band(names: list[str], services: Ints, hour: int, null: Null) -> list[Expected]:
    """Rows for some services, for an hour that begins at minute `hour`; channels of `null` go signal by signal."""
    at, count = moment(hour), len(names)
    which = np.concatenate([services + number * count for number in range(len(DRAWN))])
    mean = null.mean[which]
    uppers = quantile(mean[:, None] * np.array(SPANS), null.spread[which, None], null.doubt[which, None]).tolist()
    told = [(names[place], signal) for signal in DRAWN for place in services.tolist()]
    return [
        Expected(name, signal, at, middle, *upper)
        for (name, signal), middle, upper in zip(told, mean.tolist(), uppers, strict=True)
    ]


def quantile(mean: Floats, spread: Floats, doubt: Floats) -> Floats:
    """The 99 % quantile of a negative binomial count with this mean, variance over mean, and doubt about the mean."""
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(spread * mean + (doubt * mean) ** 2, mean * 1.0001)
    chance = mean / variance
    size = mean * chance / (1.0 - chance)
    upper = np.ceil(gamma_quantile(mean, variance) - 0.5)
    term = chance**size
    within, settled = term.copy(), np.zeros(mean.shape, dtype=bool)
    for count in range(EXACT):
        found = ~settled & (within >= SHARE)
        upper = np.where(found, float(count), upper)
        settled |= found
        term = term * (1.0 - chance) * (size + count) / (count + 1.0)
        within += term
    return np.where(settled, upper, np.maximum(upper, float(EXACT)))


def gamma_quantile(mean: Floats, variance: Floats) -> Floats:
    """The 99 % quantile of a Gamma with this mean and variance (Wilson-Hilferty), near that of a large count."""
    small = variance / (9.0 * mean**2)
    cubed: Floats = mean * np.maximum(1.0 - small + Z * np.sqrt(small), 0.0) ** 3
    return cubed
