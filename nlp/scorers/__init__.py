"""Readers of posts, one file each. The file's name is the scorer's name; only the one asked for is imported."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

from ingest.records import Mention, Post, Score


class Scorer(Protocol):
    """Says of each post, about the service that the mention names, what it is and how it feels.

    A pure function of its input: the same pairs in any order or batch size give the same scores. A text that cannot be
    read gives no score (None), never zeros.
    """

    model: str

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """One answer per pair, in order."""
        ...


def names() -> list[str]:
    """The scorers that exist, by file name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def load(name: str) -> Scorer:
    """A ready scorer: each file has a function `build() -> Scorer`.

    Raises:
        KeyError: no file of that name is here.
    """
    if name not in names():
        raise KeyError(name)
    scorer: Scorer = import_module(f"{__name__}.{name}").build()
    return scorer


def shipped() -> tuple[Scorer, str]:
    """The best reader that this installation has, and a sentence to say once where that is not the shipped model.

    The lexicon stands in where the model's files are missing. Damaged files are not passed over: they raise.

    Raises:
        ModelDamaged: a file of the model is not the one that was shipped.
    """
    missing = import_module(f"{__name__}.minilm").ModelMissing
    try:
        return load("minilm"), ""
    except missing as error:
        return load("lexicon"), str(error)
