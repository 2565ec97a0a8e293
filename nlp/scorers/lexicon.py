"""The floor: hand-made rules on spaCy's `Matcher`, weighed on labelled posts. Needs no model file.

Every better model has to beat it, and it stands in where a model's file is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.records import KINDS, Kind, Mention, Post, Score
from nlp.fingerprint import fingerprint
from nlp.lexicon.rules import Finding, Observed, Rules
from nlp.lexicon.weights import WEIGHTS

_STANDS_FOR_IT: Final = re.compile(r"\bsvc\b")
Numbers = NDArray[np.float64]


class Lexicon:
    """Scores by rules; a pure function of text and mention."""

    model = "lexicon-1"

    def __init__(self) -> None:
        self._rules = Rules()
        self._weights = {name: np.array(values) for name, values in WEIGHTS.items()}

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """One score per pair, in order; None for a text without a single character to read."""
        return [self._one(post, mention) if post.text.strip() else None for post, mention in pairs]

    def observe(self, text: str, mention: Mention | None = None) -> Observed:
        """The rules that hold, with their words: what `explain` shows."""
        return self._rules.observe(text, mention)

    def _one(self, post: Post, mention: Mention) -> Score:
        observed = self._rules.observe(post.text, mention)
        odds = self._odds(observed.marks)
        kinds, feeling, frustration = _shares(odds[:5]), _shares(odds[5:8]), _shares(odds[8:])
        outage, relay, recovery, complaint, other = map(float, kinds)
        return Score(
            post=post.id,
            service=mention.service,
            model=self.model,
            p_outage=outage,
            p_relay=relay,
            p_recovery=recovery,
            p_complaint=complaint,
            p_other=other,
            sentiment=float(feeling[2] - feeling[0]),
            frustration=float(frustration[1] / 2 + frustration[2]),
            fingerprint=fingerprint(post.text),
            reason=_named(self._reason(KINDS[int(kinds.argmax())], observed.findings), post.text, mention),
        )

    def _odds(self, marks: Iterable[str]) -> Numbers:
        odds = self._weights[""].copy()
        for mark in sorted(marks):
            if mark in self._weights:
                odds += self._weights[mark]
        return odds

    def _reason(self, kind: Kind, findings: Sequence[Finding]) -> str:
        """The two or three findings that spoke most for `kind`, in words."""
        place = KINDS.index(kind)
        told = [(self._pull(finding.name, place), finding) for finding in findings if finding.table != "mood"]
        best = sorted((pair for pair in told if pair[0] > 0), key=lambda pair: -pair[0])[:3]
        if not best:
            return f"{kind}: nothing in it tells of trouble" if kind == "other" else f"{kind}: by its form"
        return f"{kind}: " + ", ".join(f"“{finding.words}” ({finding.rule})" for _, finding in best)

    def _pull(self, name: str, place: int) -> float:
        weights = self._weights.get(name)
        return 0.0 if weights is None else float(weights[place] - np.delete(weights[:5], place).max())


def _named(reason: str, text: str, mention: Mention) -> str:
    """The service by its name, where the rules saw only that one stands there."""
    return _STANDS_FOR_IT.sub(lambda _: text[mention.start : mention.end] or mention.service or "it", reason)


def _shares(odds: Numbers) -> Numbers:
    raised = np.exp(odds - odds.max())
    shares: Numbers = raised / raised.sum()
    return shares


def build() -> Lexicon:
    """The scorer, ready."""
    return Lexicon()
