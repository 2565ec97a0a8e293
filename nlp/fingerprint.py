"""A similarity hash of a post's wording, by which copies are known as one voice.

The hash is Charikar's simhash ("Similarity estimation techniques from rounding algorithms", STOC 2002): near-copies
differ in few of its 64 bits. What copies usually change is removed first: case, links, handles, numbers, punctuation,
emoji, the ``RT`` in front.

Fifty people who write "is chatgpt down for anyone?" within a minute are fifty voices, though their words are the same:
there are not many ways of saying it. Fifty accounts that post one distinctive sentence are one. So words that anybody
would use of an outage do not count as distinctive, and

- a text of `DISTINCTIVE` or more distinctive words has a simhash: copies are known even when slightly edited;
- a text of at least `EXACT_DISTINCTIVE` among at least `EXACT_WORDS` words has a plain hash: only the same words match;
- anything shorter has fingerprint 0, which is near to nothing, itself included.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import Final

import numpy as np

from nlp.tokens import bag, is_link, is_unspaced, words

DISTINCTIVE: Final = 6
EXACT_DISTINCTIVE: Final = 3
EXACT_WORDS: Final = 8
NEAR_BITS: Final = 12
"""Two fingerprints that differ in no more bits are one wording. Unrelated texts differ in 32 ± 4."""

_COMMON: Final = bag("""
    a about after again ain't all already also always am an and any anybody anymore anyone anything app apps are
    aren't around as at back bad be because been before being broke broken but by can can't cannot cant come connect
    connecting connection couldn't crash crashed crashing day did didn't do does doesn't doesnt doing don't dont
    down down? else error errors even ever every everyone everything fail failed failing fine fix fixed for from
    fuck fucking full get gets getting go goes going gone got guys ha had hahaha has hasn't have haven't having he
    hello help her here hey hi him his hour hours how i i'm if im in internet into is isn't isnt issue issues it its
    just keep keeps know lag lagging laggy lately let like live ll lmao load loading log logged logging login lol
    long looks loses man me message messages minutes more morning most much my need network never new night no
    nobody none not nothing now of off offline ok okay omg on once one online only open opening or our out outage
    outages over page people please pls plz probably problem problems re really refresh respond responding right rn
    rt s same say says seem seems send sending server servers service several she should sign signing since site
    slow so some somebody someone something sometimes start still stop stopped stuck such suddenly support sure t
    tell than thank thanks that that's the their them then there they thing things think this though time timeout to
    today tonight too tried try trying up us use user users using ve very via wait waiting was wasn't way we website
    well were what what's whats when where which while who why will with won't wonder wont work worked working works
    world would wouldn't wrong wtf x y'all ya yeah yes yesterday yet you your
""")


def fingerprint(text: str) -> int:
    """The 64-bit hash of `text`'s wording, signed; 0 where it is too short or too common to tell a copy by."""
    tokens = _tokens(text)
    distinctive = {token for token in tokens if token not in _COMMON}
    weight = sum(map(_weight, distinctive))
    if weight >= DISTINCTIVE:
        return _simhash(tokens) or 1
    if weight >= EXACT_DISTINCTIVE and sum(map(_weight, tokens)) >= EXACT_WORDS:
        return int.from_bytes(_digest(" ".join(tokens)), "little", signed=True) or 1
    return 0


def near(a: int, b: int) -> bool:
    """Whether two fingerprints are of one wording. Symmetric; never true of 0."""
    return bool(a and b) and ((a ^ b) & 0xFFFF_FFFF_FFFF_FFFF).bit_count() <= NEAR_BITS


def _tokens(text: str) -> list[str]:
    """The words that are left when what copies change is taken away."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    kept = (token.lstrip("#") for token in words(plain) if token[0] != "@" and not is_link(token))
    return [word for word in kept if word != "rt" and any(map(str.isalpha, word))]


def _weight(token: str) -> float:
    """A character of a script without spaces is a fraction of a word."""
    return 0.25 if is_unspaced(token[0]) else 1.0


@lru_cache(maxsize=20_000)
def _digest(feature: str) -> bytes:
    return blake2b(feature.encode(errors="surrogatepass"), digest_size=8).digest()


def _simhash(tokens: list[str]) -> int:
    """Over distinctive words, twice each, and pairs of neighbours: common words alone make nothing alike."""
    features = 2 * [token for token in tokens if token not in _COMMON]
    features += [f"{left} {right}" for left, right in pairwise(tokens)]
    bits = np.unpackbits(np.frombuffer(b"".join(map(_digest, features)), dtype=np.uint8).reshape(-1, 8), axis=1)
    return int(np.packbits(2 * bits.sum(axis=0) > len(features)).view(np.int64)[0])
