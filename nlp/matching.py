"""Which services a post names, and where.

Two steps. An Aho–Corasick automaton over every name asks first whether any occurs at all: nineteen posts in twenty end
there. The rest go through spaCy: `PhraseMatcher` for the names, `Matcher` for what must stand around ambiguous ones.
The first step is only a short cut; `spacy_alone` gives the same answers without it, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import ahocorasick  # type: ignore[import-not-found]  # a compiled module without stubs
from spacy.matcher import PhraseMatcher
from spacy.strings import StringStore
from spacy.tokens import Doc, Span

from ingest.records import Mention, Post, Service
from nlp.lexicon.patternset import PatternSet
from nlp.ordinary import GENERAL, ORDINARY, PEOPLE
from nlp.ties import SIGN, patterns
from nlp.tokens import MAX_CHARS, Reader, bag, blank_pipeline, is_unspaced

NEAR: Final = 8
"""How many tokens on either side of a name a context word may stand."""
NEAR_LOWER: Final = 3
"""The same where the name is not in its own spelling."""
TROUBLE: Final = (
    "down", "isdown", "outage", "outages", "downtoday", "downagain", "offline", "fail", "crash", "broken", "notworking",
    "issues", "problems", "caido", "caida", "caiu", "fora", "stoerung", "störung", "storing", "panne",
)  # fmt: skip
"""What people glue to a name: ``#SlackDown``, ``chatgptdown``."""

_DETERMINERS: Final = bag("the a an some any no this that these those much more enough his her their cut")


@dataclass(frozen=True, slots=True)
class _Name:
    """One way of naming one service. `spelling` is set where only the words around it can tell."""

    service: str
    spelling: str = ""


class Matching:
    """Finds the services that a text names.

    Names, handles, hashtags: see `Service` and ``docs/services.md``. Thread-safe it is not: one per worker.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._pipeline = blank_pipeline()
        self._reader = Reader(self._pipeline)
        self._names: dict[str, _Name] = {}
        self._keys: dict[int, _Name] = {}
        self._context = {s.name: frozenset(word.lower() for word in s.context) for s in services}
        self._phrases = PhraseMatcher(self._pipeline.vocab, attr="LOWER")
        self._excluded = PhraseMatcher(self._pipeline.vocab, attr="LOWER")
        self._ties = PatternSet(blank_pipeline().vocab)
        for pattern in patterns():
            self._ties.add("tie", pattern)
        for service in services:
            self._learn(service)
        self._automaton = _automaton(self._names)

    def _learn(self, service: Service) -> None:
        ambiguous = {name.lower() for name in _ambiguous(service)}
        for name in (service.name, *service.aliases):
            self._name(name, _Name(service.name, name if name.lower() in ambiguous else ""))
            for form in _forms(name, ambiguous=name.lower() in ambiguous):
                self._name(form, _Name(service.name))
        for handle in service.handles:
            self._name("@" + handle.lstrip("@"), _Name(service.name))
        for tag in service.hashtags:
            self._name("#" + tag.lstrip("#"), _Name(service.name))
        for phrase in service.exclude:
            self._excluded.add(service.name, [self._pipeline(phrase)])

    def _name(self, text: str, name: _Name) -> None:
        key = text.strip().lower()
        if not key or key in self._names:
            return
        self._names[key] = name
        self._phrases.add(key, [self._pipeline(key)])
        self._keys[self._pipeline.vocab.strings[key]] = name

    @property
    def vocabulary(self) -> StringStore:
        """The strings that spaCy keeps; it must not grow with the posts."""
        return self._pipeline.vocab.strings

    def wanted(self, text: str) -> bool:
        """Whether any name occurs at all. Never False for a text that `mentions` would find something in."""
        low = text[:MAX_CHARS].lower()
        return any(_bounded(low, end - size + 1, end + 1) for end, size in self._automaton.iter(low))

    def mentions(self, text: str) -> list[Mention]:
        """The services that `text` names: one mention each, its first telling span, in order of place."""
        return self.spacy_alone(text) if self.wanted(text) else []

    def spacy_alone(self, text: str) -> list[Mention]:
        """`mentions` without the automaton: the reference that it must agree with."""
        return self._read(self._reader(text))

    def _read(self, doc: Doc) -> list[Mention]:
        found = _longest(match for match in self._phrases(doc) if self._as_written(doc, *match))
        if not found:
            return []
        excluded = self._excluded(doc)
        first: dict[str, Mention] = {}
        for key, start, end in found:
            name = self._keys[key]
            if name.service in first or _covered(doc, name.service, start, end, excluded):
                continue
            span = doc[start:end]
            if name.spelling and not self._telling(span, name):
                continue
            first[name.service] = Mention(name.service, span.start_char, span.end_char)
        return sorted(first.values(), key=lambda mention: (mention.start, mention.service))

    def _as_written(self, doc: Doc, key: int, start: int, end: int) -> bool:
        """Whether the place is one that the automaton sees: not inside a domain, and spaces where the name has them."""
        if start > 1 and doc[start - 1].text == "." and not doc[start - 1].whitespace_ and _ends_word(doc, start - 2):
            return False
        return end - start == 1 or doc[start:end].text.lower() == doc.vocab.strings[key]

    def _tied(self, span: Span) -> bool:
        """Whether trouble, or something else that is only said of a service, is tied to the name."""
        left = [token.lower_ for token in span.doc[max(0, span.start - NEAR) : span.start]]
        right = [token.lower_ for token in span.doc[span.end : span.end + NEAR]]
        tokens = [*left, SIGN, *right]
        return any(start <= len(left) < end for _, start, end in self._ties.hits(tokens))

    def _telling(self, span: Span, name: _Name) -> bool:
        """Whether the words around an ambiguous name make it the service's."""
        exact = span.text == name.spelling
        before = span.doc[span.start - 1].lower_ if span.start else ""
        own, near = self._context[name.service], _around(span, NEAR)
        if exact and (near & own or near & GENERAL):
            return True
        if span.end < len(span.doc) and span.doc[span.end].lower_ in own:
            return True
        loose = near & own and _around(span, NEAR_LOWER) & own
        if (loose or self._tied(span)) and (exact or before not in _DETERMINERS):
            return True
        return exact and _stands_as_a_name(span)


def _ambiguous(service: Service) -> Iterator[str]:
    for name in (service.name, *service.aliases):
        plain = name.isalpha() and name[1:].islower()
        by_context = bool(service.context) and not service.ambiguous and plain
        if name in service.ambiguous or name.lower() in ORDINARY or len(name) == 1 or by_context:
            yield name


def _forms(name: str, *, ambiguous: bool) -> Iterator[str]:
    """The hashtags and glued words that a name gives."""
    compact = "".join(char for char in name.lower() if char.isalnum())
    if not compact or (len(compact) < 3 and not ambiguous):
        return
    if not ambiguous:
        yield "#" + compact
    for trouble in TROUBLE:
        yield f"#{compact}{trouble}"
        if not ambiguous:
            yield compact + trouble


def _automaton(names: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for name in names:
        automaton.add_word(name)
    automaton.make_automaton()
    return automaton


def _bounded(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]` is not merely the inside of a longer word, of a handle or of a domain."""
    if start and (text[start - 1] == "@" or (text[start - 1] == "." and text[start - 2 : start - 1].isalnum())):
        return False
    return not (_glued(text[start - 1 : start], text[start]) or _glued(text[end - 1], text[end : end + 1]))


def _glued(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not (is_unspaced(left) or is_unspaced(right))


def _ends_word(doc: Doc, place: int) -> bool:
    return doc[place].text[-1:].isalnum() and not doc[place].whitespace_


def _longest(matches: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Of overlapping matches the longest, then the first; in order of place."""
    taken: set[int] = set()
    kept = []
    for key, start, end in sorted(matches, key=lambda match: (match[1] - match[2], match[1])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            kept.append((key, start, end))
    return sorted(kept, key=lambda match: match[1])


def _covered(doc: Doc, service: str, start: int, end: int, excluded: Iterable[tuple[int, int, int]]) -> bool:
    key = doc.vocab.strings[service]
    return any(which == key and low < end and start < high for which, low, high in excluded)


def _around(span: Span, width: int) -> set[str]:
    left = span.doc[max(0, span.start - width) : span.start]
    right = span.doc[span.end : span.end + width]
    return {token.lower_ for part in (left, right) for token in part}


def _stands_as_a_name(span: Span) -> bool:
    """A capital where grammar asks for none: ``we moved to Slack``, not ``Slack off``, not ``Great Teams Win``."""
    doc = span.doc
    if span.start == 0 or len(span.text) < 3 or span.text.lower() in PEOPLE:
        return False
    before, after = doc[span.start - 1], doc[span.end] if span.end < len(doc) else None
    lone = (
        before.text.islower() and before.lower_ not in _DETERMINERS and (after is None or not after.text[:1].isupper())
    )
    lower = sum(token.text.islower() for token in doc)
    return lone and lower > sum(token.text.istitle() for token in doc)


def mentions(matching: Matching, post: Post) -> Sequence[Mention]:
    """Which services a post is about: what its source says, else what its text names."""
    if not post.service:
        return matching.mentions(post.text)
    named = [mention for mention in matching.mentions(post.text) if mention.service == post.service]
    return named or [Mention(post.service)]
