"""Reads a text with all the tables at once: which rules hold, and on which words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from ingest.records import Mention
from nlp.lexicon.aftermath import RECOVERY, RELAY
from nlp.lexicon.mood import MOOD
from nlp.lexicon.noise import COMPLAINT, OTHER, VETO
from nlp.lexicon.notation import NUM, SVC, Table
from nlp.lexicon.patternset import PatternSet
from nlp.lexicon.shape import shapes
from nlp.lexicon.trouble import TROUBLE
from nlp.tokens import MAX_CHARS, bag, blank_pipeline, is_link, words

TABLES: Final[dict[str, Table]] = {
    "outage": TROUBLE,
    "recovery": RECOVERY,
    "relay": RELAY,
    "complaint": COMPLAINT,
    "other": OTHER,
    "veto": VETO,
    "mood": MOOD,
}
VETOED: Final = frozenset({"outage", "relay"})
"""Readings that a veto on the same words takes back: ``down 3 %`` is no outage and no news of one."""
SIDE: Final = frozenset({"how long", "tried", "back?", "asks others", "slow"})
"""Signs of trouble that are none by themselves."""
NOT_YET: Final = "not yet"
"""The one veto that takes back recoveries instead: ``when will it be back``."""

_CODES: Final = bag("404 500 502 503 504 522 429")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TROUBLE_TAG: Final = re.compile(r"(is)?(down|outage|offline|notworking|broken)$")


Found: TypeAlias = tuple[str, str, int, int]
"""Table, rule, first token, token after the last."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds, and the words on which it rests."""

    table: str
    rule: str
    words: str

    @property
    def name(self) -> str:
        """The rule's full name: ``table/rule``."""
        return f"{self.table}/{self.rule}"


@dataclass(frozen=True, slots=True)
class Observed:
    """All that holds of one post: the rules with their words, and the names of rules and shapes alike."""

    findings: tuple[Finding, ...]
    marks: frozenset[str]


class Rules:
    """All tables compiled to spaCy matchers."""

    def __init__(self) -> None:
        self._patterns = PatternSet(blank_pipeline().vocab)
        for table, rules in TABLES.items():
            self._patterns.add_table({f"{table}/{rule}": patterns for rule, patterns in rules.items()})

    def observe(self, text: str, mention: Mention | None = None) -> Observed:
        """What holds of `text`, about the service that `mention` names."""
        tokens = read(text, mention)
        findings = self.findings(tokens)
        marks = {finding.name for finding in findings}
        marks.update(f"shape/{shape}" for shape in shapes(_without_name(text[:MAX_CHARS], mention), tokens))
        return Observed(tuple(findings), frozenset(marks))

    def findings(self, tokens: list[str]) -> list[Finding]:
        """One finding per rule that holds on `tokens` (from `read`), with its longest words.

        Where vetoes leave no sign of trouble at all, the first of them is reported as ``veto/all taken back`` as well.
        """
        spans = list(self._spans(tokens))
        kept = list(_standing(spans))
        if any(map(_is_core, spans)) and not any(map(_is_core, kept)):
            kept += [("veto", "all taken back", start, end) for table, _, start, end in spans if table == "veto"][:1]
        best: dict[tuple[str, str], tuple[int, int]] = {}
        for table, rule, start, end in kept:
            low, high = best.get((table, rule), (start, start))
            if end - start > high - low:
                best[table, rule] = (start, end)
        return [Finding(table, rule, " ".join(tokens[low:high])) for (table, rule), (low, high) in best.items()]

    def _spans(self, tokens: list[str]) -> Iterator[Found]:
        for name, start, end in self._patterns.hits(tokens):
            table, rule = name.split("/", 1)
            yield table, rule, start, end


def _is_core(span: Found) -> bool:
    return span[0] == "outage" and span[1] not in SIDE


def _standing(spans: list[Found]) -> Iterator[Found]:
    """The spans that no veto takes back."""
    against, not_yet = set[int](), set[int]()
    for table, rule, start, end in spans:
        if table == "veto":
            (not_yet if rule == NOT_YET else against).update(range(start, end))
    for span in spans:
        places = range(span[2], span[3])
        taken = (span[0] in VETOED and not against.isdisjoint(places)) or (
            span[0] == "recovery" and not not_yet.isdisjoint(places)
        )
        if not taken:
            yield span


def read(text: str, mention: Mention | None = None) -> list[str]:
    """The tokens on which rules are tried: lower case, the service's name replaced, hashtags split, numbers alike."""
    return tokens_of(text, [(span, SVC) for span in everywhere(text, mention)] if mention is not None else [])


def everywhere(text: str, mention: Mention) -> list[Mention]:
    """The mention, and wherever else the text names the service in the same way, in any case."""
    name = text[mention.start : mention.end]
    if not name or mention.end > MAX_CHARS:
        return [mention]
    again = re.finditer(rf"(?<![\w@#]){re.escape(name)}(?!\w)", text[:MAX_CHARS], re.IGNORECASE)
    rest = (at.span() for at in again if at.end() <= mention.start or at.start() >= mention.end)
    return [mention, *(Mention(mention.service, start, end) for start, end in rest)]


def _without_name(text: str, mention: Mention | None) -> str:
    """The text as its shape is judged: capitals of the service's name say nothing."""
    return text if mention is None else text[: mention.start] + text[mention.end :]


def tokens_of(text: str, names: Sequence[tuple[Mention, str]], *, handles: bool = False) -> list[str]:
    """The same with any number of names, each replaced by its own placeholder; handles too only where asked."""
    text = text[:MAX_CHARS]
    for mention, placeholder in sorted(names, key=lambda pair: -pair[0].start):
        if mention.start < mention.end <= len(text) and (handles or "@" not in text[max(0, mention.start - 1) :][:2]):
            trouble = _TROUBLE_TAG.search(text[mention.start : mention.end].lower())
            named = f" {placeholder} {trouble.group(2) if trouble else ''} "
            text = text[: mention.start] + named + text[mention.end :]
    plain = text.replace("’", "'").replace("‘", "'").replace("`", "'")
    return [part for token in words(plain) for part in _parts(token)] or [""]


def _parts(token: str) -> list[str]:
    if is_link(token):
        return ["http"]
    if token[0] == "@" and len(token) > 1:
        return ["@user"]
    if token[0] == "#" and len(token) > 1:
        split = _HUMP.sub(" ", token[1:]).lower().split()
        return [token.lower(), *split] if len(split) > 1 else [token.lower()]
    if token.isdigit() and token not in _CODES:
        return [NUM]
    return [token.lower()]
