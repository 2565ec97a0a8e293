"""`--model`: any sequence-classification model. With torch, on tiny models made here; without it, one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import UserError
from ingest.records import Mention, Post, Score
from nlp.scorers import hub

MOMENT = datetime(2025, 6, 1, tzinfo=UTC)
WITH_TORCH = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed (extra `train`)")
PAIRS = [
    (Post(f"t:{i}", "t", "", text, MOMENT, MOMENT), Mention(""))
    for i, text in enumerate(["is it down", "so good", "a " * 90])
]


class Floor:
    """Stands behind the model: always sure of an outage, without feeling."""

    model = "floor"

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        return [Score(post.id, "", "floor", 1, 0, 0, 0, 0, sentiment=0, frustration=0.5) for post, _ in pairs]


@pytest.fixture
def tiny(tmp_path: Path) -> Any:
    """Writes a model of two layers with the labels given, and gives back its folder."""
    transformers = import_module("transformers")
    tokenizers = import_module("tokenizers")

    def make(labels: dict[int, str]) -> str:
        words = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "is", "it", "down", "so", "good", "a"])}
        plain = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
        plain.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
        transformers.PreTrainedTokenizerFast(
            tokenizer_object=plain, pad_token="[PAD]", unk_token="[UNK]"
        ).save_pretrained(tmp_path)
        shape = transformers.BertConfig(
            vocab_size=len(words),
            hidden_size=8,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=16,
            id2label=labels,
        )
        transformers.BertForSequenceClassification(shape).save_pretrained(tmp_path)
        return str(tmp_path)

    return make


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed here")
def test_without_torch_one_sentence_says_so() -> None:
    with pytest.raises(UserError, match="needs torch"):
        hub.build("some/model", base=Floor())


def test_without_a_name_one_sentence_says_so() -> None:
    with pytest.raises(UserError, match="--model"):
        hub.build()


@WITH_TORCH
def test_a_sentiment_model_replaces_the_sentiment_only(tiny: Any) -> None:
    model = hub.build(tiny({0: "negative", 1: "neutral", 2: "positive"}), base=Floor())
    for score in model.score(PAIRS):
        assert score is not None
        assert score.kind == "outage"
        assert score.sentiment != 0
        assert score.frustration == 0.5
        assert score.model.endswith("+floor")


@WITH_TORCH
def test_labels_are_mapped_and_joined(tiny: Any) -> None:
    model = hub.build(
        tiny({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}),
        {"LABEL_0": "outage", "LABEL_1": "other", "LABEL_2": "other"},
        Floor(),
    )
    for score in model.score(PAIRS):
        assert score is not None
        assert score.p_outage + score.p_other == pytest.approx(1, abs=1e-3)


@WITH_TORCH
def test_an_unknown_label_is_told(tiny: Any) -> None:
    with pytest.raises(UserError, match="LABEL_0"):
        hub.build(tiny({0: "LABEL_0", 1: "LABEL_1"}), base=Floor())


@WITH_TORCH
def test_order_does_not_matter(tiny: Any) -> None:
    model = hub.build(tiny({0: "negative", 1: "neutral", 2: "positive"}), base=Floor())
    usual = {score.post: score.sentiment for score in model.score(PAIRS) if score}
    turned = {score.post: score.sentiment for score in model.score(PAIRS[::-1]) if score}
    assert turned == pytest.approx(usual, abs=0.02)


@WITH_TORCH
def test_a_model_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be loaded"):
        hub.build(str(tmp_path / "none"), base=Floor())
