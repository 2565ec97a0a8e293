"""Takes posts that are to be forgotten out of the bodies of alerts that quote them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any


def without(body: str, posts: Collection[str]) -> str:
    """`body` (JSON) without the quotes of `posts`, wherever in it they stand."""
    return json.dumps(_kept(json.loads(body), posts), ensure_ascii=False, separators=(",", ":"))


def quoted(body: str) -> set[str]:
    """The ids of the posts that `body` (JSON) may quote."""
    return set(_ids(json.loads(body)))


def _ids(value: Any) -> Iterator[str]:
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _ids(one)
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value["id"]


def _kept(value: Any, posts: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {key: _kept(one, posts) for key, one in value.items()}
    if isinstance(value, list):
        return [_kept(one, posts) for one in value if not (isinstance(one, dict) and one.get("id") in posts)]
    return value
