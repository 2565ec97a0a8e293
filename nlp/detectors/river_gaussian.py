"""River's GaussianScorer over ten days of five-minute sums. Needs the package `river`, which is no dependency."""

from __future__ import annotations

from importlib import import_module

from nlp.detectors._river import River

WINDOW = 10 * 1440


def build() -> River:
    """How improbable a value is under a normal distribution of the last ten days.

    Raises:
        ImportError: `river` is not installed.
    """
    scorer = import_module("river.anomaly").GaussianScorer
    return River("river_gaussian", scorer(window_size=WINDOW, grace_period=60), lambda value: (None, value))
