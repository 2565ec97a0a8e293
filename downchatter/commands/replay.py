"""`downchatter replay`: recorded posts through the whole product."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from downchatter.alerting import Alerts
from downchatter.assembly import House, house
from downchatter.commands.show import incident_list
from downchatter.flow import Cycle, Flow
from downchatter.publisher import Publisher
from downchatter.recorded import run_through
from downchatter.settings import Settings
from downchatter.stories import as_json as incident_json
from downchatter.stories import called
from ingest.collectors import Collector, load
from ingest.collectors.replay import Replay, Report
from ingest.records import Incident, SharedStory
from ingest.store.publish import folder_for


def replay(
    settings: Settings, posts: Path, *, service: str = "", database: Path | None = None, as_json: bool = False
) -> None:
    """Feed `posts` through the flow and print the incidents that the database then holds.

    Without `database` nothing is left behind. Alerts are written down but never sent.
    """
    home = house(settings, database, memory=database is None)
    home.scorer  # noqa: B018  # a wrong name is told before the file is read
    source = load("replay", {"path": posts, "service": service}, home.tools)
    assert isinstance(source, Replay)
    screen = Console(stderr=True)
    report_reading(screen, source.report)
    flow = home.flow(Alerts(settings, home.services, recorded=True), source.services)
    cycles = conduct(source, flow, len(source.posts), screen, published(home, flow, database))
    report_late(screen, flow, cycles)
    found = flow.store.all(Incident, order="opened_at, id")
    if as_json:
        for incident in found:
            sys.stdout.write(json.dumps(incident_json(incident, flow.evidence(incident)), ensure_ascii=False) + "\n")
    else:
        Console().print(incident_list(found, flow.evidence, flow.store.all(SharedStory)))
    flow.close()


def published(home: House, flow: Flow, database: Path | None, simulated: bool = False) -> Publisher | None:
    """A publisher for a database that stays, or None."""
    return None if database is None else Publisher(flow, home, folder_for(database), simulated=simulated)


def conduct(
    source: Collector, flow: Flow, total: int | None, screen: Console, publisher: Publisher | None
) -> list[Cycle]:
    """Run a source that ends through the flow with a progress bar on `screen`, publishing as it goes."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=total)

        def progress(count: int, clock: datetime, changed: Sequence[Incident]) -> None:
            bar.update(task, advance=count, description=f"{clock:%Y-%m-%d %H:%M} UTC")
            for incident in changed:
                bar.console.print(_line(incident))

        cycles = run_through(source, flow, progress, publisher.when_due if publisher else _nothing)
    if publisher:
        publisher.look_back()
    return cycles


def report_reading(screen: Console, report: Report) -> None:
    """Say what was wrong with the file's rows, with their places."""
    if report.refused or report.repaired:
        screen.print(f"{report.refused} of {report.rows} rows could not be used and {report.repaired} were mended:")
        for problem in report.problems:
            screen.print(f"  {escape(problem)}", highlight=False)
        if report.refused + report.repaired > len(report.problems):
            screen.print(f"  and {report.refused + report.repaired - len(report.problems)} more")


def report_late(screen: Console, flow: Flow, cycles: Sequence[Cycle]) -> None:
    """Say how many posts were older than what the database had judged."""
    late = sum(cycle.late for cycle in cycles)
    if late and flow.judged_until:
        until = f"{flow.judged_until:%Y-%m-%d %H:%M} UTC"
        screen.print(
            f"{late} posts are older than what this database has judged (until {until}): they were kept but not "
            "counted; replay into another --db to judge them"
        )


def _line(incident: Incident) -> str:
    when = incident.updated_at or incident.opened_at
    told = f"{escape(incident.service)}: {called(incident)} {incident.state}, {incident.severity}"
    return f"{when:%Y-%m-%d %H:%M} UTC  {told}"


def _nothing() -> None:
    return None
