"""`downchatter evaluate`: how good the judging is, on made-up counts and recordings, and what other rules would do."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typer
from rich.console import Console

from downchatter.assembly import house
from downchatter.commands.replay import report_reading
from downchatter.proof import held, measure
from downchatter.proof.card import CHECK, Section, committed, keep
from downchatter.proof.page import check_name, page
from downchatter.proof.recorded import Told, judge_file, known_outages, parts_of, unknown
from downchatter.proof.summary import summary
from downchatter.settings import Settings
from downchatter.tables import cell, print_table
from ingest.errors import UserError
from ingest.records import Gap, Incident, Minute
from ingest.store import Store
from nlp.evaluation.whatif import parse_rules, what_if

Row = dict[str, Any]
PART_COLUMNS: Final = {
    "part": "judged", "found": "found", "incidents": "incidents", "true_incidents": "true", "precision": "precision",
    "recall": "recall", "delay_median": "delay",
}  # fmt: skip

SEEDED: Final = ("power", "rivals", "parts")
"""Sections that need no recordings."""

WHAT_IF_COLUMNS: Final = {
    "fate": "it", "service": "service", "signal": "signal", "before": "opened", "after": "would open",
    "minutes": "later by",
}  # fmt: skip


def evaluate_recording(
    settings: Settings,
    posts: Path,
    truth: Path | None,
    *,
    service: str = "",
    parts: bool = False,
    as_json: bool = False,
) -> None:
    """Print how well the incidents of a recording tell its known outages.

    Args:
        settings: whose services, scorer and rules are judged.
        posts: a recording, as `replay` takes it.
        truth: known outages: `service, start, end`; None: there were none.
        service: the service that every row is about, if so.
        parts: judge it again with one part taken out, for each part.
        as_json: print JSON and nothing else.

    Raises:
        UserError: a file cannot be read or lacks a column.
    """
    outages = known_outages(truth) if truth else []
    home = house(settings, memory=True)
    told = judge_file(home, posts, outages, service)
    screen = Console(stderr=True)
    report_reading(screen, told.report)
    if not told.found:
        screen.print(
            f"{posts}: no post names a service that the services file knows; list it with --services, or say with "
            "--service which one all posts are about",
            markup=False,
        )
    for name in unknown(home, told, outages):
        screen.print(
            f"{truth}: no post is about {name!r}, nor does the services file know it; its outages count as missed",
            markup=False,
        )
    rows = _recording_rows(told) | {"parts": parts_of(home, told, outages) if parts else []}
    if as_json:
        _print_json(rows)
        return
    print_table("Incidents against known outages", _turned(rows["events"]))
    print_table("Known outages", rows["outages"])
    print_table("Incidents that tell of none", rows["false_alarms"])
    print_table("Rises in frustration", rows["frustration"])
    print_table("Unusual talk", rows["talk"])
    print_table("What each part adds", rows["parts"], PART_COLUMNS)


def evaluate_all(settings: Settings, only: str = "", *, write: bool = False, as_json: bool = False) -> None:
    """Measure the scorecard, or some sections of it, and print it; recordings where the shared folder has them.

    Args:
        settings: whose reader and rules are judged.
        only: names of sections, with commas between; empty: all.
        write: keep it as the project's scorecard, and make the page of the documentation from it.
        as_json: print JSON and nothing else: every section with all rows, and the summary.

    Raises:
        UserError: there is no section of that name.
    """
    keys = [key.strip() for key in only.split(",") if key.strip()] or list(measure.SECTIONS)
    if strange := [key for key in keys if key not in measure.SECTIONS]:
        known = ", ".join(measure.SECTIONS)
        raise UserError(f"--only: there is no section {strange[0]!r}; those there are: {known}")
    screen = Console(stderr=True)
    found = measure.measured(settings, keys, lambda title: screen.print(f"measuring: {title}", markup=False))
    if absent := [key for key in keys if key not in found]:
        screen.print(
            f"{', '.join(absent)}: left out, for the recordings are not here; name their folder in DOWNCHATTER_SHARED",
            markup=False,
        )
    if write:
        keep_with_known(found)
        screen.print("written: nlp/evaluation/scorecard.json, docs/scorecard.md", markup=False)
    _show(found, as_json=as_json)


def evaluate_short(*, write: bool = False, as_json: bool = False) -> None:
    """Measure the short form and hold it against the one that comes with the program.

    Raises:
        typer.Exit: with 1 where fewer outages are found, later, or with more false alarms.
    """
    known = committed()
    before = known.get(CHECK)
    now = measure.short()
    screen = Console(stderr=True)
    if write:
        _keep({**known, CHECK: now})
        before = now
    rows = [{"what": check_name(row), **_short_row(row, before)} for row in now.rows]
    told = held.worse(now.rows, before.rows if before else [])
    if as_json:
        _print_json({"check": now.rows, "worse": told, "seconds": now.seconds})
    else:
        print_table(f"{now.command}, beside what comes with the program ({now.seconds:.0f} s)", rows)
    for sentence in told:
        screen.print(f"worse: {sentence}", markup=False)
    if told:
        raise typer.Exit(1)


def evaluate_rules(settings: Settings, text: str, *, service: str = "", as_json: bool = False) -> None:
    """Print which stored incidents would appear, vanish or move by other rules.

    Args:
        settings: whose database is read, and whose rules are the present ones.
        text: the other rules: `promise=1/week,min_voices=4`.
        service: look at this one only.
        as_json: print JSON and nothing else.

    Raises:
        UserError: the rules cannot be read, or the database is missing, or nothing is stored about the service.
    """
    try:
        new = parse_rules(text, settings.detection.rules)
    except ValueError as error:
        raise UserError(f"--what-if: {error}") from error
    minutes, gaps, incidents, until = _stored(settings.database, service)
    services = sorted({row.service for row in minutes})
    before = [incident for incident in incidents if incident.service in services]
    rows = [change.row() for change in what_if(minutes, gaps, services, until, before, new)]
    if as_json:
        _print_json({"changes": rows})
        return
    print_table(f"By {text}", rows, WHAT_IF_COLUMNS)
    if not rows:
        Console().print(f"By {text} there would be no incident, as there is none now.", markup=False)


def _stored(path: Path, service: str) -> tuple[list[Minute], list[Gap], list[Incident], datetime]:
    if not path.is_file():
        raise UserError(f"{path}: there is no such database; name one with --db")
    store = Store(str(path))
    try:
        if service and service not in (known := store.services()):
            there = ", ".join(sorted(known)) or "none"
            raise UserError(f"--service: nothing is stored about {service!r}; there are: {there}")
        minutes = store.all(Minute, "$1 in ('', service)", [service], order="minute")
        gaps, fact = store.all(Gap), store.fact("judged_until")
        incidents = store.all(Incident, order="opened_at")
    finally:
        store.close()
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return minutes, gaps, incidents, datetime.fromisoformat(fact).astimezone(UTC) if fact else now


def _recording_rows(told: Told) -> dict[str, Any]:
    return {
        "events": told.events.row(),
        "outages": [
            {"service": row.service, "start": row.start, "opened": row.opened, "delay_minutes": row.delay_minutes}
            for row in told.outages
        ],
        "false_alarms": [told.line(incident) for incident in told.false],
        "frustration": [told.line(incident) for incident in told.of("frustration")],
        "talk": [told.line(incident) for incident in told.of("talk")],
    }


def _turned(events: Row) -> list[Row]:
    return [{"what": name.replace("_", " "), "measured": value} for name, value in events.items()]


def keep_with_known(found: Mapping[str, Section]) -> None:
    """Keep sections measured now, and those known before that were not, with the day and version they have."""
    known = committed()
    whole = set(SEEDED) <= set(found)
    short = {CHECK: measure.short()} if whole or CHECK not in known else {}
    _keep({**known, **found, **short})


def _keep(sections: Mapping[str, Section]) -> None:
    told = {key: sections[key] for key in (*measure.SECTIONS, CHECK) if key in sections}
    keep(told, summary(told), page(told))


def _show(found: Mapping[str, Section], *, as_json: bool) -> None:
    told = summary(found)
    if as_json:
        sections = {key: {"title": one.title, "seconds": one.seconds, "rows": one.rows} for key, one in found.items()}
        _print_json({"summary": told, "sections": sections})
        return
    for command in dict.fromkeys(row["command"] for row in told):
        rows = [_told(row) for row in told if row["command"] == command]
        print_table(command, rows, {"what": "what", "measured": "measured", "target": "asked"})


def _told(row: Row) -> Row:
    mark = {None: "", True: " ✓", False: " ✗"}[row["met"]]
    return {**row, "target": f"{row['target']}{mark}"}


def _short_row(row: Row, before: Section | None) -> Row:
    known = {check_name(old): old for old in before.rows} if before else {}
    old = known.get(check_name(row), {})
    names = {"found": "found", "delay_median": "delay", "false_alarms": "false alarms"}
    return {heading: _beside(row[name], old.get(name)) for name, heading in names.items()}


def _beside(now: object, before: object) -> str:
    return cell(now) if now == before else f"{cell(now)} (was {cell(before)})"


def _print_json(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)
