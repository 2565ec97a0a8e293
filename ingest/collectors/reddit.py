"""Submissions and comments of subreddits, and search where a service has none, through PRAW. It needs approved keys.

PRAW's own stream forgets posts when more than a hundred come between two polls. We page back through each listing to
the highest number that was read before, as far as Reddit shows (1,000 items); if that is not reached, it is a gap.
Subreddits share listings, so the number of requests does not grow with the number of services, and polls are spread so
that they stay within the budget. What was told, before a restart too, is asked for again in batches for as long as its
words are kept, and what was deleted or removed meanwhile is to be forgotten.
"""

from __future__ import annotations

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import praw
import requests

from ingest.collectors import Tools
from ingest.errors import Lacking, SourceUnreachable, UserError
from ingest.normalise import clean_text, created_or_seen
from ingest.options import read_options
from ingest.pace import Beat
from ingest.rechecks import Rechecks
from ingest.records import Gap, Item, Mark, Post, Removal, Told
from ingest.reddit.budget import Budget
from ingest.reddit.faults import told_plainly
from ingest.reddit.options import KEYS, RedditOptions
from ingest.reddit.things import (
    SOURCE,
    Place,
    count_in,
    created_of,
    has_text,
    is_gone,
    is_known,
    name_of,
    number_of,
    oddness,
    places_in,
    text_in,
    words,
)
from ingest.refusals import Refusals, noted

SHOWN: Final = 1_000
"""Items of a listing that Reddit shows."""
NEARLY_ALL: Final = 900
"""So many new items, and none known, mean that the listing was too short to reach back."""
ENOUGH_KNOWN: Final = 50
"""So many known items in a row mean that the rest is known: a few sort in late."""
PER_LISTING: Final = 50
AT_ONCE: Final = 100
BATCHES: Final = 5
"""So many batches of posts are asked for again in one poll."""
REMEMBERED: Final = 20_000
TIMEOUT: Final = 10.0
"""Seconds that Reddit may be silent in a request."""
BACKLOG: Final = timedelta(minutes=5)
EXAMPLE: Final[Mapping[str, Any]] = {"client_id": "id", "client_secret": "secret", "subreddits": ["aws"]}
"""Options with which this source can be built."""


class _Impatient(requests.Session):
    """PRAW waits for 16 seconds, whatever its requestor was told."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **kwargs | {"timeout": TIMEOUT})


class Reddit:
    """The source; see the module."""

    source = SOURCE
    asks_again = True

    def __init__(self, options: RedditOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._closed = threading.Event()
        self._beat = Beat(self._closed)
        self.budget: Budget | None = None
        """What Reddit said last of the requests that we may make."""
        self._session = _Impatient()
        self._session.hooks["response"].append(self._note_limits)
        elsewhere: dict[str, Any] = (
            {"reddit_url": options.base_url, "oauth_url": options.base_url} if options.base_url else {}
        )
        self._reddit = praw.Reddit(
            client_id=options.client_id,
            client_secret=options.client_secret,
            user_agent=options.user_agent,
            check_for_updates=False,
            requestor_kwargs={"session": self._session},
            **elsewhere,
        )
        self._read: OrderedDict[str, None] = OrderedDict()
        self._told: Rechecks | None = None
        self._refusals = Refusals()
        self._asked = 0

    def close(self) -> None:
        """End `read` after the request under way; this source is then closed for good."""
        self._closed.set()
        self._session.close()

    def read(self, cursor: str) -> Iterator[Item]:
        """What was written after `cursor` (empty: from now on), until closed.

        Raises:
            SourceUnreachable: Reddit cannot be read for now.
            SourceRefused: the keys are refused, or a subreddit is private or does not exist.
            UserError: `cursor` is not one of ours.
        """
        highest = places_in(cursor)
        if self._told is None:
            every = timedelta(hours=self._options.recheck_hours)
            self._told = Rechecks(every, self._tools.kept, self._tools.told(SOURCE))
        caught_up = False
        while not self._closed.is_set():
            began, self._asked = time.monotonic(), 0
            listings = self._listings()
            for name in listings:
                self._within_budget()
                yield from self._catch_up(name, highest)
                if self._closed.is_set():
                    return
                if caught_up and self._beat.due():
                    yield self._mark(highest)
            caught_up = True
            yield self._mark(highest)
            yield from self._gone(self._told)
            pace = max(self._options.poll, 60.0 * self._asked / self._options.queries_per_minute)
            for _ in self._beat.waits(pace - (time.monotonic() - began)):
                yield self._mark(highest)

    def _mark(self, highest: Mapping[str, Place]) -> Mark:
        note = noted(str(self.budget or ""), self._refusals.note)
        return Mark(SOURCE, json.dumps(highest), self._tools.clock(), note)

    def _note_limits(self, response: requests.Response, *_: object, **__: object) -> None:
        """PRAW does not tell when the window ends, so every answer's headers are read here."""
        self._asked += 1
        try:
            left, used, seconds = (
                float(response.headers[f"x-ratelimit-{what}"]) for what in ("remaining", "used", "reset")
            )
        except (KeyError, ValueError):
            return
        self.budget = Budget(left, used, time.monotonic() + seconds)

    def _within_budget(self) -> None:
        """Without any request left PRAW would sleep until the window ends, and could not be woken.

        Raises:
            SourceUnreachable: none is left.
        """
        if self.budget is not None and self.budget.remaining < 1 and self.budget.seconds > 0:
            raise SourceUnreachable(f"{SOURCE}: no requests are left for {self.budget.seconds:.0f} s")

    def _listings(self) -> list[str]:
        names = [name.removeprefix("r/") for name in self._options.subreddits]
        groups = ["+".join(names[start : start + PER_LISTING]) for start in range(0, len(names), PER_LISTING)]
        paged = [f"{kind}:{group}" for group in groups for kind in ("new", "comments")]
        return [*paged, *(f"search:{words}" for words in self._options.searches)]

    def _things(self, name: str) -> Iterator[Any]:
        """A listing, newest first."""
        kind, _, what = name.partition(":")
        if kind == "search":
            yield from self._reddit.subreddit("all").search(what, sort="new", time_filter="day", limit=SHOWN)
        elif kind == "comments":
            yield from self._reddit.subreddit(what).comments(limit=SHOWN)
        else:
            yield from self._reddit.subreddit(what).new(limit=SHOWN)

    def _catch_up(self, name: str, highest: dict[str, Place]) -> Iterator[Item]:
        """Page back to what was read before; yield what is new, oldest first, and move the place along."""
        known = highest.setdefault(name, (0, self._tools.clock().timestamp()))
        fresh: dict[str, Any] = {}
        run = seen = 0
        top = known
        with told_plainly(name):
            for thing in self._things(name):
                seen += 1
                if odd := oddness(thing):
                    self._refusals.refuse(odd, name_of(thing))
                    continue
                top = max(top, (number_of(thing), created_of(thing)))
                run = run + 1 if is_known(thing, known) else 0
                if thing.fullname not in self._read and (known[0] or not run):
                    fresh.setdefault(thing.fullname, thing)
                if run >= ENOUGH_KNOWN:
                    break
        if known[0] and fresh and seen >= NEARLY_ALL and run == 0:
            yield self._gap(name, known, list(fresh.values())[-1])
        for fullname, thing in reversed(fresh.items()):
            self._read[fullname] = None
            yield from self._post(thing)
        while len(self._read) > REMEMBERED:
            self._read.popitem(last=False)
        highest[name] = top

    def _gap(self, name: str, known: Place, oldest: Any) -> Gap:
        end = created_or_seen(created_of(oldest), self._tools.clock())
        reason = f"{name:.100} moved on by more than the {SHOWN} items that Reddit shows"
        return Gap(SOURCE, datetime.fromtimestamp(known[1], UTC), end, reason)

    def _post(self, thing: Any) -> Iterator[Post]:
        told = vars(thing)
        if not has_text(thing):
            self._refusals.refuse("thing without text", name_of(thing))
            return
        text = words(told)
        if not text or is_gone(told) or not self._tools.wanted(text):
            return
        now = self._tools.clock()
        created_at = created_or_seen(told.get("created_utc"), now)
        identity = f"{SOURCE}:{thing.fullname}"
        if self._told is not None:
            self._told.add(Told(identity, "", now), now)
        link = told.get("link_id")
        permalink = clean_text(text_in(told.get("permalink")), 500)
        yield Post(
            id=identity,
            source=SOURCE,
            author=self._tools.pseudonym(str(told.get("author"))),
            text=text,
            created_at=created_at,
            seen_at=now if now - created_at <= BACKLOG else created_at,
            thread=clean_text(f"{SOURCE}:{link}", 200) if isinstance(link, str) else identity,
            url=f"https://www.reddit.com{permalink}" if permalink.startswith("/") else "",
            likes=count_in(told.get("score")),
        )

    def _gone(self, told: Rechecks) -> Iterator[Removal]:
        """Ask again for what was told; what is deleted or removed is to be forgotten."""
        now = self._tools.clock()
        for _ in range(BATCHES):
            asked = [one.post for one in told.due(now, AT_ONCE)]
            if not asked or self._closed.is_set():
                return
            self._within_budget()
            names = [post.removeprefix(f"{SOURCE}:") for post in asked]
            with told_plainly("info"):
                there = {thing.fullname for thing in self._reddit.info(fullnames=names) if not is_gone(vars(thing))}
            told.asked(asked, now)
            for post, name in zip(asked, names, strict=True):
                if name not in there:
                    told.drop(post)
                    yield Removal(SOURCE, now, post=post)


def build(options: Mapping[str, Any], tools: Tools) -> Reddit:
    """The source as `RedditOptions` describe it.

    Raises:
        Lacking: there are no keys.
        UserError: an option is wrong, or nothing is to be read.
    """
    told = read_options(RedditOptions, options, SOURCE)
    if not told.client_id or not told.client_secret:
        raise Lacking(KEYS)
    if not told.subreddits and not told.searches:
        raise UserError(f"sources.{SOURCE}: nothing is to be read; list subreddits or searches")
    return Reddit(told, tools)
