"""What the reader is compared with: VADER where it is installed, and TF-IDF with logistic regression."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

from ingest.errors import UserError
from ingest.records import KINDS, Mention, Post, Score
from nlp.evaluation.quality import Labelled
from nlp.tokens import words

Numbers = NDArray[np.float64]
FOLDS: Final = 5
SENTIMENTS: Final = ("negative", "neutral", "positive")


class Vader:
    """Sentiment by VADER (Hutto and Gilbert 2014), with its authors' thresholds; it knows no kinds.

    Raises:
        UserError: the package is not installed.
    """

    model = "vader"

    def __init__(self) -> None:
        try:
            module = import_module("vaderSentiment.vaderSentiment")
        except ModuleNotFoundError as error:
            raise UserError("VADER is not installed; `pip install vaderSentiment` puts it beside the others") from error
        self._judge = module.SentimentIntensityAnalyzer()

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """Compound score a post, stretched so that ±0.05 falls on ±1/3, as `Score.sentiment_label` reads it."""
        return [_score(post, mention, self.model, self._feeling(post.text)) for post, mention in pairs]

    def _feeling(self, text: str) -> float:
        compound = float(self._judge.polarity_scores(text)["compound"])
        if abs(compound) < 0.05:
            return compound / 0.05 / 3
        return float(np.sign(compound)) * (0.334 + 0.666 * (abs(compound) - 0.05) / 0.95)


class TfIdf:
    """Words and pairs of words, weighed by logistic regression on the labelled rows themselves, five folds:
    each row is judged by weights that never saw it."""

    model = "tf-idf"

    def __init__(self, rows: Sequence[Labelled]) -> None:
        features = tf_idf([row.text for row in rows])
        self._kinds = crossed(features, [KINDS.index(r.kind) if r.kind else -1 for r in rows], len(KINDS))
        self._feelings = crossed(features, [SENTIMENTS.index(r.sentiment) if r.sentiment else -1 for r in rows], 3)
        self._heat = crossed(features, [-1 if r.frustration is None else r.frustration for r in rows], 3)

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """The out-of-fold answers: the posts must be the rows given at the start, in their order."""
        found = zip(pairs, self._kinds, self._feelings, self._heat, strict=True)
        return [
            _score(post, mention, self.model, (-0.9, 0.0, 0.9)[int(f.argmax())], k.tolist(), float(h[1] / 2 + h[2]))
            for (post, mention), k, f, h in found
        ]


def tf_idf(texts: Sequence[str]) -> csr_matrix[Any]:
    """Rows of unit length over the words and pairs that occur twice or more."""
    counts = [Counter(_terms(text)) for text in texts]
    spread = Counter(term for count in counts for term in count)
    place = {term: i for i, term in enumerate(sorted(term for term, posts in spread.items() if posts > 1))}
    cells = [
        (row, place[term], (1 + np.log(n)) * np.log(len(texts) / spread[term]))
        for row, count in enumerate(counts)
        for term, n in count.items()
        if term in place
    ]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    matrix = csr_matrix((values, (rows, columns)), shape=(len(texts), max(1, len(place))))
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return csr_matrix(matrix.multiply(1 / np.maximum(length, 1e-9)[:, None]))


def crossed(features: csr_matrix[Any], labels: Sequence[int], classes: int) -> Numbers:
    """Out-of-fold probabilities (rows x classes); uniform where the labels do not allow a fit. −1 is no label."""
    truth = np.array(labels)
    fold = np.arange(len(truth)) % FOLDS
    found = np.full((len(truth), classes), 1 / classes)
    for number in range(FOLDS):
        known = (fold != number) & (truth >= 0)
        if len(set(truth[known].tolist())) > 1:
            found[fold == number] = _fitted(features[known], truth[known], classes, features[fold == number])
    return found


def _fitted(x: csr_matrix[Any], y: NDArray[np.int64], classes: int, unseen: csr_matrix[Any]) -> Numbers:
    """Multinomial logistic regression by L-BFGS with a ridge of 1, classes weighed alike by the root of their share."""
    target = np.eye(classes)[y]
    weight = (1 / np.sqrt(np.maximum(target.mean(axis=0), 1e-9)))[y]

    def cost(flat: Numbers) -> tuple[float, Numbers]:
        w = flat.reshape(x.shape[1] + 1, classes)
        logs = log_softmax(x @ w[:-1] + w[-1], axis=1)
        slope = weight[:, None] * (np.exp(logs) - target)
        ridge = np.vstack([w[:-1], np.zeros(classes)]) / 10
        value = -float((weight[:, None] * target * logs).sum()) + 0.5 * float((ridge * w).sum())
        return value, (np.vstack([x.T @ slope, slope.sum(axis=0)]) + ridge).ravel()

    best = minimize(cost, np.zeros((x.shape[1] + 1) * classes), jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    w = best.reshape(x.shape[1] + 1, classes)
    return np.asarray(softmax(unseen @ w[:-1] + w[-1], axis=1))


def _terms(text: str) -> list[str]:
    found = [word.lower() for word in words(text)]
    return found + [f"{a} {b}" for a, b in pairwise(found)]


def _score(
    post: Post,
    mention: Mention,
    model: str,
    feeling: float,
    kinds: Sequence[float] = (0, 0, 0, 0, 1),
    heat: float = 0.0,
) -> Score:
    outage, relay, recovery, complaint, other = kinds
    return Score(
        post.id, mention.service, model, outage, relay, recovery, complaint, other, sentiment=feeling, frustration=heat
    )
