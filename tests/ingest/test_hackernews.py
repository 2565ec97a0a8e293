"""Hacker News against a loopback server that speaks its API."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from reading import take
from web_server import FAULTS, WebServer, web_server

from ingest.collectors import Tools
from ingest.collectors.hackernews import HackerNews, build
from ingest.errors import SourceRefused, SourceUnreachable, UserError
from ingest.records import Gap, Item, Mark, Post, Removal, Told

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class News:
    """Items by number; those in `hidden` are announced and not there yet."""

    def __init__(self) -> None:
        self.items: dict[int, dict[str, Any]] = {}
        self.hidden: set[int] = set()
        self.changed: list[Any] = []

    def add(self, count: int = 1, **fields: Any) -> int:
        for _ in range(count):
            number = 1_000 + len(self.items)
            item = {"id": number, "type": "story", "by": "ann", "time": int(NOW.timestamp()) - 60, "score": 3}
            self.items[number] = item | {"title": f"Slack is down {number}"} | fields
        return number

    def route(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        if path == "/maxitem.json":
            return max(self.items)
        if path == "/updates.json":
            return {"items": self.changed, "profiles": []}
        number = int(path.removeprefix("/item/").removesuffix(".json"))
        return None if number in self.hidden else self.items.get(number)


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def server(news: News) -> Iterator[WebServer]:
    with web_server(news.route) as running:
        yield running


def source(server: WebServer, told: Sequence[Told] = (), **options: Any) -> HackerNews:
    tools = Tools(
        wanted=lambda text: "down" in text, pseudonym=lambda name: f"#{name}", clock=lambda: NOW, told=lambda _: told
    )
    return build({"base_url": server.address, "poll": 0.01, "pause": 0.001, "changes": 0.01, **options}, tools)


def up_to(number: int) -> Callable[[list[Item]], bool]:
    return lambda items: isinstance(items[-1], Mark) and items[-1].cursor == str(number)


def ids(items: list[Item]) -> list[str]:
    return [item.id for item in items if isinstance(item, Post)]


def test_every_item_after_the_cursor_comes_once(news: News, server: WebServer) -> None:
    last = news.add(350)
    items = take(source(server), "999", up_to(last))
    assert ids(items) == [f"hackernews:{number}" for number in range(1_000, 1_350)]
    assert not [item for item in items if isinstance(item, Gap)]


def test_a_story_has_all_its_fields(news: News, server: WebServer) -> None:
    number = news.add(title="Slack &amp; Teams down", text="<p>since 10</p>")
    (post,) = (item for item in take(source(server), str(number - 1), up_to(number)) if isinstance(item, Post))
    assert post == Post(
        id=f"hackernews:{number}",
        source="hackernews",
        author="#ann",
        text="Slack & Teams down\nsince 10",
        created_at=NOW - timedelta(seconds=60),
        seen_at=NOW,
        lang="en",
        thread=f"hackernews:{number}",
        url=f"https://news.ycombinator.com/item?id={number}",
        likes=3,
    )


def test_a_comment_stands_in_the_thread_of_its_story(news: News, server: WebServer) -> None:
    story = news.add(title="fine")
    parent = story
    for _ in range(5):
        parent = news.add(type="comment", title=None, text="<i>down</i> for me", parent=parent)
    items = take(source(server), str(parent - 1), up_to(parent))
    (post,) = (item for item in items if isinstance(item, Post))
    assert post.thread == f"hackernews:{story}"
    assert post.text == "down for me"


def test_what_became_of_what_was_told_before_a_restart_is_asked_for_once(news: News, server: WebServer) -> None:
    last = news.add(4)
    news.items[last - 1]["deleted"] = True
    news.items[last - 2]["score"] = 90
    told = [Told(f"hackernews:{number}", "", NOW - timedelta(hours=30)) for number in range(last - 3, last)]
    old = Told(f"hackernews:{last}", "", NOW - timedelta(hours=50))
    items = take(source(server, [*told, old]), str(last), lambda items: isinstance(items[-1], Mark))
    assert [item.post for item in items if isinstance(item, Removal)] == [f"hackernews:{last - 1}"]
    votes = {item.id: item.likes for item in items if isinstance(item, Post)}
    assert votes == {f"hackernews:{last - 3}": 3, f"hackernews:{last - 2}": 90}
    assert sum("/item/" in path for path in server.requests) == 3


def test_a_backlog_counts_when_it_was_written(news: News, server: WebServer) -> None:
    number = news.add(time=int(NOW.timestamp()) - 7_200)
    (post,) = (item for item in take(source(server), str(number - 1), up_to(number)) if isinstance(item, Post))
    assert post.seen_at == NOW - timedelta(hours=2)


def test_without_a_cursor_it_begins_now(news: News, server: WebServer) -> None:
    last = news.add(5)

    def enough(items: list[Item]) -> bool:
        if len(news.items) == 5:
            news.add()
        return bool(ids(items))

    assert ids(take(source(server), "", enough)) == [f"hackernews:{last + 1}"]


def test_an_announced_item_that_is_late_is_waited_for(news: News, server: WebServer) -> None:
    last = news.add(10)
    news.hidden = {1_004}

    def enough(items: list[Item]) -> bool:
        if len(ids(items)) == 9 and len(items) > 12:
            assert {item.cursor for item in items if isinstance(item, Mark)} == {"1003"}
            news.hidden = set()
        return up_to(last)(items)

    items = take(source(server), "999", enough)
    assert sorted(ids(items)) == [f"hackernews:{number}" for number in range(1_000, 1_010)]


def test_an_item_that_never_comes_is_let_go(news: News, server: WebServer) -> None:
    last = news.add(3)
    news.hidden = {1_001}
    assert len(ids(take(source(server, missing=0), "999", up_to(last)))) == 2


def test_deleted_and_killed_items_are_removed_and_votes_told_anew(news: News, server: WebServer) -> None:
    last = news.add(3)

    def enough(items: list[Item]) -> bool:
        if up_to(last)(items) and not news.changed:
            news.items[1_000]["score"] = 99
            news.items[1_001] = {"id": 1_001, "deleted": True}
            news.items[1_002]["dead"] = True
            news.changed = [1_000, 1_001, 1_002, "nonsense"]
        return sum(isinstance(item, Removal) for item in items) >= 2

    items = take(source(server, changes=0.0001), "999", enough)
    assert [item.post for item in items if isinstance(item, Removal)] == ["hackernews:1001", "hackernews:1002"]
    again = [item for item in items if isinstance(item, Post) and item.id == "hackernews:1000"]
    assert [post.likes for post in again] == [3, 99]


def test_too_long_a_backlog_is_a_gap(news: News, server: WebServer) -> None:
    news.add(50, time=int(NOW.timestamp()) - 9_000)
    last = news.add(50, time=int(NOW.timestamp()) - 600)
    items = take(source(server, catch_up=20), "1000", up_to(last))
    (gap,) = (item for item in items if isinstance(item, Gap))
    assert gap.end is not None
    assert (gap.start, gap.end) == (NOW - timedelta(seconds=9_000), NOW - timedelta(seconds=600))
    assert len(ids(items)) == 20


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_loses_nothing(news: News, server: WebServer, fault: str) -> None:
    last = news.add(20)
    server.faults.extend([fault, fault])
    cursor, told = "999", list[Item]()
    for _ in range(3):
        try:
            told += take(source(server), cursor, up_to(last))
            break
        except SourceUnreachable:
            continue
    assert ids(told) == [f"hackernews:{number}" for number in range(1_000, 1_020)]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lasting_fault_is_unreachable(news: News, server: WebServer, fault: str) -> None:
    news.add()
    server.faults.extend([fault] * 50)
    with pytest.raises(SourceUnreachable, match="hackernews"):
        take(source(server), "", lambda items: False)


def test_an_api_that_is_gone_is_refused(server: WebServer) -> None:
    server.route = lambda path, query, headers: (410, {}, b"gone")
    with pytest.raises(SourceRefused, match="410"):
        take(source(server), "", lambda items: False)


@pytest.mark.parametrize(
    "item",
    [[], "x", {}, {"type": 5}, {"type": "story", "title": 7},
     {"type": "story", "title": "down", "by": [1], "time": "x"},
     {"type": "comment", "text": "down", "parent": "x"}, {"type": "comment", "text": "down", "parent": 10**9}],
)  # fmt: skip
def test_odd_items_do_no_harm(news: News, server: WebServer, item: Any) -> None:
    news.add()
    news.items[1_001] = item
    last = 1_002
    news.items[last] = {**news.items[1_000], "id": last}
    items = take(source(server, missing=0), "999", up_to(last))
    assert {"hackernews:1000", "hackernews:1002"} <= set(ids(items))


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ([], "1 × item that was announced and never came"),
        ({"type": 5}, "1 × item of an unknown kind"),
        ({"type": "story", "title": 7}, "1 × item without text"),
    ],
)
def test_what_cannot_be_read_is_counted(news: News, server: WebServer, item: Any, told: str) -> None:
    news.add()
    news.items[1_001] = item
    news.add(type="pollopt", text="down")
    news.changed = [1_001, "x"]
    one = source(server, missing=0)
    items = take(one, "999", lambda items: isinstance(items[-1], Mark) and "change" in items[-1].note)
    assert items[-1].note == f"2 items could not be read ({told}, 1 × change without a number)"  # type: ignore[union-attr]


def test_a_list_of_changes_that_is_none_is_counted(news: News, server: WebServer) -> None:
    last = news.add()
    news.changed = 5  # type: ignore[assignment]
    items = take(source(server), str(last), lambda items: isinstance(items[-1], Mark) and items[-1].note != "")
    assert items[-1].note == "1 item could not be read (1 × list of changes)"  # type: ignore[union-attr]


def test_close_ends_a_read(news: News, server: WebServer) -> None:
    news.add()
    hacker_news = source(server, poll=60.0)
    threading.Timer(0.2, hacker_news.close).start()
    assert all(isinstance(item, Mark) for item in hacker_news.read(""))


def test_a_cursor_that_is_not_ours_is_one_sentence(server: WebServer) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source"):
        take(source(server), "x1", lambda items: False)
