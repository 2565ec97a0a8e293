"""What services say about themselves on their status pages: steps of their incidents, never posts.

A page is asked for JSON (Statuspage's, which incident.io's pages speak too; Instatus's; incident.io's widget), else for
its Atom or RSS history; the way that worked is kept to. Pages are asked again only for what changed. Where a page tells
no more than what is active, an incident that is no longer told counts as resolved; the cursor holds those that were, so
that this is seen after a restart too. One page that cannot be read does not stop the others; one that never could be is
left alone for an hour. When none can be read, the source is unreachable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import SourceError, SourceRefused, SourceUnreachable, UserError
from ingest.options import Names, Options, read_options
from ingest.records import Item, Mark, Official
from ingest.refusals import Refusals, Refuse, noted
from ingest.statuspages.documents import steps_of_history, steps_of_instatus, steps_of_widget
from ingest.statuspages.feeds import steps_of_feed
from ingest.statuspages.standing import Standing, cursor_of, standing_in
from ingest.statuspages.steps import SOURCE, key
from ingest.web import Web, until_closed


@dataclass(frozen=True, slots=True)
class Way:
    """A way to read a page: where its document lies, and how its steps are read. `active`: it tells no history."""

    path: str
    read: Callable[[Any, str, datetime, Refuse], Iterator[Official]]
    feed: bool = False
    active: bool = False


WAYS: Final = (
    Way("/api/v2/incidents.json", steps_of_history),
    Way("/api/v2/summary.json", steps_of_history),
    Way("/summary.json", steps_of_instatus, active=True),
    Way("/api/v1/summary", steps_of_widget, active=True),
    *(
        Way(path, steps_of_feed, feed=True)
        for path in ("/history.atom", "/history.rss", "/feed.atom", "/feed.rss", "/feed/rss", "/en/feed.atom")
    ),
)
LEFT_ALONE: Final = timedelta(hours=1)
CLOCK: Final = "%Y-%m-%d %H:%M UTC"
NO_LONGER: Final = (
    "It is no longer among the active incidents of the page: seen open until {open}, seen resolved at {now}."
)
EXAMPLE: Final[Mapping[str, Any]] = {"pages": ["Slack = https://status.slack.com"]}
"""Options with which this source can be built."""


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
        self._ways: dict[str, Way] = {}
        self._told: dict[str, dict[str, Official]] = {}
        self._read_at: dict[str, datetime] = {}
        self._active: set[str] = set()
        self._left_until: dict[str, datetime] = {}
        self._refusals = Refusals()
        self.unreadable: dict[str, str] = {}
        """Pages that could not be read when they were last asked, with the reason."""

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._web.close()

    def read(self, cursor: str) -> Iterator[Item]:
        """Steps of incidents as the pages tell them, until closed. `cursor` tells which were active; keys drop what is
        told again.

        Raises:
            SourceUnreachable: no page at all can be read.
            UserError: `cursor` is not one of ours.
        """
        for page, standing in standing_in(cursor).items():
            if page in self._pages and page not in self._told:
                steps = standing.steps.items()
                self._told[page] = {name: step for name, step in steps if step.service in self._pages[page]}
                self._read_at[page] = standing.read_at
                self._active.add(page)
        self._left_until.clear()
        yield from until_closed(self._web, self._follow())

    def _follow(self) -> Iterator[Item]:
        while not self._web.closed:
            for page in self._pages:
                now = self._tools.clock()
                if self._left_until.get(page, now) <= now:
                    yield from self._news(page)
                if self._web.beat.due():
                    yield self._mark(now)
            if len(self.unreadable) == len(self._pages):
                reason = next(iter(self.unreadable.values()))
                raise SourceUnreachable(f"{SOURCE}: no page can be read: {reason}")
            yield self._mark(self._tools.clock())
            for _ in self._web.beat.waits(self._options.poll):
                yield self._mark(self._tools.clock())

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
        now = self._tools.clock()
        open_until, self._read_at[page] = self._read_at.get(page, now), now
        if steps is None:
            return
        known = self._told.get(page, {})
        self._active.discard(page)
        if self._ways[page].active:
            self._active.add(page)
            yield from self._over(known, steps, open_until)
            steps = {name: known.get(name, step) for name, step in steps.items()}
        fresh = [step for step in steps.values() if known.get(step.id) != step]
        yield from sorted(fresh, key=lambda step: (step.at, step.id))
        self._told[page] = steps or known

    def _over(
        self, known: dict[str, Official], steps: Mapping[str, Official], open_until: datetime
    ) -> Iterator[Official]:
        """The end of incidents that are no longer told. When it came is not: that is when we see it."""
        now = self._tools.clock()
        words = NO_LONGER.format(open=f"{open_until:{CLOCK}}", now=f"{now:{CLOCK}}")
        told = {_incident(step) for step in steps.values()}
        ended = {_incident(step): step for step in known.values() if _incident(step) not in told}
        for step in ended.values():
            if step.stage != "resolved":
                name = key(step.service, step.url or step.title, "resolved", now.isoformat())
                yield replace(step, id=name, stage="resolved", at=now, text=words)
        for name in [step.id for step in known.values() if _incident(step) in ended]:
            del known[name]

    def _steps(self, page: str) -> dict[str, Official] | None:
        """The steps on one page by their ids; None if it has not changed. The way that worked is kept to.

        Raises:
            SourceError: no way works.
        """
        known = self._ways.get(page)
        trouble: SourceError | None = None
        for way in [known] if known else WAYS:
            try:
                steps = self._read_one(page, way)
            except SourceError as error:
                trouble = trouble or error
                continue
            self._ways[page] = way
            return steps
        if isinstance(trouble, SourceRefused):
            self._ways.pop(page, None)
        raise trouble or SourceUnreachable(f"{SOURCE}: {page} cannot be read")

    def _read_one(self, page: str, way: Way) -> dict[str, Official] | None:
        now = self._tools.clock()
        address = page + way.path
        told = self._web.text_if_changed(address) if way.feed else self._web.json_if_changed(address)
        if told is None:
            return None
        refuse = self._refusals.refuse
        return {step.id: step for service in self._pages[page] for step in way.read(told, service, now, refuse)}

    def _mark(self, at: datetime) -> Mark:
        unread = f"{len(self.unreadable)} of {len(self._pages)} pages cannot be read" if self.unreadable else ""
        told = {page: self._told[page] for page in self._pages if page in self._active and self._told.get(page)}
        standing = {page: Standing(self._read_at[page], steps) for page, steps in told.items()}
        return Mark(SOURCE, cursor_of(standing), at, noted(unread, self._refusals.note))


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


def _incident(step: Official) -> tuple[str, str]:
    return step.service, step.url or step.title
