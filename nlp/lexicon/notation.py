"""A short notation for spaCy `Matcher` patterns, so that the tables read like the sayings they stand for.

``"@cant @fill* log|sign in|into"``: tokens are parted by spaces, alternatives by ``|``; ``@name`` is a class of words
from `CLASSES`; ``_`` is any token; ``SVC`` the service's name; ``NUM`` a number; a final ``?``, ``*`` or ``+`` is the
usual operator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from nlp.tokens import bag, is_unspaced

Table: TypeAlias = Mapping[str, str]
"""Rule's name → its patterns, one a line."""
Pattern: TypeAlias = list[dict[str, Any]]

SVC: Final = "svc"
ALT: Final = "alt"
UP: Final = "upstream"
NUM: Final = "0"
"""What the service, another one, a suspected cause and any number are turned into before patterns are tried."""

CLASSES: Final[dict[str, frozenset[str]]] = {
    "be": bag("is are was isn't 's be been being s am 'm im ain't r"),
    "cant": bag("""
        can't cant cannot couldn't couldnt unable won't wont wouldn't cnt couldn doesn't doesnt didn't didnt
        don't dont isn't isnt not never refuses
    """),
    "not": bag("""
        not isn't isnt doesn't doesnt won't wont don't dont didn't didnt ain't never wasn't cannot can't cant
        aren't arent no wouldn't hasn't haven't
    """),
    "fill": bag("""
        it me my the a an to even still just be really seem get getting let letting able all at anymore on in
        your our this any actually currently properly ever now also seems like been being fully always keep
        keeps but either going have us
    """),
    "adv": bag("""
        still just currently really totally completely also all actually literally apparently again now so being
        been back seriously constantly always officially fully fucking freaking suddenly not only both having
        keep keeps partially
    """),
    "thing": bag("""
        app apps site website web page server servers system systems service services internet wifi network
        phone phones email mail account login api it everything client online line lines platform portal
        connection tv cable signal data software program store game games feed chat
    """),
    "dead": bag("""
        down offline unavailable unreachable dead broken out unresponsive crashed toast borked kaput fucked
    """),
    "verb": bag("""
        work working works load loading loads open opening opens connect connecting connects send sending play
        playing plays respond responding start starting launch update updating sync syncing refresh log login
        sign access use post download get see hear run running join reach receive show showing view watch stream
        listen search pay book check function functioning upload call generate reply answer
    """),
    "time": bag("minutes minute mins min hours hour hrs hr days day weeks week months"),
    "they": bag("they you u we the company team"),
}
"""Classes of words that patterns name with an ``@``."""


def compiled(patterns: str) -> list[Pattern]:
    """The `Matcher` patterns of a table's entry, one a line; a line that ends in ``|`` goes on in the next."""
    lines = re.sub(r"\|\n\s+", "|", patterns.strip()).splitlines()
    return [[_token(token) for part in line.split() for token in _tokens(part)] for line in lines]


def _tokens(part: str) -> list[str]:
    """A part of a pattern; in scripts without spaces one a character, as texts are cut."""
    return list(part) if is_unspaced(part[0]) else [part]


def _token(part: str) -> dict[str, Any]:
    op = part[-1] if part[-1] in "?*+" and len(part) > 1 else ""
    body = part[: -len(op)] if op else part
    token: dict[str, Any] = {} if body == "_" else {"LOWER": {"IN": sorted(set(_alternatives(body)))}}
    return {**token, "OP": op} if op else token


def _alternatives(body: str) -> Iterable[str]:
    for word in body.split("|"):
        if word.startswith("@") and word[1:] in CLASSES:
            yield from CLASSES[word[1:]]
        else:
            yield {"SVC": SVC, "ALT": ALT, "UP": UP, "NUM": NUM, "QM": "?"}.get(word, word)
