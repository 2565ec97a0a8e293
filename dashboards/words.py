"""Numbers, times and states as people say them."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import pandas as pd

from ingest.causes import in_words

STATES: Final = {"outage": "Outage", "elevated": "Elevated", "blind": "Blind", "calm": "Calm"}

STATE_MEANING: Final = {
    "outage": "confirmed: far more people report trouble than the hour explains",
    "elevated": "suspected, unusually much frustration, or unusual silence",
    "blind": "no source can be read: this is not calm",
    "calm": "nothing that the hour would not explain",
}

EVENTS: Final = {
    "incident.suspected": "Suspected",
    "incident.confirmed": "Confirmed",
    "incident.updated": "News of it",
    "incident.recovering": "Recovering",
    "incident.resolved": "Over",
    "frustration.spike": "Frustration rises",
    "service.quiet": "Fallen silent",
    "talk.unusual": "Unusual talk",
    "collector.blind": "A source cannot be read",
    "collector.recovered": "A source can be read again",
    "channel.disabled": "A channel was disabled",
    "digest.daily": "The day in short",
}

DELIVERIES: Final = {
    "dead": "given up",
    "pending": "waiting",
    "held": "held back",
    "sent": "sent",
    "superseded": "out of date",
    "recorded": "never sent",
}
"""What became of an alert."""

_UNSEEN: Final = re.compile("[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that turn, hide or join text."""


def known(value: Any) -> bool:
    """Whether there is a value: neither None nor NaN nor NaT."""
    return value is not None and bool(value == value)


def count(value: Any) -> str:
    """A number of people: whole from three up, else with one decimal where it has one."""
    if not known(value):
        return "–"
    rounded = round(float(value), 1)
    return f"{rounded:,.0f}" if abs(rounded) >= 3 or rounded == int(rounded) else f"{rounded:.1f}"


def times_usual(observed: Any, expected: Any) -> str:
    """How many times the expected that is, or "" where the expected is as good as nothing."""
    if not known(observed) or not known(expected) or expected < 0.05 or observed < 2 * expected:
        return ""
    return f"{observed / expected:,.0f} × the usual"


def span(duration: timedelta) -> str:
    """A length of time in its two largest units."""
    minutes = round(abs(duration.total_seconds()) / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(minutes / 1440)} days"


def size(count: float) -> str:
    """A number of bytes."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def distance(minutes: float) -> str:
    """A distance in minutes with its sign, as in "+4 min"."""
    if not known(minutes):
        return ""
    whole = round(minutes)
    return "0 min" if whole == 0 else f"{'+' if whole > 0 else '−'}{span(timedelta(minutes=whole))}"


def clock(moment: Any, zone: tzinfo, near: datetime | None = None) -> str:
    """A time of day in the viewer's zone, with the date unless it is that of `near`."""
    if not known(moment):
        return "–"
    local = moment.astimezone(zone)
    same = near is not None and near.astimezone(zone).date() == local.date()
    return f"{local:%H:%M}" if same else f"{local.day} {local:%b %H:%M}"


def mood(sentiment: Any) -> str:
    """A mean sentiment in words."""
    if not known(sentiment):
        return "nobody spoke"
    bounds = ((-0.5, "very negative"), (-0.2, "negative"), (0.2, "mixed"), (0.5, "positive"))
    return next((word for bound, word in bounds if sentiment < bound), "very positive")


def listed(names: Any) -> str:
    """Names as a list in words; "none" where there is none."""
    names = [str(name) for name in names] if names is not None and not isinstance(names, float) else []
    return ", ".join(names) or "none"


def event(name: object) -> str:
    """An alert's event in plain words; one that is not known, as its name says."""
    said = str(name)
    return EVENTS.get(said, said.replace(".", ": ").replace("_", " ").capitalize())


def became(state: object) -> str:
    """What became of an alert, in plain words."""
    return DELIVERIES.get(str(state), plain(state))


def several(number: int, one: str, many: str) -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many}"


def cause(told: str) -> str:
    """What people think is the cause, in words."""
    return plain(in_words(told))


def each(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def whole(value: Any) -> int:
    """A count that may be missing, as a whole number."""
    return int(value) if known(value) and not math.isinf(float(value)) else 0


def plain(text: object) -> str:
    """A post's words without the characters that reorder or hide text."""
    return _UNSEEN.sub("", str(text))
