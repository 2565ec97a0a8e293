"""Detectors, one file each. The file's name is the detector's name; only the one asked for is imported.

`evidence` is the one that the product uses; the others are honest comparators for the bench. A detector reads one
series of counts per minute and answers, for each minute, how sure it is that a rise is under way, from what came
before and that minute alone.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol

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
