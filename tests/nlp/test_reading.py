from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from math import isclose
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downchatter.services import load_services
from ingest.records import KINDS, Mention, Post, Score
from nlp.matching import Matching
from nlp.reading import Around
from nlp.scorers import load

SERVICES = Path(__file__).parents[2] / "data" / "services.toml"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Alarmist:
    """A scorer that takes everything for an outage: whatever differs comes from around it."""

    model = "alarmist-1"

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        return [
            Score(post.id, mention.service, self.model, 0.9, 0.02, 0.02, 0.03, 0.03, -0.5, 0.5, reason="always")
            if post.text
            else None
            for post, mention in pairs
        ]


@cache
def around(name: str = "") -> Around:
    return Around(load(name) if name else Alarmist(), matching())


@cache
def matching() -> Matching:
    return Matching(load_services(SERVICES))


def scores(text: str, lang: str = "", scorer: str = "") -> dict[str, Score]:
    post = Post("t:1", "t", "a", text, NOW, NOW, lang=lang)
    pairs = [(post, mention) for mention in matching().mentions(text)]
    return {score.service: score for score in around(scorer).score(pairs) if score is not None}


def test_it_keeps_the_model_and_fills_the_rest_in() -> None:
    score = scores("can't log in to Spotify in London, my whole birthday playlist party of raccoons is ruined")[
        "Spotify"
    ]
    assert score.model == "alarmist-1"
    assert {"fails:login", "place:London"} <= set(score.aspects)
    assert score.fingerprint
    assert score.reason == "always"


def test_trouble_is_laid_at_the_right_door() -> None:
    both = scores("YouTube is down but Spotify works")
    assert both["YouTube"].kind == "outage"
    assert both["Spotify"].p_outage < 0.1
    assert "works" in both["Spotify"].aspects
    assert "YouTube" in both["Spotify"].reason
    assert "Spotify works" in both["Spotify"].reason


def test_a_language_that_the_scorer_does_not_know() -> None:
    down = scores("se cayó Spotify", lang="es")["Spotify"]
    assert down.kind == "outage"
    assert down.p_outage < 0.7
    assert "language:es" in down.aspects
    assert "Spanish" in down.reason
    assert scores("si se cae Spotify lloro", lang="es")["Spotify"].kind == "other"
    assert scores("Spotify 터졌나?")["Spotify"].kind == "outage"


def test_english_is_left_to_the_scorer() -> None:
    assert scores("is Spotify down for you?", lang="en")["Spotify"].p_outage == 0.9


def test_it_serves_the_lexicon() -> None:
    assert scores("YouTube is down but Spotify works", scorer="lexicon")["Spotify"].kind == "other"
    assert scores("YouTube is down but Spotify works", scorer="lexicon")["YouTube"].kind == "outage"


def test_no_score_stays_none() -> None:
    assert around().score([(Post("t:1", "t", "a", "", NOW, NOW), Mention("Spotify"))]) == [None]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["YouTube", "Spotify", "is down", "but", "works", "and", ",", "se cayó", "落ちた", "London", "\n", "🔥"]
        ),
        min_size=1,
        max_size=10,
    )
    .map(" ".join)
    .filter(str.strip)
)
def test_it_is_pure_and_sums_to_one(text: str) -> None:
    post = Post("t:1", "t", "a", text, NOW, NOW)
    pairs = [(post, mention) for mention in matching().mentions(text)] or [(post, Mention(""))]
    together = around("lexicon").score(pairs)
    assert [around("lexicon").score([pair])[0] for pair in pairs] == together
    for score in together:
        assert score is not None
        assert isclose(sum(getattr(score, f"p_{kind}") for kind in KINDS), 1.0)


@pytest.mark.parametrize(
    "text", ["\ud800 Spotify", "Spotify " * 5000, "@Spotify @hulu #spotify", "Spotify\u0000\u202e"]
)
def test_hostile_texts(text: str) -> None:
    assert scores(text, scorer="lexicon")
