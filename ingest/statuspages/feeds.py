"""The Atom and RSS histories of status pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError, XMLParser

from ingest.errors import SourceUnreachable
from ingest.normalise import clean_text, created_or_seen, parse_time, text_of_html
from ingest.records import Official, Stage
from ingest.refusals import Refuse, unheard
from ingest.statuspages.steps import SOURCE, key, link, stage_of

_WORDS: Final[tuple[tuple[str, Stage], ...]] = (
    (r"\b(resolved|restored|fixed|recovered|completed|operating normally)\b", "resolved"),
    (r"\bmonitoring\b", "monitoring"),
    (r"\bidentified\b", "identified"),
)
_STEP: Final = re.compile(
    r"<small>(?P<when>.*?)</small>\s*(?:<br\s*/?>)?\s*<strong>(?P<stage>[^<]{1,40})</strong>\s*[-–:]?\s*(?P<text>.*?)(?=</p>|$)",
    re.DOTALL | re.IGNORECASE,
)


def steps_of_feed(text: str, service: str, now: datetime, refuse: Refuse = unheard) -> Iterator[Official]:
    """The steps in a status page's Atom or RSS history.

    Raises:
        SourceUnreachable: this is no feed.
    """
    for entry in _entries(text, service):
        pointer = _child(entry, "link")
        url = clean_text((pointer.get("href") or pointer.text or "") if pointer is not None else "", 500)
        at = created_or_seen(_words(entry, "updated") or _words(entry, "pubDate"), now)
        html = _words(entry, "content") or _words(entry, "description") or _words(entry, "summary")
        name = _words(entry, "id") or _words(entry, "guid") or url
        title = clean_text(_words(entry, "title"), 500)
        if not title and not html.strip():
            refuse("entry without words", name or "".join(entry.itertext()))
            continue
        for stage, words, told_at in list(_steps_in(html, at, refuse)) or [_step_of(title, html, at)]:
            yield Official(
                id=key(service, name, stage, told_at.isoformat()),
                service=service,
                stage=stage,
                at=told_at,
                title=title,
                text=words,
                url=link(url),
            )


def _steps_in(html: str, at: datetime, refuse: Refuse) -> Iterator[tuple[Stage, str, datetime]]:
    """The steps that one entry tells, newest first as the page has them."""
    for found in _STEP.finditer(html[:200_000]):
        stage = stage_of(text_of_html(found["stage"]), refuse, found[0])
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
