"""The expected band that is drawn: one row per service, signal and hour."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import nbdtrik

from ingest.records import SIGNALS, Expected
from nlp.baseline import Floats, Ints, Null
from nlp.stories import moment

SPANS: Final = (1.0, 5.0, 15.0, 60.0)
SHARE: Final = 0.99


def band(names: list[str], services: Ints, hour: int, null: Null) -> list[Expected]:
    """Rows for some services, for an hour that begins at minute `hour`; channels of `null` go signal by signal."""
    rows: list[Expected] = []
    at, count = moment(hour), len(names)
    for number, signal in enumerate(SIGNALS):
        which = services + number * count
        mean = null.mean[which]
        uppers = quantile(mean[:, None] * np.array(SPANS), null.spread[which, None], null.doubt[which, None])
        rows += [
            Expected(names[place], signal, at, float(mean[row]), *uppers[row].tolist())
            for row, place in enumerate(services.tolist())
        ]
    return rows


def quantile(mean: Floats, spread: Floats, doubt: Floats) -> Floats:
    """The 99 % quantile of a negative binomial count with this mean, variance over mean, and doubt about the mean."""
    mean = np.maximum(mean, 1e-9)
    variance = np.maximum(spread * mean + (doubt * mean) ** 2, mean * 1.0001)
    chance = mean / variance
    size = mean * chance / (1.0 - chance)
    whole = np.ceil(nbdtrik(SHARE, size, chance) - 1e-9)
    least = size * np.log(chance) >= np.log(SHARE)
    normal = np.ceil(mean + 2.33 * np.sqrt(variance))
    upper: Floats = np.where(least, 0.0, np.where(np.isfinite(whole) & (whole >= 0), whole, normal))
    return upper
