"""What other rules would have made of the same minutes: which incidents appear, vanish or move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from ingest.records import Gap, Incident, Minute
from nlp.judge import Judge, Rules

Fate = Literal["appears", "vanishes", "moves", "stays"]
NEAR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one incident; `minutes` is by how much later it opens (negative: sooner)."""

    fate: Fate
    service: str
    signal: str
    before: datetime | None
    after: datetime | None
    minutes: float | None

    def row(self) -> dict[str, Any]:
        """As a plain row of a table."""
        return asdict(self)


def what_if(
    minutes: Sequence[Minute],
    gaps: Sequence[Gap],
    services: Sequence[str],
    until: datetime,
    old: Rules | Sequence[Incident],
    new: Rules,
) -> list[Change]:
    """Judge the same minutes by other rules, and compare the incidents, in order of time.

    Unusual talk is left out: the rules say nothing of it.

    Args:
        minutes: what is judged.
        gaps: in which nothing could be read.
        services: those that are judged.
        until: exclusive, a whole minute.
        old: the incidents as they are, or the rules that would give them, which takes as long again.
        new: the other rules.
    """
    before = _incidents(minutes, gaps, services, until, old) if isinstance(old, Rules) else old
    before = [one for one in before if one.signal != "talk"]
    after = _incidents(minutes, gaps, services, until, new)
    changes = [change(one, other) for one, other in pairs(before, after)]
    return sorted(changes, key=lambda one: (one.before or one.after or until, one.service, one.signal))


def pairs(before: Iterable[Incident], after: Iterable[Incident]) -> list[tuple[Incident | None, Incident | None]]:
    """Each incident of either list with its twin in the other; None where it has none."""
    rest = list(after)
    found: list[tuple[Incident | None, Incident | None]] = []
    for incident in before:
        twin = _twin(incident, rest)
        if twin is not None:
            rest.remove(twin)
        found.append((incident, twin))
    return [*found, *((None, one) for one in rest)]


def change(before: Incident | None, after: Incident | None) -> Change:
    """What becomes of one incident. At least one of the two is there."""
    told = before or after
    assert told is not None
    if before is None or after is None:
        fate: Fate = "appears" if before is None else "vanishes"
        then, now = (one.opened_at if one else None for one in (before, after))
        return Change(fate, told.service, told.signal, then, now, None)
    moved = (after.opened_at - before.opened_at).total_seconds() / 60.0
    fate = "moves" if moved else "stays"
    return Change(fate, told.service, told.signal, before.opened_at, after.opened_at, moved)


def parse_rules(text: str, base: Rules) -> Rules:
    """`base` changed as told: ``promise=1/week,min_voices=4``. A promise is a number of days, or N per period.

    Raises:
        ValueError: with a sentence that says what is wrong.
    """
    changed: dict[str, Any] = {}
    known = {field.name for field in fields(Rules)} - {"bounds", "without"}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, _, value = part.partition("=")
        name = "promise_days" if key == "promise" else key
        if name not in known:
            raise ValueError(f"{key!r} is no rule; there are promise, {', '.join(sorted(known))}")
        changed[name] = _days(value) if key == "promise" else _number(value)
    return replace(base, **changed)


def _days(value: str) -> float:
    count, slash, period = value.partition("/")
    if not slash:
        return _number(value)
    lengths = {"day": 1.0, "week": 7.0, "month": 30.0, "quarter": 91.0, "year": 365.0}
    if period not in lengths:
        raise ValueError(f"a promise is so many per day, week, month, quarter or year, not {value!r}")
    return lengths[period] / _number(count)


def _number(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a number") from None
    if not number > 0:
        raise ValueError(f"{value!r} must be above zero")
    return number


def _incidents(
    minutes: Sequence[Minute], gaps: Sequence[Gap], services: Sequence[str], until: datetime, rules: Rules
) -> list[Incident]:
    transitions = Judge(services, rules, talk=False, bands=False).advance(until, minutes, gaps).transitions
    return sorted({one.id: one for one in transitions}.values(), key=lambda one: one.opened_at)


def _twin(incident: Incident, others: Sequence[Incident]) -> Incident | None:
    alike = [
        other
        for other in others
        if (other.service, other.signal) == (incident.service, incident.signal)
        and abs(other.opened_at - incident.opened_at) <= NEAR
    ]
    return min(alike, key=lambda other: abs(other.opened_at - incident.opened_at), default=None)
