"""The labelled sets as tasks: texts, targets, and the head that learns from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from ingest.records import KINDS

SENTIMENTS: Final = ("negative", "neutral", "positive")


@dataclass(frozen=True)
class Task:
    """Texts with one target array a head. Integer targets are classes, float ones probabilities or flags."""

    name: str
    texts: list[str]
    targets: dict[str, NDArray[Any]]
    weight: float = 1.0
    vary: bool = False

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray[Any]) -> Task:
        """The task with these rows only."""
        return Task(
            self.name,
            [self.texts[i] for i in rows],
            {h: t[rows] for h, t in self.targets.items()},
            self.weight,
            self.vary,
        )


def columns(path: Path, **equal: str) -> dict[str, list[Any]]:
    """A Parquet file as lists, with the rows only where `equal` holds."""
    rows = pq.read_table(path).to_pylist()  # type: ignore[no-untyped-call]
    rows = [row for row in rows if all(row[name] == value for name, value in equal.items())]
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else {})}


def chatter(labelled: Path, split: str) -> Task:
    """The project's own labels: kind, sentiment, frustration."""
    rows = columns(labelled / "outage_chatter.parquet", split=split)
    targets = {
        "kind": np.array([KINDS.index(kind) for kind in rows["kind"]]),
        "sentiment": np.array(rows["sentiment"]) + 1,
        "frustration": np.array(rows["frustration"]),
    }
    return Task("chatter", rows["text"], targets, vary=True)


def own() -> Task:
    """Our own sentences (`own.tsv`): what a first model got wrong, said with any service's name."""
    lines = (Path(__file__).parent / "own.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    targets = {
        "kind": np.array([KINDS.index(row[0]) for row in rows]),  # type: ignore[arg-type]
        "sentiment": np.array([int(row[1]) + 1 for row in rows]),
        "frustration": np.array([int(row[2]) for row in rows]),
    }
    return Task("own", [row[3] for row in rows], targets, weight=0.7, vary=True)


def tweets(labelled: Path, file: str, head: str) -> Task:
    """SemEval's tweets or TweetEval's validation split."""
    rows = columns(labelled / file)
    return Task("tweets", rows["text"], {head: np.array([SENTIMENTS.index(label) for label in rows["label"]])})


def auxiliary(labelled: Path) -> Iterator[Task]:
    """Sets whose labels are not ours but close: emotions, complaints, app reviews."""
    rows = columns(labelled / "goemotions.parquet", split="train")
    flags = np.zeros((len(rows["text"]), 28), dtype=np.float32)
    for row, labels in enumerate(rows["labels"]):
        flags[row, [int(label) for label in labels.split(",")]] = 1
    yield Task("goemotions", rows["text"], {"emotions": flags}, weight=0.5)
    rows = columns(labelled / "tweeteval_emotion.parquet", split="train")
    yield Task("emotion", rows["text"], {"emotion": np.array([int(label) for label in rows["label"]])}, weight=0.5)
    rows = columns(labelled / "complaints_acl2019.parquet")
    yield Task("complaints", rows["text"], {"complaint": np.array(rows["complaint"])}, weight=0.5)
    rows = columns(labelled / "app_reviews.parquet")
    names = sorted(set(rows["label"]))
    yield Task(
        "reviews", rows["review"], {"review": np.array([names.index(label) for label in rows["label"]])}, weight=0.5
    )
