"""`downchatter evaluate`: how good the judging is, on made-up counts and recordings, and what other rules would do."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from downchatter.assembly import House, house
from downchatter.settings import Settings
from ingest.errors import UserError
from ingest.normalise import parse_time
from ingest.recordings import Recording, rows_of
from ingest.records import Gap, Incident, Minute
from ingest.store import Store
from nlp import detectors
from nlp.detectors import Detector
from nlp.evaluation.ablations import ablations
from nlp.evaluation.events import Outage, by_name, compare
from nlp.evaluation.power import COMPARED, LONG, SHORT, comparison, study
from nlp.evaluation.replays import Replayed, judged, readings, telling
from nlp.evaluation.whatif import parse_rules, what_if
from nlp.matching import Matching
from nlp.rules import Rules

Row = dict[str, Any]
POWER_COLUMNS: Final = (
    "detector", "hourly", "rhythm", "spread", "times", "form", "found", "delay_mean", "delay_median", "delay_p90",
    "false_per_month", "false_high", "bound", "ratio",
)  # fmt: skip
PART_COLUMNS: Final = ("part", "incidents", "true_incidents", "found", "precision", "recall", "delay_median")
RECORDING_COLUMNS: Final = (
    "recording", "incidents", "true_incidents", "found", "outages", "precision", "recall", "delay_median",
    "service_months", "false_per_service_month",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpus:
    """A recording that the scorecard replays where it is there, and what is known of it."""

    name: str
    posts: str
    service: str = ""
    truth: str = ""


CORPORA: Final = (
    Corpus("hackernews", "hackernews/frontpage_2020-11_2021-12.parquet", truth="hackernews/known_outages.csv"),
    Corpus("spotify", "spotify/spotifycares_2017-10-04_11-15.parquet", service="Spotify"),
    Corpus("stocknet", "stocknet/tweets_21_brands.parquet"),
    Corpus("reddit", "reddit/ai_subreddit_titles_2025H1.parquet"),
)


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
    told = _recording(house(settings, memory=True), posts, outages, service, parts=parts)
    if as_json:
        _print_json(told)
        return
    _print_table("Incidents against known outages", [told["events"]])
    _print_table("Known outages", told["outages"])
    _print_table("Incidents that tell of none", told["false_alarms"])
    _print_table("What each part adds", told["parts"], PART_COLUMNS)


def evaluate_all(settings: Settings, *, short: bool = False, as_json: bool = False) -> None:
    """Print the scorecard: the power study, the comparators, and the recordings that lie in the shared folder."""
    rules = _rules(settings)
    told: dict[str, Any] = {
        "power": [row.row() for row in study(SHORT if short else LONG, 5 if short else 8, rules)],
        "comparators": [row.row() for row in comparison(_comparators(), COMPARED[: 1 if short else None], 4, rules)],
        "recordings": _corpora(settings),
    }
    if as_json:
        _print_json(told)
        return
    _print_table("Rises of known size", told["power"], POWER_COLUMNS)
    _print_table("Beside others, at the same promise", told["comparators"], POWER_COLUMNS)
    _print_table("Recordings", told["recordings"], RECORDING_COLUMNS)


def evaluate_rules(settings: Settings, text: str, *, as_json: bool = False) -> None:
    """Print which stored incidents would appear, vanish or move by other rules.

    Raises:
        UserError: the rules cannot be read.
    """
    old = _rules(settings)
    try:
        new = parse_rules(text, old)
    except ValueError as error:
        raise UserError(f"--what-if: {error}") from error
    store = Store(str(settings.database))
    try:
        minutes = store.all(Minute, order="minute")
        gaps = store.all(Gap)
        fact = store.fact("judged_until")
    finally:
        store.close()
    services = sorted({row.service for row in minutes})
    until = datetime.fromisoformat(fact).astimezone(UTC) if fact else datetime.now(UTC).replace(second=0, microsecond=0)
    rows = [change.row() for change in what_if(minutes, gaps, services, until, old, new)]
    if as_json:
        _print_json({"changes": rows})
        return
    _print_table("What other rules would have made of it", rows)


def known_outages(path: Path) -> list[Outage]:
    """The outages of a truth file: `service, start, end` (or `start_utc, end_utc`), as .csv, .jsonl or .parquet.

    Raises:
        UserError: the file cannot be read, or a row lacks a time; with its place.
    """
    outages = []
    for place, row in rows_of(path, ("service",)):
        start, end = (row.get(name) or row.get(f"{name}_utc") for name in ("start", "end"))
        try:
            if not start:
                raise ValueError("start is missing")
            begun = parse_time(start)
            outages.append(Outage(str(row["service"]), begun, parse_time(end) if end else begun))
        except ValueError as error:
            raise UserError(f"{place}: {error}; a truth file has the columns service, start and end in UTC") from error
    return outages


def alike(matching: Matching) -> Callable[[str, str], bool]:
    """Whether a service is the one that a truth file names, in whatever words people name it."""

    def same(found: str, known: str) -> bool:
        named = {mention.service.casefold() for mention in matching.mentions(known)}
        return by_name(found, known) or found.casefold() in named

    return same


def shared_folder() -> Path | None:
    """Where the corpora lie: `$DOWNCHATTER_SHARED`, or a folder `shared` beside the checkout; None: nowhere."""
    told = os.environ.get("DOWNCHATTER_SHARED")
    folders = [Path(told)] if told else [Path("../shared"), Path("shared")]
    return next((folder for folder in folders if (folder / "corpora").is_dir()), None)


def _recording(home: House, posts: Path, outages: Sequence[Outage], service: str, *, parts: bool) -> dict[str, Any]:
    replayed, found = _replayed(home, posts, service)
    same = alike(home.matching)
    outage = [incident for incident in replayed.incidents if incident.signal == "outage"]
    events, matched, false = compare(outage, outages, replayed.months, same)
    rules = _rules(home.settings)
    return {
        "events": events.row(),
        "outages": [
            {"service": row.service, "start": row.start, "opened": row.opened, "delay_minutes": row.delay_minutes}
            for row in matched
        ],
        "false_alarms": [_false(incident, replayed) for incident in false],
        "frustration": [_false(one, replayed) for one in replayed.incidents if one.signal == "frustration"],
        "parts": ablations(found, outages, replayed.services, same, rules) if parts else [],
    }


def _replayed(home: House, posts: Path, service: str) -> tuple[Replayed, list[Any]]:
    recording = Recording(posts, service, home.tools.pseudonym)
    found = readings((post for _, post in recording.posts()), home.matching, home.scorer)
    names = {known.name for known in home.services} | {score.service for _, score in found}
    heard = sorted({score.service for _, score in found} & names)
    return judged(found, heard, _rules(home.settings)), found


def _false(incident: Incident, replayed: Replayed) -> Row:
    posts = telling(incident, replayed.rows, 1)
    return {
        "service": incident.service,
        "opened": incident.opened_at,
        "severity": incident.severity,
        "voices": incident.authors,
        "confidence": round(incident.confidence, 2),
        "telling": posts[0].text[:120] if posts else "",
    }


def _corpora(settings: Settings) -> list[Row]:
    shared = shared_folder()
    rows = []
    for corpus in CORPORA if shared else ():
        assert shared is not None
        posts = shared / "corpora" / corpus.posts
        if posts.is_file():
            outages = known_outages(shared / "corpora" / corpus.truth) if corpus.truth else []
            told = _recording(house(settings, memory=True), posts, outages, corpus.service, parts=False)
            rows.append({"recording": corpus.name, **told["events"]})
    return rows


def _comparators() -> list[Detector]:
    found = []
    for name in detectors.names():
        if name in ("evidence", "null", "volume"):
            continue
        try:
            found.append(detectors.load(name))
        except ImportError:
            continue
    return found


def _rules(settings: Settings) -> Rules:
    return settings.detection.rules


def _print_json(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told, default=_plain) + "\n")


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def _print_table(title: str, rows: Sequence[Row], columns: Iterable[str] | None = None) -> None:
    if not rows:
        return
    table = Table(title=title)
    names = list(columns or rows[0])
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*(Text(_cell(row[name])) for name in names))
    Console().print(table)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return f"{value:.3g}" if isinstance(value, float) else str(value)
