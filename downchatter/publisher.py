"""Publishes what the flow has written, when it is time."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import duckdb
import pyarrow as pa

from alerts.sender import Health
from downchatter.assembly import House
from downchatter.flow import Flow
from downchatter.foresight import look_back
from downchatter.marked import Marked, marked, of_force
from downchatter.overview import overview
from downchatter.ruling import said
from downchatter.version import VERSION
from ingest.records import MINUTE, Coverage, Incident, Note
from ingest.store.database import LAST_WORDS
from ingest.store.publish import publish
from ingest.store.tables import naive, table


@dataclass(frozen=True, slots=True)
class Told:
    """A row of `evidence.parquet`: the `rank`-th most telling post of an incident."""

    incident: str
    rank: int
    post: str
    author: str
    url: str
    text: str
    created_at: datetime
    reason: str
    aspects: tuple[str, ...]


class Publisher:
    """Publishes a flow's database, not more often than every `seconds`, rewriting only the days that changed."""

    def __init__(
        self, flow: Flow, house: House, folder: Path, *, seconds: float = 5.0, simulated: bool = False
    ) -> None:
        self._flow = flow
        self._house = house
        self._folder = folder
        self._seconds = seconds
        self._simulated = simulated
        self._last = float("-inf")
        self._whole = True
        self._told: dict[str, tuple[Incident, list[Told]]] = {}
        self.whatif: pa.Table | None = None
        self.channels: Sequence[Health] = [Health(name, 0, "") for name in house.settings.channels]

    def look_back(self) -> None:
        """Find what other promises would have made of all that is published, and publish that too."""
        self.now()
        self.whatif = look_back(self._folder, self._flow.rules)
        self.now()

    def when_due(self) -> None:
        """Publish if it is time again."""
        if monotonic() - self._last >= self._seconds:
            self.now()

    def now(self) -> str:
        """Publish and return the generation's name."""
        store, until = self._flow.store, self._flow.judged_until or self._house.tools.clock()
        changed: set[date] | None = None if self._whole else set(self._flow.changed)
        incidents = marked(store.all(Incident, order="opened_at, id"), store.all(Note))
        extra = {
            "services": overview(store, self._house.services, until, of_force(incidents)),
            "evidence": self._evidence(),
            "incidents": table(Marked, incidents),
            "channels": table(Health, self.channels),
        }
        if self.whatif is not None:
            extra["whatif"] = self.whatif
        generation = publish(store, self._folder, extra, self._meta(until), changed)
        self._flow.changed.clear()
        self._whole = False
        self._last = monotonic()
        return generation

    def forget(self, first: datetime | None = None, last: datetime | None = None) -> None:
        """Read evidence anew, for posts are gone: all of it, or that of the time from `first` to `last`."""
        for incident, _ in list(self._told.values()):
            ended = incident.resolved_at
            apart = (last and incident.onset_at - LAST_WORDS > last) or (first and ended and ended + MINUTE < first)
            if not apart:
                del self._told[incident.id]

    def _evidence(self) -> pa.Table:
        for incident in self._flow.store.all(Incident):
            known = self._told.get(incident.id)
            if known is None or incident.state != "resolved" or known[0] != incident:
                rows = [
                    Told(incident.id, rank, *astuple(post)) for rank, post in enumerate(self._flow.evidence(incident))
                ]
                self._told[incident.id] = incident, rows
        return table(Told, [row for _, rows in self._told.values() for row in rows])

    def _meta(self, until: datetime) -> dict[str, Any]:
        coverage = self._flow.store.all(Coverage)
        started = min((naive(one.since) for one in coverage), default=naive(until))
        return {
            "published_at": naive(self._house.tools.clock()).isoformat(),
            "judged_until": naive(until).isoformat(),
            "started_at": started.isoformat(),
            "simulated": self._simulated or self._flow.store.fact("simulated") == "true",
            "version": VERSION,
            "model": self._house.scorer.model,
            "promise_days": self._flow.rules.promise_days,
            "rules": said(self._flow.rules),
            "settled": said(self._house.settings.detection.rules),
            "retention_days": self._house.settings.retention_days,
            "stored": self._stored(),
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
        }

    def _stored(self) -> dict[str, int]:
        path = Path(self._house.database)
        files = (path, path.with_name(f"{path.name}.wal"))  # the log holds what was committed last
        size = sum(file.stat().st_size for file in files if file.is_file())
        return {"bytes": size, **self._flow.store.counts()}
