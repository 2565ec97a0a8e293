"""What is sent: the versioned body of every event. `docs/schemas/` holds a JSON Schema for each, tested against these.

The envelope is the one that Standard Webhooks 1.0 recommends (`type`, `timestamp`, `data`) with a `schema` and an `id`.
`data` is about one incident, one source of posts, or a digest. Authors are never named: a quote has a link to the post.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, TypeAlias
from urllib.parse import quote

from alerts import wording
from alerts.events import moment_of
from alerts.safety import plain, safe_url, shorten
from ingest.records import Evidence, Incident, Official, Service, SharedStory

SCHEMA: Final = "downchatter.alert/1"
JSON: TypeAlias = "dict[str, JSON] | list[JSON] | str | int | float | bool | None"
QUOTE_LIMIT: Final = 500
RELATED: Final = timedelta(hours=2)
"""A word of the status page at most so long before the onset is taken to be about the same trouble."""


def message(
    event: str,
    incident: Incident,
    service: Service | str,
    evidence: Sequence[Evidence],
    officials: Sequence[Official] = (),
    sources: Sequence[str] = (),
    story: SharedStory | None = None,
    *,
    page: str = "",
    simulated: bool = False,
    test: bool = False,
) -> dict[str, JSON]:
    """The body that tells one change of one incident.

    Args:
        event: one of `alerts.events.EVENTS` that is about an incident.
        incident: its snapshot right after the change.
        service: the service, or its name.
        evidence: posts that tell, best first; five by distinct people are quoted.
        officials: what the service's own status page said, in any order.
        sources: the sources that could see in that time.
        story: the shared story of which the incident is part, as of the change.
        page: address of the dashboard; with it the body links to the page of the incident.
        simulated: the posts are not real; said in the sentence too.
        test: sent to try the channel; said in the sentence too.
    """
    name = service if isinstance(service, str) else service.name
    at = moment_of(incident, event)
    said = wording.sentence(incident, at)
    data: dict[str, JSON] = {
        "kind": "incident",
        "incident": incident.id,
        "service": shorten(plain(name), 100),
        "signal": incident.signal,
        "state": incident.state,
        "summary": marked(said, simulated=simulated, test=test),
        "since": wording.iso(incident.onset_at),
        "opened_at": wording.iso(incident.opened_at),
        "confirmed_at": wording.iso(incident.confirmed_at),
        "resolved_at": wording.iso(incident.resolved_at),
        "severity": incident.severity,
        "severity_reason": shorten(plain(incident.severity_reason), 300),
        "confidence": round(incident.confidence, 3),
        "confidence_words": wording.confidence(incident.confidence),
        "confidence_reason": shorten(plain(incident.confidence_reason), 300),
        "people": incident.authors,
        "posts": incident.posts,
        "expected": round(incident.expected, 2),
        "fails": _words(wording.aspects(evidence, "fails")),
        "causes": _words(wording.causes(incident, evidence)),
        "regions": _words(wording.aspects(evidence, "place")),
        "official": official(incident, officials),
        "status_page": "" if isinstance(service, str) else safe_url(service.status_page),
        "sources": [shorten(plain(source), 60) for source in sources[:20]],
        "evidence": [_quote(post) for post in wording.distinct(evidence)],
        "url": incident_page(page, incident),
        "simulated": simulated,
        "test": test,
    }
    if incident.onset_earliest and incident.onset_latest:
        data["since_earliest"] = wording.iso(incident.onset_earliest)
        data["since_latest"] = wording.iso(incident.onset_latest)
    if story is not None:
        data["story"] = _story(story)
    return envelope(event, [event, incident.id, wording.iso(at) or ""], at, data)


def source_message(
    event: str, source: str, at: datetime, reason: str, since: datetime | None = None, *, page: str = ""
) -> dict[str, JSON]:
    """The body of `collector.blind` and `collector.recovered`. `since` is when the source stopped being readable."""
    blind = event == "collector.blind"
    lasted = f" after {wording.duration(at - since)}" if since and not blind else ""
    said = f"{source} cannot be read: {reason}" if blind else f"{source} is read again{lasted}"
    data: dict[str, JSON] = {
        "kind": "source",
        "source": shorten(plain(source), 100),
        "summary": shorten(plain(said), QUOTE_LIMIT),
        "reason": shorten(plain(reason), QUOTE_LIMIT),
        "since": wording.iso(since or at),
        "url": safe_url(page),
        "test": False,
    }
    return envelope(event, [event, source, wording.iso(since or at) or ""], at, data)


def channel_message(event: str, channel: str, at: datetime, why: str, *, page: str = "") -> dict[str, JSON]:
    """The body of `channel.disabled`: nothing is sent there any more since `at`, for the reason `why`, a sentence."""
    data: dict[str, JSON] = {
        "kind": "channel",
        "channel": shorten(plain(channel), 100),
        "summary": shorten(plain(why), QUOTE_LIMIT),
        "since": wording.iso(at),
        "url": safe_url(page),
        "test": False,
    }
    return envelope(event, [event, channel, wording.iso(at) or ""], at, data)


def digest_message(
    at: datetime, since: datetime, members: Iterable[Mapping[str, JSON]], summary: str, *, event: str, page: str = ""
) -> dict[str, JSON]:
    """The body that tells several things at once: a day, the quiet hours, or many services failing together.

    Args:
        members: `data` of the messages that it stands for, whole.
        summary: one sentence.
    """
    told = [dict(member) for member in members]
    keys = [str(member.get("incident", member.get("source", ""))) for member in told]
    data: dict[str, JSON] = {
        "kind": "digest",
        "summary": summary,
        "since": wording.iso(since),
        "members": list(told),
        "url": safe_url(page),
        "test": False,
    }
    return envelope(event, [event, wording.iso(since) or "", wording.iso(at) or "", *sorted(keys)], at, data)


def envelope(event: str, key: Sequence[str], at: datetime, data: dict[str, JSON]) -> dict[str, JSON]:
    """A body around `data`, whose id depends on `key` only."""
    return {"schema": SCHEMA, "id": f"evt_{digest(key)}", "type": event, "timestamp": wording.iso(at), "data": data}


def digest(parts: Sequence[str]) -> str:
    """24 hexadecimal digits that stand for `parts`."""
    return sha256("\x1f".join(parts).encode("utf8", "replace")).hexdigest()[:24]


def encode(body: Mapping[str, JSON]) -> str:
    """The body as it is sent: compact JSON, keys in the order written."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def marked(said: str, *, simulated: bool, test: bool) -> str:
    """A sentence that owns up to not being about real trouble."""
    mark = "[test] " if test else "[simulated] " if simulated else ""
    return f"{mark}{said}"


def official(incident: Incident, officials: Sequence[Official]) -> JSON:
    """What the status page says about the same trouble, and by how many minutes we were ahead (negative: behind)."""
    related = sorted((step for step in officials if _related(step, incident)), key=lambda step: step.at)
    if not related:
        return None
    first, last = related[0], related[-1]
    return {
        "stage": last.stage,
        "title": shorten(plain(last.title), 200),
        "url": safe_url(last.url),
        "at": wording.iso(last.at),
        "first_at": wording.iso(first.at),
        "ahead_minutes": round((first.at - incident.opened_at).total_seconds() / 60),
    }


def incident_page(page: str, incident: Incident) -> str:
    """The address of the incident's page on the dashboard, or nothing."""
    base = safe_url(page).rstrip("/")
    return f"{base}/incident?incident={quote(incident.id, safe='')}" if base else ""


def _related(step: Official, incident: Incident) -> bool:
    if step.service != incident.service or step.at < incident.onset_at - RELATED:
        return False
    return step.stage != "resolved" or step.at >= incident.onset_at


def _quote(post: Evidence) -> dict[str, JSON]:
    return {
        "id": post.post,
        "url": safe_url(post.url),
        "text": shorten(plain(post.text), QUOTE_LIMIT),
        "created_at": wording.iso(post.created_at),
        "reason": shorten(plain(post.reason), 200),
    }


def _story(story: SharedStory) -> dict[str, JSON]:
    return {
        "id": story.id,
        "upstream": shorten(plain(story.upstream), 100),
        "services": [shorten(plain(name), 100) for name in story.services[:100]],
        "open": story.open,
    }


def _words(found: Sequence[str]) -> list[JSON]:
    return [shorten(plain(word), 60) for word in found[:8]]
