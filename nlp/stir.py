"""When far more people than usual speak of a service, whatever they say: the live form of `nlp.detectors.volume`.

Counts of people in stretches of five minutes are kept for about three and a half weeks, and the views of the batch
detector look at them; of what was before, only the sixteen largest deviations of each view are carried on. Verdicts are
those of the batch detector where it tells rises, and those on a prefix are the prefix of the verdicts.

Views are looked at late: a service whose last hour is not far above the usual has nothing to tell, so its stretches
wait and are taken in many at a time. Which stretches are taken in together leaves no trace in what is told.

What could not be read is taken to have been as usual at that time of day; whole days that could not be read are left
out of the series. After a gap a source may bring what it owes without telling anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.baseline import Floats, Ints
from nlp.coverage import FOREVER
from nlp.detectors import volume
from nlp.detectors._windows import before, same_time

Bools = NDArray[np.bool_]
STRETCH: Final = 5
HOUR: Final = 60 // STRETCH
BACK: Final = volume.WEEK + 4 * HOUR
"""No view looks further back than so many stretches."""

TURN: Final = 2016
"""Each service's stretches are taken in every so many at least, by turns."""

KEPT: Final = volume.SPAN + BACK + TURN + volume.DAY
KNOWN: Final = 2 * volume.DAY
"""Nothing is told of a service until it has been known for so many stretches."""

FLOOR: Final = 20.0
"""So many people more than usual have to speak within an hour: a small service is not told of for a few."""

TIMES: Final = 2.0
"""And so many times as many as usual."""

READABLE: Final = 0.5
"""A stretch of which less could be read tells nothing."""

CATCH_UP: Final = 30
"""Minutes after a gap in which a source may bring what it owes."""

PART: Final = 0.02
"""A source that contributes less to a service than this may come and go."""

SOON: Final = 2
"""So many stretches pass until it may be told: by then an outage that explains it would have been noticed."""

DAY: Final = 1440
AGAIN: Final = 2.0
"""Within so many minutes it is told again only where so many times as many people speak as when it was told."""

NEVER: Final = -(1 << 40)


@dataclass(slots=True)
class Past:
    """What is known of one service beyond its kept stretches."""

    largest: Floats
    """The largest deviations of each view."""

    rare: Floats
    done: int = 0
    """So many stretches have been taken in."""

    high: int = NEVER
    said: float = 0.0
    score: float = 0.0
    """How unusual the last stretch was, 0 where it is no rise."""

    wanting: bool = False
    """Announced, and not told yet."""

    since: int = NEVER
    """When it was announced."""

    told: int = NEVER
    most: float = 0.0
    """The most people in an hour while it was told."""

    @classmethod
    def fresh(cls) -> Past:
        """Nothing known yet."""
        views = len(volume.VIEWS)
        return cls(np.full((views, volume.TAIL), -np.inf), np.zeros(views))


class Stir:
    """The talk about `services` services, in stretches of five minutes."""

    def __init__(self, services: int) -> None:
        self._kept = np.zeros((services, KEPT), dtype=np.float32)
        self._count, self._hour = np.zeros(services), np.zeros(services)
        self._place = np.zeros(services, dtype=np.int64)
        self._missing = np.zeros(services, dtype=np.int64)
        self._begun = np.zeros(services, dtype=np.bool_)
        self._share, self._unread, self._since = np.ones(services), np.zeros(services), 0
        self._distrusted = np.zeros(services, dtype=np.int64)
        self._whole = True
        self._pasts = [Past.fresh() for _ in range(services)]
        self._due = FOREVER

    # Walking

    def next_due(self) -> int:
        """The last minute of the present stretch."""
        return self._due

    def hear(self, minute: int, services: Ints, talk: Floats) -> None:
        """So many people spoke of these services in this minute."""
        self._count[services] += talk
        if self._due == FOREVER and self._count.any():
            self._since = minute // STRETCH * STRETCH
            self._due = self._since + STRETCH - 1

    def expect(self, minute: int, share: Floats) -> None:
        """From `minute` on this part of each service can be read."""
        if self._due != FOREVER:
            self._pass(minute)
        self._share = share
        self._whole = self._whole and bool((share >= 1.0).all())

    def distrust(self, minute: int, part: Floats, lasted: int) -> None:
        """A source that contributes this part to each service is read again from `minute` on, after so many minutes."""
        until = np.where(part > PART, minute + min(lasted, CATCH_UP), 0)
        self._distrusted = np.maximum(self._distrusted, until)
        self._whole = False

    def close(self, minute: int, usual: Floats) -> list[int]:
        """End the present stretch with `minute`.

        Args:
            minute: its last.
            usual: people a minute who are usual, per service, where all can be read.

        Returns:
            The services of which far more than usual was said in the last hour.
        """
        self._due = minute + STRETCH
        self._begun |= self._count > 0.0
        known = self._begun if self._whole else self._readable(minute, usual)
        self._append(known.nonzero()[0])
        self._count[:] = 0.0
        stretch = minute // STRETCH
        for service in range(stretch % TURN, len(self._place), TURN):
            self._take_in(service)
        hourly = usual * 60.0
        loud = known & (self._hour >= np.maximum(hourly + FLOOR, TIMES * hourly)) & (self._place >= KNOWN)
        return [int(service) for service in loud.nonzero()[0]]

    def told(self, service: int, minute: int) -> None:
        """It was told with `minute`."""
        past = self._pasts[service]
        past.wanting, past.told, past.most = False, minute, float(self._hour[service])

    def goes_on(self, service: int) -> None:
        """What was told goes on."""
        past = self._pasts[service]
        past.most = max(past.most, float(self._hour[service]))

    def wanted(self, service: int, minute: int) -> bool:
        """Whether a service of which far more than usual is said is to be told of: the views have to say so too."""
        past = self._take_in(service)
        if minute - past.told < DAY:
            return past.score >= volume.LEVEL and bool(self._hour[service] >= AGAIN * past.most)
        return past.wanting and past.done - 1 - past.since >= SOON

    def longest_unseen(self, services: Sequence[int], most: int) -> Sequence[int]:
        """All of the services, or those of which the stretches have waited longest to be taken in."""
        if len(services) <= most:
            return services
        return sorted(services, key=lambda one: self._pasts[one].done - int(self._place[one]))[:most]

    def settle(self, service: int) -> None:
        """What was announced is explained by something else: it is not to be told."""
        self._pasts[service].wanting = False

    # What could not be read

    def _pass(self, minute: int) -> None:
        if not self._whole:
            self._unread += (1.0 - self._share) * (minute - self._since)
        self._since = minute

    def _readable(self, minute: int, usual: Floats) -> Bools:
        """The services of which this stretch tells, after the part that could not be read has been made up for."""
        self._pass(minute + 1)
        first = minute + 1 - STRETCH
        enough = (self._unread <= (1.0 - READABLE) * STRETCH) & (self._distrusted <= first)
        known = self._begun & enough
        self._missing += self._begun & ~enough
        for service in (known & (self._missing > 0)).nonzero()[0].tolist():
            self._fill(service)
        self._count += self._unread * usual
        self._unread[:] = 0.0
        self._whole = bool((self._share >= 1.0).all() and (self._distrusted <= first).all() and not self._missing.any())
        return known

    def _fill(self, service: int) -> None:
        """Put what is usual at that time of day in the place of what was missed; whole days are left out."""
        missed, self._missing[service] = int(self._missing[service]) % volume.DAY, 0
        place = int(self._place[service])
        lags = place + np.arange(missed)[:, None] - volume.DAY * np.arange(1, 8)
        kept, days = np.where(lags >= 0, self._kept[service, lags % KEPT], 0.0), (lags >= 0).sum(axis=1)
        level = float(self._kept[service, : min(place, KEPT)].mean()) if place else 0.0
        filled = np.where(days > 0, kept.sum(axis=1) / np.maximum(days, 1), level)
        self._kept[service, np.arange(place, place + missed) % KEPT] = filled
        self._place[service] = place + missed
        last = np.arange(max(place + missed - HOUR, 0), place + missed)
        self._hour[service] = self._kept[service, last % KEPT].sum(dtype=np.float64)

    # Taking in

    def _append(self, which: Ints) -> None:
        place = self._place[which]
        slot = place % KEPT
        self._kept[which, slot] = self._count[which]
        oldest = np.where(place >= HOUR, self._kept[which, (place - HOUR) % KEPT], 0.0)
        self._hour[which] += self._kept[which, slot] - oldest
        self._place[which] = place + 1

    def _take_in(self, service: int) -> Past:
        """Look at the stretches that wait."""
        past, place = self._pasts[service], int(self._place[service])
        if past.done < place:
            first = max(past.done - volume.SPAN - BACK, 0)
            values = np.sqrt(self._kept[service, np.arange(first, place) % KEPT].astype(np.float64))
            look(past, values, past.done - first)
        return past


def look(past: Past, values: Floats, fresh: int) -> Floats:
    """Take the last values into account; those from `fresh` on are new.

    Returns:
        How unusual each new value is, 0 where it is no rise.
    """
    deviations = np.array([_deviations(view(values), past.done, fresh) for view in volume.VIEWS])
    told = np.empty_like(deviations)
    known, count = past.done, deviations.shape[1]
    while known < past.done + count:
        turn = known if known < volume.WARM else known - (known - volume.WARM) % volume.LEARN
        if known == turn and known >= volume.WARM:
            past.rare = np.maximum(past.largest.min(axis=1), 0.0)
        until = min(volume.WARM if known < volume.WARM else turn + volume.LEARN, past.done + count)
        part = deviations[:, known - past.done : until - past.done]
        told[:, known - past.done : until - past.done] = part / (past.rare[:, None] + volume.SLACK)
        _remember(past, part)
        known = until
    unusual: Floats = np.log1p(np.maximum(told, 0.0)).mean(axis=0)
    unusual[: max(volume.WARM - past.done, 0)] = 0.0
    unusual *= _rising(values)[fresh:]
    _announce(past, unusual)
    past.done += count
    return unusual


def _deviations(errors: Floats, done: int, fresh: int) -> Floats:
    first = 0 if done == fresh else fresh - volume.SPAN
    mean, spread = before(errors[first:], volume.SPAN)
    deviations: Floats = ((errors[first:] - mean) / (spread + 1e-6))[fresh - first :]
    deviations[: max(volume.WARM - done, 0)] = 0.0
    return deviations


def _remember(past: Past, part: Floats) -> None:
    if (part.max(axis=1) > past.largest.min(axis=1)).any():
        both = np.concatenate([past.largest, part], axis=1)
        past.largest = np.partition(both, -volume.TAIL, axis=1)[:, -volume.TAIL :]


def _rising(values: Floats) -> Bools:
    """Where it is more than of late, and more than usual at that time of day."""
    rising: Bools = (values > before(values, 2000)[0]) & (values > same_time(values, volume.DAY, 7))
    return rising


def _announce(past: Past, unusual: Floats) -> None:
    """Announce by the batch detector's rule: then silence, until it was low for long, unless it rises far beyond."""
    for place in (np.flatnonzero(unusual >= volume.LEVEL) + past.done).tolist():
        value = float(unusual[place - past.done])
        past.wanting = past.wanting and place - past.high <= HOUR
        if place - past.high > max(volume.LEAST, volume.SHARE * place) or value > volume.BEYOND * past.said:
            past.said, past.since, past.wanting = value, place, True
        past.high = place
    past.score = float(unusual[-1])
    past.wanting = past.wanting and past.done + len(unusual) - past.high <= HOUR
