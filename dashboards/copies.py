"""Folds near-copies, so that a text that many pasted is read once."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

NEAR: Final = 6
"""Two fingerprints (64-bit similarity hashes) that differ in at most so many bits are of nearly the same wording."""

_MASK: Final = (1 << 64) - 1


def fold_copies(posts: pd.DataFrame) -> pd.DataFrame:
    """Keep the first of each set of near-copies, in the given order; `copies` counts the others."""
    leaders: list[tuple[int, str]] = []
    kept: list[int] = []
    copies: list[int] = []
    for place, (mark, text) in enumerate(zip(posts["fingerprint"], posts["text"], strict=True)):
        key = 0 if pd.isna(mark) else int(mark) & _MASK, _wording(text)
        twin = next((at for at, leader in enumerate(leaders) if _alike(leader, key)), None)
        if twin is None:
            leaders.append(key)
            kept.append(place)
            copies.append(0)
        else:
            copies[twin] += 1
    return posts.iloc[kept].assign(copies=copies).reset_index(drop=True)


def _wording(text: str) -> str:
    return re.sub(r"https?://\S+|\W+", " ", text.lower()).strip()


def _alike(one: tuple[int, str], other: tuple[int, str]) -> bool:
    if one[1] == other[1]:
        return True
    long_enough = min(len(one[1]), len(other[1])) >= 40
    return bool(one[0]) and bool(other[0]) and long_enough and (one[0] ^ other[0]).bit_count() <= NEAR
