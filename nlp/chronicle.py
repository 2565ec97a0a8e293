"""Tells alarms as stories: who is in trouble since when, what people blame for it, and whose trouble is one."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from ingest.records import SIGNALS, Expected, Incident, SharedStory, Spike
from nlp.baseline import Floats, Ints
from nlp.buzz import Beside, Buzz
from nlp.causes import Causes
from nlp.counts import COMPLAINTS, FIELDS, FRUSTRATION, MOOD, OUTAGE, POSTS, RECOVERY, TALK, VOICES
from nlp.lulls import Lull
from nlp.recent import ANGER_EACH, Rise
from nlp.rules import Rules
from nlp.stories import Story, Tick, moment
from nlp.together import Together

DROP: Final = 2
STIR: Final = 3
"""The numbers of the third signal, silence, and the fourth, unusual talk. What is usual for both is in `nlp.hush`; for
the others in the baseline."""

Alarms = dict[int, tuple[float, Rise]]
"""By channel: the evidence in nats, and the stretch that stands out."""


@dataclass(slots=True)
class Found:
    """What has come of judging so far."""

    spikes: list[Spike] = field(default_factory=list)
    transitions: list[Incident] = field(default_factory=list)
    expected: list[Expected] = field(default_factory=list)
    shared: list[SharedStory] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual of one channel in one minute: mean weight, variance over mean, relative doubt about the mean.

    `mood` is the usual mean sentiment of a post.
    """

    mean: float
    spread: float
    doubt: float
    mood: float = 0.0


class Chronicle:
    """The stories of all channels, signal by signal, as they unfold.

    Args:
        names: the services.
        rules: when a rise is enough, and from where on it is severe.
        roots: first names of those that were renamed, by which the ids of incidents are made.
    """

    def __init__(self, names: list[str], rules: Rules, roots: Mapping[str, str]) -> None:
        self._names, self._rules, self._roots, self._count = names, rules, dict(roots), len(names)
        self._named: deque[tuple[int, int, str, str]] = deque()
        self._causes, self._together = Causes(), Together()
        self.stories: dict[int, Story] = {}
        """By channel: those that are open, or over so recently that a new rise would be the same story."""
        self.calm_since: Ints = np.zeros(len(SIGNALS) * len(names), dtype=np.int64)
        """No story of a channel that is still to come begins before this minute."""

    def judge_by(self, rules: Rules) -> None:
        """Stories that begin from now on go by other rules."""
        self._rules = rules

    def enough(self, signal: int) -> float:
        """The evidence, in nats, that an alarm of a signal takes."""
        return self._rules.threshold_of(SIGNALS[signal])

    def hear(self, named: Sequence[tuple[int, int, str, str]], since: int | None) -> None:
        """Remember who will have named which cause: minute, service, author and cause, by minute; none from before."""
        self._named.extend(one for one in named if since is None or one[0] >= since)

    def catch_up(self, minute: int) -> None:
        """Take the causes into account that were named up to the end of a minute."""
        while self._named and self._named[0][0] <= minute:
            at, service, author, cause = self._named.popleft()
            self._causes.add(service, cause, author, at)

    def standing(self, minute: int) -> list[Incident]:
        """The open incidents as of the end of the minute before `minute`."""
        return [story.standing(minute) for _, story in sorted(self.stories.items()) if story.open]

    def tell(
        self, minute: int, seen: Mapping[int, Floats], alarms: Alarms, usual: Mapping[int, Usual], found: Found
    ) -> list[int]:
        """Take in one minute.

        Args:
            minute: which.
            seen: what was counted, by service; services without a row were not spoken of.
            alarms: by channel.
            usual: by channel, of those that have a story or an alarm; those that cannot be read are left out.
            found: takes what comes of it.

        Returns:
            The channels in which it has just become calm: evidence for a new rise begins anew there.
        """
        told, calm = len(found.transitions), []
        for channel, expected in usual.items():
            signal, service = divmod(channel, self._count)
            tick = self._tick(channel, minute, seen.get(service), expected, alarms.get(channel))
            changes, calmed = self._story(channel, tick)
            found.transitions += changes
            calm += [channel] if calmed else []
            if tick.alarm is not None:
                onset = moment(self.stories[channel].onset)
                at, name = moment(minute), self._names[service]
                found.spikes.append(Spike(name, SIGNALS[signal], at, tick.weight, tick.mean, tick.nats, onset))
        self._bind(minute, found, told)
        return calm

    def _story(self, channel: int, tick: Tick) -> tuple[list[Incident], bool]:
        """The snapshots to tell, and whether it has become calm."""
        story = self.stories.get(channel)
        if story is not None and story.over(tick.minute):
            del self.stories[channel]
            story = None
        if story is None:
            return ([] if tick.alarm is None else self._begin(channel, tick, tick.alarm)), False
        before = story.state
        changes = story.follow(tick)
        calm = story.state in ("recovering", "resolved") and story.state != before
        if calm:
            self.calm_since[channel] = tick.minute + 1
        return changes, calm

    def _begin(self, channel: int, tick: Tick, rise: Rise) -> list[Incident]:
        signal, service = divmod(channel, self._count)
        name, rules = self._names[service], self._rules
        kinds: dict[int, type[Story]] = {DROP: Lull, STIR: Buzz}
        kind = kinds.get(signal, Story)
        story = kind.begin(name, SIGNALS[signal], self.enough(signal), rules.min_voices, tick, rise)
        story.bounds, story.root = rules.bounds, self._roots.get(name, "")
        self.stories[channel] = story
        return story.opening(tick)

    def _tick(
        self, channel: int, minute: int, values: Floats | None, usual: Usual, alarm: tuple[float, Rise] | None
    ) -> Tick:
        signal, service = divmod(channel, self._count)
        row = np.zeros(len(FIELDS)) if values is None else values
        voices = {OUTAGE: row[VOICES], FRUSTRATION: row[FRUSTRATION] / ANGER_EACH}.get(signal, row[TALK])
        return Tick(
            minute=minute,
            weight=float(row[signal if signal < DROP else TALK]),
            voices=float(voices),
            posts=int(row[POSTS]),
            recovery=float(row[RECOVERY]),
            mean=usual.mean,
            spread=usual.spread,
            doubt=usual.doubt,
            nats=alarm[0] if alarm else 0.0,
            alarm=alarm[1] if alarm else None,
            cause=self._cause(service, minute, alarm[1] if alarm else None) if signal == OUTAGE else "",
            complaints=float(row[COMPLAINTS]),
            reports=float(row[VOICES]),
            mood=float(row[MOOD]),
            usual_mood=usual.mood,
            beside=self.beside(service, minute) if signal == STIR else "",
        )

    def release(self, service: int) -> None:
        """Follow the stories of a service no further."""
        for signal in range(len(SIGNALS)):
            self.stories.pop(signal * self._count + service, None)

    def told(self, channel: int, minute: int) -> bool:
        """Whether a rise of a channel would be part of a story that was told."""
        story = self.stories.get(channel)
        return story is not None and not story.over(minute)

    def beside(self, service: int, minute: int) -> Beside:
        """Whether trouble of a service is told, or was until lately: then talk about it is explained."""
        told: Beside = ""
        for signal in (OUTAGE, FRUSTRATION):
            story = self.stories.get(signal * self._count + service)
            if story is None or story.over(minute):
                continue
            if story.confirmed is not None:
                return "confirmed"
            told = "suspected" if story.open else told
        return told

    def _cause(self, service: int, minute: int, rise: Rise | None) -> str:
        story = self.stories.get(service)
        if story is not None and not story.over(minute):
            return self._causes.leading(service, story.onset, minute, story.cause)
        return self._causes.leading(service, rise.onset, minute, "") if rise else ""

    def _bind(self, minute: int, found: Found, told: int) -> None:
        outages = {channel: story for channel, story in self.stories.items() if channel < self._count}
        changed, joined = self._together.look(outages, self._causes, minute)
        found.shared += changed
        for story in joined:
            mine = [place for place in range(told, len(found.transitions)) if found.transitions[place].id == story.id]
            for place in mine:
                found.transitions[place] = replace(found.transitions[place], shared=story.shared)
            found.transitions += [] if mine else story.joined(minute + 1)
