"""The table of `evaluate posts`: the same rows for every scorer, unread posts counted as wrong."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

import pytest

from ingest.errors import UserError
from ingest.records import KINDS, Kind, Mention, Post, Score
from nlp.evaluation.comparators import TfIdf, Vader
from nlp.evaluation.quality import Labelled, frustration_class, quality, scored, table, tweeteval

ROWS = [
    Labelled("slack is down", "outage", "neutral", 0),
    Labelled("slack is awful", "complaint", "negative", 2),
    Labelled("nice day", "other", "positive", 0),
    Labelled("", "other", "neutral", 0),
]


class Echo:
    """Knows the answers to `ROWS`, and refuses empty texts."""

    model = "echo"

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        known = {row.text: row for row in ROWS}
        return [self._one(post, known[post.text]) if post.text else None for post, _ in pairs]

    def _one(self, post: Post, row: Labelled) -> Score:
        chances = [float(kind == row.kind) for kind in KINDS]
        feeling = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}[row.sentiment or "neutral"]
        a, b, c, d, e = chances
        return Score(post.id, "", self.model, a, b, c, d, e, sentiment=feeling, frustration=(row.frustration or 0) / 2)


def test_right_answers_have_full_marks() -> None:
    found = quality(ROWS[:3], scored(Echo(), [row.text for row in ROWS[:3]]))
    assert found["outage F1"] == found["complaint F1"] == found["other F1"] == 1
    assert found["outage average precision"] == found["sentiment macro recall"] == found["frustration macro-F1"] == 1
    assert found["outage calibration error"] == 0


def test_unread_posts_are_wrong() -> None:
    found = quality(ROWS, scored(Echo(), [row.text for row in ROWS]))
    assert found["other F1"] == pytest.approx(2 / 3)
    assert found["sentiment macro recall"] == pytest.approx((1 + 1 + 0.5) / 3)


def test_only_what_is_labelled_is_measured() -> None:
    rows = [Labelled("slack is down", sentiment="neutral")]
    assert set(quality(rows, scored(Echo(), ["slack is down"]))) == {"posts", "sentiment macro recall"}


def test_the_table_has_a_column_a_scorer() -> None:
    assert set(table(ROWS, {"a": Echo(), "b": Echo()})) == {"a", "b"}


def test_classes_of_frustration() -> None:
    assert [frustration_class(value) for value in (0, 0.2, 0.25, 0.7, 0.75, 1)] == [0, 0, 1, 1, 2, 2]


def test_tweeteval_lines() -> None:
    assert tweeteval(["a", "b"], ["0", "2\n"]) == [
        Labelled("a", sentiment="negative"),
        Labelled("b", sentiment="positive"),
    ]
    with pytest.raises(ValueError, match="2 texts but 1 labels"):
        tweeteval(["a", "b"], ["0"])
    with pytest.raises(ValueError, match="none of 0, 1, 2"):
        tweeteval(["a"], ["positive"])


def test_tf_idf_learns_words_without_seeing_the_row_itself() -> None:
    kinds: list[tuple[str, Kind]] = [
        ("the server is down", "outage"),
        ("the soup is tasty", "other"),
        ("refund me now", "complaint"),
    ]
    rows = [Labelled(f"{text} {i}", kind, "neutral", 0) for i in range(20) for text, kind in kinds]
    found = quality(rows, scored(TfIdf(rows), [row.text for row in rows]))
    assert found["outage F1"] == found["complaint F1"] == 1


def test_tf_idf_cannot_learn_noise_by_heart() -> None:
    rows = [Labelled(f"word{i} other{i}", KINDS[i % 5], "neutral", i % 3) for i in range(60)]
    assert quality(rows, scored(TfIdf(rows), [row.text for row in rows]))["kind macro-F1"] < 0.5


@pytest.mark.skipif(find_spec("vaderSentiment") is not None, reason="VADER is installed here")
def test_vader_says_how_to_have_it() -> None:
    with pytest.raises(UserError, match="pip install vaderSentiment"):
        Vader()


@pytest.mark.skipif(find_spec("vaderSentiment") is None, reason="VADER is not installed here")
def test_vader_hears_feelings() -> None:
    found = scored(Vader(), ["I love this, great!", "this is horrible and sad", "the table is brown"])
    assert [score and score.sentiment_label for score in found] == ["positive", "negative", "neutral"]
