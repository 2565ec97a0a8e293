"""Gathers what is published about one incident into the facts that a brief is written from."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import pandas as pd

from dashboards import frames
from dashboards.brief import Facts, FirstPost, Saying
from dashboards.published import Published
from dashboards.signals import telling
from dashboards.words import each, known
from ingest.records import Gap, Incident, Note, Official

Noun = TypeVar("Noun", Incident, Official, Note, Gap)

AFTER: Final = timedelta(hours=2)


def facts(published: Published, identity: str) -> Facts | None:
    """The facts of an incident by its id, or None where it is not published."""
    row, meta = frames.incident(published, identity), published.meta()
    if row is None or meta is None:
        return None
    told = _record(Incident, row.to_dict())
    end = min(told.resolved_at or meta.judged_until, meta.judged_until)
    steps = frames.who_knew_when(published, identity)
    overview = frames.services(published)
    followed = overview.loc[overview["service"] == told.service, "status_page"]
    marked = [_record(Note, one) for one in each(frames.notes(published, told.service))]
    return Facts(
        incident=told if told.resolved_at else _so_far(published, told, end),
        until=meta.judged_until,
        first=_first(published, told, steps),
        officials=_records(Official, frames.officials(published, told.service, told.onset_at - AFTER, end + AFTER)),
        statements=[n for n in marked if n.kind == "statement" and _belongs(n, told, end)],
        sayings=_sayings(published, told, end),
        gaps=_records(Gap, frames.gaps(published, told.onset_at, end)),
        follows_status_page=bool(followed.astype(bool).any()) or bool((steps["who"] == "official").any()),
        simulated=meta.simulated,
    )


def _so_far(published: Published, told: Incident, end: datetime) -> Incident:
    """An open incident with figures of now: its own are of its last change of state."""
    people = frames.people(published, told.service, told.onset_at, end, told.signal)
    signal = telling(told.signal).expected
    usual = frames.minutes(published, told.service, told.onset_at, end, signal=signal, width=1)["expected"].sum()
    return replace(told, authors=max(told.authors, people), expected=float(usual), peak_at=None)


def _belongs(note: Note, told: Incident, end: datetime) -> bool:
    return note.incident == told.id or (not note.incident and told.onset_at <= note.at < end + AFTER)


def _first(published: Published, told: Incident, steps: pd.DataFrame) -> FirstPost | None:
    row = next((one for one in each(steps) if one["who"] == "users"), None)
    if row is None:
        return None
    at = row["at"].to_pydatetime()
    found = frames.posts(published, told.service, at, at + timedelta(hours=1), search="", fold=False, limit=2000)
    post = next((str(one["id"]) for one in each(found) if one["created_at"] == row["at"]), "unknown")
    return FirstPost(post, at, str(row["url"]))


def _sayings(published: Published, told: Incident, end: datetime) -> list[Saying]:
    found = frames.told(published, told.service, told.onset_at, end)
    return [
        Saying(str(one["head"]), str(one["what"]), int(one["people"]), str(one["post"]), str(one["url"]))
        for one in each(found)
    ]


def _records(noun: type[Noun], frame: pd.DataFrame) -> list[Noun]:
    return [_record(noun, row) for row in each(frame)]


def _record(noun: type[Noun], row: dict[Any, Any]) -> Noun:
    return noun(**{part.name: _value(row[part.name]) for part in fields(noun)})


def _value(value: Any) -> Any:
    if not known(value):
        return None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
