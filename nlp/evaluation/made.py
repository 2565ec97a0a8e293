"""Three made weeks with known outages, and with everything in them that is none: what the events of the scorecard are
told on where no recording is at hand, and what each part of the judging is measured on.

Posts have no words. Each has a kind and is read as the shipped reader reads posts of that kind (`read_as`). Seeded. The
outages and traps are drawn before anything is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from ingest.records import Kind, Post, Score
from nlp.evaluation.events import Outage
from nlp.evaluation.read_as import READ
from nlp.evaluation.replays import Reading

DAYS: Final = 21
START: Final = datetime(2025, 3, 3, tzinfo=UTC)
Mix = dict[Kind, float]
USUAL: Final[Mix] = {"outage": 0.02, "relay": 0.01, "recovery": 0.005, "complaint": 0.15, "other": 0.815}
DESK: Final[Mix] = {"outage": 0.12, "relay": 0.01, "recovery": 0.05, "complaint": 0.40, "other": 0.42}
"""A support account is asked for help all day long."""

BROKEN: Final[Mix] = {"outage": 0.6, "relay": 0.05, "recovery": 0.01, "complaint": 0.14, "other": 0.2}
MENDED: Final[Mix] = {"outage": 0.05, "relay": 0.05, "recovery": 0.6, "complaint": 0.1, "other": 0.2}


@dataclass(frozen=True, slots=True)
class Talk:
    """What is usual about one service: posts an hour, the swing of the day, what they are."""

    hourly: float
    swing: float
    mix: Mix


KINDS: Final[dict[str, Talk]] = {
    "Busy": Talk(30.0, 0.6, USUAL),
    "Desk": Talk(20.0, 0.8, DESK),
    "Steady": Talk(12.0, 0.6, USUAL),
    "Small": Talk(3.0, 0.6, USUAL),
    "Quiet": Talk(0.5, 0.4, USUAL),
    "Silent": Talk(0.05, 0.0, USUAL),
}


@dataclass(slots=True)
class Made:
    """The readings in the order in which they were seen, and the truth about them."""

    dice: np.random.Generator
    times: int
    readings: list[Reading] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    viral: list[Outage] = field(default_factory=list)
    """When talk that is none spread: as far as that goes, the truth about unusual talk."""

    @property
    def services(self) -> list[str]:
        """The services that are talked about."""
        return [f"{kind} {number}" for kind in KINDS for number in range(1, self.times + 1)]

    def say(
        self, service: str, at: datetime, kind: Kind, author: str = "", thread: str = "", words: int = 0, likes: int = 0
    ) -> None:
        """One post. Without an author it is someone new; without words it is worded like no other."""
        number = len(self.readings)
        post = Post(f"made:{number}", "made", author or f"someone {number}", "", at, at, thread=thread, likes=likes)
        outage, relay, recovery, complaint, other, frustration = READ[kind][int(self.dice.integers(10))]
        mark = words or int(self.dice.integers(1, 1 << 62))
        read = Score(
            post.id, service, "made", outage, relay, recovery, complaint, other, 0.0, frustration, fingerprint=mark
        )
        self.readings.append((post, read))

    def crowd(self, service: str, begin: float, minutes: int, hourly: float, mix: Mix, swing: float = 0.0) -> None:
        """Posts of new people at random, `begin` in minutes from the start."""
        clock = (begin + np.arange(minutes)) / 60.0
        rate = hourly / 60.0 * (1.0 + swing * np.cos((clock - 20.0) / 24.0 * 2.0 * np.pi))
        for minute in np.repeat(np.arange(minutes), self.dice.poisson(rate)).tolist():
            kind = list(mix)[int(self.dice.choice(len(mix), p=list(mix.values())))]
            self.say(service, self.at(begin + minute + float(self.dice.random())), kind)

    def at(self, minute: float) -> datetime:
        """The time so many minutes from the start."""
        return START + timedelta(minutes=minute)

    def broken(self, service: str, begin: float, minutes: int, hourly: float) -> None:
        """An outage: at first few notice, then many; when it is over some say so."""
        tenth = max(minutes // 10, 1)
        self.crowd(service, begin, tenth, hourly / 2, BROKEN)
        self.crowd(service, begin + tenth, minutes - tenth, hourly, BROKEN)
        self.crowd(service, begin + minutes, 20, hourly / 2, MENDED)
        self.outages.append(Outage(service, self.at(begin), self.at(begin + minutes)))


def made(seed: int = 1, times: int = 1) -> Made:
    """Three weeks of six kinds of services, `times` services of each."""
    weeks = Made(np.random.default_rng([seed, 4]), times)
    for number in range(1, times + 1):
        for kind, talk in KINDS.items():
            weeks.crowd(f"{kind} {number}", 0, DAYS * 1440, talk.hourly, talk.mix, talk.swing)
        _outages(weeks, number)
        _traps(weeks, number)
    weeks.readings.sort(key=lambda reading: (reading[0].seen_at, reading[0].id, reading[1].service))
    weeks.outages.sort(key=lambda outage: (outage.start, outage.service))
    return weeks


def _outages(weeks: Made, number: int) -> None:
    """From the fifth day on; those of the desk come at the same hour on three days running."""
    for kind, hourly in (("Busy", 120.0), ("Steady", 60.0), ("Small", 30.0), ("Quiet", 20.0)):
        for day in _days(weeks, 4):
            minutes = int(np.clip(weeks.dice.lognormal(4.1, 0.8), 20, 360))
            height = hourly * float(weeks.dice.lognormal(0.0, 0.5))
            weeks.broken(f"{kind} {number}", day + _moment(weeks), minutes, height)
    for day in (9, 10, 11):
        weeks.broken(f"Desk {number}", day * 1440 + 18 * 60, 180, 60.0)
    for day in _days(weeks, 2):
        begin = day + _moment(weeks)
        weeks.say(f"Silent {number}", weeks.at(begin + 12), "outage", likes=300)
        weeks.outages.append(Outage(f"Silent {number}", weeks.at(begin), weeks.at(begin + 60)))


def _traps(weeks: Made, number: int) -> None:
    """What is no outage, each on a day of its own choice, a day away from any outage of that service."""
    for kind in ("Busy", "Steady", "Small"):
        service = f"{kind} {number}"
        for trap in (_thread, _hammer, _paste, _bot, _headlines, _dear, _viral):
            for day in _days(weeks, 1):
                begin = day + _moment(weeks)
                if not any(_near(weeks, service, begin, outage) for outage in weeks.outages):
                    trap(weeks, service, begin)


def _near(weeks: Made, service: str, begin: float, outage: Outage) -> bool:
    day = timedelta(hours=30)
    return service == outage.service and outage.start - day < weeks.at(begin) < outage.end + day / 5


def _thread(weeks: Made, service: str, begin: float) -> None:
    for place in range(80):
        weeks.say(service, weeks.at(begin + place * 0.75), "outage", thread=f"thread {begin}")


def _hammer(weeks: Made, service: str, begin: float) -> None:
    for place in range(100):
        weeks.say(service, weeks.at(begin + place * 0.6), "outage", author=f"hammer {begin} {place % 5}")


def _paste(weeks: Made, service: str, begin: float) -> None:
    words = int(weeks.dice.integers(1, 1 << 62))
    for place in range(100):
        weeks.say(service, weeks.at(begin + place * 0.6), "outage", words=words)


def _bot(weeks: Made, service: str, begin: float) -> None:
    for place in range(288):
        weeks.say(service, weeks.at(begin + place * 5), "outage", author=f"bot {begin}")


def _headlines(weeks: Made, service: str, begin: float) -> None:
    weeks.crowd(service, begin, 120, 20.0, {"relay": 0.6, "other": 0.4})


def _dear(weeks: Made, service: str, begin: float) -> None:
    """A price has risen: real anger, nothing is broken."""
    weeks.crowd(service, begin, 180, 30.0, {"complaint": 0.7, "other": 0.3})


def _viral(weeks: Made, service: str, begin: float) -> None:
    weeks.crowd(service, begin, 120, 150.0, {"other": 1.0})
    weeks.viral.append(Outage(service, weeks.at(begin), weeks.at(begin + 120)))


def _days(weeks: Made, count: int) -> Sequence[float]:
    chosen = weeks.dice.choice(np.arange(5, DAYS - 1), count, replace=False)
    return [float(day * 1440) for day in sorted(chosen.tolist())]


def _moment(weeks: Made) -> float:
    return float(weeks.dice.uniform(0, 1200))


__all__ = ["Made", "made"]
