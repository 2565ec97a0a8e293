"""Reddit through the real PRAW, against a loopback server that speaks its token, listings and rate limits."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import praw
import prawcore.sessions
import pytest
import requests
from praw.models.util import stream_generator
from reading import Enough, rounds
from reading import take as take_within
from web_server import WebServer, web_server

from ingest.collectors import Tools
from ingest.collectors.reddit import Reddit, build
from ingest.errors import SourceRefused, SourceUnreachable, UserError
from ingest.records import Gap, Item, Mark, Post, Removal, Told

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
BAD = ("reset", "drip", "truncated", "html", "empty", "bomb", "500", "503")


def base36(number: int) -> str:
    return (base36(number // 36) if number >= 36 else "") + DIGITS[number % 36]


class Site:
    """Things by number; a listing shows the newest 1,000, a hundred a page, as Reddit does."""

    def __init__(self) -> None:
        self.things: dict[int, dict[str, Any]] = {}
        self.tokens = 0
        self.listings = 0
        self.limits: dict[str, str] = {}
        self.copies = 1
        self.listed_as_new = {"t3"}

    def submit(self, count: int = 1, kind: str = "t3", **fields: Any) -> int:
        for _ in range(count):
            number = 10**9 + len(self.things)
            name = f"{kind}_{base36(number)}"
            self.things[number] = {
                "kind": kind,
                "id": base36(number),
                "name": name,
                "title": f"Slack is down {number}",
                "selftext": "",
                "author": "ann",
                "created_utc": NOW.timestamp() - 60,
                "permalink": f"/r/aws/comments/{base36(number)}/x/",
                "score": 4,
                "subreddit": "aws",
            } | fields
        return number

    def route(self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path == "/api/v1/access_token":
            self.tokens += 1
            return {"access_token": "x", "token_type": "bearer", "expires_in": 3600, "scope": "*"}
        if path == "/api/info" or path == "/api/info/":
            asked = query["id"][0].split(",")
            return self._page([thing for thing in self.things.values() if thing["name"] in asked], None)
        self.listings += 1
        kinds = {"t1"} if "/comments" in path else self.listed_as_new
        newest = [self.things[n] for n in sorted(self.things, reverse=True) if self.things[n]["kind"] in kinds][:1000]
        names = [thing["name"] for thing in newest]
        start = names.index(query["after"][0]) + 1 if "after" in query else 0
        limit = min(int(query.get("limit", ["25"])[0]), 100)
        page = newest[start : start + limit]
        return self._page(page, names[start + limit - 1] if start + limit < len(names) else None)

    def _page(self, page: list[dict[str, Any]], after: str | None) -> Any:
        children = [{"kind": thing["kind"], "data": thing} for thing in page for _ in range(self.copies)]
        body = {"kind": "Listing", "data": {"after": after, "before": None, "children": children, "dist": len(page)}}
        return 200, {"Content-Type": "application/json", **self.limits}, json.dumps(body).encode()


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prawcore.sessions.FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def server(site: Site) -> Iterator[WebServer]:
    with web_server(site.route) as running:
        running.spare = lambda path: path == "/api/v1/access_token"
        yield running


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def source(
    server: WebServer, clock: Callable[[], datetime] = lambda: NOW, told: Sequence[Told] = (), **options: Any
) -> Reddit:
    tools = Tools(
        wanted=lambda text: "down" in text, pseudonym=lambda name: f"#{name}", clock=clock, told=lambda _: told
    )
    keys = {"client_id": "c", "client_secret": "s", "base_url": server.address, "subreddits": ["aws", "r/slack"]}
    return build({**keys, "poll": 0.01, "queries_per_minute": 1e6, **options}, tools)


def take(source: Reddit, cursor: str, enough: Enough) -> list[Item]:
    return take_within(source, cursor, enough, longest=20)


def begun(site: Site, server: WebServer) -> str:
    """A cursor at all that is there."""
    (mark,) = take(source(server), "", rounds(1))
    assert isinstance(mark, Mark)
    return mark.cursor


def posts(items: list[Item]) -> list[Post]:
    return [item for item in items if isinstance(item, Post)]


def test_a_submission_and_a_comment_have_all_their_fields(site: Site, server: WebServer) -> None:
    site.submit(title="fine")
    site.submit(kind="t1", title="fine")
    cursor = begun(site, server)
    number = site.submit(title="AWS down", selftext="since 10")
    site.submit(kind="t1", title=None, body="down here too", link_id=f"t3_{base36(number)}", permalink="/r/aws/c/x/y/")
    first, second = posts(take(source(server), cursor, rounds(1)))
    assert first == Post(
        id=f"reddit:t3_{base36(number)}",
        source="reddit",
        author="#ann",
        text="AWS down\nsince 10",
        created_at=NOW - timedelta(seconds=60),
        seen_at=NOW,
        thread=f"reddit:t3_{base36(number)}",
        url=f"https://www.reddit.com/r/aws/comments/{base36(number)}/x/",
        likes=4,
    )
    assert second.thread == first.id
    assert second.text == "down here too"


@pytest.mark.parametrize("burst", [30, 100, 250, 700, 950])
def test_bursts_between_polls_come_whole_and_once(site: Site, server: WebServer, burst: int) -> None:
    site.submit(120)
    cursor = begun(site, server)
    last = site.submit(burst)
    items = take(source(server), cursor, rounds(3))
    wanted = [f"reddit:t3_{base36(number)}" for number in range(last - burst + 1, last + 1)]
    assert [post.id for post in posts(items)][-burst:] == wanted
    assert len({post.id for post in posts(items)} - set(wanted)) <= 100
    assert not [item for item in items if isinstance(item, Gap)]


@pytest.mark.parametrize("burst", [250, 700, 1_500])
def test_praws_own_stream_loses_what_ours_does_not(site: Site, server: WebServer, burst: int) -> None:
    session = requests.Session()
    reddit = praw.Reddit(
        client_id="c", client_secret="s", user_agent="linux:test:1", check_for_updates=False,
        reddit_url=server.address, oauth_url=server.address, requestor_kwargs={"session": session},
    )  # fmt: skip
    site.submit(120)
    cursor = begun(site, server)
    stream = stream_generator(reddit.subreddit("aws").new, pause_after=0)
    while next(stream) is not None:
        pass
    last = site.submit(burst)
    theirs = 0
    for _ in range(3):
        while next(stream) is not None:
            theirs += 1
    session.close()
    items = take(source(server), cursor, rounds(1))
    shown = {f"reddit:t3_{base36(number)}" for number in range(last - min(burst, 1_000) + 1, last + 1)}
    assert theirs <= 100
    assert shown <= {post.id for post in posts(items)}
    assert any(isinstance(item, Gap) for item in items) == (burst > 1_000)


def test_a_thing_that_is_listed_twice_comes_once(site: Site, server: WebServer) -> None:
    site.submit(120)
    cursor = begun(site, server)
    last = site.submit(30)
    site.copies = 2
    told = [post.id for post in posts(take(source(server), cursor, rounds(3)))]
    assert len(told) == len(set(told))
    assert told[-1] == f"reddit:t3_{base36(last)}"


def test_a_clock_that_is_ahead_of_ours_puts_nothing_into_the_future(site: Site, server: WebServer) -> None:
    site.submit(title="fine")
    cursor = begun(site, server)
    site.submit(created_utc=NOW.timestamp() + 10_800)
    (post,) = posts(take(source(server), cursor, rounds(1)))
    assert post.created_at == post.seen_at == NOW


def test_redirects_without_end_are_told_and_not_followed(site: Site, server: WebServer) -> None:
    site.submit()
    server.faults.extend(["loop"] * 50)
    with pytest.raises(SourceRefused, match="mend the list"):
        take(source(server), "", rounds(1))
    assert len(server.requests) < 5


def test_more_than_reddit_shows_is_a_gap(site: Site, server: WebServer) -> None:
    site.submit(120, created_utc=NOW.timestamp() - 7_200)
    cursor = begun(site, server)
    site.submit(1_500, created_utc=NOW.timestamp() - 600)
    items = take(source(server), cursor, rounds(2))
    (gap,) = (item for item in items if isinstance(item, Gap))
    assert (gap.start, gap.end) == (NOW - timedelta(hours=2), NOW - timedelta(minutes=10))
    assert len(posts(items)) == 1_000


def test_a_deleted_anchor_is_no_gap(site: Site, server: WebServer) -> None:
    last = site.submit(300)
    cursor = begun(site, server)
    for number in range(last - 5, last + 1):
        del site.things[number]
    site.things[last + 50] = {**site.things[last - 10], "id": base36(last + 50), "name": f"t3_{base36(last + 50)}"}
    items = take(source(server), cursor, rounds(1))
    assert posts(items)[-1].id == f"reddit:t3_{base36(last + 50)}"
    assert not [item for item in items if isinstance(item, Gap)]


def test_an_item_that_sorts_in_late_is_read(site: Site, server: WebServer) -> None:
    last = site.submit(60)
    held = site.things.pop(last - 3)

    def enough(items: list[Item]) -> bool:
        if rounds(2)(items):
            site.things[last - 3] = held
        return rounds(4)(items)

    items = take(source(server), begun(site, server), enough)
    assert [post.id for post in posts(items)][-1] == f"reddit:t3_{base36(last - 3)}"


def test_what_comes_first_to_an_empty_listing_is_read(site: Site, server: WebServer) -> None:
    def enough(items: list[Item]) -> bool:
        if rounds(1)(items) and not site.things:
            site.submit(created_utc=NOW.timestamp() + 5)
        return rounds(3)(items)

    assert len(posts(take(source(server), "", enough))) == 1


def test_many_subreddits_share_listings_and_search_is_read(site: Site, server: WebServer) -> None:
    site.submit()
    take(source(server, subreddits=[f"s{n}" for n in range(100)], searches=["acme down"]), "", rounds(1))
    assert site.listings == 5
    assert any("/r/all/search/?q=acme+down" in path for path in server.requests)


def test_deleted_and_removed_posts_are_forgotten(site: Site, server: WebServer) -> None:
    clock = Clock()
    site.submit(title="fine")
    cursor = begun(site, server)
    last = site.submit(120)

    def enough(items: list[Item]) -> bool:
        if rounds(1)(items) and clock.now == NOW:
            del site.things[last]
            site.things[last - 1]["author"] = "[deleted]"
            site.things[last - 2]["removed_by_category"] = "moderator"
            site.things[last - 3]["selftext"] = "[removed]"
            clock.now += timedelta(hours=7)
        return sum(isinstance(item, Removal) for item in items) == 4

    items = take(source(server, clock), cursor, enough)
    assert {item.post for item in items if isinstance(item, Removal)} == {
        f"reddit:t3_{base36(number)}" for number in range(last - 3, last + 1)
    }


def test_what_was_told_before_a_restart_is_asked_for_again_and_again(site: Site, server: WebServer) -> None:
    clock = Clock()
    last = site.submit(1_200)
    numbers = range(last - 1_199, last + 1)
    told = [Told(f"reddit:t3_{base36(number)}", "", NOW - timedelta(days=20)) for number in numbers]
    for gone in (last, last - 700):
        del site.things[gone]

    def enough(items: list[Item]) -> bool:
        if sum(isinstance(item, Removal) for item in items) == 2 and clock.now == NOW:
            del site.things[last - 50]
            clock.now += timedelta(hours=7)
        return sum(isinstance(item, Removal) for item in items) == 3

    items = take(source(server, clock, told), begun(site, server), enough)
    assert [item.post for item in items if isinstance(item, Removal)] == [
        f"reddit:t3_{base36(number)}" for number in (last - 700, last, last - 50)
    ]


def test_polls_are_spread_so_that_they_keep_to_the_budget(site: Site, server: WebServer) -> None:
    site.submit(500)
    cursor = begun(site, server)
    site.submit(600)
    asked = len(server.requests)
    began = time.monotonic()
    take(source(server, poll=0.01, queries_per_minute=600), cursor, rounds(3))
    assert len(server.requests) - asked <= 20 + 10 * (time.monotonic() - began)


@pytest.mark.parametrize("fault", BAD)
def test_faults_lose_nothing(site: Site, server: WebServer, fault: str) -> None:
    site.submit(120)
    cursor = begun(site, server)
    last = site.submit(250)
    server.faults.extend([fault] * 4)
    told: set[str] = set()
    for _ in range(5):
        try:
            told |= {post.id for post in posts(take(source(server), cursor, rounds(4)))}
            break
        except SourceUnreachable:
            continue
    assert {f"reddit:t3_{base36(number)}" for number in range(last - 249, last + 1)} <= told


def test_silence_is_unreachable_after_a_while_and_loses_nothing(
    site: Site, server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.collectors.reddit.TIMEOUT", 0.2)
    site.submit(120)
    cursor = begun(site, server)
    last = site.submit(30)
    silence = threading.Event()

    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if "/new" in path:
            silence.wait(30)
        return site.route(path, query, headers)

    server.route = route
    with pytest.raises(SourceUnreachable, match=r"(?i)timed? ?out"):
        take(source(server), cursor, rounds(1))
    silence.set()
    told = {post.id for post in posts(take(source(server), cursor, rounds(1)))}
    assert {f"reddit:t3_{base36(number)}" for number in range(last - 29, last + 1)} <= told


def test_429_is_unreachable_at_once(site: Site, server: WebServer) -> None:
    site.submit()
    server.faults.append("429")
    with pytest.raises(SourceUnreachable, match="slow down"):
        take(source(server), "", rounds(1))


def test_an_expired_token_is_asked_for_anew(site: Site, server: WebServer) -> None:
    site.submit()
    refused = [True]

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        if refused and path != "/api/v1/access_token":
            refused.pop()
            return 401, {}, b"{}"
        return site.route(path, query, headers)

    server.route = route
    take(source(server), "", rounds(1))
    assert site.tokens == 2


def test_refused_keys_say_so(server: WebServer) -> None:
    server.route = lambda path, query, headers: (401, {"Content-Type": "application/json"}, b'{"error": 401}')
    with pytest.raises(SourceRefused, match="does not take the keys"):
        take(source(server), "", rounds(1))


def test_a_private_subreddit_says_so(site: Site, server: WebServer) -> None:
    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        return site.route(path, query, headers) if path == "/api/v1/access_token" else (403, {}, b"{}")

    server.route = route
    with pytest.raises(SourceRefused, match="private or does not exist"):
        take(source(server), "", rounds(1))


def test_the_budget_is_known(site: Site, server: WebServer) -> None:
    site.submit()
    site.limits = {"x-ratelimit-remaining": "995.0", "x-ratelimit-used": "5", "x-ratelimit-reset": "300"}
    reddit = source(server)
    take(reddit, "", rounds(1))
    assert reddit.budget is not None
    assert (reddit.budget.remaining, reddit.budget.used) == (995, 5)
    assert 200 < reddit.budget.seconds <= 300


def test_the_budget_goes_with_the_marks(site: Site, server: WebServer) -> None:
    site.submit()
    site.limits = {"x-ratelimit-remaining": "995.0", "x-ratelimit-used": "5", "x-ratelimit-reset": "300"}
    mark = take(source(server), "", rounds(1))[-1]
    assert isinstance(mark, Mark)
    assert mark.note in [f"995 requests left for {seconds} s, 5 used" for seconds in range(290, 301)]


def test_a_budget_that_is_used_up_is_unreachable_and_nothing_is_asked(site: Site, server: WebServer) -> None:
    site.submit()
    site.limits = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "996", "x-ratelimit-reset": "300"}
    began = time.monotonic()
    with pytest.raises(SourceUnreachable, match=r"no requests are left for (29\d|300) s"):
        take(source(server), "", rounds(5))
    assert site.listings == 1
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "fields",
    [
        {"title": 5},
        {"author": "[deleted]"},
        {"created_utc": "x"},
        {"permalink": None},
        {"score": "many"},
        {"selftext": [1]},
    ],
)
def test_odd_things_do_no_harm(site: Site, server: WebServer, fields: dict[str, Any]) -> None:
    site.submit(title="fine")
    cursor = begun(site, server)
    site.submit(**fields)
    last = site.submit()
    assert posts(take(source(server), cursor, rounds(1)))[-1].id == f"reddit:t3_{base36(last)}"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"title": 5}, "1 × thing without text"),
        ({"id": "-/-"}, "1 × thing without a number"),
        ({"kind": "t5", "display_name": "aws"}, "1 × thing of an unknown kind"),
    ],
)
def test_what_cannot_be_read_is_counted_once(site: Site, server: WebServer, fields: dict[str, Any], told: str) -> None:
    site.submit(title="fine")
    cursor = begun(site, server)
    site.submit(**fields)
    last = site.submit()
    site.listed_as_new = {"t3", "t5"}
    items = take(source(server), cursor, rounds(3))
    assert posts(items)[-1].id == f"reddit:t3_{base36(last)}"
    assert items[-1].note == f"1 item could not be read ({told})"  # type: ignore[union-attr]


def test_without_keys_it_is_off_and_says_what_it_takes() -> None:
    with pytest.raises(UserError, match=r"off without keys.*client_id_env"):
        build({"subreddits": ["aws"]}, Tools(lambda text: True, str, lambda: NOW))


@pytest.mark.parametrize("text", ["x", "[]", '{"new:aws": 1}', '{"new:aws": ["a", "b"]}'])
def test_a_cursor_that_is_not_ours_is_one_sentence(server: WebServer, text: str) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source"):
        take(source(server), text, rounds(1))
