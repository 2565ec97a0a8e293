"""The scoring of the Numenta Anomaly Benchmark, reimplemented (Lavin and Ahmad 2015; github.com/numenta/NAB, MIT).

A detection inside a labelled window earns up to one, the earlier the more; outside it costs, the more the farther
behind a window; a window without any costs. The first 15 % of a file (at most 750 rows) do not count. For each
profile one threshold is chosen over the whole corpus, and scores are scaled so that a detector that says nothing has
0 and a perfect one 100.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PROBATION: Final = 0.15
PROBATION_ROWS: Final = 5000
FAR: Final = 3.0
DIGITS: Final = 12
"""The published result files hold scores with so many decimals; which scores are equal decides thresholds."""

NOTHING: Final = 1.1
"""A threshold that no score reaches."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What each outcome is worth."""

    name: str
    hit: float
    miss: float
    false: float


@dataclass(frozen=True, slots=True)
class File:
    """One series: `windows` are pairs of row numbers, both ends inside."""

    name: str
    values: Floats
    seconds: Floats
    windows: Sequence[tuple[int, int]]

    @property
    def probation(self) -> int:
        """Rows at the beginning that do not count."""
        return min(math.floor(PROBATION * len(self.values)), int(PROBATION * PROBATION_ROWS))

    @property
    def group(self) -> str:
        """The folder that the file lies in."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Points:
    """The rows that count: the score of each, what a detection there is worth, and its window (−1: none)."""

    scores: Floats
    worth: Floats
    window: NDArray[np.int64]


def sigmoid(place: Floats) -> Floats:
    """What a place relative to a window is worth, 1 to −1: −1 is its beginning, 0 its end, 3 far behind."""
    worth: Floats = 2.0 / (1.0 + np.exp(5.0 * np.minimum(place, FAR))) - 1.0
    return np.where(place > FAR, -1.0, worth)


def worths(file: File, profile: Profile) -> tuple[Floats, NDArray[np.int64]]:
    """What a detection in each row would be worth, and the number of the row's window (−1: none)."""
    rows = len(file.values)
    worth, window = np.full(rows, -profile.false), np.full(rows, -1, dtype=np.int64)
    best = float(sigmoid(np.array([-1.0]))[0])
    for number, (first, last) in enumerate(file.windows):
        width = float(last - first + 1)
        inside = np.arange(first, last + 1)
        worth[inside] = sigmoid(-(last - inside + 1) / width) * profile.hit / best
        window[inside] = number
        behind = np.arange(last + 1, rows)
        worth[behind] = sigmoid((behind - last) / (width - 1.0)) * profile.false
    return worth, window


def points(files: Sequence[File], scores: Mapping[str, Floats], profile: Profile) -> Points:
    """All rows of some files that count, windows numbered through."""
    parts: list[Points] = []
    windows = 0
    for file in files:
        worth, window = worths(file, profile)
        numbered = np.where(window >= 0, window + windows, -1)
        windows += len(file.windows)
        kept = slice(file.probation, None)
        parts.append(Points(np.round(scores[file.name][kept], DIGITS), worth[kept], numbered[kept]))
    return Points(
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.worth for part in parts]),
        np.concatenate([part.window for part in parts]),
    )


def best_threshold(told: Points, profile: Profile) -> tuple[float, float]:
    """The threshold with the highest score, and that score; of equals the highest threshold."""
    order = np.argsort(-told.scores, kind="stable")
    scores, worth, window = told.scores[order], told.worth[order], told.window[order]
    gain = np.where(window < 0, worth, 0.0)
    held = dict.fromkeys(np.unique(window[window >= 0]).tolist(), -profile.miss)
    for place in np.flatnonzero(window >= 0).tolist():
        number = int(window[place])
        if worth[place] > held[number]:
            gain[place] = worth[place] - held[number]
            held[number] = float(worth[place])
    nothing = -profile.miss * len(held)
    ends = np.flatnonzero(np.r_[scores[1:] != scores[:-1], True])
    totals = nothing + np.cumsum(gain)[ends]
    best = int(np.argmax(totals))
    return (float(scores[ends[best]]), float(totals[best])) if totals[best] > nothing else (NOTHING, nothing)


def score_at(told: Points, profile: Profile, threshold: float) -> tuple[float, float]:
    """The raw score at a threshold, and what saying nothing would score."""
    windows = np.unique(told.window[told.window >= 0])
    said = told.scores >= threshold
    total = float(told.worth[said & (told.window < 0)].sum())
    for number in windows.tolist():
        hits = told.worth[said & (told.window == number)]
        total += max(-profile.miss, float(hits.max())) if len(hits) else -profile.miss
    return total, -profile.miss * len(windows)


def normalised(total: float, nothing: float, windows: int, profile: Profile) -> float:
    """A raw score on the scale of 0 (says nothing) to 100 (perfect)."""
    return 100.0 * (total - nothing) / (windows * profile.hit - nothing)


def standing(files: Sequence[File], scores: Mapping[str, Floats], profile: Profile, group: str = "") -> float:
    """The score of a detector over all files, or over one group of them at the threshold chosen over all."""
    threshold, _ = best_threshold(points(files, scores, profile), profile)
    chosen = [file for file in files if not group or file.group == group]
    total, nothing = score_at(points(chosen, scores, profile), profile, threshold)
    return normalised(total, nothing, sum(len(file.windows) for file in chosen), profile)
