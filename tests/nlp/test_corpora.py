"""On real posts, where they lie beside the checkout: nothing of them is kept here."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from downchatter.services import load_services
from ingest.records import KINDS, Mention, Post
from nlp.matching import Matching
from nlp.scorers import load

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("DOWNCHATTER_SHARED", ROOT.parent / "shared")) / "corpora"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not here; set DOWNCHATTER_SHARED"),
]


def rows(name: str) -> list[dict[str, Any]]:
    return list(pq.read_table(SHARED / name).to_pylist())


@pytest.mark.parametrize("name", ["bluesky/posts_sample.parquet", "hackernews/frontpage_2020-11_2021-12.parquet"])
def test_the_automaton_changes_nothing(name: str) -> None:
    matching = Matching(load_services(ROOT / "data" / "services.toml"))
    for row in rows(name)[:4000]:
        assert matching.mentions(row["text"]) == matching.spacy_alone(row["text"])


def test_the_floor_holds() -> None:
    labelled = [row for row in rows("labelled/outage_chatter.parquet") if row["split"] == "dev"]
    matching = Matching(load_services(ROOT / "data" / "services.toml"))
    pairs = [
        (Post(row["id"], "t", "a", row["text"], NOW, NOW), next(iter(matching.mentions(row["text"])), Mention("")))
        for row in labelled
    ]
    found = [score.kind if score else "other" for score in load("lexicon").score(pairs)]
    truth = [row["kind"] for row in labelled]
    scores = {}
    for kind in KINDS:
        hits = sum(one == other == kind for one, other in zip(found, truth, strict=True))
        scores[kind] = 2 * hits / (found.count(kind) + truth.count(kind))
    assert sum(scores.values()) / len(scores) >= 0.64, scores
    assert scores["outage"] >= 0.54, scores
