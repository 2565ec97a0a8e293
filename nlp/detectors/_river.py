"""What `river` offers, minute by minute: score first, learn second."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import numpy as np

from nlp.detectors._windows import Floats, trailing

SPAN = 5


class River:
    """One of river's anomaly detectors on five-minute sums.

    Args:
        name: the detector's.
        model: one that has seen nothing.
        told: what is handed to the model for a value, to be scored and to be learned.
    """

    def __init__(self, name: str, model: Any, told: Callable[[float], tuple[object, ...]]) -> None:
        self.name = name
        self._fresh, self._told = pickle.dumps(model), told

    def scores(self, counts: Floats, start: datetime) -> Floats:  # noqa: ARG002
        """River's score of each minute."""
        return self._follow(_again(self._fresh), trailing(counts, SPAN))

    def branches(self, counts: Floats, start: datetime, futures: Iterable[Floats]) -> tuple[Floats, list[Floats]]:  # noqa: ARG002
        """The same of a series, read once, and of each way in which it goes on (see `nlp.detectors.branches`)."""
        model, last = _again(self._fresh), counts[-SPAN:]
        known = self._follow(model, trailing(counts, SPAN))
        kept = pickle.dumps(model)
        later = (trailing(np.concatenate([last, future]), SPAN)[len(last) :] for future in futures)
        return known, [self._follow(_again(kept), values) for values in later]

    def _follow(self, model: Any, values: Floats) -> Floats:
        scores = np.zeros(len(values))
        for place, value in enumerate(values.tolist()):
            seen = self._told(value)
            scores[place] = model.score_one(*seen)
            model.learn_one(*seen)
        return scores


def _again(kept: bytes) -> Any:
    return pickle.loads(kept)  # noqa: S301  # made here; several times as fast as a deep copy
