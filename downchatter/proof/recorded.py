"""Recordings judged against what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from downchatter.assembly import House
from ingest.errors import UserError
from ingest.normalise import parse_time
from ingest.recordings import Recording, Report, rows_of
from ingest.records import Incident, Post
from nlp.evaluation.ablations import ablations
from nlp.evaluation.events import Events, Matched, Outage, by_name, compare
from nlp.evaluation.replays import Reading, Replayed, judged, readings, telling
from nlp.matching import Matching

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What judging a recording came to, for the outage incidents and for those of frustration."""

    replayed: Replayed
    found: list[Reading]
    events: Events
    outages: list[Matched]
    false: list[Incident]
    report: Report

    def of(self, signal: str) -> list[Incident]:
        """The incidents of one signal, in order of opening."""
        return [incident for incident in self.replayed.incidents if incident.signal == signal]

    def line(self, incident: Incident) -> Row:
        """One incident as a row, with the post that told most."""
        posts = telling(incident, self.replayed.rows, 1)
        return {
            "service": incident.service,
            "opened": incident.opened_at,
            "severity": incident.severity,
            "voices": incident.authors,
            "confidence": round(incident.confidence, 2),
            "telling": posts[0].text[:120] if posts else "",
        }


def judge_file(home: House, posts: Path, outages: Sequence[Outage], service: str = "", signal: str = "outage") -> Told:
    """Judge the posts of a file.

    Args:
        home: whose services, reader and rules judge.
        posts: as `replay` takes it.
        outages: what is known.
        service: the service that every row is about, if so.
        signal: whose incidents are held against the truth.

    Raises:
        UserError: the file cannot be read, or no row of it can be used.
    """
    recording = Recording(posts, service, home.tools.pseudonym)
    told = judge_posts(home, (post for _, post in recording.posts()), outages, signal, recording.report)
    report = recording.report
    if not report.kept:
        why = f"; first {report.problems[0]}" if report.problems else ""
        raise UserError(f"{posts}: none of its {report.rows} rows can be used{why}")
    return told


def judge_posts(
    home: House,
    posts: Iterable[Post],
    outages: Sequence[Outage],
    signal: str = "outage",
    report: Report | None = None,
) -> Told:
    """The same for posts at hand."""
    found = readings(posts, home.matching, home.scorer)
    heard = sorted({score.service for _, score in found})
    replayed = judged(found, heard, home.settings.detection.rules)
    chosen = [incident for incident in replayed.incidents if incident.signal == signal]
    events, matched, false = compare(chosen, outages, replayed.months, alike(home.matching))
    return Told(replayed, found, events, matched, false, report or Report())


def parts_of(home: House, told: Told, outages: Sequence[Outage]) -> list[Row]:
    """The recording judged again with one part taken out, for each part."""
    services, rules = told.replayed.services, home.settings.detection.rules
    return ablations(told.found, outages, services, alike(home.matching), rules)


def unknown(home: House, told: Told, outages: Sequence[Outage]) -> list[str]:
    """Services of the truth that no incident could tell of: no post is about them, and the services file lacks them."""
    same = alike(home.matching)
    names = {*told.replayed.services, *(service.name for service in home.services)}
    return sorted({one.service for one in outages if not any(same(name, one.service) for name in names)})


def known_outages(path: Path) -> list[Outage]:
    """The outages of a truth file: `service, start, end` (or `start_utc, end_utc`), as .csv, .jsonl or .parquet.

    Without an end an outage is an instant.

    Raises:
        UserError: the file cannot be read, or a row lacks a service or a time, or ends before it begins; with place.
    """
    return [_outage(place, row) for place, row in rows_of(path, ("service",))]


def _outage(place: str, row: Row | Any) -> Outage:
    service = str(row.get("service") or "").strip()
    start, end = (row.get(name) or row.get(f"{name}_utc") for name in ("start", "end"))
    try:
        if not service:
            raise ValueError("service is missing")
        if not start:
            raise ValueError("start is missing")
        begun, ended = _time("start", start), _time("end", end or start)
        if ended < begun:
            raise ValueError(f"end {end} lies before start {start}")
    except ValueError as error:
        raise UserError(f"{place}: {error}; a truth file has the columns service, start and end in UTC") from error
    return Outage(service, begun, ended)


def _time(key: str, value: object) -> datetime:
    try:
        return parse_time(value).astimezone(UTC)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from error


def alike(matching: Matching) -> Callable[[str, str], bool]:
    """Whether a service is the one that a truth file names, in whatever words people name it."""

    def same(found: str, known: str) -> bool:
        named = {mention.service.casefold() for mention in matching.mentions(known)}
        return by_name(found, known) or found.casefold() in named

    return same
