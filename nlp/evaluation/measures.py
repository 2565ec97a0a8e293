"""Measures of agreement, in numpy: what the tables of `evaluate` and the model card state."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import spearmanr


def f1(truth: ArrayLike, said: ArrayLike) -> float:
    """F1 of a yes or no; 0 where neither ever says yes."""
    truth, said = np.asarray(truth, dtype=bool), np.asarray(said, dtype=bool)
    return 2 * float((truth & said).sum()) / max(1.0, float(truth.sum() + said.sum()))


def macro_f1(truth: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """The mean of the classes' F1, over the classes that occur in either."""
    return float(np.mean([f1(*_of(label, truth, said)) for label in _labels(truth, said)]))


def macro_recall(truth: Sequence[Hashable], said: Sequence[Hashable]) -> float:
    """The mean of the recalls of the classes that occur: TweetEval's official figure for sentiment."""
    recalls = [
        float((right & found).sum() / right.sum()) for right, found in (_of(x, truth, said) for x in _labels(truth))
    ]
    return float(np.mean(recalls))


def average_precision(truth: ArrayLike, scores: ArrayLike) -> float:
    """The area under precision over recall, summed step by step; equal scores are one step."""
    truth, scores = np.asarray(truth, dtype=bool), np.asarray(scores, dtype=float)
    if not truth.any():
        return 0.0
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    precision, recall = hits[last] / (last + 1), hits[last] / hits[-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def calibration_error(truth: ArrayLike, probability: ArrayLike, bins: int = 15) -> float:
    """The mean distance between what was said and what came true, over equal-width bins, weighted by their posts.

    Guo et al., "On calibration of modern neural networks", ICML 2017.
    """
    truth, probability = np.asarray(truth, dtype=float), np.asarray(probability, dtype=float)
    place = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = np.bincount(place, truth - probability, bins)
    return float(np.abs(gaps).sum() / len(truth))


def rank_correlation(truth: ArrayLike, scores: ArrayLike) -> float:
    """Spearman's rho; 0 where one side is constant."""
    truth, scores = np.asarray(truth, dtype=float), np.asarray(scores, dtype=float)
    if np.ptp(truth) == 0 or np.ptp(scores) == 0:
        return 0.0
    return float(spearmanr(truth, scores).statistic)


def _labels(*columns: Sequence[Hashable]) -> list[Any]:
    return sorted(set().union(*columns), key=str)


def _of(label: Hashable, *columns: Sequence[Hashable]) -> tuple[NDArray[np.bool_], ...]:
    return tuple(np.array([value == label for value in column], dtype=bool) for column in columns)
