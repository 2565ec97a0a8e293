"""The usual number at this time of day, as Downdetector describes its baseline."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.detectors._windows import Floats, same_time, trailing

SPAN = 15
DAYS = 7


class TimeOfDay:
    """How far a quarter of an hour exceeds the same one of the last seven days."""

    name = "time_of_day"

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """Excess over the mean at this time of day, in Poisson standard deviations."""
        now = trailing(counts, SPAN)
        usual = same_time(now, 1440, DAYS)
        above: Floats = (now - usual) / np.sqrt(usual + 1.0)
        return above


def build() -> TimeOfDay:
    """The detector."""
    return TimeOfDay()
