"""Reads around any scorer: language, whose trouble it is, aspects, fingerprint.

``Around(load("lexicon"), Matching(services))`` is a `Scorer` itself. What it adds needs no model and is the same with
every one:

- a post in a language that the scorer does not know is read by multilingual rules, with lower confidence, and says so;
- in a post that names several services, those that are spared (they work, or are named by the way) lose what the
  scorer took for their trouble;
- aspects and fingerprint are filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from ingest.records import Kind, Mention, Post, Score
from nlp.aspects import Aspect, Aspects
from nlp.fingerprint import fingerprint
from nlp.language import NAMES, Foreign, Reading, language_of
from nlp.matching import Matching
from nlp.scorers import Scorer
from nlp.whose import Share, Whose

LOWER: Final[dict[Kind, tuple[float, float, float, float, float]]] = {
    "outage": (0.68, 0.08, 0.04, 0.10, 0.10),
    "relay": (0.20, 0.62, 0.04, 0.04, 0.10),
    "recovery": (0.12, 0.08, 0.66, 0.04, 0.10),
    "complaint": (0.12, 0.03, 0.03, 0.64, 0.18),
    "other": (0.08, 0.04, 0.04, 0.10, 0.74),
}
"""Probabilities that a reading by multilingual rules gives: of `ingest.records.KINDS`, in order."""
FEELING: Final[dict[Kind, tuple[float, float]]] = {
    "outage": (-0.4, 0.3),
    "relay": (0.0, 0.05),
    "recovery": (0.3, 0.05),
    "complaint": (-0.7, 0.6),
    "other": (0.0, 0.05),
}
"""Sentiment and frustration that go with it."""
DOUBTED: Final = 0.7
"""What is left of any reading in a language of which neither scorer nor rules understood anything."""
SPARED: Final = 0.1
"""What is left of the trouble that a scorer saw, where the text lays it at another service's door."""

_SAYS_TROUBLE: Final = ("fails:", "cause:", "platform:", "place:", "asks")


class Around:
    """A scorer around another one. `languages` are those that the inner one knows."""

    def __init__(self, scorer: Scorer, matching: Matching, languages: frozenset[str] = frozenset({"en"})) -> None:
        self.model = scorer.model
        self._scorer = scorer
        self._matching = matching
        self._languages = languages
        self._foreign, self._whose, self._aspects = Foreign(), Whose(), Aspects()

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """One score per pair, in order; None where the inner scorer gives none."""
        inner = self._scorer.score(pairs)
        return [
            None if score is None else self._around(post, mention, score)
            for (post, mention), score in zip(pairs, inner, strict=True)
        ]

    def aspects(self, text: str, mention: Mention) -> list[Aspect]:
        """All aspects of a text with their words, whatever kind it is: what `explain` shows."""
        return self._aspects.read(text, mention, self._others(text, mention))

    def _others(self, text: str, mention: Mention) -> list[Mention]:
        return [other for other in self._matching.mentions(text) if other.service != mention.service]

    def _around(self, post: Post, mention: Mention, score: Score) -> Score:
        others = self._others(post.text, mention)
        score = self._in_its_language(post, mention, score)
        if others and mention.end > mention.start:
            shares = self._whose.shares(post.text, [mention, *others])
            score = _laid(score, shares[0], shares[1:])
        marks = [aspect.name for aspect in self._aspects.read(post.text, mention, others) if _fits(aspect.name, score)]
        marks = [*dict.fromkeys([*score.aspects, *marks])]
        return replace(score, aspects=tuple(marks), fingerprint=score.fingerprint or fingerprint(post.text))

    def _in_its_language(self, post: Post, mention: Mention, score: Score) -> Score:
        language = language_of(post)
        if language in self._languages:
            return score
        reading = self._foreign.read(post.text, mention, language)
        if reading is not None and reading.words:
            return _read_by_rules(score, reading)
        return _doubted(score, language) if language else score


def _read_by_rules(score: Score, reading: Reading) -> Score:
    sentiment, frustration = FEELING[reading.kind]
    return replace(
        _with(score, LOWER[reading.kind]),
        sentiment=sentiment,
        frustration=frustration,
        aspects=(f"language:{reading.language}",),
        reason=f"{reading.kind}: “{reading.words}” (by rule, {NAMES[reading.language]}; lower confidence)",
    )


def _doubted(score: Score, language: str) -> Score:
    """A score in a language of which the scorer knows little but borrowed words."""
    reason = f"{score.reason} (in {NAMES.get(language, language)}; lower confidence)"
    return replace(_toned_down(score, DOUBTED), aspects=(*score.aspects, f"language:{language}"), reason=reason)


def _toned_down(score: Score, left: float) -> Score:
    """The score with all kinds but ``other`` multiplied by `left`."""
    kept = [left * share for share in (score.p_outage, score.p_relay, score.p_recovery, score.p_complaint)]
    return _with(score, (*kept, 1.0 - sum(kept)))


def _with(score: Score, shares: Sequence[float]) -> Score:
    """The score with these probabilities, in the order of `KINDS`."""
    outage, relay, recovery, complaint, other = shares
    return replace(score, p_outage=outage, p_relay=relay, p_recovery=recovery, p_complaint=complaint, p_other=other)


def _laid(score: Score, share: Share, others: Sequence[Share]) -> Score:
    """The score of a service that is spared while another one is troubled: the trouble is not its own."""
    troubled = [other.service for other in others if other.standing == "troubled"]
    if share.standing == "troubled" or not troubled:
        return score
    left = SPARED if share.standing == "spared" else DOUBTED
    reason = f"the trouble is {', '.join(troubled)}’s: “{share.words or 'named by the way'}”"
    works = ("works",) if share.standing == "spared" else ()
    return replace(_toned_down(score, left), aspects=(*score.aspects, *works), reason=reason)


def _fits(name: str, score: Score) -> bool:
    """Whether an aspect says anything in a post of this kind: what "fails" in chat is only talked about."""
    if name.startswith(_SAYS_TROUBLE):
        return score.kind != "other"
    return True
