"""Who has spoken lately: by author, by thread and by wording, over a sliding hour."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ingest.records import Post
from nlp.fingerprint import near

HOUR: Final = timedelta(hours=1)
MOST: Final = 50_000
"""Distinct wordings, threads and authors kept per crowd and hour; beyond that the oldest are forgotten."""

BANDS: Final = 8
"""Fingerprints that differ in fewer than so many bits agree in at least one band of 8 bits."""


@dataclass(slots=True)
class Wordings:
    """Fingerprints seen within the last hour, found again by near match."""

    _last: dict[int, tuple[datetime, str]] = field(default_factory=dict)
    _order: deque[tuple[datetime, int]] = field(default_factory=deque)
    _bands: dict[int, set[int]] = field(default_factory=dict)

    def meet(self, fingerprint: int, now: datetime, post: str) -> str:
        """Remember a wording; the post that said it before within the hour, or ''."""
        self._forget(now)
        before = self._like(fingerprint)
        self._last[fingerprint] = (now, post)
        self._order.append((now, fingerprint))
        for band in _bands(fingerprint):
            self._bands.setdefault(band, set()).add(fingerprint)
        return before

    def _like(self, fingerprint: int) -> str:
        if fingerprint in self._last:
            return self._last[fingerprint][1]
        candidates = {other for band in _bands(fingerprint) for other in self._bands.get(band, ())}
        alike = [self._last[other] for other in candidates if near(fingerprint, other)]
        return max(alike)[1] if alike else ""

    def _forget(self, now: datetime) -> None:
        while self._order and (now - self._order[0][0] > HOUR or len(self._order) > MOST):
            moment, fingerprint = self._order.popleft()
            if self._last.get(fingerprint, (None, ""))[0] == moment:
                self._drop(fingerprint)

    def _drop(self, fingerprint: int) -> None:
        del self._last[fingerprint]
        for band in _bands(fingerprint):
            members = self._bands[band]
            members.discard(fingerprint)
            if not members:
                del self._bands[band]


def _bands(fingerprint: int) -> list[int]:
    bits = fingerprint & 0xFFFF_FFFF_FFFF_FFFF
    return [(band << 8) | ((bits >> (8 * band)) & 0xFF) for band in range(BANDS)]


@dataclass(slots=True)
class _Speaker:
    """One author's last hour: when they spoke, and what still counts of it."""

    times: deque[datetime] = field(default_factory=deque)
    counted: float = 0.0
    counted_at: datetime | None = None
    last: str = ""


@dataclass(slots=True)
class Crowd:
    """Everyone who has spoken to one matter within the hour. Silent for an hour, one may speak anew."""

    _speakers: dict[str, _Speaker] = field(default_factory=dict)
    _threads: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    _wordings: Wordings = field(default_factory=Wordings)
    _swept: datetime | None = None

    def admit(self, post: Post, fingerprint: int, weight: float, pester: int, what: str) -> tuple[float, str]:
        """What a post of this weight adds, and why, in words. Weightless posts say nothing and are not remembered."""
        if weight <= 0:
            return 0.0, ""
        now = post.seen_at
        self._sweep(now)
        thread = self._thread(post, now)
        copy = self._wordings.meet(fingerprint, now, post.id) if fingerprint else ""
        speaker = self._speakers.setdefault(post.author or post.id, _Speaker())
        again = self._spoke(speaker, post, now)
        if len(speaker.times) >= pester and speaker.counted:
            return -_take_back(
                speaker
            ), f"taken back: this author has posted {len(speaker.times)} times within the hour"
        if again:
            return 0.0, f"not counted: the same author as {again}"
        if thread:
            return 0.0, f"not counted: the same thread as {thread}"
        if copy:
            return 0.0, f"not counted: nearly the same words as {copy}"
        speaker.counted, speaker.counted_at = weight, now
        return weight, f"first {what} by this author"

    def _thread(self, post: Post, now: datetime) -> str:
        if not post.thread:
            return ""
        before = self._threads.get(post.thread)
        known = before[1] if before and now - before[0] <= HOUR else ""
        self._threads[post.thread] = (now, post.id)
        return known

    @staticmethod
    def _spoke(speaker: _Speaker, post: Post, now: datetime) -> str:
        while speaker.times and now - speaker.times[0] > HOUR:
            speaker.times.popleft()
        if speaker.counted_at is not None and now - speaker.counted_at > HOUR:
            speaker.counted, speaker.counted_at = 0.0, None
        again = speaker.last if speaker.times else ""
        speaker.times.append(now)
        speaker.last = post.id
        return again

    def _sweep(self, now: datetime) -> None:
        if self._swept is not None and now - self._swept < HOUR / 4 and len(self._speakers) < 2 * MOST:
            return
        self._swept = now
        threads = [(key, seen) for key, seen in self._threads.items() if now - seen[0] <= HOUR]
        speakers = [(key, one) for key, one in self._speakers.items() if now - one.times[-1] <= HOUR]
        self._threads = dict(threads[-MOST:])
        self._speakers = dict(speakers[-MOST:])


def _take_back(speaker: _Speaker) -> float:
    taken, speaker.counted, speaker.counted_at = speaker.counted, 0.0, None
    return taken
