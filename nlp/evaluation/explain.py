"""Which words made the reader say what it said: `downchatter explain`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ingest.records import KINDS, Kind, Mention
from nlp.wording import as_read

WORDS: Final = 64
"""Longer posts are explained by their first words only."""


class Probable(Protocol):
    """What a reading must carry: the probabilities of the five kinds, in the order of `KINDS`."""

    @property
    def kinds(self) -> tuple[float, ...]:
        """They sum to 1."""
        ...


class Reads(Protocol):
    """A model that reads texts in the form that `as_read` gives."""

    def read(self, wordings: Sequence[str]) -> Sequence[Probable | None]:
        """One reading a text; None where there is nothing to read."""
        ...


@dataclass(frozen=True, slots=True)
class Weight:
    """A word and how much of the kind's probability is lost without it (negative: the word spoke against it)."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The wording that was read, the likeliest kind, and its words in order of place with their weights."""

    wording: str
    kind: Kind
    probabilities: dict[Kind, float]
    weights: tuple[Weight, ...]

    @property
    def telling(self) -> list[Weight]:
        """The words that weighed most, either way."""
        return sorted(self.weights, key=lambda weight: -abs(weight.weight))


def explain(model: Reads, text: str, mention: Mention | None = None) -> Explanation | None:
    """Occlusion (Zeiler and Fergus 2014): leave each word out in turn and see what the kind loses.

    None where the text has nothing to read.
    """
    wording = as_read(text, mention)
    words = wording.split()[:WORDS]
    whole, *without = model.read([wording, *(" ".join(words[:i] + words[i + 1 :]) for i in range(len(words)))])
    if whole is None:
        return None
    best = max(range(len(KINDS)), key=lambda i: whole.kinds[i])
    lost = (whole.kinds[best] - (part.kinds[best] if part else 0.0) for part in without)
    weights = tuple(Weight(word, loss) for word, loss in zip(words, lost, strict=True))
    return Explanation(wording, KINDS[best], dict(zip(KINDS, whole.kinds, strict=True)), weights)
