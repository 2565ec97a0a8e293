"""Walks through time with all services at once: expect, observe, alarm, tell, and only then learn.

Everything happens at canonical moments: minutes with rows, edges of blocks, edges of gaps. Where a caller stops in
between leaves no trace, so that chunks and restarts cannot change a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ingest.records import Expected
from nlp.band import band
from nlp.baseline import Baseline, Block, Floats, Ints, Null
from nlp.blocks import block_end
from nlp.chronicle import DROP, STIR, Alarms, Chronicle, Found, Usual
from nlp.company import Company
from nlp.counts import FRUSTRATION, OTHERS, OUTAGE, TALK, Counts
from nlp.coverage import Blindness
from nlp.hush import Hush
from nlp.recent import Recent
from nlp.rises import Rises
from nlp.rules import Judgement, Rules
from nlp.sources import Sources
from nlp.stories import Story
from nlp.talk import Talk

DRAWN: Final = 1440
"""The band is written for services that were mentioned within so many minutes."""

SETTLING: Final = 3 * 1440
"""Until a service has been known for so many minutes, all is learned from (clipped): its rhythm is still unknown."""

AGAIN: Final = 5
"""Minutes until a silence is looked at again for which a whole source may be the cause."""

HELD_BACK: Final = 0.6
"""A block that ends with so much of the evidence for an alarm is not learned from."""


class Watch:
    """The state of judging. Channels go signal by signal: outage of every service, frustration, then other talk.

    The first two are judged in `nlp.rises`. Silence and unusual talk are judged in `nlp.hush` and `nlp.talk`; their
    channels come after these two.

    Args:
        names: the services.
        rules: when a rise is enough.
        alone: services share no shape of the week, as if each were watched by itself.
        roots: first names of those that were renamed, by which the ids of incidents are made.
        talk: whether unusual talk is told too.
        bands: whether what is expected is told hour by hour.
    """

    def __init__(
        self,
        names: list[str],
        rules: Rules,
        *,
        alone: bool = False,
        roots: Mapping[str, str] | None = None,
        talk: bool = True,
        bands: bool = True,
    ) -> None:
        count = len(names)
        self._names, self._rules, self._count, self._bands = names, rules, count, bands
        groups = np.arange(3 * count) if alone else np.repeat(np.arange(3), count)
        self._baseline = Baseline(3 * count, groups, without=rules.without)
        self._recent = Recent(count)
        self._sources = Sources(count)
        self._hush = Hush(count, rules.threshold_of("drop"), alone=alone)
        self._talk = Talk(count) if talk else None
        self._company = Company()
        self._chronicle = Chronicle(names, rules, roots or {})
        self._shares: dict[str, Floats] = {}
        self._started, self._unheard = np.full(count, -1, dtype=np.int64), count
        self._heard = np.full(count, -(1 << 40), dtype=np.int64)
        self.rises = Rises(self._started, rules, self._recent, self._chronicle)
        """When outage reports or frustration rise."""
        self._clock: int | None = None
        self._open = False
        self._first = self._block_first = self._block_last = 0
        self._blind: frozenset[str] = frozenset()
        self._share = np.ones(count)
        self._null: Null
        self._block = Block.empty(3 * count)
        self._spoiled = np.zeros(3 * count, dtype=bool)

    def advance(
        self,
        end: int,
        rows: Counts,
        spoken: Ints,
        sources: list[str],
        blind: Blindness,
        named: Sequence[tuple[int, int, str, str]] = (),
    ) -> Judgement:
        """Judge the minutes before `end`, given their rows (see `counts`) and the causes named in them.

        `named` has minute, service, author and cause, by minute.
        """
        found = Found()
        self._chronicle.hear(named, self._clock)
        if self._clock is None and len(rows):
            self._clock = int(rows.minute[0])
        if self._clock is None:
            return Judgement([], [], [])
        self._company.add(spoken, sources)
        if self._talk:
            self._talk.meet(spoken, sources)
        place = int(np.searchsorted(rows.minute, self._clock))
        said = int(np.searchsorted(spoken[:, 0], self._clock))
        edges = [*blind.changes(self._clock, end), end]
        for edge in edges:
            while self._clock < edge:
                self._turn(self._clock, blind, found)
                stop = min(edge, self._block_last)
                place = self._walk(stop, rows, place, found)
                upto = int(np.searchsorted(spoken[:, 0], self._clock))
                self._count_sources(spoken[said:upto], sources)
                said = upto
        standing = self._chronicle.standing(self._clock)
        return Judgement(found.spikes, found.transitions, found.expected, standing, found.shared)

    def judge_by(self, rules: Rules) -> None:
        """Judge by other rules from the next minute on. Stories that are open go on as they began."""
        self._rules = rules
        self._chronicle.judge_by(rules)
        self.rises.judge_by(rules)
        self._hush.aim(rules.threshold_of("drop"))

    def release(self, service: int) -> None:
        """Follow the stories of a service no further: for simulations that have seen enough of it."""
        self._chronicle.release(service)

    # Cutting time

    def _turn(self, minute: int, blind: Blindness, found: Found) -> None:
        unread = blind.at(minute)
        over = self._open and minute >= self._block_last
        if self._open and not over and unread == self._blind:
            return
        if self._open:
            self._close(minute)
        if over or not self._open:
            self._learn(minute)
            self._block_first, self._block_last = minute, block_end(minute, self._started)
            self._null = self._baseline.expect(minute)
            self._hush.renew(minute)
            if minute % 60 == 0:
                found.expected += self._band(minute)
        self._owe(minute, blind)
        self._first, self._blind, self._open = minute, unread, True
        self._share = self._sources.readable(unread) if unread else np.ones(self._count)
        watched = 2 * self._count
        crowd, drift = self._null.mean[watched:], self._baseline.drift[:watched]
        self.rises.expect(minute, _head(self._null, watched), drift, crowd, self._share)
        self._hush.expect(minute, self._share, self._started)
        if self._talk:
            self._talk.expect(minute, self._share)
        judged = bool(self._hush.least.any())
        self._shares = {one: self._sources.share(one) for one in self._sources.names() if judged and one not in unread}

    def _close(self, minute: int) -> None:
        self.rises.close(minute)
        known = self._started >= 0
        lasted = np.where(known, minute - np.maximum(self._started, self._first), 0) * self._share
        lasted = np.maximum(lasted, 0.0)
        self._block.exposure += np.tile(lasted, 3)
        self._hush.close(minute, lasted)

    def _learn(self, minute: int) -> None:
        if not self._open:
            return
        nats = self.rises.now()
        watched = 2 * self._count
        usual = self._null.mean[:watched] * self._block.exposure[:watched]
        risen = (nats > HELD_BACK * self._rules.threshold) & (self._block.weight[:watched] > 2.0 * usual + 1.0)
        chosen = ~self._spoiled
        chosen[:watched] &= ~risen
        young = minute - self._started < SETTLING
        chosen |= np.tile(young, 3)
        if "masking" in self._rules.without:
            chosen[:] = True
        self._baseline.learn_spread(self._block_first, self._block)
        self._baseline.learn(self._block_first, self._block, chosen, hour_over=minute % 60 == 0)
        apart = self._spoiled[watched:] | self._talk.spoiled if self._talk else self._spoiled[watched:]
        self._hush.learn(self._block_first, minute, ~apart, young)
        if self._talk:
            self._talk.learn(minute - self._block_first)
        self._sources.fade(minute - self._block_first)
        self._block = Block.empty(3 * self._count)
        self._spoiled[:] = False
        self._adopt(minute)
        for channel, story in self._chronicle.stories.items():
            self._spoil(channel, story)

    def _adopt(self, minute: int) -> None:
        """What has lasted so long that it is the new usual is taken for it, at once."""
        for channel, story in self._chronicle.stories.items():
            if not story.open or story.adopted or minute - story.opened < self._rules.adopt_hours * 60:
                continue
            story.adopted, (signal, service) = True, divmod(channel, self._count)
            if signal >= DROP:
                self._hush.adopt(service, story.rate(minute))
            else:
                self._baseline.adopt(channel, story.rate(minute))
                self.rises.forget(channel)

    def _spoil(self, channel: int, story: Story) -> None:
        if not story.open or story.adopted:
            return
        signal, service = divmod(channel, self._count)
        if signal == STIR and self._talk:
            self._talk.spoiled[service] = True
            return
        spoiled = slice(channel, channel + 1) if signal == FRUSTRATION else slice(service, None, self._count)
        self._spoiled[spoiled] = True

    def _band(self, minute: int) -> list[Expected]:
        drawn = (self._started >= 0) & (minute - self._heard < DRAWN)
        return self._banded(np.flatnonzero(drawn), minute)

    def _banded(self, services: Ints, hour: int) -> list[Expected]:
        if not (self._bands and len(services)):
            return []
        return band(self._names, services, hour, _joined(_head(self._null, 2 * self._count), self._hush.null))

    def _owe(self, minute: int, blind: Blindness) -> None:
        for source, lasted in blind.ended(minute):
            self.rises.owe(minute, self._sources.share(source), self._null.mean[: 2 * self._count], lasted)
            if self._talk:
                self._talk.owe(minute, self._sources.share(source), lasted)
        self.rises.forgive(minute)

    # Walking through a block

    def _walk(self, stop: int, rows: Counts, place: int, found: Found) -> int:
        assert self._clock is not None
        while self._clock < stop:
            minute = self._next(stop, rows, place)
            if minute >= stop:
                self._clock = stop
                break
            last = place + int(rows.minute[place : place + self._count].searchsorted(minute, side="right"))
            self._minute(minute, rows.service[place:last], rows.values[place:last], found)
            place, self._clock = last, minute + 1
            stop = min(stop, self._block_last)
        return place

    def _next(self, stop: int, rows: Counts, place: int) -> int:
        assert self._clock is not None
        if self._chronicle.stories:
            return self._clock
        spoken = int(rows.minute[place]) if place < len(rows) else stop
        due = self._talk.next_due() if self._talk else stop
        return max(min(spoken, self._hush.next_due(), due), self._clock)

    def _minute(self, minute: int, services: Ints, values: Floats, found: Found) -> None:
        alarms: Alarms = {}
        if len(services):
            found.expected += self._hear(minute, services, values)
            for signal in (OUTAGE, FRUSTRATION):
                alarms |= self.rises.observe(minute, signal, services, values, self._block)
        self._listen(minute, alarms)
        if self._talk and minute == self._talk.next_due():
            self._note(minute, self._talk, alarms)
        self._chronicle.catch_up(minute)
        if self._chronicle.stories or alarms:
            self._tell(minute, dict(zip(services.tolist(), values, strict=True)), alarms, found)

    def _hear(self, minute: int, services: Ints, values: Floats) -> list[Expected]:
        if self._unheard:
            self._begin(minute, services[self._started[services] < 0])
        hour = minute - minute % 60
        undrawn = services[hour - self._heard[services] >= DRAWN]
        self._heard[services] = minute
        self._recent.put(minute, services, values)
        self._hush.hear(minute, services, values[:, TALK])
        if self._talk:
            self._talk.hear(minute, services, values)
        others, people = services + 2 * self._count, values[:, OTHERS]
        self._block.weight[others] += people
        self._block.squares[others] += people**2
        self.rises.hear(minute, services, values)
        return self._banded(undrawn, hour)

    def _begin(self, minute: int, fresh: Ints) -> None:
        if not len(fresh):
            return
        self._started[fresh] = minute
        self.rises.begin(fresh, minute)
        self._hush.begin(fresh, minute)
        self._block_last = min(self._block_last, (minute // 5 + 1) * 5)
        self._unheard -= len(fresh)

    def _listen(self, minute: int, alarms: Alarms) -> None:
        """Silences that are enough, but for those in which a whole source may have fallen silent."""
        hush = self._hush
        for service, nats in hush.silent(minute):
            spread, mean = float(hush.null.spread[service]), float(hush.null.mean[service] * self._share[service])
            channel = DROP * self._count + service
            since = max(int(hush.since[service]), int(self._chronicle.calm_since[channel]))
            rise = self._recent.fall(service, minute, mean, float(hush.least[service]), spread, since)
            if self._company.silent(service, rise.onset, minute, hush.null.mean, self._shares):
                hush.wait(service, minute + AGAIN)
            else:
                alarms[channel] = (nats, rise)

    def _note(self, minute: int, talk: Talk, alarms: Alarms) -> None:
        """Unusual talk, unless trouble of that service is noticed in the same minute."""
        troubled = {channel % self._count for channel in alarms if channel < DROP * self._count}
        found = talk.unusual(minute, self._hush.null, self._share, self._recent, self._chronicle, troubled)
        alarms |= {channel: (rise.evidence, rise) for channel, rise in found}

    # Telling

    def _tell(self, minute: int, seen: dict[int, Floats], alarms: Alarms, found: Found) -> None:
        stories = self._chronicle.stories
        told = [one for one in sorted(stories.keys() | alarms.keys()) if self._share[one % self._count] > 0]
        for channel in self._chronicle.tell(minute, seen, alarms, {one: self._usual(one) for one in told}, found):
            signal, service = divmod(channel, self._count)
            if signal == DROP:
                self._hush.forget(service)
            elif signal < DROP:
                self.rises.forget(channel)
        for channel in told:
            if channel in stories:
                self._spoil(channel, stories[channel])

    def _usual(self, channel: int) -> Usual:
        signal, service = divmod(channel, self._count)
        null, place = (self._hush.null, service) if signal >= DROP else (self._null, channel)
        mean = float(null.mean[place] * self._share[service])
        mood = self._talk.mood(service) if signal == STIR and self._talk else 0.0
        return Usual(mean, float(null.spread[place]), float(null.doubt[place]), mood)

    # Sources

    def _count_sources(self, spoken: Ints, names: list[str]) -> None:
        if len(spoken):
            self._sources.add(
                spoken[:, 1], [names[number] for number in spoken[:, 2].tolist()], spoken[:, 3].astype(np.float64)
            )


def _head(null: Null, count: int) -> Null:
    return Null(null.mean[:count], null.upper[:count], null.spread[:count], null.doubt[:count])


def _joined(first: Null, second: Null) -> Null:
    return Null(
        np.concatenate([first.mean, second.mean]),
        np.concatenate([first.upper, second.upper]),
        np.concatenate([first.spread, second.spread]),
        np.concatenate([first.doubt, second.doubt]),
    )
