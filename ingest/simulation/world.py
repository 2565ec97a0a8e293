"""What happens in the made-up world, minute by minute. The same parameters and seed give the same posts."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ingest.records import MINUTE
from ingest.simulation.stages import Course

USUAL: Final = {
    "talk": 0.72,
    "praise": 0.1,
    "complaint": 0.08,
    "shares": 0.04,
    "outage": 0.03,
    "question": 0.02,
    "relay": 0.01,
}
"""What usual talk is made of: now and then someone's own trouble reads like an outage."""

BROKEN: Final = {"outage": 0.47, "question": 0.25, "complaint": 0.08, "relay": 0.07, "cause": 0.07, "talk": 0.06}
MENDED: Final = {"recovery": 0.7, "question": 0.08, "talk": 0.12, "complaint": 0.1}
LATE: Final = 0.93
"""What spreads does so near the end: by then it is known what is usual."""

NIGHTLY: Final = 0.6
"""Talk swings by so much around its mean over the day, highest at 20:00 UTC."""


@dataclass(frozen=True, slots=True)
class Said:
    """One made-up post before it has words."""

    at: datetime
    service: str
    tone: str
    author: str
    thread: str = ""
    likes: int = 0


@dataclass(slots=True)
class World:
    """The parameters. Rates are posts an hour for `background` and posts a minute at the peak for `rise`."""

    services: Sequence[str]
    start: datetime
    minutes: int
    background: float
    rise: float
    likes: int
    course: Course | None
    events: Sequence[str]
    dice: random.Random
    _authors: int = field(default=0)

    def happen(self) -> Iterator[Said]:
        """Everything that is said, in order of time."""
        extra = sorted(self._events(), key=lambda said: said.at)
        for number in range(self.minutes):
            minute = self.start + number * MINUTE
            now = list(self._minute(minute))
            while extra and extra[0].at < minute + MINUTE:
                now.append(extra.pop(0))
            yield from sorted(now, key=lambda said: said.at)

    def _minute(self, minute: datetime) -> Iterator[Said]:
        for place, service in enumerate(self.services):
            rate = self.background / 60 * daily(minute) * (1.0 if place == 0 else 0.4)
            yield from self._some(minute, service, rate, USUAL)
        if self.course is not None:
            broken, mended = intensity(self.course, minute)
            yield from self._some(minute, self.course.service, self.rise * broken, BROKEN)
            yield from self._some(minute, self.course.service, self.rise * mended, MENDED)

    def _some(self, minute: datetime, service: str, rate: float, mix: dict[str, float]) -> Iterator[Said]:
        for _ in range(poisson(rate, self.dice)):
            tone = self.dice.choices(list(mix), list(mix.values()))[0]
            yield self._say(minute + self._within(), service, tone)

    def _say(self, at: datetime, service: str, tone: str, thread: str = "", author: str = "") -> Said:
        likes = int(self.dice.expovariate(1 / self.likes)) if self.likes else 0
        return Said(at, service, tone, author or self._somebody(), thread, likes)

    def _within(self, seconds: float = 60.0) -> timedelta:
        return timedelta(milliseconds=int(self.dice.random() * seconds * 1000))

    def _somebody(self) -> str:
        self._authors += 1
        return f"person-{self._authors}" if self.dice.random() < 0.9 else f"regular-{self.dice.randrange(200)}"

    # Things that look like outages and are none

    def _events(self) -> Iterator[Said]:
        makers = {
            "thread": self._thread, "brigade": self._brigade, "copies": self._copies, "news": self._news,
            "praise": self._praise, "shares": self._shares, "bot": self._bot, "viral": self._viral,
        }  # fmt: skip
        for number, name in enumerate(self.events):
            share = (number + 1) / (len(self.events) + 2)
            share = LATE if name == "viral" else share * 0.55
            at = self.start + timedelta(minutes=int(self.minutes * share))
            yield from makers[name](at, self.services[number % len(self.services)])

    def _thread(self, at: datetime, service: str) -> Iterator[Said]:
        """One thread with 150 replies within two hours."""
        thread = f"thread-{self.dice.getrandbits(40)}"
        for _ in range(150):
            tone = self.dice.choice(("complaint", "talk", "outage"))
            yield self._say(at + self._within(7200), service, tone, thread)

    def _brigade(self, at: datetime, service: str) -> Iterator[Said]:
        """Five accounts, forty posts each, within an hour."""
        for number in range(200):
            yield self._say(at + self._within(3600), service, "outage", author=f"brigade-{number % 5}")

    def _copies(self, at: datetime, service: str) -> Iterator[Said]:
        """One text from 120 accounts."""
        for _ in range(120):
            yield self._say(at + self._within(2400), service, "pasted")

    def _news(self, at: datetime, service: str) -> Iterator[Said]:
        """A few headlines about an outage that was elsewhere or is long over."""
        for _ in range(3):
            yield self._say(at + self._within(5400), service, "relay")

    def _praise(self, at: datetime, service: str) -> Iterator[Said]:
        """A wave of praise."""
        for _ in range(120):
            yield self._say(at + self._within(3600), service, "praise")

    def _shares(self, at: datetime, service: str) -> Iterator[Said]:
        """A bad day on the stock exchange."""
        for _ in range(80):
            yield self._say(at + self._within(5400), service, "shares")

    def _bot(self, at: datetime, service: str) -> Iterator[Said]:
        """A bot that says each minute, for three hours, that the service is down."""
        for number in range(180):
            yield self._say(at + number * MINUTE, service, "outage", author="uptime-bot")

    def _viral(self, at: datetime, service: str) -> Iterator[Said]:
        """Something about it spreads: hundreds of people within two hours, most of them amused."""
        for _ in range(400):
            tone = self.dice.choice(("talk", "praise", "praise"))
            yield self._say(at + self._within(7200), service, tone)


def daily(minute: datetime) -> float:
    """The swing of the day, 1 on average."""
    hour = minute.hour + minute.minute / 60
    return 1.0 + NIGHTLY * math.cos((hour - 20.0) / 24.0 * 2.0 * math.pi)


def intensity(course: Course, minute: datetime) -> tuple[float, float]:
    """How much of the peak rate is said in a minute about the trouble, and about its end.

    Reports climb within eight minutes, then tire with a half-life of an hour; after the mending they fade within ten
    minutes while word of recovery lasts about half an hour.
    """
    since = (minute - course.onset) / MINUTE
    after = (minute - course.mended) / MINUTE
    if since < 0:
        return 0.0, 0.0
    broken = min(1.0, (since + 1) / 8) * 0.5 ** (max(0.0, since - 8) / 60)
    if after < 0:
        return broken, 0.0
    return broken * math.exp(-after / 5), 0.6 * math.exp(-after / 15)


def poisson(rate: float, dice: random.Random) -> int:
    """A Poisson count (Knuth's way; rates here are small)."""
    limit, count, product = math.exp(-rate), 0, dice.random()
    while product > limit:
        count += 1
        product *= dice.random()
    return count
