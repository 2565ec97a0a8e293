"""What people think is the cause: who named it, over the last hours, one voice a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ingest.records import Blame, Post, Score, Voice

PREFIX: Final = "cause:"
UPSTREAM: Final = "upstream="
WINDOW: Final = 120
"""A word on the cause counts for so many minutes."""

NAMED: Final = 3
"""So many people have to name a cause for it to be told."""

AHEAD: Final = 1.5
"""So many times as often as the cause told last has another to be named, to take its place."""

MANY: Final = 2_000


class Causes:
    """Who named which cause of trouble with which service. Services are numbers, times minutes since 1970."""

    def __init__(self) -> None:
        self._named: dict[int, dict[str, dict[str, int]]] = {}

    def add(self, service: int, cause: str, author: str, minute: int) -> None:
        """A person named a cause."""
        people = self._named.setdefault(service, {}).setdefault(cause, {})
        people[author] = minute
        if len(people) > MANY:
            self._named[service][cause] = {who: at for who, at in people.items() if at > minute - WINDOW}

    def named(self, service: int, since: int, minute: int) -> dict[str, int]:
        """How many people named each cause, from `since` on and within the window that ends with `minute`."""
        first = max(since, minute - WINDOW + 1)
        found = {
            cause: sum(first <= at <= minute for at in people.values())
            for cause, people in self._named.get(service, {}).items()
        }
        return {cause: count for cause, count in sorted(found.items()) if count}

    def leading(self, service: int, since: int, minute: int, before: str) -> str:
        """The cause to tell: that of `before` until another is named plainly more often; '' where none is."""
        named = self.named(service, since, minute)
        best = max(named, key=lambda cause: (named[cause], cause), default="")
        if not best or named[best] < NAMED:
            return before
        return best if named[best] >= AHEAD * named.get(before, 0) else before


def blames(rows: Iterable[tuple[Post, Score, Voice]]) -> list[Blame]:
    """The causes that posts name which counted as reports, in the order of the posts."""
    return [
        Blame(voice.service, voice.minute, post.author or post.id, aspect.removeprefix(PREFIX))
        for post, score, voice in rows
        if voice.outage > 0
        for aspect in score.aspects
        if aspect.startswith(PREFIX)
    ]
