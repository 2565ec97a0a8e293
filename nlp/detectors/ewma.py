"""Exponentially weighted moving average, as Motoyama and others watched outages on Twitter with (WOSN 2010).

A value is compared with the weighted mean of those before it, in weighted standard deviations; they announced an
outage at a fixed multiple. Their counts were of five minutes.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.detectors._windows import Floats, faded, trailing

WEIGHT = 0.02
SPAN = 5


class Ewma:
    """Standard deviations above the moving average."""

    name = "ewma"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """How far the last five minutes lie above their moving average, in its standard deviations."""
        now = trailing(counts, SPAN)
        mean = faded(now, WEIGHT)
        spread = np.sqrt(np.maximum(faded((now - mean) ** 2, WEIGHT), 0.25))
        above: Floats = (now - mean) / spread
        return above


def build() -> Ewma:
    """The detector."""
    return Ewma()
