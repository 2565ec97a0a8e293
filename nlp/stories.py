"""Adjacent spikes told as one story: calm, suspected, confirmed, recovering, resolved, by rule alone."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from ingest.records import Bounds, Incident, IncidentState, Signal
from nlp.coverage import EPOCH
from nlp.recent import Rise, surprise
from nlp.severity import LEVELS, USUAL, confidence, severity

WINDOW: Final = 15
"""A rate is back when the last so many minutes are inside the band."""

SURE: Final = 5.0
"""Nats beyond the promise that confirm a suspicion."""

PEAK: Final = 5
"""The rate at the peak is the mean of so many minutes."""

SHORTEST_CALM: Final = 10
LONGEST_CALM: Final = 180
SETTLE: Final = 30
"""Minutes of calm from recovering to resolved."""

REBLAME: Final = 15
"""So many minutes at least lie between two changes of the suspected cause that are told."""

REST: Final = 120
"""Minutes after the end within which a new rise is the same story."""

RECOVERY_CHATTER: Final = 2


@dataclass(frozen=True, slots=True)
class Tick:
    """One readable minute of one channel. `alarm` is the rise, where there is enough evidence for one."""

    minute: int
    weight: float
    voices: float
    posts: int
    recovery: float
    mean: float
    spread: float
    doubt: float
    nats: float
    alarm: Rise | None
    cause: str = ""
    complaints: float = 0.0
    reports: float = 0.0
    mood: float = 0.0
    usual_mood: float = 0.0
    beside: str = ""


@dataclass(slots=True)
class Story:
    """One incident as it unfolds. Minutes are integers since 1970; a change is known when its minute has ended."""

    service: str
    signal: Signal
    threshold: float
    least: float
    opened: int
    onset: int
    state: IncidentState = "suspected"
    confirmed: int | None = None
    recovering: int | None = None
    resolved: int | None = None
    updated: int = 0
    weight: float = 0.0
    voices: float = 0.0
    posts: int = 0
    expected: float = 0.0
    earliest: int = 0
    latest: int = 0
    peak: int | None = None
    peak_rate: float = 0.0
    peak_mean: float = 0.0
    evidence: float = 0.0
    restless: int = 0
    told: str = LEVELS[0]
    adopted: bool = False
    cause: str = ""
    blamed: int = 0
    shared: str = ""
    root: str = ""
    bounds: Bounds = USUAL
    last: deque[tuple[float, float, float]] = field(default_factory=lambda: deque(maxlen=WINDOW))

    @classmethod
    def begin(cls, service: str, signal: Signal, threshold: float, least: float, tick: Tick, rise: Rise) -> Story:
        """The story that a first alarm opens."""
        story = cls(service, signal, threshold, least, tick.minute + 1, rise.onset)
        story.earliest, story.latest = rise.earliest, rise.latest
        story.weight, story.voices, story.posts = rise.weight, rise.voices, rise.posts
        story.expected, story.restless, story.cause = rise.expected, tick.minute, tick.cause
        story._weigh(tick)
        story._see(tick)
        story._peak(tick, rise.weight / max(PEAK, tick.minute + 1 - rise.onset))
        return story

    def opening(self, tick: Tick) -> list[Incident]:
        """The snapshots of the minute that opened it: suspected, and confirmed at once where that is plain."""
        self.updated = tick.minute + 1
        first = [self._tell()]
        return [*first, self._tell()] if self._while_rising(tick) else first

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.state != "resolved"

    @property
    def id(self) -> str:
        """The incident's id."""
        return identity(self.root or self.service, self.signal, self.opened)

    @property
    def reach(self) -> float:
        """People who stand behind it, votes counted in."""
        return max(self.weight, self.voices)

    def rate(self, minute: int) -> float:
        """What was seen a minute, from the onset to `minute`."""
        return self.weight / max(1, minute - self.onset)

    @property
    def ratio(self) -> float:
        """The rate at the peak over the usual one."""
        return self.peak_rate / max(self.peak_mean, 1e-4)

    def over(self, minute: int) -> bool:
        """Whether it is so long past that a new rise is a new story."""
        return self.resolved is not None and minute - self.resolved >= REST

    def follow(self, tick: Tick) -> list[Incident]:
        """Take in the next minute, and give a snapshot after each change of state."""
        self._see(tick)
        if self.open:
            self._count(tick)
        step = {
            "suspected": self._while_rising,
            "confirmed": self._while_rising,
            "recovering": self._while_recovering,
            "resolved": self._while_resolved,
        }[self.state]
        changed, blamed = step(tick), self._blames(tick)
        if not changed and not blamed and not self._worse(tick.minute + 1):
            return []
        self.updated = tick.minute + 1
        return [self._tell()]

    def standing(self, minute: int) -> Incident:
        """The open incident as of the end of the minute before `minute`, though nothing changed."""
        return replace(self.snapshot(minute), updated_at=moment(minute))

    def _tell(self) -> Incident:
        told = self.snapshot(self.updated)
        self.told = told.severity
        return told

    def _blames(self, tick: Tick) -> bool:
        """Take over what people think is the cause; whether that is news about a confirmed incident."""
        now, sure = tick.minute + 1, self.state == "confirmed" and self.confirmed is not None
        if tick.cause == self.cause or (sure and now - max(self.blamed, (self.confirmed or 0) - REBLAME + 2) < REBLAME):
            return False
        self.cause = tick.cause
        self.blamed = now if sure else self.blamed
        return sure

    def joined(self, minute: int) -> list[Incident]:
        """The snapshot to tell after it has become part of a shared story; none unless it is confirmed."""
        if self.state != "confirmed" or minute < (self.confirmed or 0) + 2:
            return []
        self.updated = minute
        return [self._tell()]

    def _worse(self, end: int) -> bool:
        """Whether a confirmed incident has become more severe than was told last."""
        return self.state == "confirmed" and LEVELS.index(self._severity(end)[0]) > LEVELS.index(self.told)

    def _severity(self, end: int) -> tuple[str, str]:
        return severity(self.ratio, self.reach, max(1, end - self.onset), self.bounds)

    def _see(self, tick: Tick) -> None:
        self.last.append((tick.weight, tick.mean, tick.recovery))
        if self._rate_is_off(tick):
            self.restless = tick.minute

    def _count(self, tick: Tick) -> None:
        self.weight += tick.weight
        self.voices += tick.voices
        self.posts += tick.posts
        self.expected += tick.mean
        self._weigh(tick)
        self._peak(tick, sum(weight for weight, _, _ in list(self.last)[-PEAK:]) / PEAK)

    def _weigh(self, tick: Tick) -> None:
        if self.weight > self.expected:
            told = float(surprise(np.array([self.weight]), np.array([self.expected]))[0]) / tick.spread
            self.evidence = max(self.evidence, told)

    def _peak(self, tick: Tick, rate: float) -> None:
        if rate > self.peak_rate:
            self.peak, self.peak_rate, self.peak_mean = tick.minute, rate, tick.mean

    def _rate_is_off(self, tick: Tick) -> bool:
        weight = sum(seen for seen, _, _ in self.last)
        mean = sum(expected for _, expected, _ in self.last)
        return weight > mean + 2.33 * float(np.sqrt(tick.spread * mean + (tick.doubt * mean) ** 2)) + 1.0

    def _while_rising(self, tick: Tick) -> bool:
        if self.state == "suspected" and self._is_sure():
            self.state, self.confirmed = "confirmed", tick.minute + 1
            return True
        if tick.minute - self.restless >= self._patience():
            self.state, self.recovering = "recovering", tick.minute + 1
            return True
        return False

    def _while_recovering(self, tick: Tick) -> bool:
        if tick.alarm is not None:
            return self._reopen()
        if tick.minute + 1 - (self.recovering or 0) >= SETTLE and tick.minute - self.restless >= WINDOW:
            self.state, self.resolved = "resolved", tick.minute + 1
            return True
        return False

    def _while_resolved(self, tick: Tick) -> bool:
        if tick.alarm is None:
            return False
        self.weight += tick.alarm.weight
        self.voices += tick.alarm.voices
        self.posts += tick.alarm.posts
        return self._reopen()

    def _reopen(self) -> bool:
        self.state = "confirmed" if self.confirmed is not None else "suspected"
        self.recovering = self.resolved = None
        return True

    def _is_sure(self) -> bool:
        return self.evidence >= self.threshold + SURE and self.reach >= 2 * self.least

    def _confidence(self) -> tuple[float, str]:
        return confidence(self.evidence, self.threshold, self.reach, self.least)

    def _patience(self) -> float:
        """Minutes of silence after which a rise that went on would have been heard of with a chance of 95 %."""
        lasted = max(1, self.restless + 1 - self.onset)
        needed = 3.0 * lasted / max(self.voices, 1.0)
        if sum(chatter for _, _, chatter in self.last) >= RECOVERY_CHATTER:
            needed /= 2
        return min(max(needed, SHORTEST_CALM), LONGEST_CALM)

    def snapshot(self, end: int) -> Incident:
        """The incident as it stands at minute `end`."""
        level, why = self._severity(self.resolved or end)
        sure, why_sure = self._confidence()
        return Incident(
            id=self.id,
            service=self.service,
            signal=self.signal,
            state=self.state,
            onset_at=moment(self.onset),
            opened_at=moment(self.opened),
            confirmed_at=_maybe(self.confirmed),
            peak_at=_maybe(self.peak),
            recovering_at=_maybe(self.recovering),
            resolved_at=_maybe(self.resolved),
            severity=level,
            severity_reason=why,
            confidence=sure,
            confidence_reason=why_sure,
            posts=self.posts,
            authors=round(self.voices),
            observed=self.weight,
            expected=self.expected,
            evidence=self.evidence,
            updated_at=moment(self.updated or self.opened),
            peak_ratio=self.ratio,
            onset_earliest=moment(self.earliest),
            onset_latest=moment(self.latest),
            cause=self.cause,
            shared=self.shared,
        )


def moment(minute: int) -> datetime:
    """The aware UTC time of a minute since 1970."""
    return EPOCH + timedelta(minutes=minute)


def identity(service: str, signal: str, opened: int) -> str:
    """The id of an incident: the same whenever the same minutes are judged."""
    return hashlib.sha256(f"{service}\n{signal}\n{opened}".encode()).hexdigest()[:16]


def _maybe(minute: int | None) -> datetime | None:
    return None if minute is None else moment(minute)
