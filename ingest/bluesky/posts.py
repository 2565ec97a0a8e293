"""Reads posts out of records of the AT Protocol, whichever way they came.

A record is the SDK's model where it fits the lexicon, else its `DotDict`, or plain JSON where it has yet to be told
whether it is of interest. All give None for what is absent, and an author may have put anything anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from ingest.normalise import clean_text, created_or_seen
from ingest.records import Post

SOURCE: Final = "bluesky"
POSTS: Final = "app.bsky.feed.post"


def post_id(did: str, rkey: str) -> str:
    """The id of a post: `bluesky:<did>/<rkey>`."""
    return clean_text(f"{SOURCE}:{did}/{rkey}", 700)


def post_of(record: Any, did: str, rkey: str, text: str, seen_at: datetime, pseudonym: Callable[[str], str]) -> Post:
    """The post that `record` is; `text` is its `words`."""
    identity = post_id(did, rkey)
    return Post(
        id=identity,
        source=SOURCE,
        author=pseudonym(did),
        text=text,
        created_at=created_or_seen(_at(record, "created_at"), seen_at),
        seen_at=seen_at,
        lang=language(record),
        thread=thread(record) or identity,
        url=f"https://bsky.app/profile/{did}/post/{rkey}",
    )


def words(record: Any) -> str:
    """What a post says: its text, its tags, the title and description of what it links to, and its alt texts."""
    parts = [_text(_at(record, "text"))]
    parts += [f"#{tag}" for tag in _several(_at(record, "tags")) if isinstance(tag, str)]
    for embed in (_at(record, "embed"), _at(record, "embed", "media")):
        if embed is not None:
            parts += [_text(_at(embed, "external", "title")), _text(_at(embed, "external", "description"))]
            parts += [_text(_at(image, "alt")) for image in _several(_at(embed, "images"))]
            parts.append(_text(_at(embed, "alt")))
    return clean_text("\n".join(part for part in parts if part))


def readable(record: Any) -> bool:
    """Whether a record has the text that every post must have, if only an empty one."""
    return isinstance(_at(record, "text"), str)


def language(record: Any) -> str:
    """The first language that the author claims, without its region."""
    claimed = [tag for tag in _several(_at(record, "langs")) if isinstance(tag, str)]
    return clean_text(claimed[0].split("-")[0].lower(), 80)[:8] if claimed else ""


def thread(record: Any) -> str:
    """The post at the root of the talk, the one replied to or quoted; empty if this one begins it."""
    quoted = _at(record, "embed", "record")
    for uri in (_at(record, "reply", "root", "uri"), _at(quoted, "uri"), _at(quoted, "record", "uri")):
        did, _, rest = _text(uri).removeprefix("at://").partition("/")
        if rest.startswith(f"{POSTS}/"):
            return post_id(did, rest.removeprefix(f"{POSTS}/"))
    return ""


def _at(thing: Any, *path: str) -> Any:
    for name in path:
        thing = thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)
    return thing


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
