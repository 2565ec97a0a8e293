"""Occlusion: the words that carry the verdict are the words that weigh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from ingest.records import Mention
from nlp.evaluation.explain import WORDS, explain
from nlp.scorers import minilm


@dataclass(frozen=True)
class Said:
    kinds: tuple[float, ...]


class Keyword:
    """Sees an outage where "down" is."""

    def read(self, wordings: Sequence[str]) -> list[Said | None]:
        return [
            Said((0.9, 0, 0, 0, 0.1) if "down" in text else (0.2, 0, 0, 0, 0.8)) if text else None for text in wordings
        ]


def test_the_telling_word_comes_first() -> None:
    found = explain(Keyword(), "slack is down today")
    assert found is not None
    assert found.kind == "outage"
    assert found.telling[0].word == "down"
    assert found.telling[0].weight == pytest.approx(0.7)
    assert [weight.word for weight in found.weights] == ["slack", "is", "down", "today"]


def test_nothing_to_read_is_not_explained() -> None:
    assert explain(Keyword(), "") is None


def test_one_word_is_explained_by_itself() -> None:
    found = explain(Keyword(), "down")
    assert found is not None
    assert found.weights[0].weight == pytest.approx(0.9)


def test_long_posts_are_explained_by_their_beginning() -> None:
    found = explain(Keyword(), "down " + "and " * 200)
    assert found is not None
    assert len(found.weights) == WORDS


def test_the_shipped_model_is_explained() -> None:
    found = explain(minilm.build(), "Is Slack down for anyone else?", Mention("Slack", 3, 8))
    assert found is not None
    assert found.kind == "outage"
    assert "down" in [weight.word for weight in found.telling[:2]]
