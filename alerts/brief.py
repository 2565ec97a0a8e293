"""What a person reads of a message, in the same parts for every channel; a channel only writes them in its notation."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from alerts.safety import defang, host_of, plain, safe_url, shorten
from ingest.causes import in_words

_HEADINGS: Final = {
    "incident.suspected": "may be having trouble",
    "incident.confirmed": "is having trouble",
    "incident.updated": "is in trouble, still or again",
    "incident.recovering": "seems to recover",
    "incident.resolved": "is well again",
    "frustration.spike": "frustrates its users",
    "service.quiet": "has fallen silent",
    "talk.unusual": "is unusually much spoken of",
}

_OVER: Final = {"drop": "is spoken of again", "talk": "is no longer unusually much spoken of"}
"""How the end of what is no trouble is told."""

_DIGESTS: Final = {
    "incident.resolved": "Several services are well again",
    "incident.recovering": "Several services seem to recover",
    "frustration.spike": "Several services frustrate their users",
    "service.quiet": "Several services have fallen silent",
    "talk.unusual": "Several services are unusually much spoken of",
    "collector.blind": "Several sources are blind",
    "collector.recovered": "Several sources are seeing again",
    "channel.disabled": "Several channels are disabled",
    "digest.daily": "What happened",
}


@dataclass(frozen=True, slots=True)
class Saying:
    """A quoted post. `host` is where its link leads."""

    text: str
    url: str
    reason: str

    @property
    def host(self) -> str:
        """Where the link leads, to be shown as its words."""
        return host_of(self.url)


@dataclass(frozen=True, slots=True)
class Brief:
    """A message in words. All text is one line, free of controls, and still to be escaped by the channel.

    `subject` is the incident's id or the name of the source or channel; `facts` are pairs of a label and a value, most
    telling first.
    """

    event: str
    title: str
    summary: str
    subject: str
    service: str
    severity: str
    over: bool
    at: str
    url: str
    test: bool
    facts: tuple[tuple[str, str], ...] = ()
    sayings: tuple[Saying, ...] = ()
    members: tuple[Brief, ...] = field(default=())

    @property
    def shows(self) -> str:
        """What is found at `url`."""
        return "incident" if self.service else "dashboard"


def brief(body: str | Mapping[str, Any]) -> Brief:
    """The brief of a body made by `alerts.messages`."""
    whole = json.loads(body) if isinstance(body, str) else body
    return _brief(str(whole["type"]), str(whole["timestamp"]), whole["data"])


def defanged(told: Brief) -> Brief:
    """The brief with mentions and links in its words broken, for notations that we do not know."""
    return replace(
        told,
        title=defang(told.title),
        summary=defang(told.summary),
        facts=tuple((label, defang(value)) for label, value in told.facts),
        sayings=tuple(replace(saying, text=defang(saying.text)) for saying in told.sayings),
        members=tuple(defanged(member) for member in told.members),
    )


def _brief(event: str, at: str, data: Mapping[str, Any]) -> Brief:
    service = _word(data, "service")
    return Brief(
        event=event,
        title=shorten(_title(event, service, data), 150),
        summary=shorten(_word(data, "summary"), 500),
        subject=_word(data, "incident") or _word(data, "source") or _word(data, "channel"),
        service=service,
        severity=_word(data, "severity") or ("minor" if data["kind"] == "digest" else "major"),
        over=event in ("incident.resolved", "collector.recovered"),
        at=at,
        url=safe_url(str(data.get("url", ""))),
        test=bool(data.get("test")),
        facts=tuple((label, shorten(value, 300)) for label, value in _facts(data) if value),
        sayings=tuple(_saying(quote) for quote in data.get("evidence", ())),
        members=tuple(_brief(str(member.get("event", event)), at, member) for member in data.get("members", ())),
    )


def _title(event: str, service: str, data: Mapping[str, Any]) -> str:
    mark = "[test] " if data.get("test") else "[simulated] " if data.get("simulated") else ""
    if data["kind"] == "source":
        return f"{mark}{_word(data, 'source')} is {'blind' if event == 'collector.blind' else 'seeing again'}"
    if data["kind"] == "channel":
        return f"{mark}Alerts to {_word(data, 'channel')} are disabled"
    if data["kind"] == "digest":
        if event == "incident.resolved" and {one.get("signal") for one in data.get("members", ())} == {"talk"}:
            return f"{mark}Several services are no longer unusually much spoken of"
        return f"{mark}{_DIGESTS.get(event, 'Several services are in trouble')}"
    if data.get("state") == "dismissed":
        return f"{mark}{service}: dismissed"
    if event == "incident.resolved" and data.get("signal") in _OVER:
        return f"{mark}{service} {_OVER[str(data['signal'])]}"
    return f"{mark}{service} {_HEADINGS.get(event, event)}"


def _facts(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    if data["kind"] != "incident":
        return [("Since", _time(data.get("since")))]
    sure = f"{_word(data, 'confidence_words')} ({data['confidence']:.0%})"
    return [
        ("Severity", _reasoned(_word(data, "severity"), _word(data, "severity_reason"))),
        ("Since", _since(data)),
        ("Confidence", _reasoned(sure, _word(data, "confidence_reason"))),
        ("What fails", _list(data, "fails")),
        ("Suspected cause", _list(data, "causes", in_words)),
        ("Together with", _together(data)),
        ("Regions", _list(data, "regions")),
        ("Official status", "" if data.get("signal") == "talk" else _official(data)),
        ("Sources", _list(data, "sources")),
    ]


def _official(data: Mapping[str, Any]) -> str:
    said = data.get("official")
    if not said:
        return "no word yet that we know of"
    ahead = int(said["ahead_minutes"])
    when = f"{ahead} min after us" if ahead > 0 else f"{-ahead} min before us" if ahead < 0 else "at the same time"
    return plain(f"{said['stage']}: {said['title']} (first word {when})")


def _together(data: Mapping[str, Any]) -> str:
    story = data.get("story")
    if not story:
        return ""
    others = [plain(str(name)) for name in story["services"] if name != data.get("service")]
    return f"{', '.join(others)}: people blame {plain(str(story['upstream']))}"


def _saying(quote: Mapping[str, Any]) -> Saying:
    return Saying(plain(str(quote["text"])), safe_url(str(quote["url"])), plain(str(quote["reason"])))


def _reasoned(value: str, reason: str) -> str:
    return f"{value} – {reason}" if value and reason else value


def _list(data: Mapping[str, Any], key: str, said: Callable[[str], str] = str) -> str:
    return ", ".join(plain(said(str(word))) for word in data.get(key, ()))


def _word(data: Mapping[str, Any], key: str) -> str:
    return plain(str(data.get(key) or ""))


def _since(data: Mapping[str, Any]) -> str:
    first, last = data.get("since_earliest"), data.get("since_latest")
    told = _time(data.get("since"))
    if not first or not last or first == last:
        return told
    return f"{told} (between {_time(first)[11:16]} and {_time(last)[11:16]})"


def _time(value: object) -> str:
    return str(value)[:16].replace("T", " ") + " UTC" if value else ""
