"""Recorded posts from a file, in the order in which they were seen. `ingest.recordings` says what a file may hold.

Where a row names a `service` it is taken at its word; else it is matched by its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from ingest.collectors import Tools
from ingest.options import Options, read_options
from ingest.recordings import Recording, Report
from ingest.records import MINUTE, Item, Mark, minute_of

__all__ = ["EXAMPLE", "Recording", "Replay", "ReplayOptions", "Report", "build"]

BATCH: Final = 500
EXAMPLE: Final[Mapping[str, Any]] = {"path": "{folder}/posts.jsonl"}
"""Options with which this source can be built; `{folder}` is one that holds such a file."""


class Replay:
    """A file of posts, read whole when this is made, so that a bad file is known before anything happens."""

    source = "replay"

    def __init__(self, recording: Recording, name: str, wanted: Callable[[str], bool]) -> None:
        self._name = name
        found = (post for _, post in recording.posts() if post.service or wanted(post.text))
        self.posts = sorted(found, key=lambda post: (post.seen_at, post.id))
        self.report = recording.report
        self.services = sorted({post.service for post in self.posts if post.service})

    def read(self, cursor: str) -> Iterator[Item]:  # noqa: ARG002  # a file is read from its start
        """Yield every post, with a mark at the end of a minute about every 500 posts; keys drop known ones."""
        sources = sorted({post.source for post in self.posts})
        waiting = 0
        for minute, group in groupby(self.posts, key=lambda post: minute_of(post.seen_at)):
            posts = list(group)
            yield from posts
            waiting += len(posts)
            if waiting >= BATCH:
                yield from self._marks(sources, minute)
                waiting = 0
        if waiting:
            yield from self._marks(sources, minute_of(self.posts[-1].seen_at))

    def close(self) -> None:
        """Nothing is held open."""

    def _marks(self, sources: list[str], minute: datetime) -> Iterator[Mark]:
        for source in sources:
            yield Mark(source=source, cursor=f"{self._name}@{minute.isoformat()}", at=minute + MINUTE)


class ReplayOptions(Options):
    """Which file, and what it is about."""

    path: Path = Field(description="A .jsonl, .csv or .parquet file of posts.")
    service: str = Field("", description="The service that every row is about; empty: they are matched.")


def build(options: Mapping[str, Any], tools: Tools) -> Replay:
    """A replay of the file that `ReplayOptions` name.

    Raises:
        UserError: the file is missing, of another type, or cannot be read at all.
    """
    told = read_options(ReplayOptions, options, Replay.source)
    return Replay(Recording(told.path, told.service, tools.pseudonym), told.path.name, tools.wanted)
