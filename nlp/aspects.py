"""What a report says besides that something is broken, each with the words that made it so.

| aspect | example |
| --- | --- |
| ``fails:login`` | what fails: login, messages, mail, calls, app, website, payments, API, playback, connection … |
| ``cause:overload`` | why, as the author sees it; ``cause:upstream=AWS`` names another service |
| ``platform:iOS`` | on what |
| ``place:London`` | where |
| ``work:study`` | which work it hit: study, writing, business, coding, play, travel |
| ``leaving`` | means to go; ``alternative=Claude`` names where to |
| ``asks`` | asks the company: "any update?", "when will it be back?" |
| ``asks others`` | asks around: "anyone else?" |
| ``works`` | says that it works here: a contrary sign |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.records import Mention
from nlp.lexicon.aspects import BEFORE_ALTERNATIVE, BEFORE_UPSTREAM, CAUSE, FAILS, MEANS, PLATFORM, WORK
from nlp.lexicon.notation import ALT, SVC, UP
from nlp.lexicon.patternset import Hit, PatternSet
from nlp.lexicon.rules import tokens_of
from nlp.places import places
from nlp.tokens import bag, blank_pipeline

UPSTREAM: Final = {
    "aws": "AWS",
    "azure": "Azure",
    "cloudflare": "Cloudflare",
    "fastly": "Fastly",
    "akamai": "Akamai",
    "gcp": "Google Cloud",
    "ovh": "OVH",
    "crowdstrike": "CrowdStrike",
    "okta": "Okta",
    "auth0": "Auth0",
    "twilio": "Twilio",
    "level3": "Level 3",
}
"""What others run on: blamed by name even where the services file does not know it."""

NEAR: Final = 6
"""How many words on either side of what fails a word of trouble may stand."""

_TROUBLE: Final = bag("""
    not isn't doesn't won't can't cant cannot don't didn't couldn't wont isnt doesnt no nothing never unable
    unavailable down out off error errors fail fails failed failing failure broken broke stuck crash crashes
    crashing crashed freezes frozen issue issues problem problems trouble slow lag lagging lost stopped stops
    keeps dead outage offline blank 404 500 502 503 504 429 drop drops dropping timeout timing timed glitch
    glitching glitchy declined refuses kicked logged
""")
_FINE: Final = bag("works fine ok okay loads")
_NEGATING: Final = bag("not isn't doesn't won't can't cant barely hardly nothing")


@dataclass(frozen=True, slots=True)
class Aspect:
    """One aspect, by its name as `Score.aspects` carries it, and the words on which it rests."""

    name: str
    words: str


class Aspects:
    """Finds the aspects of a post."""

    def __init__(self) -> None:
        vocab = blank_pipeline().vocab
        self._patterns, self._ways, self._causes = PatternSet(vocab), PatternSet(vocab), PatternSet(vocab)
        for table in (FAILS, CAUSE, PLATFORM, WORK, MEANS):
            self._patterns.add_table(table)
        self._ways.add_table({"alternative": BEFORE_ALTERNATIVE})
        self._causes.add_table({"cause:upstream": BEFORE_UPSTREAM})

    def read(self, text: str, mention: Mention | None = None, others: Sequence[Mention] = ()) -> list[Aspect]:
        """The aspects of `text` about the service that `mention` names; `others` are the other services in it."""
        subject = [(mention, SVC)] if mention is not None else []
        tokens = tokens_of(text, subject, handles=True)
        found = [
            *(Aspect(rule, " ".join(tokens[start:end])) for rule, start, end in self._telling(tokens)),
            *self._upstream(text, subject, others),
            *self._alternatives(text, subject, others),
            *(Aspect(f"place:{place.name}", place.words) for place in places(text)),
        ]
        return list({aspect.name: aspect for aspect in reversed(found)}.values())[::-1]

    def _telling(self, tokens: list[str]) -> list[Hit]:
        """One hit a rule, its longest; a thing that is said to work does not fail."""
        best: dict[str, Hit] = {}
        for hit in self._patterns.hits(tokens):
            if hit[0].startswith("fails:") and (_works(tokens, hit[2]) or not _troubled(tokens, hit)):
                continue
            if hit[0] not in best or hit[2] - hit[1] > best[hit[0]][2] - best[hit[0]][1]:
                best[hit[0]] = hit
        return sorted(best.values(), key=lambda hit: (hit[1], hit[0]))

    def _upstream(self, text: str, subject: list[tuple[Mention, str]], others: Sequence[Mention]) -> Iterator[Aspect]:
        for other in others:
            rest = [(each, ALT) for each in others if each != other]
            tokens = tokens_of(text, [*subject, (other, UP), *rest], handles=True)
            yield from self._named(self._causes, tokens, UP, other.service)
        tokens = tokens_of(text, subject, handles=True)
        for word, name in UPSTREAM.items():
            if word in tokens and all(name != other.service for other in others):
                blamed = [UP if token == word else token for token in tokens]
                yield from self._named(self._causes, blamed, UP, name)

    def _alternatives(
        self, text: str, subject: list[tuple[Mention, str]], others: Sequence[Mention]
    ) -> Iterator[Aspect]:
        for other in others:
            rest = [(each, UP) for each in others if each != other]
            tokens = tokens_of(text, [*subject, (other, ALT), *rest], handles=True)
            yield from self._named(self._ways, tokens, ALT, other.service)

    def _named(self, patterns: PatternSet, tokens: list[str], sign: str, name: str) -> Iterator[Aspect]:
        for rule, start, end in patterns.hits(tokens):
            if sign in tokens[start:end]:
                yield Aspect(f"{rule}={name}", " ".join(tokens[start:end]).replace(sign, name))
                return


def _troubled(tokens: list[str], hit: Hit) -> bool:
    """Whether a word of trouble stands near: a thing that is merely named does not fail."""
    _, start, end = hit
    return not _TROUBLE.isdisjoint(tokens[max(0, start - NEAR) : end + NEAR])


def _works(tokens: list[str], end: int) -> bool:
    """Whether what ends at `end` is said to work within the next three words."""
    after = tokens[end : end + 3]
    return not _FINE.isdisjoint(after) and _NEGATING.isdisjoint(tokens[max(0, end - 3) : end + 3])
