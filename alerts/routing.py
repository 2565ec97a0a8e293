"""Which channels are told of what, and when: by service, event, severity and hour.

A route lets a message through where all that it names fits. Without any route every channel gets everything.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.events import EVENTS, SEVERITIES, rank
from ingest.errors import UserError

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Hours:
    """A stretch of each day in a time zone, such as 22:00 to 07:00; it may run past midnight. `days` are those on
    which it begins.
    """

    start: time
    end: time
    days: frozenset[int] = frozenset(range(7))
    zone: tzinfo = UTC

    def end_after(self, moment: datetime) -> datetime | None:
        """When the stretch that `moment` lies in ends (aware UTC); None if it lies in none."""
        here = moment.astimezone(self.zone)
        for back in (0, 1):
            day = here.date() - timedelta(days=back)
            start = datetime.combine(day, self.start, self.zone)
            last = day + timedelta(days=self.end <= self.start)
            end = datetime.combine(last, self.end, self.zone)
            if day.weekday() in self.days and start <= here < end:
                return end.astimezone(UTC)
        return None


@dataclass(frozen=True, slots=True)
class Route:
    """One rule. Empty fields let everything through.

    Attributes:
        channels: names of channels as in the settings.
        services: names of services; messages about sources of posts are not held back by it.
        events: such as ``incident.confirmed``; ``incident.*`` stands for all of a kind.
        min_severity: leave out what is milder.
        hours: only in these hours; outside them the route does not exist.
        quiet: in these hours messages are held and told in one summary after.
        quiet_passes: so severe that quiet hours do not hold it; empty if nothing is.
        mute_until: nothing before this moment.
    """

    channels: tuple[str, ...]
    services: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    min_severity: str = "minor"
    hours: Hours | None = None
    quiet: Hours | None = None
    quiet_passes: str = "critical"
    mute_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A channel that is to be told. `held_until` is set where quiet hours hold the message back."""

    channel: str
    held_until: datetime | None = None


class Routing:
    """Answers who is told. Deterministic: the same message at the same moment always goes to the same channels."""

    def __init__(self, channels: Sequence[str], routes: Sequence[Route] = ()) -> None:
        self._channels = tuple(channels)
        self._routes = tuple(routes) or (Route(self._channels),)

    def targets(self, event: str, service: str, severity: str, at: datetime) -> list[Target]:
        """The channels for a message, each once, in the order of the settings.

        Args:
            service: empty for a message that is not about a service.
            severity: empty for a message that has none.
            at: when the change took place, aware UTC.
        """
        found: dict[str, Target] = {}
        for route in self._routes:
            if not _fits(route, event, service, severity, at):
                continue
            held = _held(route, severity, at)
            for name in route.channels:
                known = found.get(name)
                if name in self._channels and (known is None or (known.held_until and held is None)):
                    found[name] = Target(name, held)
        return [found[name] for name in self._channels if name in found]


def warnings(routes: Sequence[Route], channels: Iterable[str], services: Iterable[str], now: datetime) -> list[str]:
    """One sentence for each part of a rule that can never match anything."""
    known, names = sorted(channels), sorted(services)
    said = []
    for number, route in enumerate(routes, start=1):
        place = f"routes[{number}]"
        said += [_unknown(place, "channel", word, known) for word in route.channels if word not in known]
        said += [_unknown(place, "service", word, names) for word in route.services if word not in names]
        said += [_unknown(place, "event", word, EVENTS) for word in route.events if not _known_event(word)]
        if route.min_severity not in SEVERITIES:
            said.append(_unknown(place, "severity", route.min_severity, SEVERITIES))
        if route.hours and route.hours.start == route.hours.end:
            said.append(f"{place}: its hours begin and end at the same time, so it lets everything through")
        if route.mute_until and route.mute_until > now:
            said.append(f"{place}: muted until {route.mute_until:%Y-%m-%d %H:%M} UTC")
    said += [
        f"channel {name!r}: no route leads to it, so it will never be told anything" for name in _idle(routes, known)
    ]
    return said


def read_hours(text: str, where: str, zone: str = "UTC") -> Hours:
    """Hours as a person writes them: ``22:00-07:00``, ``mon-fri 09:00-18:00`` or ``sat,sun 00:00-24:00``.

    Raises:
        UserError: they cannot be read, or the time zone is not known.
    """
    try:
        days, _, span = text.strip().rpartition(" ")
        start, end = span.split("-")
        return Hours(_time(start), _time(end), _days(days), ZoneInfo(zone))
    except ZoneInfoNotFoundError as error:
        raise UserError(f"{where}: there is no time zone {zone!r}; write it like Europe/Berlin") from error
    except ValueError as error:
        raise UserError(f"{where}: {text!r} are no hours; write them like 'mon-fri 22:00-07:00'") from error


def _fits(route: Route, event: str, service: str, severity: str, at: datetime) -> bool:
    if route.mute_until and at < route.mute_until:
        return False
    if route.events and not any(_matches(pattern, event) for pattern in route.events):
        return False
    if route.services and service and service not in route.services:
        return False
    if severity and rank(severity) < rank(route.min_severity):
        return False
    return route.hours is None or route.hours.end_after(at) is not None


def _held(route: Route, severity: str, at: datetime) -> datetime | None:
    if route.quiet is None or (route.quiet_passes and severity and rank(severity) >= rank(route.quiet_passes)):
        return None
    return route.quiet.end_after(at)


def _matches(pattern: str, event: str) -> bool:
    return event == pattern or (pattern.endswith(".*") and event.startswith(pattern[:-1])) or pattern == "*"


def _known_event(pattern: str) -> bool:
    return any(_matches(pattern, event) for event in EVENTS)


def _unknown(place: str, noun: str, word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known) or 'none'}"
    return f"{place}: there is no {noun} {word!r}, so this part never matches{hint}"


def _idle(routes: Sequence[Route], channels: Sequence[str]) -> list[str]:
    reached = {name for route in routes for name in route.channels}
    return [name for name in channels if routes and name not in reached]


def _time(text: str) -> time:
    return time(0, 0) if text.strip() == "24:00" else time.fromisoformat(text.strip())


def _days(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in filter(None, text.lower().replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        begin, end = DAYS.index(first[:3]), DAYS.index((last or first)[:3])
        found |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return frozenset(found or range(7))
