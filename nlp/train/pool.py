"""Posts without labels, from the corpora: what a teacher reads to the small model, and what was labelled later."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq

from ingest.records import KINDS
from nlp.train.corpora import Task

LABELS: Final = Path(__file__).parent / "labels.tsv"
LENGTHS: Final = range(9, 400)
_NOT_WORDS: Final = re.compile(r"\W+")


@dataclass(frozen=True)
class Shelf:
    """A file of the corpora, the column of its texts, and how many of them are taken."""

    file: str
    column: str
    most: int


SHELVES: Final = (
    Shelf("spotify/spotifycares_2017-10-04_11-15.parquet", "text", 9_000),
    Shelf("airline/us_airlines_2015-02.parquet", "text", 8_000),
    Shelf("hackernews/frontpage_2020-11_2021-12.parquet", "text", 7_000),
    Shelf("reddit/ai_subreddit_titles_2025H1.parquet", "text", 7_000),
    Shelf("stocknet/tweets_21_brands.parquet", "text", 2_000),
    Shelf("bluesky/posts_sample.parquet", "text", 4_000),
    Shelf("labelled/semeval_sentiment_train.parquet", "text", 9_000),
    Shelf("labelled/goemotions.parquet", "text", 4_000),
    Shelf("labelled/app_reviews.parquet", "review", 6_000),
    Shelf("labelled/complaints_acl2019.parquet", "text", 3_400),
)


def pool(corpora: Path, seed: int = 5) -> list[str]:
    """Distinct texts, the same for the same seed; none of them among the labelled ones, `dev` included."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not secrets
    known = {_key(text) for text in _texts(corpora / "labelled/outage_chatter.parquet", "text")}
    found: dict[str, str] = {}
    for shelf in SHELVES:
        texts = [text for text in _texts(corpora / shelf.file, shelf.column) if _key(text) not in known]
        chance.shuffle(texts)
        for text in texts[: shelf.most]:
            found.setdefault(_key(text), text)
    return list(found.values())


def read_later(corpora: Path) -> Task:
    """Posts that a first model doubted, labelled by reading after the guide: `labels.tsv`, joined by their mark.

    Their frustration is left out: with it, macro-F1 of frustration on `dev` fell from 73 to 69.
    """
    texts = {mark(text): text for shelf in SHELVES for text in _texts(corpora / shelf.file, shelf.column)}
    rows = [line.split("\t") for line in LABELS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [row for row in rows if row[0] in texts]
    targets = {
        "kind": np.array([KINDS.index(row[1]) for row in rows]),  # type: ignore[arg-type]
        "sentiment": np.array([int(row[2]) + 1 for row in rows]),
    }
    return Task("later", [texts[row[0]] for row in rows], targets, vary=True)


def mark(text: str) -> str:
    """Sixteen hexadecimal digits that find a text again without telling it."""
    return hashlib.blake2b(" ".join(text.split()).encode(), digest_size=8).hexdigest()


def _texts(path: Path, column: str) -> Iterator[str]:
    for text in pq.read_table(path, columns=[column])[column].to_pylist():  # type: ignore[no-untyped-call]
        if isinstance(text, str) and len(text) in LENGTHS:
            yield text


def _key(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.lower()).strip()
