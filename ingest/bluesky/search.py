"""Fills the last hours for services that are watched for the first time, where a login is set (`searchPosts`).

One request is made at a time, between what the stream brings. A service counts as filled when its last page was read:
the cursor names those that are, so that a restart begins with the first that is not; posts that come twice are dropped
by their keys. A login that is refused, or a search that fails, never stops the stream: the mark's note says so. What is
filled in is shown, and counts where its time has yet to be judged: nobody could have known it before.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import httpx
from atproto import Client  # type: ignore[import-untyped]
from atproto.exceptions import AtProtocolError, UnauthorizedError  # type: ignore[import-untyped]

from ingest.bluesky.options import BlueskyOptions
from ingest.bluesky.posts import POSTS, post_of, readable, words
from ingest.collectors import Tools
from ingest.normalise import created_or_seen
from ingest.records import Post, Service
from ingest.refusals import Refusals

AT_ONCE: Final = 100
TERMS: Final = 3
"""So many names of one service are searched for."""
PAUSE: Final = 60.0
"""Seconds before a search that failed is tried again; it doubles, up to an hour."""
LONGEST_PAUSE: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the search for one service is."""

    service: str
    terms: tuple[str, ...]
    cursor: str = ""
    pages: int = 0


class Search:
    """What is still to be filled.

    Args:
        options: the login, and how far back and how many pages a name is searched for.
        tools: what collectors are handed; `watched` are the services.
        filled: services that need no filling.
        refusals: where posts that cannot be read are counted.
    """

    def __init__(self, options: BlueskyOptions, tools: Tools, filled: Iterable[str], refusals: Refusals) -> None:
        self._options = options
        self._tools = tools
        watched = [service.name for service in tools.watched]
        self.filled = [name for name in filled if name in watched]
        self._left = [_Place(one.name, terms_of(one)) for one in tools.watched if one.name not in self.filled]
        self._client: Any = None
        self._since = tools.clock() - timedelta(hours=options.backfill_hours)
        self._failures = 0
        self._not_before = 0.0
        self._trouble = ""
        self._refusals = refusals

    @property
    def note(self) -> str:
        """What a person should know of it; empty when all is filled."""
        left = f"{len(self._left)} services are still to be filled" if self._left else ""
        return self._trouble or left

    def due(self) -> bool:
        """Whether a request may be made now."""
        return bool(self._left) and time.monotonic() >= self._not_before

    def page(self) -> Iterator[Post]:
        """One page of one service: the posts in it that are wanted."""
        place = self._left[0]
        try:
            told = self._logged_in().app.bsky.feed.search_posts(self._asked(place))
        except UnauthorizedError as error:
            self._give_up(error)
        except (AtProtocolError, httpx.HTTPError, ValueError, RecursionError) as error:
            self._put_off(error)  # the SDK lets through what goes wrong after the head of an answer
        else:
            self._failures, self._trouble = 0, ""
            yield from self._posts(told.posts)
            self._advance(place, told)

    def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            self._client.request.close()
            self._client = None

    def _logged_in(self) -> Any:
        if self._client is None:
            self._client = Client(base_url=f"{self._options.pds.rstrip('/')}/xrpc")
            self._client.login(self._options.login, self._options.app_password, fetch_bsky_profile=False)
        return self._client

    def _asked(self, place: _Place) -> dict[str, Any]:
        asked = {"q": place.terms[0], "sort": "latest", "since": self._since.isoformat(), "limit": AT_ONCE}
        return {**asked, "cursor": place.cursor} if place.cursor else asked

    def _posts(self, views: Sequence[Any]) -> Iterator[Post]:
        now = self._tools.clock()
        for view in views:
            did, _, rest = str(view.uri).removeprefix("at://").partition("/")
            if not rest.startswith(f"{POSTS}/") or not readable(view.record):
                self._refusals.refuse("post that was found", str(view.uri))
                continue
            text = words(view.record)
            seen_at = created_or_seen(view.indexed_at, now)
            if seen_at >= self._since and text and self._tools.wanted(text):
                post = post_of(view.record, did, rest.removeprefix(f"{POSTS}/"), text, seen_at, self._tools.pseudonym)
                yield replace(post, likes=max(0, view.like_count or 0))

    def _advance(self, place: _Place, told: Any) -> None:
        """To the next page, the next name, or the next service."""
        oldest = min((created_or_seen(view.indexed_at, self._tools.clock()) for view in told.posts), default=None)
        more = told.cursor and oldest is not None and oldest >= self._since
        if more and place.pages + 1 < self._options.backfill_pages:
            self._left[0] = replace(place, cursor=str(told.cursor), pages=place.pages + 1)
        elif len(place.terms) > 1:
            self._left[0] = _Place(place.service, place.terms[1:])
        else:
            self.filled.append(place.service)
            del self._left[0]

    def _give_up(self, error: Exception) -> None:
        self.close()
        self._left.clear()
        self._trouble = f"nothing is filled: {self._options.pds} does not take the login ({_shown(error)})"

    def _put_off(self, error: Exception) -> None:
        self.close()
        self._left.append(self._left.pop(0))
        pause = min(PAUSE * 2.0**self._failures, LONGEST_PAUSE)
        self._failures += 1
        self._not_before = time.monotonic() + pause
        self._trouble = f"the search failed ({_shown(error)}); it is tried again in {pause:.0f} s"


def terms_of(service: Service) -> tuple[str, ...]:
    """What to search for: names that are no ordinary words; where there are none, its name beside "down"."""
    names = dict.fromkeys((service.name, *service.aliases))
    plain = [f'"{name}"' for name in names if name not in service.ambiguous]
    return tuple(plain[:TERMS]) or (f'"{service.name}" down',)


def _shown(error: Exception) -> str:
    """An error in few words, without what was sent."""
    content = getattr(getattr(error, "response", None), "content", None)
    told = getattr(content, "error", None)
    return str(told) if isinstance(told, str) and told else type(error).__name__
