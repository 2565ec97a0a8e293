"""The link in an alert leads to a page that exists, with the incident named as that page reads it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from alerts.messages import incident_page
from downchatter.alerting import page
from downchatter.settings import load_settings
from ingest.records import Incident

ROOT = Path(__file__).parents[2]


def test_the_link_in_an_alert_opens_the_incident() -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    link = urlsplit(incident_page(page(load_settings()), Incident("abc", "X", "outage", "confirmed", now, now)))
    pages = re.findall(r'url_path="([^"]+)"', (ROOT / "dashboards" / "app.py").read_text(encoding="utf8"))
    assert link.path.strip("/") in pages
    assert parse_qs(link.query) == {"incident": ["abc"]}
    reads = (ROOT / "dashboards" / "views" / f"{link.path.strip('/')}.py").read_text(encoding="utf8")
    assert '"incident"' in reads
