"""`downchatter demo`: a simulated day through the real product."""

from __future__ import annotations

import shutil
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.commands.dashboard import serve, taken
from downchatter.commands.replay import conduct, published
from downchatter.commands.show import incident_list
from downchatter.settings import Settings
from ingest.collectors import load
from ingest.errors import UserError
from ingest.records import Incident, SharedStory
from ingest.store.publish import folder_for

DATABASE: Final = Path("data/demo.duckdb")
TALK: Final[dict[str, Any]] = {"hours": 96, "events": ["brigade", "viral", "praise", "shares"], "onset": 0.8}
"""Days in which what is usual gets known; then an outage, and talk about another service that spreads."""

NOTICE: Final = (
    "[bold]Simulated data.[/bold] Nobody wrote these posts; the services are real, their outage here is not."
)


def demo(settings: Settings, *, once: bool = False, seed: int = 1, port: int | None = None, talk: bool = False) -> None:
    """Simulate a day with an outage, run it through the whole product, print the incident, and serve the page.

    The demo has a database of its own, made anew each time.

    Raises:
        UserError: the page's port is taken, or the simulated outage went unnoticed.
    """
    where = settings.dashboard.address, settings.dashboard.port if port is None else port
    if not once and taken(*where):
        raise UserError(
            f"{where[0]}:{where[1]} is taken by another program; stop it, or run make demo ARGS='--port 8600'"
        )
    screen = Console()
    screen.print(NOTICE)
    _forget(DATABASE)
    home = house(settings, DATABASE)
    midnight = home.tools.clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = {**TALK, "start": midnight - timedelta(hours=TALK["hours"])} if talk else {}
    source = load("simulate", {"seed": seed, **days}, home.tools)
    flow = home.flow(Alerts(settings, home.services, recorded=True, simulated=True))
    flow.store.set_fact("simulated", "true")
    conduct(source, flow, None, screen, published(home, flow, DATABASE, simulated=True))
    found = flow.store.all(Incident, order="opened_at, id")
    screen.print(incident_list(found, flow.evidence, flow.store.all(SharedStory)))
    screen.print(NOTICE)
    flow.close()
    if not found:
        raise UserError(f"the outage simulated with --seed {seed} went unnoticed; please report this")
    if not once:
        serve(folder_for(DATABASE), *where)


def _forget(database: Path) -> None:
    for path in (database, database.with_suffix(".duckdb.wal"), database.with_suffix(".key")):
        path.unlink(missing_ok=True)
    shutil.rmtree(folder_for(database), ignore_errors=True)
