"""River's HalfSpaceTrees on five-minute sums. Needs the package `river`, which is no dependency."""

from __future__ import annotations

from importlib import import_module

from nlp.detectors._river import River

SEED = 7


def build() -> River:
    """How seldom random half-space trees have seen a value.

    Raises:
        ImportError: `river` is not installed.
    """
    trees = import_module("river.anomaly").HalfSpaceTrees
    model = trees(n_trees=10, height=6, window_size=1440, seed=SEED, limits={"x": (0, 100)})
    return River("river_trees", model, lambda value: ({"x": value},))
