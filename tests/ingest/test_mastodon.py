"""Mastodon against loopback servers that page as it does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from reading import rounds, take
from web_server import FAULTS, WebServer, web_server

from ingest.collectors import Tools
from ingest.collectors.mastodon import Mastodon, build
from ingest.errors import SourceRefused, SourceUnreachable, UserError
from ingest.records import Gap, Item, Mark, Post, Removal, Told

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def number(moment: datetime) -> int:
    return int(moment.timestamp() * 1000) << 16


class Town:
    """A server's statuses by number; the newest 40 after `min_id` are given, newest first, as Mastodon does."""

    def __init__(self) -> None:
        self.statuses: dict[int, dict[str, Any]] = {}

    def toot(self, content: str = "<p>Slack is down</p>", ago: float = 5.0, **fields: Any) -> int:
        local = number(NOW - timedelta(seconds=ago)) + len(self.statuses)
        self.statuses[local] = {
            "id": str(local),
            "uri": f"https://town.example/users/ann/statuses/{local}",
            "url": f"https://town.example/@ann/{local}",
            "created_at": (NOW - timedelta(seconds=ago)).isoformat(),
            "content": content,
            "visibility": "public",
            "language": "en",
            "favourites_count": 2,
            "account": {"id": "1", "uri": "https://town.example/users/ann", "acct": "ann"},
            "in_reply_to_id": None,
            "reblog": None,
        } | fields
        return local

    def route(self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path == "/api/v1/statuses":
            return [self.statuses[int(local)] for local in query["id[]"] if int(local) in self.statuses]
        limit = int(query["limit"][0])
        if "min_id" not in query:
            return [self.statuses[local] for local in sorted(self.statuses, reverse=True)[:limit]]
        after = sorted(local for local in self.statuses if local > int(query["min_id"][0]))[:limit]
        return [self.statuses[local] for local in reversed(after)]


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def server(town: Town) -> Iterator[WebServer]:
    with web_server(town.route) as running:
        yield running


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def source(
    *servers: WebServer, clock: Callable[[], datetime] = lambda: NOW, told: Sequence[Told] = (), **options: Any
) -> Mastodon:
    tools = Tools(
        wanted=lambda text: "down" in text, pseudonym=lambda name: f"#{name}", clock=clock, told=lambda _: told
    )
    named = [server.address for server in servers]
    return build({"servers": named, "poll": 0.01, "pause": 0.001, **options}, tools)


def cursor(server: WebServer, place: int, path: str = "/api/v1/timelines/public") -> str:
    return f'{{"{server.address}{path}": "{place}"}}'


def posts(items: list[Item]) -> list[Post]:
    return [item for item in items if isinstance(item, Post)]


def test_a_status_has_all_its_fields(town: Town, server: WebServer) -> None:
    local = town.toot(
        spoiler_text="tech",
        card={"title": "Slack", "description": "status"},
        media_attachments=[{"description": "a picture"}, None],
    )
    (post,) = posts(take(source(server), cursor(server, local - 1), rounds(2)))
    identity = f"mastodon:https://town.example/users/ann/statuses/{local}"
    assert post == Post(
        id=identity,
        source="mastodon",
        author="#https://town.example/users/ann",
        text="tech\nSlack is down\nSlack\nstatus\na picture",
        created_at=NOW - timedelta(seconds=5),
        seen_at=NOW,
        lang="en",
        thread=identity,
        url=f"https://town.example/@ann/{local}",
        likes=2,
        place=f"{server.address} {local}",
    )


def test_a_burst_between_two_polls_comes_whole_and_once(town: Town, server: WebServer) -> None:
    first = town.toot("nothing")

    def enough(items: list[Item]) -> bool:
        if len(town.statuses) == 1:
            for count in range(900):
                town.toot(f"down {count}")
        return rounds(5)(items)

    told = [post.text for post in posts(take(source(server), cursor(server, first), enough))]
    assert told == [f"down {count}" for count in range(900)]


def test_a_status_that_arrives_late_is_still_read(town: Town, server: WebServer) -> None:
    first = town.toot("nothing", ago=50)
    town.toot("down one", ago=1)

    def enough(items: list[Item]) -> bool:
        if rounds(2)(items) and len(town.statuses) == 2:
            town.toot("down late", ago=30)
        return rounds(4)(items)

    told = [post.text for post in posts(take(source(server), cursor(server, first), enough))]
    assert told == ["down one", "down late"]


def test_without_a_cursor_it_begins_now_and_the_cursor_resumes(town: Town, server: WebServer) -> None:
    town.toot("down before", ago=600)
    items = take(source(server), "", rounds(1))
    mark = items[-1]
    assert isinstance(mark, Mark)
    assert not posts(items)
    town.toot("down while away", ago=400)
    items = take(source(server), mark.cursor, rounds(1))
    assert [post.text for post in posts(items)] == ["down while away"]
    assert posts(items)[0].seen_at == NOW - timedelta(seconds=400)


def test_the_same_status_on_two_servers_is_one_post(town: Town, server: WebServer) -> None:
    with web_server(town.route) as other:
        local = town.toot()
        both = cursor(server, local - 1)[:-1] + ", " + cursor(other, local - 1)[1:]
        told = posts(take(source(server, other), both, rounds(1)))
    assert len(told) == 2
    assert len({post.id for post in told}) == 1


def test_hashtags_are_followed_and_replies_stand_in_their_thread(town: Town, server: WebServer) -> None:
    root = town.toot("hello")
    answer = town.toot("down too", in_reply_to_id=str(root))
    town.toot("down three", in_reply_to_id=str(answer))
    town.toot("down elsewhere", in_reply_to_id="77")
    mastodon = source(server, public=False, hashtags=["#slack"])
    told = posts(take(mastodon, cursor(server, root - 1, "/api/v1/timelines/tag/slack"), rounds(1)))
    first = f"mastodon:https://town.example/users/ann/statuses/{root}"
    assert [post.thread for post in told] == [first, first, f"mastodon:{server.address}/77"]


def test_what_is_not_meant_for_all_is_left_out(town: Town, server: WebServer) -> None:
    first = town.toot("down, unlisted", visibility="unlisted")
    town.toot("down, not indexed", account={"noindex": True})
    town.toot("down, a boost", reblog={"id": "1"})
    assert not posts(take(source(server), cursor(server, first - 1), rounds(1)))


def test_what_was_told_before_a_restart_is_asked_for_again(town: Town, server: WebServer) -> None:
    locals_ = [town.toot(f"down {count}") for count in range(50)]
    first = posts(take(source(server), cursor(server, locals_[0] - 1), rounds(1)))
    del town.statuses[locals_[7]]
    before = [Told(post.id, post.place, post.seen_at) for post in first]
    elsewhere = Told("mastodon:https://gone.example/1", "gone.example 1", NOW)
    one = source(server, told=[elsewhere, *before])
    items = take(one, cursor(server, locals_[-1]), lambda items: any(isinstance(item, Removal) for item in items))
    assert isinstance(items[-1], Removal)
    assert items[-1].post == first[7].id


def test_deleted_statuses_are_removed_at_the_next_check(town: Town, server: WebServer) -> None:
    clock = Clock()
    locals_ = [town.toot(f"down {count}") for count in range(50)]

    def enough(items: list[Item]) -> bool:
        if rounds(1)(items) and clock.now == NOW:
            del town.statuses[locals_[7]]
            clock.now += timedelta(hours=7)
        return any(isinstance(item, Removal) for item in items)

    items = take(source(server, clock=clock), cursor(server, locals_[0] - 1), enough)
    (gone,) = (item for item in items if isinstance(item, Removal))
    assert gone.post == f"mastodon:https://town.example/users/ann/statuses/{locals_[7]}"


def test_too_long_a_backlog_is_a_gap(town: Town, server: WebServer) -> None:
    first = town.toot("down long ago", ago=10 * 3_600)
    town.toot("down", ago=60)
    items = take(source(server, catch_up_hours=1), cursor(server, first), rounds(1))
    (gap,) = (item for item in items if isinstance(item, Gap))
    assert (gap.start, gap.end) == (NOW - timedelta(hours=10), NOW - timedelta(hours=1))
    assert [post.text for post in posts(items)] == ["down"]


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_loses_nothing(town: Town, server: WebServer, fault: str) -> None:
    first = town.toot("nothing")
    for count in range(90):
        town.toot(f"down {count}")
    server.faults.extend([fault, fault])
    told: dict[str, None] = {}
    for _ in range(3):
        try:
            told |= dict.fromkeys(post.text for post in posts(take(source(server), cursor(server, first), rounds(1))))
            break
        except SourceUnreachable:
            continue
    assert list(told) == [f"down {count}" for count in range(90)]


def test_one_server_that_fails_is_told_after_the_others_were_read(town: Town, server: WebServer) -> None:
    with web_server() as gone:
        pass
    local = town.toot()
    mastodon = source(gone, server)
    items = []
    with pytest.raises(SourceUnreachable):  # noqa: PT012  # what came before it counts
        for item in mastodon.read(cursor(server, local - 1)):
            items.append(item)  # noqa: PERF402
    mastodon.close()
    assert len(posts(items)) == 1


@pytest.mark.parametrize("status", [401, 403, 422])
def test_a_server_that_wants_a_token_says_what_it_takes(server: WebServer, status: int) -> None:
    server.route = lambda path, query, headers: (status, {}, b'{"error": "no"}')
    with pytest.raises(SourceRefused, match="access_token_env"):
        take(source(server), "", lambda items: False)


def test_a_token_is_sent(town: Town, server: WebServer) -> None:
    town.toot()
    seen: list[str | None] = []

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        seen.append(headers.get("Authorization"))
        return town.route(path, query, headers)

    server.route = route
    take(source(server, access_token="s3cret", stream=False), "", rounds(1))
    assert seen == ["Bearer s3cret"]


def streamed(*events: tuple[str, Any]) -> bytes:
    told = [f"event: {kind}\ndata: {data if isinstance(data, str) else json.dumps(data)}\n\n" for kind, data in events]
    return (":thump\n\n" + "".join(told)).encode()


def test_the_stream_tells_posts_edits_and_deletions_at_once(town: Town, server: WebServer) -> None:
    first, second = town.toot("nothing"), number(NOW) + 77
    status = {**town.statuses[first], "id": str(second), "uri": "https://far.example/s/1", "content": "it is down"}
    events = [("update", status), ("status.update", {**status, "content": "still down"}), ("delete", str(second))]
    bodies = [streamed(("update", "{"), ("update", "[1]"), ("filters_changed", ""), *events), b":thump\n\n"]
    asked: list[str | None] = []

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path != "/api/v1/streaming/public":
            return town.route(path, query, headers)
        asked.append(headers.get("Authorization"))
        return 200, {"Content-Type": "text/event-stream"}, bodies.pop(0) if len(bodies) > 1 else bodies[0]

    server.route = route
    one = source(server, access_token="s3cret", poll=30.0)
    items = take(one, cursor(server, first), lambda items: isinstance(items[-1], Removal) and len(asked) > 1)
    said = [item for item in items if isinstance(item, (Post, Removal))]
    assert [item.text for item in said if isinstance(item, Post)] == ["it is down", "still down"]
    assert isinstance(said[-1], Removal)
    assert said[-1].post == "mastodon:https://far.example/s/1"
    assert asked[0] == "Bearer s3cret"


def test_events_of_the_stream_that_cannot_be_read_are_counted_once(town: Town, server: WebServer) -> None:
    first, second = town.toot("nothing"), number(NOW) + 77
    fine = {**town.statuses[first], "id": str(second), "uri": "https://far.example/s/1", "content": "it is down"}
    odd = [("update", "{"), ("update", "[1]"), ("status.update", "[" * 100_000), ("update", {"id": "7"})]
    asked: list[str] = []

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path != "/api/v1/streaming/public":
            return town.route(path, query, headers)
        asked.append(path)
        return 200, {"Content-Type": "text/event-stream"}, streamed(*odd, ("update", fine))

    server.route = route
    one = source(server, access_token="s3cret", poll=0.05)
    read_by: list[int] = []

    def enough(items: list[Item]) -> bool:
        if posts(items) and not read_by:
            read_by.append(len(asked))
        return isinstance(items[-1], Mark) and bool(read_by) and len(asked) > read_by[0] + 2

    items = take(one, cursor(server, first), enough)
    assert [post.text for post in posts(items)] == ["it is down"]
    told = "4 items could not be read (3 × event of the stream, 1 × status without text)"
    assert items[-1].note == told  # type: ignore[union-attr]


@pytest.mark.parametrize("status", [401, 404])
def test_a_stream_that_is_refused_is_told_and_the_timelines_are_read(
    town: Town, server: WebServer, status: int
) -> None:
    first = town.toot("nothing")
    town.toot("down")

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        return (status, {}, b"{}") if path == "/api/v1/streaming/public" else town.route(path, query, headers)

    server.route = route
    one = source(server, access_token="s3cret", poll=0.05)
    items = take(one, cursor(server, first), lambda items: isinstance(items[-1], Mark) and items[-1].note != "")
    assert posts(items)
    assert items[-1].note == f"the stream of {server.address} answered {status}"  # type: ignore[union-attr]
    assert sum("streaming" in path for path in server.requests) == 1


def test_without_a_token_no_stream_is_asked_for(town: Town, server: WebServer) -> None:
    town.toot()
    take(source(server), "", rounds(3))
    assert not any("streaming" in path for path in server.requests)


@pytest.mark.parametrize(
    "fields",
    [
        {"content": 5}, {"account": None}, {"account": [1]}, {"uri": 7}, {"card": "x"}, {"media_attachments": {"a": 1}},
        {"created_at": "never"}, {"language": 5}, {"favourites_count": -1}, {"url": "javascript:alert(1)"},
    ],
)  # fmt: skip
def test_odd_statuses_do_no_harm(town: Town, server: WebServer, fields: dict[str, Any]) -> None:
    first = town.toot("nothing")
    town.toot(**{"content": "down odd", **fields})
    town.toot("down")
    told = posts(take(source(server), cursor(server, first), rounds(1)))
    assert told[-1].text == "down"
    assert all(post.url.startswith("https://") or not post.url for post in told)


def test_statuses_that_cannot_be_read_are_counted_once(town: Town, server: WebServer) -> None:
    first = town.toot("nothing")
    town.toot(content=5)  # type: ignore[arg-type]
    town.toot("down")

    def route(path: str, query: dict[str, list[str]], headers: Mapping[str, str]) -> Any:
        page = town.route(path, query, headers)
        return [*page, 7, {"content": "no number"}] if page else page

    server.route = route
    items = take(source(server), cursor(server, first), rounds(4))
    assert [post.text for post in posts(items)] == ["down"]
    told = "3 items could not be read (2 × status without a number, 1 × status without text)"
    assert items[-1].note == told  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["x", "[]", "3"])
def test_a_cursor_that_is_not_ours_is_one_sentence(server: WebServer, text: str) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source"):
        take(source(server), text, lambda items: False)


def test_nothing_to_read_is_one_sentence(server: WebServer) -> None:
    with pytest.raises(UserError, match="nothing is to be read"):
        source(server, public=False)
