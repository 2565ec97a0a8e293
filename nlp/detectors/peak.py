"""Mean plus three standard deviations over two weeks, as Huginn's PeakDetectorAgent does it."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.detectors._windows import Floats, before, trailing

WINDOW = 14 * 1440
SPAN = 5


class Peak:
    """Standard deviations above the mean of two weeks."""

    name = "peak"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """How far the last five minutes lie above the mean of the two weeks before, in standard deviations."""
        now = trailing(counts, SPAN)
        mean, spread = before(now, WINDOW)
        above: Floats = (now - mean) / np.maximum(spread, 0.5)
        return above


def build() -> Peak:
    """The detector."""
    return Peak()
