"""What the look of a post says, whatever its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from nlp.tokens import bag

_I: Final = bag("i i'm im i've ive i'd i'll my me mine we our us we're")
_YOU: Final = bag("you your you're u ur yours y'all")
_SWEAR: Final = bag("fuck fucking fuckin fucked shit shitty bullshit damn ass crap hell wtf ffs bitch goddamn")


def shapes(text: str, tokens: list[str]) -> Iterator[str]:
    """Names of what holds, such as ``short`` or ``asks``."""
    size, letters = len(tokens), [char for char in text if char.isalpha()]
    yield "tiny" if size <= 4 else "short" if size <= 10 else "middling" if size <= 25 else "long"
    if "?" in text:
        yield "asks"
    if text.rstrip().endswith("?"):
        yield "ends asking"
    if "!" in text:
        yield "exclaims"
    if "http" in tokens:
        yield "links"
    if tokens[0] == "@user":
        yield "addresses"
    if tokens[0] == "rt":
        yield "repeats"
    if len(letters) > 12 and sum(map(str.isupper, letters)) > 0.7 * len(letters):
        yield "shouts"
    if _titled(text):
        yield "title"
    yield from (name for name, words in (("I", _I), ("you", _YOU), ("swears", _SWEAR)) if not words.isdisjoint(tokens))
    if "$" in text:
        yield "dollar"
    if any(token.startswith("#") for token in tokens):
        yield "tags"


def _titled(text: str) -> bool:
    """Whether a text is set like a headline: no full stop, most words capitalised."""
    long = [word for word in text.split() if len(word) > 3 and word[0].isalpha()]
    return len(long) >= 2 and text[-1:] not in ".!" and sum(word[0].isupper() for word in long) >= 0.7 * len(long)
