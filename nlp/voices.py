"""From posts to voices: who counts, how much, and why, so that one crowd is told from one loud person.

An author, a thread and a wording each have one say about a service until they have been silent for an hour. A report
in the first person counts in full, a relayed headline little, word of recovery against; votes corroborate, capped.
What is decided about a post depends only on posts seen in the two hours before it (`MEMORY`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ingest.records import Minute, Post, Score, Voice, minute_of
from nlp.crowd import HOUR, Crowd

LATE: Final = timedelta(minutes=15)
"""A post written longer ago than this when it is first seen tells of the past, not of now."""

MEMORY: Final = 2 * HOUR
"""How much has to be fed again to rebuild a `Voices` exactly."""

DOUBTFUL: Final = 0.15
CLEAR: Final = 0.55
"""A report counts from the first probability on, and in full from the second."""

RELAY: Final = 0.3
RECOVERY: Final = 0.5
LEAST: Final = 0.2
"""Weights below this are noise of the reader and count as none, so that quiet minutes stay quiet."""

MOST_VOTES: Final = 6.0
PESTER: Final = 5
"""An author with so many posts about one service within an hour is pressing a point: the first say is taken back."""


def outage_weight(score: Score) -> float:
    """How much of an outage report a reading is, 0 to 1: first-hand in full, relays little, recovery against."""
    told = min(max((score.p_outage - DOUBTFUL) / (CLEAR - DOUBTFUL), 0.0), 1.0)
    weight = told + RELAY * score.p_relay - RECOVERY * score.p_recovery
    return min(weight, 1.0) if weight >= LEAST else 0.0


def frustration_weight(score: Score) -> float:
    """How much of an angry complaint a reading is, 0 to 1: a complaint counts half, its frustration the other half."""
    weight = score.p_complaint * (0.5 + 0.5 * score.frustration)
    return weight if weight >= LEAST else 0.0


def votes(likes: int) -> float:
    """By how many further voices likes corroborate a report: 2 for 10 likes, 4 for 30, never more than 6."""
    return min(MOST_VOTES, 2.0 * math.log2(1.0 + max(likes, 0) / 10.0))


@dataclass(slots=True)
class _Room:
    """What has been said about one service, once per signal."""

    outage: Crowd = field(default_factory=Crowd)
    frustration: Crowd = field(default_factory=Crowd)


class Voices:
    """Folds repeats within a sliding hour, per service. Feed it in (seen_at, id) order; memory is bounded."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}

    def fold(self, scored: Sequence[tuple[Post, Score]]) -> list[Voice]:
        """The say of each post about the service of its score, one answer per pair, in order."""
        return [self._voice(post, score) for post, score in scored]

    def _voice(self, post: Post, score: Score) -> Voice:
        room = self._rooms.setdefault(score.service, _Room())
        late = post.seen_at - post.created_at
        if late > LATE:
            return _of(post, score, 0.0, 0.0, f"not counted: it was written {_span(late)} before it could be seen")
        outage, why = room.outage.admit(post, score.fingerprint, outage_weight(score), PESTER, "report")
        anger, why_anger = room.frustration.admit(
            post, score.fingerprint, frustration_weight(score), PESTER, "complaint"
        )
        if outage > 0:
            extra = outage * votes(post.likes)
            return _of(post, score, outage + extra, anger, _told(why, score, post.likes if extra >= 0.5 else 0))
        return _of(post, score, outage, anger, why or why_anger or f"not counted: it reads as {score.kind}")


def _told(why: str, score: Score, likes: int) -> str:
    told = f"{why}, relayed" if score.p_relay > score.p_outage else why
    return f"{told}, corroborated by {likes} votes" if likes else told


def _span(late: timedelta) -> str:
    minutes_late = int(late.total_seconds() // 60)
    return f"{minutes_late} minutes" if minutes_late < 120 else f"{minutes_late // 60} hours"


def _of(post: Post, score: Score, outage: float, frustration: float, reason: str) -> Voice:
    minute = minute_of(post.seen_at)
    return Voice(score.service, post.source, minute, post.id, outage, frustration, reason)


@dataclass(slots=True)
class _Tally:
    """What one minute of one service at one source adds up to."""

    posts: int = 0
    outage_voices: int = 0
    outage: float = 0.0
    frustration: float = 0.0
    sentiment: float = 0.0
    posts_frustration: float = 0.0
    authors: set[str] = field(default_factory=set)
    by_kind: dict[str, set[str]] = field(default_factory=dict)

    def add(self, post: Post, score: Score, voice: Voice) -> None:
        self.posts += 1
        self.outage_voices += (voice.outage > 0) - (voice.outage < 0)
        self.outage += voice.outage
        self.frustration += voice.frustration
        self.sentiment += score.sentiment
        self.posts_frustration += score.frustration
        self.authors.add(post.author or post.id)
        self.by_kind.setdefault(score.kind, set()).add(post.author or post.id)

    def minute(self, service: str, source: str, minute: datetime) -> Minute:
        kinds = {kind: len(authors) for kind, authors in self.by_kind.items()}
        return Minute(
            service=service,
            source=source,
            minute=minute,
            posts=self.posts,
            authors=len(self.authors),
            outage_authors=self.outage_voices,
            relay_authors=kinds.get("relay", 0),
            recovery_authors=kinds.get("recovery", 0),
            complaint_authors=kinds.get("complaint", 0),
            outage=self.outage,
            frustration=self.frustration,
            sentiment=self.sentiment,
            posts_frustration=self.posts_frustration,
        )


def minutes(rows: Iterable[tuple[Post, Score, Voice]]) -> list[Minute]:
    """Add up posts with their voices per service, source and minute, sorted by minute, service, source.

    `outage_authors` counts voices that had a say (less those taken back); the other counts of authors are of
    distinct authors within the minute. `outage` may be negative in a minute in which voices are taken back.
    """
    tallies: dict[tuple[datetime, str, str], _Tally] = {}
    for post, score, voice in rows:
        tallies.setdefault((voice.minute, voice.service, voice.source), _Tally()).add(post, score, voice)
    return [tallies[key].minute(key[1], key[2], key[0]) for key in sorted(tallies)]
