"""`downchatter incidents`: what has been published."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
from rich.console import Console

from downchatter.commands.show import incident_list
from downchatter.settings import Settings
from downchatter.stories import as_json as incident_json
from ingest.errors import UserError
from ingest.records import Evidence, Incident, SharedStory
from ingest.store.publish import current, folder_for
from ingest.store.tables import records


def incidents(settings: Settings, *, as_json: bool = False) -> None:
    """Print the published incidents, newest first; with `as_json` one object a line.

    Raises:
        UserError: nothing has been published yet.
    """
    newest = published(settings.database)
    found = sorted(
        records(Incident, pq.read_table(newest / "incidents.parquet")), key=lambda i: i.opened_at, reverse=True
    )
    told = pq.read_table(newest / "evidence.parquet")

    def evidence(incident: Incident) -> list[Evidence]:
        return records(Evidence, told.filter(pc.field("incident") == incident.id).sort_by("rank"))

    if not as_json:
        shared = newest / "shared.parquet"
        stories = records(SharedStory, pq.read_table(shared)) if shared.exists() else []
        Console().print(incident_list(found, evidence, stories))
        return
    for incident in found:
        sys.stdout.write(json.dumps(incident_json(incident, evidence(incident)), ensure_ascii=False) + "\n")


def published(database: Path) -> Path:
    """The folder of the newest generation.

    Raises:
        UserError: nothing has been published yet.
    """
    folder = folder_for(database)
    generation = current(folder)
    if not generation:
        raise UserError(
            f"{folder}: nothing has been published yet; start `downchatter run` or `downchatter demo` first"
        )
    return folder / generation
