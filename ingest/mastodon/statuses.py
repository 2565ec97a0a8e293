"""What the statuses of Mastodon and its kin say, and where they are. An author may have put anything anywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from ingest.normalise import clean_text, text_of_html

SOURCE: Final = "mastodon"


def words(status: Mapping[str, Any]) -> str:
    """What a status says: its warning, its text, the card of its link and the descriptions of its media."""
    card = status.get("card")
    media = status.get("media_attachments")
    parts = [clean_text(text_in(status.get("spoiler_text"))), text_of_html(text_in(status.get("content")))]
    if isinstance(card, dict):
        parts += [text_in(card.get("title")), text_in(card.get("description"))]
    parts += [
        text_in(one.get("description")) for one in (media if isinstance(media, list) else []) if isinstance(one, dict)
    ]
    return clean_text("\n".join(part for part in parts if part))


def status_in(data: str) -> dict[str, Any] | None:
    """The status in an event of a stream, if it is one."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and isinstance(told.get("id"), (str, int)) else None


def reserved(status: Mapping[str, Any]) -> bool:
    """Whether its author does not want it read: unlisted, not to be indexed, or only passed on."""
    account = status.get("account")
    noindex = isinstance(account, dict) and account.get("noindex") is True
    return noindex or status.get("visibility", "public") != "public" or status.get("reblog") is not None


def identity_of(server: str, status: Mapping[str, Any]) -> str:
    """The id of the post: the status's own address, the same wherever it is read."""
    uri = text_in(status.get("uri")) or f"{server}/{status['id']}"
    return clean_text(f"{SOURCE}:{uri}", 500)


def author_of(server: str, status: Mapping[str, Any]) -> str:
    """The author's address."""
    account = status.get("account")
    if not isinstance(account, dict):
        return ""
    return text_in(account.get("uri")) or text_in(account.get("url")) or f"{server}/{account.get('id')}"


def link_of(status: Mapping[str, Any]) -> str:
    """Where people find it."""
    url = clean_text(text_in(status.get("url")), 500)
    return url if url.startswith(("https://", "http://")) else ""


# Mastodon's numbers hold the time: milliseconds since 1970, then 16 bits. Other software uses words.


def id_at(moment: datetime) -> int:
    """The number that a status written at `moment` would have."""
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1) << 16


def time_of(number: int) -> datetime:
    """When the status of a number was written."""
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=number >> 16)


def order(number: str) -> tuple[int, str]:
    """Sorts numbers, and words of other software, as they count up."""
    return len(number), number


def text_in(value: Any) -> str:
    """`value` if it is text; else nothing."""
    return value if isinstance(value, str) else ""


def count_in(value: Any) -> int:
    """`value` if it is a count; else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
