"""Made-up posts with everything in them that a watcher meets: for the demo, for drills and for tests.

Usual talk with a daily rhythm; a viral thread, a brigade, a pasted text, headlines, praise, share prices and talk that
spreads, none of which is an outage; and one outage with stages as long as real ones (see `ingest.simulation.stages`),
which the status page admits with a lag. Seeded: the same options give the same posts. Nothing in it is real.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from pydantic import Field

from ingest.collectors import Tools
from ingest.options import Names, Options, read_options
from ingest.records import MINUTE, Item, Mark, Official, Post, Stage, minute_of
from ingest.simulation.stages import Course, course
from ingest.simulation.texts import write
from ingest.simulation.world import Said, World

Event = Literal["thread", "brigade", "copies", "news", "praise", "shares", "bot", "viral"]
EXAMPLE: Final[Mapping[str, Any]] = {"hours": 2}
"""Options with which this source can be built."""

BATCH: Final = 500
PACE: Final = timedelta(minutes=30)
NOTICES: Final[Mapping[Stage, str]] = {
    "investigating": "We are investigating reports that users cannot reach the service.",
    "identified": "The cause has been found and a fix is being made.",
    "monitoring": "A fix is in place and we are watching it.",
    "resolved": "This incident has been resolved.",
}


class SimulateOptions(Options):
    """What is made up."""

    services: Names = Field(
        ("Character.AI", "ChatGPT", "Discord", "Spotify", "GitHub"),
        min_length=1,
        description="The services talked about; the outage is the first one's.",
    )
    start: datetime | None = Field(None, description="The first minute (UTC); empty: yesterday at midnight.")
    hours: float = Field(24.0, gt=0, le=24 * 366, description="How much time is simulated.")
    seed: int = Field(7, description="The same seed gives the same posts.")
    background: float = Field(
        40.0, ge=0, le=6000, description="Usual posts an hour about the first service; the others get 0.4 of it each."
    )
    rise: float = Field(4.0, ge=0, le=600, description="Posts a minute at the height of the outage; 0: no outage.")
    onset: float = Field(0.7, ge=0, le=1, description="When the outage begins, as a part of the whole.")
    duration: float = Field(0.0, ge=0, description="Minutes from onset to mending; 0: drawn like real ones.")
    likes: int = Field(0, ge=0, description="Mean likes of a post when it is first seen.")
    events: tuple[Event, ...] = Field(
        ("thread", "brigade", "copies", "news", "praise", "shares"),
        description="What else happens that is no outage: thread, brigade, copies, news, praise, shares, bot, viral.",
    )


class Simulate:
    """One simulated stretch of time. `course` is the truth about its outage, None without one."""

    source = "simulate"

    def __init__(self, options: SimulateOptions, tools: Tools) -> None:
        self._options = options
        self._pseudonym = tools.pseudonym
        self._start = _start(options.start, tools.clock())
        self._closed = False
        self.course = self._course()

    @property
    def services(self) -> list[str]:
        """The services that are talked about."""
        return list(self._options.services)

    @property
    def end(self) -> datetime:
        """The instant after the last minute."""
        return self._start + timedelta(minutes=int(self._options.hours * 60))

    def read(self, cursor: str) -> Iterator[Item]:
        """Yield posts and status updates in order of time, with a mark about every 500 posts or half an hour."""
        self._closed = False
        begun, _, done = cursor.partition("/")
        if begun:
            self._start = datetime.fromisoformat(begun)
            self.course = self._course()
        after = datetime.fromisoformat(done) if done else self._start
        marked, waiting = self._start, 0
        for item in self._items():
            if self._closed:
                return
            minute = minute_of(item.created_at if isinstance(item, Post) else item.at)
            if minute > marked and (waiting >= BATCH or minute - marked >= PACE):
                marked, waiting = minute, 0
                if marked > after:
                    yield self._mark(marked)
            waiting += 1
            if minute >= after:
                yield item
        if self.end > after:
            yield self._mark(self.end)

    def close(self) -> None:
        """Stop before the next post."""
        self._closed = True

    def _course(self) -> Course | None:
        told = self._options
        if told.rise <= 0:
            return None
        onset = self._start + timedelta(minutes=int(told.hours * 60 * told.onset))
        duration = timedelta(minutes=told.duration) if told.duration else None
        return course(told.services[0], onset, duration, random.Random(f"course {told.seed}"))  # noqa: S311  # no secret

    def _items(self) -> Iterator[Post | Official]:
        officials = self._officials()
        words = random.Random(f"words {self._options.seed}")  # noqa: S311  # no secret
        for number, said in enumerate(self._world().happen()):
            while officials and officials[0].at <= said.at:
                yield officials.pop(0)
            yield self._post(number, said, write(said.tone, said.service, words))
        yield from officials

    def _world(self) -> World:
        told = self._options
        dice = random.Random(f"world {told.seed}")  # noqa: S311  # no secret
        minutes = int(told.hours * 60)
        return World(
            told.services, self._start, minutes, told.background, told.rise, told.likes, self.course, told.events, dice
        )

    def _post(self, number: int, said: Said, text: str) -> Post:
        return Post(
            id=f"{self.source}:{self._run}-{number}",
            source=self.source,
            author=self._pseudonym(f"{self.source}:{said.author}"),
            text=text,
            created_at=said.at,
            seen_at=said.at,
            lang="en",
            thread=f"{self.source}:{self._run}-{said.thread}" if said.thread else "",
            likes=said.likes,
        )

    @property
    def _run(self) -> str:
        told = f"{self._options.model_dump(exclude={'start'})} {self._start.isoformat()}"
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def _officials(self) -> list[Official]:
        if self.course is None:
            return []
        title = f"Elevated errors on {self.course.service} (simulated)"
        rows = []
        for stage, text in NOTICES.items():
            at = getattr(self.course, stage).replace(microsecond=0)
            identity = f"{self.source}:{self._run}-{stage}"
            rows.append(Official(identity, self.course.service, stage, at, title, text, "", at + MINUTE))
        return [row for row in rows if row.at < self.end]

    def _mark(self, minute: datetime) -> Mark:
        return Mark(self.source, f"{self._start.isoformat()}/{minute.isoformat()}", minute)


def build(options: Mapping[str, Any], tools: Tools) -> Simulate:
    """The world that `SimulateOptions` describe.

    Raises:
        UserError: an option is unknown or wrong.
    """
    return Simulate(read_options(SimulateOptions, options, Simulate.source), tools)


def _start(given: datetime | None, now: datetime) -> datetime:
    if given is None:
        return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    return minute_of(given if given.tzinfo else given.replace(tzinfo=UTC))
