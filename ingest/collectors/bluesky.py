"""Public posts of the Bluesky network as they are written. No account is needed.

They come from Jetstream v2, or, if asked, from a relay's firehose. The SDK's client runs in a thread of its own and
feeds a bounded queue; posts that name no service are dropped before it. When the queue is full the socket waits, so
nothing is dropped there. Short interruptions are bridged by resuming from the last event; while they last no `Mark`
comes. After `patience` seconds `read` raises `SourceUnreachable`. Silence is not taken for a fault: when no event
comes the socket is pinged, and the answer decides.

Sequence numbers belong to one host. On another Jetstream host we resume by time, a little earlier; keys drop what
comes twice. While a backlog is caught up, posts count as seen when the server witnessed them (it is not a burst), and
marks tell of that time too: after a `Mark` comes no post that was seen before it, but for those that a search finds to
fill the last hours for a new service, where a login is set.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from ingest.bluesky.feed import Feed
from ingest.bluesky.options import BlueskyOptions
from ingest.bluesky.position import Position, filled_in, with_filled
from ingest.bluesky.posts import SOURCE
from ingest.bluesky.search import Search
from ingest.collectors import Tools
from ingest.errors import UserError
from ingest.options import read_options
from ingest.records import Item, Mark
from ingest.refusals import Refusals, noted

EXAMPLE: Final[Mapping[str, Any]] = {}
"""Options with which this source can be built."""


class Bluesky:
    """The source; see the module."""

    source = SOURCE

    def __init__(self, options: BlueskyOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._closed = threading.Event()
        self._refusals = Refusals()

    def read(self, cursor: str) -> Iterator[Item]:
        """Posts and removals after `cursor` (empty: from now on), until `close`.

        Raises:
            SourceUnreachable: no host could be heard for `patience` seconds, or none at all to begin with.
            UserError: `cursor` is not one of ours.
        """
        feed = Feed(self._options, self._tools, Position.load(cursor), self._closed, self._refusals)
        thread = threading.Thread(target=feed.run, name=SOURCE, daemon=True)
        thread.start()
        try:
            yield from self._filling(feed.drain(), cursor) if self._options.login else feed.drain()
        finally:
            feed.stop()
            thread.join(1.0)

    def _filling(self, items: Iterator[Item], cursor: str) -> Iterator[Item]:
        """`items`, and after each mark a page of what is searched for to fill the last hours for new services."""
        search = Search(self._options, self._tools, filled_in(cursor), self._refusals)
        try:
            for item in items:
                if not isinstance(item, Mark):
                    yield item
                    continue
                yield replace(item, cursor=with_filled(item.cursor, search.filled), note=noted(item.note, search.note))
                if search.due():
                    yield from search.page()
        finally:
            search.close()

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._closed.set()


def build(options: Mapping[str, Any], tools: Tools) -> Bluesky:
    """The source as `BlueskyOptions` describe it.

    Raises:
        UserError: an option is wrong, or only half of a login is there.
    """
    told = read_options(BlueskyOptions, options, SOURCE)
    if bool(told.login) != bool(told.app_password):
        raise UserError(f"sources.{SOURCE}: a login needs both login and app_password_env; give both, or neither")
    return Bluesky(told, tools)
