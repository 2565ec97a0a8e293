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
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import praw
import requests
from prawcore.exceptions import (
    Forbidden,
    NotFound,
    OAuthException,
    PrawcoreException,
    Redirect,
    ResponseException,
    TooManyRequests,
)
from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import Lacking, SourceRefused, SourceUnreachable, UserError
from ingest.normalise import clean_text, created_or_seen
from ingest.options import Names, Options, read_options
from ingest.pace import Beat
from ingest.rechecks import Rechecks
from ingest.records import Gap, Item, Mark, Post, Removal, Told

SOURCE: Final = "reddit"
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
BACKLOG: Final = timedelta(minutes=5)
EXAMPLE: Final[Mapping[str, Any]] = {"client_id": "id", "client_secret": "secret", "subreddits": ["aws"]}
"""Options with which this source can be built."""

Place = tuple[int, float]
"""The highest number read of a listing, and when that was written (seconds since 1970). Number 0: nothing yet."""

KEYS: Final = (
    "sources.reddit: this source is off without keys; ask Reddit for API access (it approves each use, and keeps "
    "commercial use apart), then set client_id_env and client_secret_env to the variables that hold them"
)


class RedditOptions(Options):
    """Times are in seconds unless named otherwise."""

    client_id: str = Field("", description="From Reddit's list of your apps; give client_id_env.")
    client_secret: str = Field("", description="Its secret; give client_secret_env.")
    subreddits: Names = Field((), description="Subreddits to read, without r/.")
    searches: Names = Field((), description="What to search for in all of Reddit, for services without a subreddit.")
    user_agent: str = Field("linux:downchatter:v0.1", min_length=7, description="Who we say we are.")
    base_url: str = Field("", description="Another server that speaks Reddit's API.")
    poll: float = Field(20.0, gt=0, description="How often each listing is read, at most.")
    queries_per_minute: float = Field(60.0, gt=0, description="Requests a minute; Reddit allows 100.")
    recheck_hours: float = Field(6.0, gt=0, le=24, description="How often what was told is asked for again.")


@dataclass(frozen=True, slots=True)
class Budget:
    """Requests `remaining` and `used` in the window that ends at `until` (`time.monotonic`)."""

    remaining: float
    used: float
    until: float

    @property
    def seconds(self) -> float:
        """How long the window still lasts."""
        return max(0.0, self.until - time.monotonic())

    def __str__(self) -> str:
        return f"{self.remaining:.0f} requests left for {self.seconds:.0f} s, {self.used:.0f} used"


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
        self._session = requests.Session()
        self._session.hooks["response"].append(self._note_limits)
        elsewhere: dict[str, Any] = (
            {"reddit_url": options.base_url, "oauth_url": options.base_url} if options.base_url else {}
        )
        self._reddit = praw.Reddit(
            client_id=options.client_id,
            client_secret=options.client_secret,
            user_agent=options.user_agent,
            check_for_updates=False,
            requestor_kwargs={"timeout": TIMEOUT, "session": self._session},
            **elsewhere,
        )
        self._read: OrderedDict[str, None] = OrderedDict()
        self._told: Rechecks | None = None
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
        highest = _places(cursor)
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
        return Mark(SOURCE, json.dumps(highest), self._tools.clock(), str(self.budget or ""))

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
        with _told_plainly(name):
            for thing in self._things(name):
                seen += 1
                top = max(top, (_number(thing), _created(thing)))
                run = run + 1 if _is_known(thing, known) else 0
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
        end = created_or_seen(_created(oldest), self._tools.clock())
        reason = f"{name:.100} moved on by more than the {SHOWN} items that Reddit shows"
        return Gap(SOURCE, datetime.fromtimestamp(known[1], UTC), end, reason)

    def _post(self, thing: Any) -> Iterator[Post]:
        told = vars(thing)
        text = words(told)
        if not text or _is_gone(told) or not self._tools.wanted(text):
            return
        now = self._tools.clock()
        created_at = created_or_seen(told.get("created_utc"), now)
        identity = f"{SOURCE}:{thing.fullname}"
        if self._told is not None:
            self._told.add(Told(identity, "", now), now)
        link = told.get("link_id")
        permalink = clean_text(_text(told.get("permalink")), 500)
        yield Post(
            id=identity,
            source=SOURCE,
            author=self._tools.pseudonym(str(told.get("author"))),
            text=text,
            created_at=created_at,
            seen_at=now if now - created_at <= BACKLOG else created_at,
            thread=clean_text(f"{SOURCE}:{link}", 200) if isinstance(link, str) else identity,
            url=f"https://www.reddit.com{permalink}" if permalink.startswith("/") else "",
            likes=_count(told.get("score")),
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
            with _told_plainly("info"):
                there = {thing.fullname for thing in self._reddit.info(fullnames=names) if not _is_gone(vars(thing))}
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


@contextmanager
def _told_plainly(name: str) -> Iterator[None]:
    """PRAW's errors as ours."""
    place = f"{SOURCE}: {name:.100}"
    try:
        yield
    except TooManyRequests as error:
        raise SourceUnreachable(f"{place}: Reddit asks us to slow down ({error.retry_after} s)") from error
    except (Forbidden, NotFound, Redirect) as error:
        raise SourceRefused(
            f"{place}: {error}; a subreddit here is private or does not exist: mend the list"
        ) from error
    except OAuthException as error:
        raise SourceRefused(f"{place}: Reddit does not take the keys ({error}); check them") from error
    except ResponseException as error:
        if error.response.status_code in (400, 401):
            raise SourceRefused(f"{place}: Reddit does not take the keys ({error}); check them") from error
        raise SourceUnreachable(f"{place}: {error}") from error
    except PrawcoreException as error:
        raise SourceUnreachable(f"{place}: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise SourceUnreachable(f"{place}: sent what PRAW cannot read ({type(error).__name__}: {error})") from error


def words(told: Mapping[str, Any]) -> str:
    """What a submission or a comment says."""
    parts = [_text(told.get("title")), _text(told.get("selftext")), _text(told.get("body"))]
    return clean_text("\n".join(part for part in parts if part))


def _is_gone(told: Mapping[str, Any]) -> bool:
    text = _text(told.get("selftext")) or _text(told.get("body"))
    return told.get("author") is None or bool(told.get("removed_by_category")) or text in ("[deleted]", "[removed]")


def _number(thing: Any) -> int:
    """Reddit's numbers count up; they are written in base 36."""
    return int(str(thing.id), 36)


def _is_known(thing: Any, place: Place) -> bool:
    return _number(thing) <= place[0] if place[0] else _created(thing) < place[1]


def _created(thing: Any) -> float:
    value = vars(thing).get("created_utc")
    return float(value) if isinstance(value, (int, float)) and 0 < value < 4e9 else 0.0


def _places(cursor: str) -> dict[str, Place]:
    try:
        told = json.loads(cursor or "{}")
        return {str(name): (int(place[0]), float(place[1])) for name, place in told.items()}
    except (ValueError, AttributeError, TypeError, LookupError) as error:
        raise UserError(
            f"{SOURCE}: {cursor!r:.60} is not a cursor of this source; delete it to go on from now"
        ) from error


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
