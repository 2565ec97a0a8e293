"""Which unusual talk is told: what `nlp.stir` notices, where it is plain and nothing else explains it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints, Null
from nlp.chronicle import STIR, Chronicle
from nlp.counts import MOOD, POSTS, TALK
from nlp.daybook import even
from nlp.recent import Recent, Rise
from nlp.stir import FLOOR, TIMES, Stir

LOOK: Final = 180
"""It began so many minutes ago at most: where much is said always, small errors of what is usual add up."""

NEW: Final = 1440
"""For so many minutes after the first words of a source nothing is told: all its talk is more than usual."""

AT_ONCE: Final = 40
"""So many services are looked at closely in one minute; where more are loud at once, by turns."""

FORGET: Final = 14 * 1440.0
PULL: Final = 10.0
"""The usual mood is mixed until more posts than this are known."""


class Talk:
    """All talk about `services` services."""

    def __init__(self, services: int) -> None:
        self._stir, self._count = Stir(services), services
        self._met: dict[str, int] = {}
        self._said, self._usual = np.zeros((2, services)), np.zeros((2, services))
        self.spoiled = np.zeros(services, dtype=np.bool_)
        """Services whose talk is unusual, so that nothing usual is learned of it."""

    def meet(self, spoken: Ints, sources: Sequence[str]) -> None:
        """Remember when each source was first heard: minute, service, source number and posts as columns, by minute."""
        for number, source in enumerate(sources):
            if source not in self._met:
                heard = spoken[spoken[:, 2] == number, 0]
                self._met |= {source: int(heard[0])} if len(heard) else {}

    def hear(self, minute: int, services: Ints, values: Floats) -> None:
        """What was counted of these services in this minute."""
        self._stir.hear(minute, services, values[:, TALK])
        self._said[0, services] += values[:, MOOD]
        self._said[1, services] += values[:, POSTS]

    def expect(self, minute: int, share: Floats) -> None:
        """From `minute` on this part of each service can be read."""
        self._stir.expect(minute, share)

    def owe(self, minute: int, part: Floats, lasted: int) -> None:
        """A source that contributes this part is read again from `minute` on, after so many minutes."""
        self._stir.distrust(minute, part, lasted)

    def learn(self, minutes: int) -> None:
        """Learn the usual mood of a block that ended after so many minutes."""
        self._usual = self._usual * np.exp(-minutes / FORGET) + np.where(self.spoiled, 0.0, self._said)
        self._said[:] = 0.0
        self.spoiled[:] = False

    def mood(self, service: int) -> float:
        """The usual mean sentiment of a post."""
        return float(self._usual[0, service] / (self._usual[1, service] + PULL))

    def next_due(self) -> int:
        """The next minute at whose end something may be told."""
        return self._stir.next_due()

    def unusual(
        self,
        minute: int,
        usual: Null,
        share: Floats,
        recent: Recent,
        chronicle: Chronicle,
        troubled: Collection[int] = (),
    ) -> Iterator[tuple[int, Rise]]:
        """The channels of which unusual talk is told at the end of `minute`, each with the stretch that stands out.

        Args:
            minute: the last of a stretch of five.
            usual: of all talk.
            share: the readable part of each service.
            recent: the last hours.
            chronicle: what is told already.
            troubled: services whose trouble is noticed in this minute.
        """
        asked, new = [], self._new_source(minute)
        for service in self._stir.close(minute, usual.mean):
            beside = chronicle.beside(service, minute)
            if beside == "confirmed":
                self._stir.settle(service)
            story = chronicle.stories.get(STIR * self._count + service)
            if story is not None and story.open:
                self._stir.goes_on(service)
            elif not (beside or service in troubled or share[service] == 0.0 or new):
                asked.append(service)
        for service in self._stir.longest_unseen(asked, AT_ONCE):
            if not self._stir.wanted(service, minute):
                continue
            channel = STIR * self._count + service
            mean = float(usual.upper[service] * share[service])
            since = max(int(chronicle.calm_since[channel]), minute - LOOK)
            spread = float(usual.spread[service])
            rise = recent.rise(service, TALK, minute, mean, since)
            enough = rise.evidence / spread >= chronicle.enough(STIR)
            if enough and rise.weight >= max(rise.expected + FLOOR, TIMES * rise.expected):
                self._stir.told(service, minute)
                yield channel, recent.traced(rise, service, TALK, minute, even(mean, since, minute), spread)

    def _new_source(self, minute: int) -> bool:
        return any(minute - first < NEW for first in self._met.values() if first <= minute)
