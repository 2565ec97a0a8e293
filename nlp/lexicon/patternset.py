"""A set of named patterns over tokens, each tried only where its words can be found: spaCy's `Matcher`, made cheap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp.lexicon.notation import Pattern, Table, compiled

Hit: TypeAlias = tuple[str, int, int]
"""Rule, first token, token after the last."""


class PatternSet:
    """Patterns by rule.

    One matcher over everything is ten times slower than asking first: every pattern word has a bit, a post's bits are
    those of its words, and only a pattern whose every word can be found is given to spaCy.
    """

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._single: dict[str, list[str]] = {}
        self._bits: dict[str, int] = {}
        self._lines: list[tuple[int, str, Matcher]] = []
        self._slots = 0

    def add_table(self, table: Table) -> None:
        """All rules of a table, under their names."""
        for rule, patterns in table.items():
            for pattern in compiled(patterns):
                self.add(rule, pattern)

    def add(self, rule: str, pattern: Pattern) -> None:
        """One more pattern for `rule`."""
        needed = [part["LOWER"]["IN"] for part in pattern if part.get("OP", "+") == "+" and "LOWER" in part]
        if len(pattern) == 1 and "OP" not in pattern[0] and needed:
            for word in needed[0]:
                self._single.setdefault(word, []).append(rule)
            return
        mask = sum(self._slot(alternatives) for alternatives in needed)
        matcher = Matcher(self._vocab)
        matcher.add(rule, [pattern], greedy="LONGEST")
        self._lines.append((mask, rule, matcher))

    def _slot(self, alternatives: list[str]) -> int:
        bit = 1 << self._slots
        self._slots += 1
        for word in alternatives:
            self._bits[word] = self._bits.get(word, 0) | bit
        return bit

    def hits(self, tokens: list[str]) -> Iterator[Hit]:
        """Every place in the lower-case `tokens` at which a pattern holds; of one pattern the longest."""
        bits = 0
        for place, token in enumerate(tokens):
            bits |= self._bits.get(token, 0)
            for rule in self._single.get(token, ()):
                yield rule, place, place + 1
        lines = [line for line in self._lines if bits & line[0] == line[0]]
        if lines:
            with self._vocab.memory_zone():
                doc = Doc(self._vocab, words=tokens)
                found = [(rule, start, end) for _, rule, matcher in lines for _, start, end in matcher(doc)]
            yield from found
