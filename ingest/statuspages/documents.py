"""The JSON of status pages: Statuspage's history, and the active incidents that Instatus and incident.io tell.

Statuspage: `/api/v2/incidents.json` and `/api/v2/summary.json`, https://developer.statuspage.io (incident.io's pages
speak it too). Instatus: `/summary.json`, https://instatus.com/help/api/public-data. incident.io's widget:
`/api/v1/summary`, https://docs.incident.io/status-pages/widget-api.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from ingest.errors import SourceUnreachable
from ingest.normalise import clean_text, created_or_seen, text_of_html
from ingest.records import Official
from ingest.refusals import Refuse, unheard
from ingest.statuspages.steps import INCIDENT, SOURCE, STEP, key, link, stage_of, words

_SPELT: Final = re.compile(r"(?P<when>[A-Z][a-z]{2} [A-Z][a-z]{2} \d{1,2} \d{4} [\d:]{8} GMT[+-]\d{4})(?: \(.*\))?")


def steps_of_history(told: Any, service: str, now: datetime, refuse: Refuse = unheard) -> Iterator[Official]:
    """The steps in Statuspage's `incidents.json` or `summary.json`. Maintenance and post-mortems are left out.

    Raises:
        SourceUnreachable: this is not such a document.
    """
    for incident in _incidents(told, "incidents", service, refuse):
        if incident.get("impact") == "maintenance":
            continue
        updates = incident.get("incident_updates")
        for update in updates if isinstance(updates, list) else []:
            if not isinstance(update, dict):
                refuse(STEP, update)
                continue
            stage = stage_of(update.get("status"), refuse, update)
            if stage is None:
                continue
            yield Official(
                id=key(service, incident.get("id"), update.get("id")),
                service=service,
                stage=stage,
                at=created_or_seen(update.get("display_at") or update.get("created_at"), now),
                title=clean_text(words(incident.get("name")), 500),
                text=text_of_html(words(update.get("body"))),
                url=link(incident.get("shortlink")),
            )


def steps_of_instatus(told: Any, service: str, now: datetime, refuse: Refuse = unheard) -> Iterator[Official]:
    """The active incidents in Instatus's `summary.json`, each at the stage that it has reached.

    When an incident began is told, when it reached a later stage is not: that is when we are told.

    Raises:
        SourceUnreachable: this is not such a document.
    """
    for incident in _incidents(told, "activeIncidents", service, refuse):
        stage = stage_of(incident.get("status"), refuse, incident)
        if stage is None:
            continue
        began = created_or_seen(_plainly(incident.get("started")), now)
        url = link(incident.get("url"))
        yield Official(
            id=key(service, url or incident.get("name"), stage),
            service=service,
            stage=stage,
            at=began if stage == "investigating" else now,
            title=clean_text(words(incident.get("name")), 500),
            url=url,
        )


def steps_of_widget(told: Any, service: str, now: datetime, refuse: Refuse = unheard) -> Iterator[Official]:
    """The ongoing incidents in incident.io's `/api/v1/summary`, each with its last update.

    Raises:
        SourceUnreachable: this is not such a document.
    """
    for incident in _incidents(told, "ongoing_incidents", service, refuse):
        stage = stage_of(incident.get("status"), refuse, incident)
        if stage is None:
            continue
        at = incident.get("last_update_at")
        yield Official(
            id=key(service, incident.get("id"), stage, at),
            service=service,
            stage=stage,
            at=created_or_seen(at, now),
            title=clean_text(words(incident.get("name")), 500),
            text=text_of_html(words(incident.get("last_update_message"))),
            url=link(incident.get("url")),
        )


def _incidents(told: Any, name: str, service: str, refuse: Refuse) -> Iterator[Mapping[str, Any]]:
    if not isinstance(told, dict) or not isinstance(told.get(name), list):
        raise SourceUnreachable(f"{SOURCE}: the page of {service} sent JSON without {name}")
    for incident in told[name]:
        if isinstance(incident, dict):
            yield incident
        else:
            refuse(INCIDENT, incident)


def _plainly(value: Any) -> Any:
    """A time as a browser spells it ("Sat Jun 11 2022 18:55:50 GMT+0000 (Coordinated Universal Time)"), in RFC 2822."""
    spelt = _SPELT.fullmatch(value[:120]) if isinstance(value, str) else None
    if spelt is None:
        return value
    day, month, number, year, clock, zone = spelt["when"].split(" ")
    return f"{day}, {number} {month} {year} {clock} {zone.removeprefix('GMT')}"
