"""The body that Prometheus Alertmanager sends to its webhook receivers, version 4: whoever takes those takes ours.

Source: Prometheus documentation, "webhook_config".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from alerts.messages import JSON
from alerts.posting import Posting, read_web
from alerts.safety import plain, shorten
from alerts.wire import WebOptions, wire_for
from ingest.records import Delivery

NEVER: Final = "0001-01-01T00:00:00Z"
_SIGNALS: Final = {"frustration": "ServiceFrustration", "drop": "ServiceQuiet", "talk": "ServiceTalk"}
_NAMES: Final = {"incident": "ServiceOutage", "source": "SourceBlind", "channel": "ChannelDisabled"}
_OVER: Final = ("incident.resolved", "collector.recovered")
EXAMPLE: Final = {"url": "https://example.com/hook"}
"""What the settings may say."""


def render(delivery: Delivery) -> dict[str, JSON] | None:
    """The document for a delivery; a digest of a day is none."""
    body = json.loads(delivery.body)
    members = body["data"].get("members", [{"event": body["type"], **body["data"]}])
    alerts = [_alert(str(member.get("event", body["type"])), body["timestamp"], member) for member in members]
    if not alerts:
        return None
    firing = any(alert["status"] == "firing" for alert in alerts)
    labels = _common([alert["labels"] for alert in alerts])
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{labels.get("alertname", "Downchatter")}"}}',
        "truncatedAlerts": 0,
        "status": "firing" if firing else "resolved",
        "receiver": delivery.channel,
        "groupLabels": _strings({"alertname": labels["alertname"]} if "alertname" in labels else {}),
        "commonLabels": _strings(labels),
        "commonAnnotations": _strings(_common([alert["annotations"] for alert in alerts])),
        "externalURL": str(body["data"].get("url", "")),
        "alerts": list(alerts),
    }


def build(options: Mapping[str, str]) -> Posting:
    """A channel in Alertmanager's notation.

    Raises:
        UserError: the URL is missing or wrong.
    """
    read, url = read_web(WebOptions, options, "alertmanager")
    return Posting(url, wire_for(read), render)


def _alert(event: str, at: str, data: Mapping[str, Any]) -> dict[str, Any]:
    name = _SIGNALS.get(str(data.get("signal"))) or _NAMES.get(str(data["kind"]), "Downchatter")
    labels = {
        "alertname": name,
        "service": plain(str(data.get("service") or data.get("source") or data.get("channel", ""))),
        "severity": str(data.get("severity") or "warning"),
        "incident": str(data.get("incident", "")),
    }
    labels = {key: value for key, value in labels.items() if value}
    over = event in _OVER
    return {
        "status": "resolved" if over else "firing",
        "labels": labels,
        "annotations": _annotations(data),
        "startsAt": data["since"],
        "endsAt": (data.get("resolved_at") or at) if over else NEVER,
        "generatorURL": str(data.get("url", "")),
        "fingerprint": sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:16],
    }


def _annotations(data: Mapping[str, Any]) -> dict[str, str]:
    quotes = " | ".join(shorten(plain(str(quote["text"])), 200) for quote in data.get("evidence", ()))
    found = {
        "summary": plain(str(data["summary"])),
        "description": plain(str(data.get("severity_reason") or data.get("reason", ""))),
        "fails": ", ".join(data.get("fails", ())),
        "posts": quotes,
        "links": " ".join(dict.fromkeys(str(quote["url"]) for quote in data.get("evidence", ()) if quote["url"])),
    }
    return {key: value for key, value in found.items() if value}


def _common(maps: Sequence[Mapping[str, str]]) -> dict[str, str]:
    first = maps[0]
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in maps)}


def _strings(found: Mapping[str, str]) -> dict[str, JSON]:
    return dict(found)
