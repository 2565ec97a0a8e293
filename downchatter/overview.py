"""The state of every service now: what heads the publication."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import pyarrow as pa

from downchatter.flow import states
from ingest.records import Coverage, Gap, Incident, Service
from ingest.store import Store
from ingest.store.tables import naive

_COLUMNS: Final[dict[str, pa.DataType]] = {
    "service": pa.string(),
    "category": pa.string(),
    "status_page": pa.string(),
    "state": pa.string(),
    "since": pa.timestamp("us"),
    "observed_15m": pa.float64(),
    "expected_15m": pa.float64(),
    "upper_15m": pa.float64(),
    "observed_60m": pa.float64(),
    "expected_60m": pa.float64(),
    "sentiment_60m": pa.float64(),
    "frustration_60m": pa.float64(),
    "sources": pa.list_(pa.string()),
    "blind": pa.list_(pa.string()),
    "incident": pa.string(),
    "talk": pa.string(),
}
SCHEMA: Final = pa.schema([pa.field(name, kind) for name, kind in _COLUMNS.items()])

_RECENT = """
    select service, sum(outage) filter (where minute >= $quarter) as observed_15m, sum(outage) as observed_60m,
        sum(sentiment) / nullif(sum(posts), 0) as sentiment,
        sum(posts_frustration) / nullif(sum(posts), 0) as frustration
    from minutes where minute >= $hour and minute < $now group by service"""

_BASELINE = """
    select service, mean, upper_15 from expected where signal = 'outage' and hour >= $since and hour < $now
    qualify row_number() over (partition by service order by hour desc) = 1"""


def overview(
    store: Store, services: Sequence[Service], now: datetime, incidents: Sequence[Incident] | None = None
) -> pa.Table:
    """One row per service at `now`: reports in the last 15 and 60 minutes against expected, state, who can see.

    Args:
        store: what was written down.
        services: those listened for.
        now: the end of what was judged.
        incidents: those that are neither over nor dismissed, in the order in which they opened; None: as judged.

    Reports are weighted distinct voices; `sentiment_60m` and `frustration_60m` are null where nobody spoke.
    `talk` is the incident of unusual talk that goes on, which says nothing of the state.
    """
    seeing, blind = _sight(store)
    if incidents is None:
        incidents = store.all(Incident, "state not in ('resolved', 'dismissed')", order="opened_at")
    talk = {incident.service: incident.id for incident in incidents if incident.signal == "talk"}
    incidents = [incident for incident in incidents if incident.signal != "talk"]
    state = states(incidents, [service.name for service in services], bool(blind) and not seeing)
    recent = _by_service(store, _RECENT, now, hour=timedelta(hours=1), quarter=timedelta(minutes=15))
    baseline = _by_service(store, _BASELINE, now, since=timedelta(days=2))
    told = {incident.service: incident for incident in incidents}
    told |= {incident.service: incident for incident in incidents if incident.signal == "outage"}
    rows = []
    for service in services:
        heard, usual = recent.get(service.name, {}), baseline.get(service.name, {})
        incident = told.get(service.name)
        rows.append(
            {
                "service": service.name,
                "category": service.category,
                "status_page": service.status_page,
                "state": state[service.name],
                "since": naive(incident.onset_at) if incident else None,
                "observed_15m": heard.get("observed_15m") or 0.0,
                "expected_15m": (usual.get("mean") or 0.0) * 15,
                "upper_15m": usual.get("upper_15") or 0.0,
                "observed_60m": heard.get("observed_60m") or 0.0,
                "expected_60m": (usual.get("mean") or 0.0) * 60,
                "sentiment_60m": heard.get("sentiment"),
                "frustration_60m": heard.get("frustration"),
                "sources": seeing,
                "blind": blind,
                "incident": incident.id if incident else "",
                "talk": talk.get(service.name, ""),
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _sight(store: Store) -> tuple[list[str], list[str]]:
    blind = sorted({gap.source for gap in store.all(Gap, '"end" is null')})
    return sorted({coverage.source for coverage in store.all(Coverage)} - set(blind)), blind


def _by_service(store: Store, sql: str, now: datetime, **spans: timedelta) -> dict[str, dict[str, float]]:
    rows = store.query(sql, {"now": naive(now)} | {name: naive(now - span) for name, span in spans.items()})
    return {row["service"]: row for row in rows.to_pylist()}
