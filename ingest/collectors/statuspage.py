"""What services say about themselves on their status pages: steps of their incidents, never posts.

A page is asked for its Statuspage JSON (`/api/v2/incidents.json`, which incident.io's pages speak too), else for its
Atom or RSS history. Pages are asked again only for what changed. One page that cannot be read does not stop the
others; one that never could be is left alone for an hour. When none can be read, the source is unreachable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import SourceError, SourceRefused, SourceUnreachable, UserError
from ingest.normalise import clean_text, created_or_seen, parse_time, text_of_html
from ingest.options import Names, Options, read_options
from ingest.records import Item, Mark, Official, Stage
from ingest.web import Web, until_closed

SOURCE: Final = "statuspage"
JSON_PATHS: Final = ("/api/v2/incidents.json",)
FEED_PATHS: Final = ("/history.atom", "/history.rss", "/feed.atom", "/feed.rss", "/feed/rss", "/en/feed.atom")
LEFT_ALONE: Final = timedelta(hours=1)
EXAMPLE: Final[Mapping[str, Any]] = {"pages": ["Slack = https://status.slack.com"]}
"""Options with which this source can be built."""

_STAGES: Final[Mapping[str, Stage]] = {
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
    "completed": "resolved",
    "update": "identified",
}
_WORDS: Final[tuple[tuple[str, Stage], ...]] = (
    (r"\b(resolved|restored|fixed|recovered|completed|operating normally)\b", "resolved"),
    (r"\bmonitoring\b", "monitoring"),
    (r"\bidentified\b", "identified"),
)
_STEP: Final = re.compile(
    r"<small>(?P<when>.*?)</small>\s*(?:<br\s*/?>)?\s*<strong>(?P<stage>[^<]{1,40})</strong>\s*[-–:]?\s*(?P<text>.*?)(?=</p>|$)",
    re.DOTALL | re.IGNORECASE,
)


class StatuspageOptions(Options):
    """Times are in seconds."""

    pages: Names = Field(min_length=1, description='List pages as "Service = https://status.example.com".')
    poll: float = Field(60.0, gt=0, description="How often each page is asked.")
    tries: int = Field(2, ge=1, description="How often a request is made before a page counts as unreadable.")
    pause: float = Field(1.0, ge=0, description="The pause before the second try; it doubles.")


class Statuspage:
    """The source; see the module."""

    source = SOURCE

    def __init__(self, pages: Mapping[str, Sequence[str]], options: StatuspageOptions, tools: Tools) -> None:
        self._pages = pages
        self._options = options
        self._tools = tools
        self._web = Web(SOURCE, tries=options.tries, pause=options.pause)
        self._paths: dict[str, str] = {}
        self._told: dict[str, set[Official]] = {}
        self._left_until: dict[str, datetime] = {}
        self.unreadable: dict[str, str] = {}
        """Pages that could not be read when they were last asked, with the reason."""

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._web.close()

    def read(self, cursor: str) -> Iterator[Item]:  # noqa: ARG002  # a page is read whole; keys drop what is known
        """Steps of incidents as the pages tell them, until closed.

        Raises:
            SourceUnreachable: no page at all can be read.
        """
        self._left_until.clear()
        yield from until_closed(self._web, self._follow())

    def _follow(self) -> Iterator[Item]:
        while not self._web.closed:
            for page in self._pages:
                now = self._tools.clock()
                if self._left_until.get(page, now) <= now:
                    yield from self._news(page)
                if self._web.beat.due():
                    yield Mark(SOURCE, "", now)
            if len(self.unreadable) == len(self._pages):
                reason = next(iter(self.unreadable.values()))
                raise SourceUnreachable(f"{SOURCE}: no page can be read: {reason}")
            yield Mark(SOURCE, "", self._tools.clock())
            for _ in self._web.beat.waits(self._options.poll):
                yield Mark(SOURCE, "", self._tools.clock())

    def _news(self, page: str) -> Iterator[Official]:
        """What a page tells that it did not tell before."""
        try:
            steps = self._steps(page)
        except SourceError as error:
            self.unreadable[page] = str(error)
            if page not in self._told:
                self._left_until[page] = self._tools.clock() + LEFT_ALONE
            return
        self.unreadable.pop(page, None)
        known = self._told.get(page, set())
        yield from sorted(steps - known, key=lambda step: (step.at, step.id))
        self._told[page] = steps or known

    def _steps(self, page: str) -> set[Official]:
        """The steps on one page; empty if it has not changed. The way that worked is kept to.

        Raises:
            SourceError: no way works.
        """
        known = self._paths.get(page)
        trouble: SourceError | None = None
        for path in [known] if known else [*JSON_PATHS, *FEED_PATHS]:
            try:
                steps = self._read_one(page, path)
            except SourceError as error:
                trouble = trouble or error
                continue
            self._paths[page] = path
            return steps
        if isinstance(trouble, SourceRefused):
            self._paths.pop(page, None)
        raise trouble or SourceUnreachable(f"{SOURCE}: {page} cannot be read")

    def _read_one(self, page: str, path: str) -> set[Official]:
        now = self._tools.clock()
        as_json = path in JSON_PATHS
        told = self._web.json_if_changed(page + path) if as_json else self._web.text_if_changed(page + path)
        if told is None:
            return set()
        read = steps_of_json if as_json else steps_of_feed
        return {step for service in self._pages[page] for step in read(told, service, now)}


def build(options: Mapping[str, Any], tools: Tools) -> Statuspage:
    """The source as `StatuspageOptions` describe it.

    Raises:
        UserError: an option is wrong, or a page is not `Service = https://…`.
    """
    told = read_options(StatuspageOptions, options, SOURCE)
    pages: dict[str, list[str]] = {}
    for line in told.pages:
        service, _, page = (part.strip() for part in line.partition("="))
        if not service or not page.startswith(("https://", "http://")):
            raise UserError(f'sources.{SOURCE}.pages: {line!r:.80} is not "Service = https://status.example.com"')
        pages.setdefault(page.rstrip("/"), []).append(service)
    return Statuspage(pages, told, tools)


def steps_of_json(told: Any, service: str, now: datetime) -> Iterator[Official]:
    """The steps in Statuspage's `incidents.json`. Maintenance and post-mortems are left out.

    Raises:
        SourceUnreachable: this is not such a document.
    """
    if not isinstance(told, dict) or not isinstance(told.get("incidents"), list):
        raise SourceUnreachable(f"{SOURCE}: the page of {service} sent JSON without incidents")
    for incident in told["incidents"]:
        if not isinstance(incident, dict) or incident.get("impact") == "maintenance":
            continue
        url = clean_text(_text(incident.get("shortlink")), 500)
        title = clean_text(_text(incident.get("name")), 500)
        updates = incident.get("incident_updates")
        for update in updates if isinstance(updates, list) else []:
            stage = _STAGES.get(_text(update.get("status")).lower()) if isinstance(update, dict) else None
            if stage is None:
                continue
            yield Official(
                id=_key(service, incident.get("id"), update.get("id")),
                service=service,
                stage=stage,
                at=created_or_seen(update.get("display_at") or update.get("created_at"), now),
                title=title,
                text=text_of_html(_text(update.get("body"))),
                url=url if url.startswith(("https://", "http://")) else "",
            )


def steps_of_feed(text: str, service: str, now: datetime) -> Iterator[Official]:
    """The steps in a status page's Atom or RSS history.

    Raises:
        SourceUnreachable: this is no feed.
    """
    for entry in _entries(text, service):
        link = _child(entry, "link")
        url = clean_text((link.get("href") or link.text or "") if link is not None else "", 500)
        at = created_or_seen(_words(entry, "updated") or _words(entry, "pubDate"), now)
        html = _words(entry, "content") or _words(entry, "description") or _words(entry, "summary")
        key = _words(entry, "id") or _words(entry, "guid") or url
        title = clean_text(_words(entry, "title"), 500)
        for stage, words, told_at in list(_steps_in(html, at)) or [_step_of(title, html, at)]:
            yield Official(
                id=_key(service, key, stage, told_at.isoformat()),
                service=service,
                stage=stage,
                at=told_at,
                title=title,
                text=words,
                url=url if url.startswith(("https://", "http://")) else "",
            )


def _steps_in(html: str, at: datetime) -> Iterator[tuple[Stage, str, datetime]]:
    """The steps that one entry tells, newest first as the page has them."""
    for found in _STEP.finditer(html[:200_000]):
        stage = _STAGES.get(text_of_html(found["stage"]).lower())
        if stage is not None:
            yield stage, text_of_html(found["text"]), _step_time(text_of_html(found["when"]), at)


def _step_of(title: str, html: str, at: datetime) -> tuple[Stage, str, datetime]:
    """An entry that is one step and does not say which: its words do, the title's first."""
    words = text_of_html(html)
    for text in (title.lower(), words.lower()):
        for pattern, stage in _WORDS:
            if re.search(pattern, text):
                return stage, words, at
    return "investigating", words, at


def _step_time(when: str, at: datetime) -> datetime:
    """ "Nov 24, 10:05 UTC", as Statuspage writes it, in the year of its entry; else the entry's own time."""
    told = re.fullmatch(r"([A-Z][a-z]{2})\s+(\d{1,2}),\s*(\d{1,2}:\d{2})(?::\d{2})?\s*UTC", when)
    if told is None:
        return at
    for year in (at.year, at.year - 1):
        try:
            moment = parse_time(f"{told[2]} {told[1]} {year} {told[3]}:00 +0000")
        except ValueError:
            return at
        if moment <= at:
            return moment
    return at


def _entries(text: str, service: str) -> list[Element]:
    # Documents with a DTD are refused, so that no entity can be declared, let alone expanded.
    if "<!doctype" in text[:2_000].lower() or "<!entity" in text.lower():
        raise SourceUnreachable(f"{SOURCE}: the page of {service} sent something else than a feed")
    parser = XMLParser()  # noqa: S314  # entities were refused above
    try:
        parser.feed(text)
        root = parser.close()
    except (ParseError, ValueError) as error:
        raise SourceUnreachable(f"{SOURCE}: the page of {service} sent what is no feed: {error}") from error
    return [element for element in root.iter() if _name(element) in ("entry", "item")]


def _name(element: Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1]


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if _name(child) == name), None)


def _words(element: Element, name: str) -> str:
    child = _child(element, name)
    return "".join(child.itertext()) if child is not None else ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _key(*parts: Any) -> str:
    return clean_text(":".join([SOURCE, *(str(part) for part in parts)]), 500)
