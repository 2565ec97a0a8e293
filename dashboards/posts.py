"""Posts on the page. What others wrote is shown as text and as nothing else."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards.markup import Safe, fill, join, outward
from dashboards.page import made, show, when, zone
from dashboards.words import each, known, plain, several, whole

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


KINDS: Final = {"relay": "news", "other": "neither"}
"""Kinds of posts that are called otherwise than their name says."""


def disarmed(frame: pd.DataFrame) -> bytes:
    """A frame as CSV (UTF-8) in which no cell is a formula to a spreadsheet, or turns or hides text."""
    safe = frame.copy()
    for column in safe.select_dtypes(["object", "str"]):
        safe[column] = [_disarm(value) for value in safe[column]]
    return safe.to_csv(index=False).encode("utf-8-sig")


def _disarm(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    said = plain(value)
    return "'" + said if said.lstrip().startswith(_FORMULA) or value.startswith(_FORMULA) else said


def listing(posts: pd.DataFrame, place: str, most: int) -> None:
    """Posts one below the other, each with the reason for which it counted or not.

    Args:
        posts: rows of `frames.posts`, as they were read.
        place: where on the page, to keep lists apart.
        most: so many are listed.
    """
    for number, (text, about) in enumerate(made(lambda: _lines(posts.head(most)), posts, most, str(zone()))):
        with st.container(key=f"post-{place}-{number}", gap="xxsmall"):
            st.text(text, width="stretch")
            show(about)


def _lines(posts: pd.DataFrame) -> list[tuple[str, Safe]]:
    return [(plain(row["text"]) or "(no words)", _meta(row)) for row in each(posts)]


def _meta(row: dict[str, Any]) -> Safe:
    parts = [
        fill("<span>{at}</span>", at=when(row["created_at"])),
        fill("<span>{source}</span>", source=row.get("source") or row["post"].split(":")[0]),
    ]
    if row.get("kind"):
        weight = f", counts {row['counted']:.2g}" if known(row["counted"]) and row["counted"] > 0 else ""
        parts.append(
            fill("<span><b>{kind}</b>{weight}</span>", kind=KINDS.get(row["kind"], row["kind"]), weight=weight)
        )
    if whole(row.get("copies")):
        parts.append(fill("<span>{copies}</span>", copies=several(whole(row["copies"]), "near-copy", "near-copies")))
    if known(row["reason"]) and row["reason"]:
        parts.append(fill('<span dir="auto">{reason}</span>', reason=plain(row["reason"])))
    if outward(str(row["url"])):
        parts.append(fill('<a href="{url}" target="_blank" rel="noopener noreferrer">open</a>', url=row["url"]))
    return fill('<div class="dc-meta">{parts}</div>', parts=join(parts))
