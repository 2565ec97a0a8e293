"""Says numbers and times in words that a person reads at three in the morning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from ingest.records import Evidence, Incident

_SURE: Final = ((0.99, "almost certain"), (0.95, "very likely"), (0.8, "likely"), (0.5, "possible"))


def duration(span: timedelta) -> str:
    """A stretch of time, to the minute.

    >>> duration(timedelta(minutes=12)), duration(timedelta(hours=1, minutes=5)), duration(timedelta(days=2, hours=3))
    ('12 minutes', '1 h 5 min', '2 d 3 h')
    """
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} {'minute' if minutes == 1 else 'minutes'}"
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h" if hours % 24 else f"{hours // 24} d"


def people(count: int) -> str:
    """So many people."""
    return "1 person" if count == 1 else f"{count} people"


def expectation(expected: float) -> str:
    """How many would be usual.

    >>> expectation(0.2), expectation(3.4)
    ('fewer than 1 expected', '3 expected')
    """
    return "fewer than 1 expected" if expected < 0.95 else f"{round(expected)} expected"


def sentence(incident: Incident, at: datetime) -> str:
    """What is seen, in one sentence: "214 people report trouble in 12 minutes; 3 expected"."""
    if incident.state == "dismissed":
        return "A person looked and dismissed it" + ("" if incident.signal == "talk" else ": no outage")
    if incident.signal == "drop":
        return _silence(incident, at)
    if incident.signal == "talk":
        return _talk(incident, at)
    who = people(max(1, incident.authors))
    what = "trouble" if incident.signal == "outage" else "frustration"
    over = incident.state == "resolved"
    verb = "reported" if over else "reports" if who == "1 person" else "report"
    if incident.signal == "frustration":
        verb = "voiced" if over else "voices" if who == "1 person" else "voice"
    seen = f"{who} {verb} {what} in {duration(_until(incident, at) - incident.onset_at)}"
    return f"{seen}; {expectation(incident.expected)}"


def _silence(incident: Incident, at: datetime) -> str:
    who = people(incident.authors).replace("0 people", "nobody")
    verb = (
        "had spoken of it"
        if incident.state == "resolved"
        else "speaks of it"
        if who in ("nobody", "1 person")
        else "speak of it"
    )
    usual = f"{round(incident.expected):,} would be usual"
    return f"{who[0].upper()}{who[1:]} {verb} in {duration(_until(incident, at) - incident.onset_at)}; {usual}"


def _talk(incident: Incident, at: datetime) -> str:
    verb = "spoke of it" if incident.state == "resolved" else "speak of it"
    usual = f"{round(incident.expected):,} would be usual" if incident.expected >= 1.5 else "hardly anyone does usually"
    span = duration(_until(incident, at) - incident.onset_at)
    return f"{people(incident.authors)} {verb} in {span}; {usual}"


def confidence(value: float) -> str:
    """A confidence from 0 to 1 in words.

    >>> confidence(0.97)
    'very likely'
    """
    return next((words for least, words in _SURE if value >= least), "uncertain")


def aspects(evidence: Iterable[Evidence], kind: str) -> list[str]:
    """What posts say under `kind` (``fails``, ``cause``, ``place``), most often named first."""
    named = Counter(aspect.partition(":")[2] for post in evidence for aspect in post.aspects if _kind(aspect) == kind)
    return [word for word, _ in sorted(named.items(), key=lambda item: (-item[1], item[0])) if word]


def causes(incident: Incident, evidence: Iterable[Evidence]) -> list[str]:
    """What people think is the cause: first what most of them name, then what the quoted posts do."""
    quoted = aspects(evidence, "cause")
    return [incident.cause, *(cause for cause in quoted if cause != incident.cause)] if incident.cause else quoted


def distinct(evidence: Sequence[Evidence], limit: int = 5) -> list[Evidence]:
    """The first `limit` posts by distinct people; those that can be opened go first."""
    found: dict[str, Evidence] = {}
    for post in sorted(evidence, key=lambda post: not post.url):
        found.setdefault(post.author or post.post, post)
    return list(found.values())[:limit]


def iso(moment: datetime | None) -> str | None:
    """A time as ISO 8601 UTC with a Z, or None."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _until(incident: Incident, at: datetime) -> datetime:
    return incident.resolved_at or at


def _kind(aspect: str) -> str:
    return aspect.partition(":")[0]
