"""Public posts of Mastodon servers, from their public and hashtag timelines. Many servers need no key for that.

Timelines are paged forward from the last status read, so nothing is passed over however much came between two polls.
Statuses of other servers may arrive late and sort in behind, so each poll reaches back a little; what was read is
known. What was told, before a restart too, is asked for again in batches for as long as its words are kept, and what is
gone is removed. Posts of people who do not want to be indexed, and posts that are not public, are left out.

Where a token is set the public stream is read too (`/api/v1/streaming/public`, for which Mastodon wants a token since
4.2): it tells edits and deletions at once. The timelines are read all the same, so what the stream misses is not lost.

Plain requests are used rather than a client library: few endpoints are read, and answers, waits and retries must be
bounded and end when we are closed.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from ingest.collectors import Tools
from ingest.errors import SourceRefused, SourceUnreachable, UserError
from ingest.mastodon.options import MastodonOptions
from ingest.mastodon.statuses import (
    SOURCE,
    author_of,
    count_in,
    id_at,
    identity_of,
    link_of,
    order,
    reserved,
    status_in,
    text_in,
    time_of,
    words,
)
from ingest.mastodon.timelines import Timeline, address, places_in, timelines
from ingest.normalise import clean_text, created_or_seen
from ingest.options import read_options
from ingest.rechecks import Rechecks
from ingest.records import Gap, Item, Mark, Post, Removal, Told
from ingest.refusals import Refusals, noted
from ingest.sse import Event, Streams
from ingest.web import AGENT, Web, until_closed

PAGE: Final = 40
ASKED_AGAIN: Final = 20
BATCHES: Final = 10
"""So many batches of posts are asked for again in one poll."""
REMEMBERED: Final = 20_000
BACKLOG: Final = timedelta(minutes=5)
EXAMPLE: Final[Mapping[str, Any]] = {"servers": ["mastodon.social"], "hashtags": ["outage"]}
"""Options with which this source can be built."""


class Mastodon:
    """The source; see the module."""

    source = SOURCE
    asks_again = True

    def __init__(self, options: MastodonOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._token = {"Authorization": f"Bearer {options.access_token}"} if options.access_token else {}
        self._web = Web(SOURCE, tries=options.tries, pause=options.pause, headers=self._token)
        self._streams: Streams | None = None
        self._read: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._told: Rechecks | None = None
        self._refusals = Refusals()

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._web.close()

    def read(self, cursor: str) -> Iterator[Item]:
        """Statuses after `cursor` (empty: from now on), until closed.

        Raises:
            SourceUnreachable: a server cannot be read; the others were read before it was raised.
            SourceRefused: a server wants a token, or has no such timeline.
            UserError: `cursor` is not one of ours.
        """
        if self._told is None:
            every = timedelta(hours=self._options.recheck_hours)
            self._told = Rechecks(every, self._tools.kept, self._tools.told(SOURCE))
        places = places_in(cursor)
        if self._options.stream and self._options.public and self._token:
            streams = {server: f"{address(server)}/api/v1/streaming/public" for server in self._options.servers}
            self._streams = Streams(streams, {"User-Agent": AGENT, **self._token}, self._options.pause)
        try:
            yield from until_closed(self._web, self._follow(places, self._told))
        finally:
            if self._streams is not None:
                self._streams.close()
                self._streams = None

    def _follow(self, places: dict[str, str], told: Rechecks) -> Iterator[Item]:
        caught_up = False
        while not self._web.closed:
            trouble: SourceUnreachable | None = None
            for timeline in timelines(self._options):
                try:
                    yield from self._catch_up(timeline, places)
                except SourceUnreachable as error:
                    trouble = error
                if caught_up and trouble is None and self._web.beat.due():
                    yield self._mark(places)
            if trouble is not None:
                raise trouble
            caught_up = True
            yield self._mark(places)
            yield from self._gone(told)
            yield from self._wait(places, told)

    def _wait(self, places: Mapping[str, str], told: Rechecks) -> Iterator[Item]:
        """Until the next poll; what the streams tell meanwhile."""
        streams = self._streams
        until = time.monotonic() + self._options.poll
        if streams is None:
            for _ in self._web.beat.waits(self._options.poll):
                yield self._mark(places)
            return
        while (left := until - time.monotonic()) > 0 and not self._web.closed:
            event = streams.next(min(left, 0.5))
            if event is not None:
                yield from self._heard(event, told)
            if self._web.beat.due():
                yield self._mark(places)

    def _heard(self, event: Event, told: Rechecks) -> Iterator[Item]:
        """A status that was written or changed, or that is gone."""
        if event.kind == "delete":
            post = told.at(f"{event.stream} {event.data.strip()}")
            if post:
                told.drop(post)
                yield Removal(SOURCE, self._tools.clock(), post=post)
            return
        if event.kind not in ("update", "status.update"):
            return
        status = status_in(event.data)
        if status is None:
            self._refusals.refuse("event of the stream", event.data)
        else:
            if event.kind == "status.update":
                self._read.pop((event.stream, str(status["id"])), None)
            yield from self._take(event.stream, status)

    def _mark(self, places: Mapping[str, str]) -> Mark:
        refused = self._streams.refused if self._streams is not None else {}
        notes = [f"the stream of {server} {answer}" for server, answer in sorted(refused.items())]
        return Mark(SOURCE, json.dumps(places), self._tools.clock(), noted(*notes, self._refusals.note))

    def _catch_up(self, timeline: Timeline, places: dict[str, str]) -> Iterator[Item]:
        """Page forward to the newest status, and move the place in `places` along."""
        place = places.get(timeline.key)
        if place is None:
            newest = self._page(timeline, {"limit": 1})
            places[timeline.key] = str(newest[0]["id"]) if newest else "0"
            return
        now = self._tools.clock()
        earliest = id_at(now - timedelta(hours=self._options.catch_up_hours))
        if place.isdecimal() and 0 < int(place) < earliest:
            yield Gap(SOURCE, time_of(int(place)), time_of(earliest), "the backlog was too long to catch up")
            place = str(earliest)
        behind = self._reach_back(place, now)
        for _ in range(self._options.pages):
            page = self._page(timeline, {"limit": PAGE, "min_id": behind})
            if not page:
                return
            for status in sorted(page, key=lambda status: order(str(status["id"]))):
                yield from self._take(timeline.server, status)
            behind = max((str(status["id"]) for status in page), key=order)
            places[timeline.key] = max(place, behind, key=order)

    def _reach_back(self, place: str, now: datetime) -> str:
        if not place.isdecimal() or not int(place):
            return place
        return str(min(int(place), id_at(now - timedelta(seconds=self._options.overlap))))

    def _page(self, timeline: Timeline, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self._list(timeline.server, timeline.path, params)

    def _list(self, server: str, path: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            told = self._web.json(f"{address(server)}{path}", params)
        except SourceRefused as error:
            raise SourceRefused(f"{error}; if {server} wants a token, set access_token_env to its variable") from error
        if not isinstance(told, list):
            raise SourceUnreachable(f"{SOURCE}: {server}{path} sent no list")
        return [status for status in told if self._is_numbered(status)]

    def _is_numbered(self, status: object) -> bool:
        numbered = isinstance(status, dict) and isinstance(status.get("id"), (str, int))
        if not numbered:
            self._refusals.refuse("status without a number", status)
        return numbered

    def _take(self, server: str, status: Mapping[str, Any]) -> Iterator[Post]:
        local = (server, str(status["id"]))
        if local in self._read:
            return
        now = self._tools.clock()
        identity = identity_of(server, status)
        self._read[local] = thread = self._thread(server, status, identity)
        if len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        if not isinstance(status.get("content"), str):
            self._refusals.refuse("status without text", local)
            return
        text = words(status)
        if not text or reserved(status) or not self._tools.wanted(text):
            return
        created_at = created_or_seen(status.get("created_at"), now)
        place = clean_text(" ".join(local), 500)
        if self._told is not None:
            self._told.add(Told(identity, place, now), now)
        yield Post(
            id=identity,
            source=SOURCE,
            author=self._tools.pseudonym(author_of(server, status)),
            text=text,
            created_at=created_at,
            seen_at=now if now - created_at <= BACKLOG else created_at,
            lang=clean_text(text_in(status.get("language")))[:8],
            thread=thread,
            url=link_of(status),
            likes=count_in(status.get("favourites_count")),
            place=place,
        )

    def _thread(self, server: str, status: Mapping[str, Any], identity: str) -> str:
        """The thread of the status replied to, where it was read; else the one that the server's number names."""
        above = status.get("in_reply_to_id")
        if not isinstance(above, (str, int)):
            return identity
        return self._read.get((server, str(above))) or clean_text(f"{SOURCE}:{server}/{above}", 500)

    def _gone(self, told: Rechecks) -> Iterator[Removal]:
        """Ask again for what was told; what is no longer there is to be forgotten."""
        now = self._tools.clock()
        here: dict[str, dict[str, str]] = {}
        for one in told.due(now, ASKED_AGAIN * BATCHES):
            server, _, local = one.place.partition(" ")
            if server in self._options.servers:
                here.setdefault(server, {})[local] = one.post
            else:
                told.asked([one.post], now)
        for server, posts in here.items():
            for asked in _batches(list(posts), ASKED_AGAIN):
                there = {str(status["id"]) for status in self._list(server, "/api/v1/statuses", {"id[]": asked})}
                told.asked([posts[local] for local in asked], now)
                for local in asked:
                    if local not in there:
                        told.drop(posts[local])
                        yield Removal(SOURCE, now, post=posts[local])


def build(options: Mapping[str, Any], tools: Tools) -> Mastodon:
    """The source as `MastodonOptions` describe it.

    Raises:
        UserError: an option is wrong, or nothing is to be read.
    """
    told = read_options(MastodonOptions, options, SOURCE)
    if not told.public and not told.hashtags:
        raise UserError(f"sources.{SOURCE}: nothing is to be read; set public = true or list hashtags")
    return Mastodon(told, tools)


def _batches(names: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(names), size):
        yield names[start : start + size]
