"""Stories and comments of Hacker News from its official API, by number, so that none is passed over. No key is needed.

The API counts items up; an item may be announced before it can be read, so numbers that are not there yet are asked
for again for a while. Every minute the list of changed items is read: deleted and killed ones are removed, votes on
those of the last day are told anew. What was told in the two days before a restart is asked for once. The cursor is
the last number below which everything is settled.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from multiprocessing.pool import ThreadPool
from typing import Any, Final

from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import SourceUnreachable, UserError
from ingest.normalise import clean_text, created_or_seen, text_of_html
from ingest.options import Options, read_options
from ingest.records import Gap, Item, Mark, Post, Removal
from ingest.refusals import Refusals
from ingest.web import Web, until_closed

SOURCE: Final = "hackernews"
AT_ONCE: Final = 8
BATCH: Final = 100
BACKLOG: Final = timedelta(minutes=2)
REMEMBERED: Final = 20_000
DEEPEST: Final = 60
A_DAY: Final = timedelta(days=1)
ASKED_ONCE: Final = timedelta(days=2)
EXAMPLE: Final[Mapping[str, Any]] = {}
"""Options with which this source can be built."""


class HackerNewsOptions(Options):
    """Times are in seconds."""

    base_url: str = Field("https://hacker-news.firebaseio.com/v0", description="Where the API is.")
    poll: float = Field(15.0, gt=0, description="How often new items are asked for.")
    changes: float = Field(60.0, gt=0, description="How often changed items are asked for.")
    missing: float = Field(300.0, ge=0, description="So long an announced item may be missing before it is let go.")
    catch_up: int = Field(20_000, ge=0, description="So many items are caught up at most; older ones are a gap.")
    tries: int = Field(3, ge=1, description="How often a request is made before the source counts as unreachable.")
    pause: float = Field(1.0, ge=0, description="The pause before the second try; it doubles.")


class HackerNews:
    """The source; see the module."""

    source = SOURCE
    asks_again = True

    def __init__(self, options: HackerNewsOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._web = Web(SOURCE, options.base_url.rstrip("/"), tries=options.tries, pause=options.pause)
        self._known: OrderedDict[int, Post] = OrderedDict()
        self._before: set[int] | None = None
        self._above: OrderedDict[int, Any] = OrderedDict()
        self._missing: dict[int, datetime] = {}
        self._changes_at: datetime | None = None
        self._reached: datetime | None = None
        self._refusals = Refusals()

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._web.close()

    def read(self, cursor: str) -> Iterator[Item]:
        """Items numbered after `cursor` (empty: from now on), until closed.

        Raises:
            SourceUnreachable: the API cannot be read for now.
            UserError: `cursor` is not one of ours.
        """
        yield from until_closed(self._web, self._follow(_number(cursor)))

    def _follow(self, last: int | None) -> Iterator[Item]:
        with ThreadPool(AT_ONCE) as pool:  # its threads, unlike an executor's, never hold up the end of the process
            yield from self._told_before(pool)
            while not self._web.closed:
                newest = self._newest()
                last = newest if last is None else last
                if newest - last > self._options.catch_up:
                    yield from self._skip(last, newest - self._options.catch_up)
                    last = newest - self._options.catch_up
                for start in range(last + 1, newest + 1, BATCH):
                    yield from self._items(pool, range(start, min(start + BATCH, newest + 1)))
                    yield self._mark(min(start + BATCH - 1, newest), self._reached)
                last = max(last, newest)
                yield from self._late(pool)
                yield from self._changes(pool)
                yield self._mark(last)
                for _ in self._web.beat.waits(self._options.poll):
                    yield self._mark(last)

    def _told_before(self, pool: ThreadPool) -> Iterator[Item]:
        """What became of what was told before a restart."""
        if self._before is not None:
            return
        now = self._tools.clock()
        recent = [
            one.post.removeprefix(f"{SOURCE}:") for one in self._tools.told(SOURCE) if now - one.seen_at <= ASKED_ONCE
        ]
        self._before = {int(number) for number in recent[:REMEMBERED] if number.isdecimal()}
        yield from self._changed(pool, sorted(self._before), now)

    def _newest(self) -> int:
        newest = self._web.json("/maxitem.json")
        if not isinstance(newest, int):
            raise SourceUnreachable(f"{SOURCE}: /maxitem.json is {newest!r:.60}, not a number")
        return newest

    def _mark(self, last: int, at: datetime | None = None) -> Mark:
        settled = min([last, *(number - 1 for number in self._missing)])
        return Mark(SOURCE, str(settled), at or self._tools.clock(), self._refusals.note)

    def _skip(self, last: int, first: int) -> Iterator[Item]:
        """Say which stretch is left out."""
        now = self._tools.clock()
        start, end = (self._time(number, now) for number in (last, first))
        yield Gap(SOURCE, min(start, end), end, f"{first - last} items were too many to catch up")

    def _time(self, number: int, now: datetime) -> datetime:
        item = self._web.json(f"/item/{number}.json")
        return created_or_seen(item.get("time") if isinstance(item, dict) else None, now)

    def _items(self, pool: ThreadPool, numbers: Iterable[int]) -> Iterator[Item]:
        numbers = list(numbers)
        for number, item in zip(numbers, pool.imap(self._get, numbers), strict=True):
            now = self._tools.clock()
            if not isinstance(item, dict):
                self._missing.setdefault(number, now)
                continue
            self._missing.pop(number, None)
            self._reached = _seen(created_or_seen(item.get("time"), now), now)
            post = self._post(number, item, now)
            if post is not None:
                self._remember(number, post)
                yield post

    def _late(self, pool: ThreadPool) -> Iterator[Item]:
        """Ask again for what was announced and not there; let go of what stays away."""
        if self._missing:
            yield from self._items(pool, sorted(self._missing))
        until = self._tools.clock() - timedelta(seconds=self._options.missing)
        for number in [number for number, since in self._missing.items() if since <= until]:
            del self._missing[number]
            self._refusals.refuse("item that was announced and never came", number)

    def _changes(self, pool: ThreadPool) -> Iterator[Item]:
        now = self._tools.clock()
        if self._changes_at is not None and now - self._changes_at < timedelta(seconds=self._options.changes):
            return
        self._changes_at = now
        changed = self._web.json("/updates.json")
        listed = changed.get("items") if isinstance(changed, dict) else None
        if not isinstance(listed, list):
            self._refusals.refuse("list of changes", changed)
            return
        for odd in (number for number in listed if not isinstance(number, int)):
            self._refusals.refuse("change without a number", odd)
        yield from self._changed(pool, [number for number in listed if isinstance(number, int)], now)

    def _changed(self, pool: ThreadPool, numbers: list[int], now: datetime) -> Iterator[Item]:
        for number, item in zip(numbers, pool.imap(self._get, numbers), strict=True):
            if isinstance(item, dict):
                yield from self._change(number, item, now)

    def _change(self, number: int, item: Mapping[str, Any], now: datetime) -> Iterator[Item]:
        known = self._known.get(number)
        if item.get("deleted") or item.get("dead"):
            self._known.pop(number, None)
            yield Removal(SOURCE, now, post=f"{SOURCE}:{number}")
        elif known is not None or number in (self._before or ()):
            post = self._post(number, item, known.seen_at if known is not None else now)
            if post is not None and now - post.created_at > A_DAY:
                return
            if post is not None and post != known:
                self._remember(number, post)
                yield post

    def _remember(self, number: int, post: Post) -> None:
        self._known[number] = post
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _get(self, number: int) -> Any:
        return self._web.json(f"/item/{number}.json")

    def _post(self, number: int, item: Mapping[str, Any], now: datetime) -> Post | None:
        """The item as a post, if it is one that may name a service."""
        if item.get("deleted") or item.get("dead") or item.get("type") == "pollopt":
            return None
        if odd := _oddness(item):
            self._refusals.refuse(odd, number)
            return None
        text = _words(item)
        if not text or not self._tools.wanted(text):
            return None
        created_at = created_or_seen(item.get("time"), now)
        return Post(
            id=f"{SOURCE}:{number}",
            source=SOURCE,
            author=self._tools.pseudonym(str(item.get("by", ""))[:200]),
            text=text,
            created_at=created_at,
            seen_at=_seen(created_at, now),
            lang="en",
            thread=f"{SOURCE}:{self._root(number, item)}",
            url=f"https://news.ycombinator.com/item?id={number}",
            likes=_count(item.get("score")),
        )

    def _root(self, number: int, item: Mapping[str, Any]) -> int:
        """The story under which a comment stands: parents are walked up, and asked for where unknown."""
        for _ in range(DEEPEST):
            parent = item.get("parent")
            if not isinstance(parent, int) or parent >= number:
                break
            number = parent
            if number not in self._above:
                above = self._get(number)
                self._above[number] = above.get("parent") if isinstance(above, dict) else None
                if len(self._above) > REMEMBERED:
                    self._above.popitem(last=False)
            item = {"parent": self._above[number]}
        return number


def build(options: Mapping[str, Any], tools: Tools) -> HackerNews:
    """The source as `HackerNewsOptions` describe it."""
    return HackerNews(read_options(HackerNewsOptions, options, SOURCE), tools)


def _seen(created_at: datetime, now: datetime) -> datetime:
    """When an item counts as seen: a backlog is not a burst."""
    return now if now - created_at <= BACKLOG else created_at


def _number(cursor: str) -> int | None:
    if not cursor:
        return None
    if not cursor.isdecimal() or len(cursor) > 18:
        raise UserError(f"hackernews: {cursor!r:.60} is not a cursor of this source; delete it to go on from now")
    return int(cursor)


def _oddness(item: Mapping[str, Any]) -> str:
    """What is odd about an item, so that it cannot be read; empty if it can be."""
    if item.get("type") not in ("story", "comment", "poll", "job"):
        return "item of an unknown kind"
    told = isinstance(item.get("title"), str) or isinstance(item.get("text"), str)
    return "" if told else "item without text"


def _words(item: Mapping[str, Any]) -> str:
    title, text = item.get("title"), item.get("text")
    parts = [text_of_html(part) for part in (title, text) if isinstance(part, str)]
    return clean_text("\n".join(part for part in parts if part))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 0
