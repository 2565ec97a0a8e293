"""Which service the trouble belongs to, in a post that names several.

"YouTube is down but Spotify works" is a report about YouTube and a contrary sign for Spotify; "came to Reddit to see
whether Discord is down" says nothing of Reddit. Each service is looked at through its own clause: the stretch around
its name up to the next "but", "while", stop or other service that is not merely listed with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from ingest.records import Mention
from nlp.lexicon.notation import ALT, SVC
from nlp.lexicon.patternset import PatternSet
from nlp.lexicon.rules import everywhere, tokens_of
from nlp.lexicon.whose import SPARED, TROUBLED
from nlp.tokens import bag, blank_pipeline

Standing: TypeAlias = Literal["troubled", "spared", "open"]
"""The trouble is its own; it works or is named by the way; the text does not say."""
Group: TypeAlias = list[Mention]
"""Services that are listed together."""

_AND: Final = bag("and & / + or und y e et en ve dan plus")
_COMMA: Final = bag(", ; both also")
_STOPS: Final = bag(". ! ; but while whereas though although however yet except meanwhile aber pero mas mais ma maar")
_COMMAS: Final = _STOPS | bag(", and so because cause since ( ) - –")


@dataclass(frozen=True, slots=True)
class Share:
    """What a post says of one of the services that it names, and the words that say so."""

    service: str
    standing: Standing
    words: str = ""


class Whose:
    """Tells the services of one post apart."""

    def __init__(self) -> None:
        vocab = blank_pipeline().vocab
        self._troubled, self._spared = PatternSet(vocab), PatternSet(vocab)
        self._troubled.add_table(TROUBLED)
        self._spared.add_table(SPARED)

    def shares(self, text: str, mentions: Sequence[Mention]) -> list[Share]:
        """One share per mention, in order. With fewer than two services there is nothing to tell apart: all open.

        Services that are listed together ("YouTube and Spotify are down") share what is said of any of them.
        """
        if len(mentions) < 2:
            return [Share(mention.service, "open") for mention in mentions]
        shares: dict[str, Share] = {}
        groups = _listed(text, mentions)
        for group in groups:
            standing, words = self._of(text, group, groups)
            for mention in group:
                name = text[mention.start : mention.end] if len(group) == 1 else mention.service
                shares[mention.service] = Share(mention.service, standing, words.replace(SVC, name))
        return [shares[mention.service] for mention in mentions]

    def _of(self, text: str, group: Group, groups: Sequence[Group]) -> tuple[Standing, str]:
        """What is said of a list of services, by its own clause first and by its whole sentence then."""
        names = [(span, SVC if each is group else ALT) for each in groups for span in _spans(text, each)]
        tokens = tokens_of(text, names, handles=True)
        for breaks in (_COMMAS, _STOPS):
            hits = [
                (len(words), standing == "spared", standing, words)
                for place, token in enumerate(tokens)
                if token == SVC
                for standing, words in self._hits(_clause(tokens, place, breaks))
            ]
            if hits:
                *_, standing, words = max(hits)
                return standing, " ".join(words)
        return "open", ""

    def _hits(self, clause: list[str]) -> Iterator[tuple[Standing, list[str]]]:
        sides: tuple[tuple[Standing, PatternSet], ...] = (("spared", self._spared), ("troubled", self._troubled))
        for standing, patterns in sides:
            for _, start, end in patterns.hits(clause):
                if SVC in clause[start:end]:
                    yield standing, clause[start:end]


def _listed(text: str, mentions: Sequence[Mention]) -> list[Group]:
    """The mentions in groups: "A, B and C", "A, B, C"; two that only a comma parts may well be two clauses."""
    ordered = sorted(mentions, key=lambda mention: mention.start)
    runs: list[list[Mention]] = [[ordered[0]]]
    joined = [False]
    for before, after in pairwise(ordered):
        between = set(tokens_of(text[before.end : after.start], []))
        if between <= _AND | _COMMA | {""}:
            runs[-1].append(after)
            joined[-1] |= not between.isdisjoint(_AND)
        else:
            runs.append([after])
            joined.append(False)
    whole = [run if ok or len(run) > 2 else None for run, ok in zip(runs, joined, strict=True)]
    return [group for run, kept in zip(runs, whole, strict=True) for group in ([kept] if kept else [[m] for m in run])]


def _spans(text: str, group: Group) -> list[Mention]:
    """The whole list, or its one service wherever it is named."""
    if len(group) > 1:
        return [Mention("", group[0].start, group[-1].end)]
    return everywhere(text, group[0])


def _clause(tokens: list[str], at: int, breaks: frozenset[str]) -> list[str]:
    """The tokens around the place `at` up to the nearest break on either side."""
    start = max((place + 1 for place in range(at) if tokens[place] in breaks), default=0)
    end = next((place for place in range(at + 1, len(tokens)) if tokens[place] in breaks), len(tokens))
    return tokens[start:end]
