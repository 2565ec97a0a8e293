"""Incidents on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ingest.records import Evidence, Incident


def incident_table(incidents: Sequence[Incident], evidence: Callable[[Incident], Sequence[Evidence]]) -> RenderableType:
    """A table of incidents, each with the posts that tell most about it. Posts are shown as plain text."""
    if not incidents:
        return Text("No incident.")
    table = Table(title=f"{len(incidents)} incidents" if len(incidents) > 1 else "1 incident", title_justify="left")
    for heading in ("service", "signal", "state", "onset (UTC)", "known", "peak", "resolved", "severity", "people"):
        table.add_column(heading, no_wrap=heading != "service")
    for incident in incidents:
        table.add_row(
            Text(incident.service),
            incident.signal,
            incident.state,
            _clock(incident.onset_at, full=True),
            _clock(incident.opened_at),
            _clock(incident.peak_at),
            _clock(incident.resolved_at),
            incident.severity,
            str(incident.authors),
        )
    return Group(table, *(_quotes(incident, evidence(incident)) for incident in incidents))


def _quotes(incident: Incident, posts: Sequence[Evidence]) -> Text:
    lines = [f"\n{incident.service}, {_clock(incident.onset_at, full=True)} UTC ({incident.id})"]
    lines += [f"  {incident.severity}: {incident.severity_reason}"] if incident.severity_reason else []
    lines += [f"  {_clock(post.created_at)}  {' '.join(post.text.split())[:110]}" for post in posts]
    return Text("\n".join(lines))


def _clock(moment: datetime | None, full: bool = False) -> str:
    if moment is None:
        return "–"
    return f"{moment:%Y-%m-%d %H:%M}" if full else f"{moment:%H:%M}"
