"""Asking again for what was told before, so that what is deleted at its source is forgotten here."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from ingest.records import Told

LONGEST: Final = 200_000
"""Posts that are kept in mind; beyond, the longest not asked for are let go."""
NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Rechecks:
    """What a source told and when it was last asked for again: the longest not asked for comes first.

    Args:
        every: how often each post is asked for.
        kept: how long after it was seen.
        before: what was told before a restart; it is due at once.
    """

    def __init__(self, every: timedelta, kept: timedelta, before: Iterable[Told] = ()) -> None:
        self._every = every
        self._kept = kept
        self._told: OrderedDict[str, tuple[Told, datetime]] = OrderedDict()
        self._at: dict[str, str] = {}
        for one in before:
            self._told[one.post] = (one, NEVER)
            self._at[one.place] = one.post

    def __len__(self) -> int:
        return len(self._told)

    def __contains__(self, post: object) -> bool:
        return post in self._told

    def add(self, told: Told, now: datetime) -> None:
        """Take note of a post that was just told."""
        self._told[told.post] = (told, now)
        self._told.move_to_end(told.post)
        self._at[told.place] = told.post
        while len(self._told) > LONGEST:
            self.drop(next(iter(self._told)))

    def drop(self, post: str) -> None:
        """Forget a post."""
        told, _ = self._told.pop(post, (None, None))
        if told is not None:
            self._at.pop(told.place, None)

    def at(self, place: str) -> str:
        """The post that was told from `place`; empty if none was."""
        return self._at.get(place, "")

    def due(self, now: datetime, count: int) -> list[Told]:
        """At most `count` posts whose turn it is, the longest not asked for first. Old ones are let go."""
        found: list[Told] = []
        for told in list(islice(self._waiting(now), 2 * count)):
            if now - told.seen_at > self._kept:
                self.drop(told.post)
            elif len(found) < count:
                found.append(told)
            else:
                break
        return found

    def asked(self, posts: Iterable[str], now: datetime) -> None:
        """Take note that `posts` were asked for and are there."""
        for post in posts:
            if post in self._told:
                self._told[post] = (self._told[post][0], now)
                self._told.move_to_end(post)

    def _waiting(self, now: datetime) -> Iterator[Told]:
        for told, asked_at in self._told.values():
            if asked_at != NEVER and now - asked_at < self._every:
                return
            yield told
