"""What submissions and comments say, and how far listings were read. An author may have put anything anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from praw.models import Comment, Submission

from ingest.errors import UserError
from ingest.normalise import clean_text

SOURCE: Final = "reddit"
Place = tuple[int, float]
"""The highest number read of a listing, and when that was written (seconds since 1970). Number 0: nothing yet."""


def words(told: Mapping[str, Any]) -> str:
    """What a submission or a comment says."""
    parts = [text_in(told.get("title")), text_in(told.get("selftext")), text_in(told.get("body"))]
    return clean_text("\n".join(part for part in parts if part))


def oddness(thing: Any) -> str:
    """What is odd about a thing, so that it has no place in a listing; empty if it has one."""
    if not isinstance(thing, (Submission, Comment)):
        return "thing of an unknown kind"
    number = vars(thing).get("id")
    numbered = isinstance(number, str) and number.isascii() and number.isalnum()
    return "" if numbered else "thing without a number"


def has_text(thing: Any) -> bool:
    """Whether a submission has the title, and a comment the body, that each must have."""
    return isinstance(vars(thing).get("title" if isinstance(thing, Submission) else "body"), str)


def name_of(thing: Any) -> object:
    """What tells it apart from others, even where it has no number."""
    told = getattr(thing, "__dict__", {})
    return told.get("id"), told.get("name"), told.get("permalink")


def is_gone(told: Mapping[str, Any]) -> bool:
    """Whether it was deleted by its author or removed."""
    text = text_in(told.get("selftext")) or text_in(told.get("body"))
    return told.get("author") is None or bool(told.get("removed_by_category")) or text in ("[deleted]", "[removed]")


def number_of(thing: Any) -> int:
    """Reddit's numbers count up; they are written in base 36."""
    return int(str(thing.id), 36)


def is_known(thing: Any, place: Place) -> bool:
    """Whether it was read before, given how far its listing was read."""
    return number_of(thing) <= place[0] if place[0] else created_of(thing) < place[1]


def created_of(thing: Any) -> float:
    """When it was written, in seconds since 1970; 0 if that cannot be read."""
    value = vars(thing).get("created_utc")
    return float(value) if isinstance(value, (int, float)) and 0 < value < 4e9 else 0.0


def places_in(cursor: str) -> dict[str, Place]:
    """How far each listing was read, by its name, as `cursor` tells.

    Raises:
        UserError: it is not a cursor of this source.
    """
    try:
        told = json.loads(cursor or "{}")
        return {str(name): (int(place[0]), float(place[1])) for name, place in told.items()}
    except (ValueError, AttributeError, TypeError, LookupError) as error:
        raise UserError(
            f"{SOURCE}: {cursor!r:.60} is not a cursor of this source; delete it to go on from now"
        ) from error


def text_in(value: Any) -> str:
    """`value` if it is text; else nothing."""
    return value if isinstance(value, str) else ""


def count_in(value: Any) -> int:
    """`value` if it is a count; else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
