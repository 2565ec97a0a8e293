"""The quality rows of `downchatter evaluate posts`: one scorer, or several, against labels given by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

from ingest.records import KINDS, Kind, Mention, Post, Score, Sentiment
from nlp.evaluation.measures import average_precision, calibration_error, f1, macro_f1, macro_recall, rank_correlation
from nlp.scorers import Scorer

UNREAD: Final = "unread"
SOME: Final = 0.25
STRONG: Final = 0.75
"""`Score.frustration` below `SOME` is class 0 (none), below `STRONG` class 1 (some), else class 2 (strong)."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text as people read it. What they did not judge is None."""

    text: str
    kind: Kind | None = None
    sentiment: Sentiment | None = None
    frustration: int | None = None


class Naming(Protocol):
    """Finds the services that a text names (`nlp.matching.Matching`)."""

    def mentions(self, text: str) -> list[Mention]:
        """One mention a service, in order."""
        ...


def scored(scorer: Scorer, texts: Sequence[str], naming: Naming | None = None) -> list[Score | None]:
    """One answer a text, about the first service that it names, or about none."""
    return scorer.score([(_post(i, text), _mention(text, naming)) for i, text in enumerate(texts)])


def quality(rows: Sequence[Labelled], answers: Sequence[Score | None]) -> dict[str, float]:
    """Every measure that the labels allow, from 0 to 1, by its name in the table. Unread posts count as wrong."""
    found: dict[str, float] = {"posts": float(len(rows))}
    pairs = list(zip(rows, answers, strict=True))
    found |= _of_kind([(row.kind, answer) for row, answer in pairs if row.kind is not None])
    found |= _of_sentiment([(row.sentiment, answer) for row, answer in pairs if row.sentiment is not None])
    found |= _of_frustration([(row.frustration, answer) for row, answer in pairs if row.frustration is not None])
    return found


def table(
    rows: Sequence[Labelled], scorers: Mapping[str, Scorer], naming: Naming | None = None
) -> dict[str, dict[str, float]]:
    """`quality` of each scorer on the same rows, in the order given."""
    texts = [row.text for row in rows]
    return {name: quality(rows, scored(scorer, texts, naming)) for name, scorer in scorers.items()}


def tweeteval(texts: Sequence[str], labels: Sequence[str]) -> list[Labelled]:
    """The lines of TweetEval's `test_text.txt` and `test_labels.txt` (0 negative, 1 neutral, 2 positive).

    Raises:
        ValueError: the files differ in length, or a label is none of the three.
    """
    names: dict[str, Sentiment] = {"0": "negative", "1": "neutral", "2": "positive"}
    if len(texts) != len(labels):
        raise ValueError(f"{len(texts)} texts but {len(labels)} labels")
    if strange := sorted({label for label in labels if label.strip() not in names}):
        raise ValueError(f"the label {strange[0]!r} is none of 0, 1, 2")
    return [Labelled(text, sentiment=names[label.strip()]) for text, label in zip(texts, labels, strict=True)]


def frustration_class(frustration: float) -> int:
    """0 none, 1 some, 2 strong."""
    return int(frustration >= SOME) + int(frustration >= STRONG)


def _of_kind(pairs: Sequence[tuple[Kind, Score | None]]) -> dict[str, float]:
    if not pairs:
        return {}
    truth = [kind for kind, _ in pairs]
    said = [answer.kind if answer else UNREAD for _, answer in pairs]
    chance = [answer.p_outage if answer else 0.0 for _, answer in pairs]
    outage = [kind == "outage" for kind in truth]
    each = {f"{kind} F1": f1([t == kind for t in truth], [s == kind for s in said]) for kind in KINDS}
    return {
        "kind macro-F1": sum(each.values()) / len(each),
        **each,
        "outage average precision": average_precision(outage, chance),
        "outage calibration error": calibration_error(outage, chance),
    }


def _of_sentiment(pairs: Sequence[tuple[Sentiment, Score | None]]) -> dict[str, float]:
    if not pairs:
        return {}
    truth = [sentiment for sentiment, _ in pairs]
    said = [answer.sentiment_label if answer else UNREAD for _, answer in pairs]
    return {"sentiment macro recall": macro_recall(truth, said)}


def _of_frustration(pairs: Sequence[tuple[int, Score | None]]) -> dict[str, float]:
    if not pairs:
        return {}
    truth = [frustration for frustration, _ in pairs]
    said = [answer.frustration if answer else 0.0 for _, answer in pairs]
    return {
        "frustration macro-F1": macro_f1(truth, [frustration_class(value) for value in said]),
        "frustration rank correlation": rank_correlation(truth, said),
    }


def _post(number: int, text: str) -> Post:
    return Post(f"file:{number}", "file", "", text, _EPOCH, _EPOCH)


def _mention(text: str, naming: Naming | None) -> Mention:
    return next(iter(naming.mentions(text)), Mention("")) if naming else Mention("")
