"""Detectors, one file each. The file's name is the detector's name; only the one asked for is imported.

`evidence` is the one that the product uses; the others are honest comparators for the bench. A detector reads one
series of counts per minute and answers, for each minute, how sure it is that a rise is under way, from what came
before and that minute alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray


class Detector(Protocol):
    """One way to tell a rise. Verdicts on a prefix equal the prefix of the verdicts."""

    name: str

    def scores(self, counts: NDArray[np.float64], start: datetime) -> NDArray[np.float64]:
        """How sure it is of a rise, minute by minute (higher is surer; the scale is its own, never NaN).

        Args:
            counts: one weight per minute, without gaps.
            start: the first minute, aware UTC.
        """
        ...


@runtime_checkable
class Branching(Protocol):
    """A slow detector that need not read a series again for every way in which it goes on."""

    def branches(
        self, counts: NDArray[np.float64], start: datetime, futures: Iterable[NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
        """See the function `branches`."""
        ...


def branches(
    detector: Detector, counts: NDArray[np.float64], start: datetime, futures: Iterable[NDArray[np.float64]]
) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """The scores of a series (see `Detector.scores`), and those of each future, as of one that goes on from there."""
    if isinstance(detector, Branching):
        return detector.branches(counts, start, futures)
    later = [detector.scores(np.concatenate([counts, one]), start)[len(counts) :] for one in futures]
    return detector.scores(counts, start), later


def names() -> list[str]:
    """The detectors that exist, by file name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def load(name: str) -> Detector:
    """A ready detector: each file has a function `build() -> Detector`.

    Raises:
        KeyError: no file of that name is here.
        ImportError: it needs a package that is not installed.
    """
    if name not in names():
        raise KeyError(name)
    detector: Detector = import_module(f"{__name__}.{name}").build()
    return detector
