"""Filling the last hours for a new service: the SDK's own client against a server that speaks its XRPC on loopback."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jetstream_server import JetstreamServer, did, jetstream_server
from reading import take
from web_server import FAULTS, WebServer, web_server

from ingest.bluesky.position import filled_in
from ingest.bluesky.search import terms_of
from ingest.collectors import Tools
from ingest.collectors.bluesky import Bluesky, build
from ingest.errors import UserError
from ingest.records import Item, Mark, Post, Service

NOW = datetime.now(UTC).replace(microsecond=0)
CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq"
ACME = Service("Acme", aliases=("acmecloud",))
ZOOM = Service("Zoom", ambiguous=("Zoom",))


class AppView:
    """An account's server with posts, newest first, a hundred a page; it searches for the words between quotes."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.searches: list[dict[str, str]] = []
        self.password = "xxxx-xxxx-xxxx-xxxx"
        self.fail = 0
        self.body: Callable[[], str] = lambda: "{}"

    def post(self, text: str, ago: timedelta, author: int = 1) -> None:
        at = (NOW - ago).isoformat().replace("+00:00", "Z")
        number = len(self.posts)
        self.posts.append(
            {
                "uri": f"at://{did(author)}/app.bsky.feed.post/3k{number:011d}",
                "cid": CID,
                "author": {"did": did(author), "handle": f"ann{author}.test"},
                "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, "langs": ["en"]},
                "indexedAt": at,
                "likeCount": 3,
            }
        )

    def route(self, path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path == "/xrpc/com.atproto.server.createSession":
            return self._session(json.loads(self.body())["password"])
        assert path == "/xrpc/app.bsky.feed.searchPosts"
        assert headers["Authorization"].startswith("Bearer ey")
        if self.fail:
            self.fail -= 1
            return 502, {"Content-Type": "application/json"}, b'{"error": "UpstreamFailure", "message": "secret"}'
        asked = {name: values[0] for name, values in query.items()}
        self.searches.append(asked)
        word = asked["q"].split('"')[1].lower()
        found = [one for one in self.posts if word in str(one["record"]["text"]).lower()]
        start = int(asked.get("cursor", 0))
        page = found[start : start + int(asked["limit"])]
        more = {"cursor": str(start + len(page))} if start + len(page) < len(found) else {}
        return {"posts": page, **more}

    def _session(self, password: str) -> Any:
        if password != self.password:
            return 401, {"Content-Type": "application/json"}, b'{"error": "AuthenticationRequired", "message": "no"}'
        token = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
            for part in ({"alg": "none"}, {"exp": 4_000_000_000, "iat": 1, "sub": did(1)}, {})
        )
        return {"accessJwt": token, "refreshJwt": token, "handle": "ann.test", "did": did(1)}


@pytest.fixture(autouse=True)
def _marks_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.0)
    monkeypatch.setattr("ingest.bluesky.feed.TICK", 0.02)


@pytest.fixture
def view() -> AppView:
    return AppView()


@pytest.fixture
def pds(view: AppView) -> Iterator[WebServer]:
    with web_server(view.route) as running:
        view.body = lambda: running.body
        yield running


@pytest.fixture
def stream() -> Iterator[JetstreamServer]:
    with jetstream_server(begin=NOW) as running:
        yield running


def source(stream: JetstreamServer, pds: WebServer, *watched: Service, **options: Any) -> Bluesky:
    begun = time.monotonic()
    tools = Tools(
        wanted=lambda text: "down" in text,
        pseudonym=lambda name: f"#{name}",
        clock=lambda: NOW + timedelta(seconds=time.monotonic() - begun),
        watched=watched,
    )
    login = {"login": "ann.test", "app_password": "xxxx-xxxx-xxxx-xxxx", "pds": pds.address}
    quick = {"hosts": [stream.address], "retry": 0.01, "heartbeat": 0.02, "compress": False}
    return build({**quick, **login, **options}, tools)


def filled(*names: str) -> Callable[[list[Item]], bool]:
    return lambda items: isinstance(items[-1], Mark) and set(names) <= set(filled_in(items[-1].cursor))


def posts(items: list[Item]) -> list[Post]:
    return [item for item in items if isinstance(item, Post)]


def test_the_last_hours_of_a_new_service_are_filled_and_no_more(
    view: AppView, pds: WebServer, stream: JetstreamServer
) -> None:
    for minute in range(300):
        view.post(f"Acme is down {minute}", timedelta(minutes=minute))
    view.post("Acme is fine", timedelta(minutes=1))
    view.post("acmecloud down too", timedelta(minutes=301), author=2)
    items = take(source(stream, pds, ACME, backfill_hours=2), "", filled("Acme"))
    told = posts(items)
    assert 119 <= len(told) <= 121
    assert told[5].id == f"bluesky:{did(1)}/3k{5:011d}"
    assert (told[5].author, told[5].likes, told[5].lang) == (f"#{did(1)}", 3, "en")
    assert told[5].created_at == told[5].seen_at == NOW - timedelta(minutes=5)
    assert [asked["q"] for asked in view.searches] == ['"Acme"', '"Acme"', '"acmecloud"']
    assert "since" in view.searches[0]


def test_pages_are_bounded_and_the_stream_goes_on_meanwhile(
    view: AppView, pds: WebServer, stream: JetstreamServer
) -> None:
    for second in range(2_000):
        view.post(f"Acme is down {second}", timedelta(seconds=second))

    def enough(items: list[Item]) -> bool:
        if len(view.searches) == 1 and not stream.log:
            stream.post("live and down")
        return filled("Acme")(items) and any(post.text == "live and down" for post in posts(items))

    items = take(source(stream, pds, ACME, backfill_pages=3), "", enough)
    assert len(posts(items)) == 301
    assert [asked["q"] for asked in view.searches] == ['"Acme"'] * 3 + ['"acmecloud"']


def test_a_restart_goes_on_with_the_first_that_is_not_filled_and_repeats_none(
    view: AppView, pds: WebServer, stream: JetstreamServer
) -> None:
    view.post("Acme is down", timedelta(minutes=1))
    view.post("Zoom is down", timedelta(minutes=2))
    first = take(source(stream, pds, ACME), "", filled("Acme"))
    view.searches.clear()
    second = take(source(stream, pds, ACME, ZOOM), first[-1].cursor, filled("Acme", "Zoom"))  # type: ignore[union-attr]
    assert [asked["q"] for asked in view.searches] == ['"Zoom" down']
    assert [post.text for post in posts(second)] == ["Zoom is down"]
    view.searches.clear()
    third = take(source(stream, pds, ACME), second[-1].cursor, filled("Acme"))  # type: ignore[union-attr]
    assert filled_in(third[-1].cursor) == ["Acme"]  # type: ignore[union-attr]
    assert not view.searches


def test_a_search_that_fails_is_told_and_tried_again(
    view: AppView, pds: WebServer, stream: JetstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.bluesky.search.PAUSE", 0.05)
    view.post("Acme is down", timedelta(minutes=1))
    view.fail = 2
    items = take(source(stream, pds, ACME), "", filled("Acme"))
    notes = [item.note for item in items if isinstance(item, Mark)]
    assert any("the search failed (UpstreamFailure); it is tried again in" in note for note in notes)
    assert notes[-1] == ""
    assert len(posts(items)) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_search_costs_a_try_and_no_post(
    view: AppView, pds: WebServer, stream: JetstreamServer, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("ingest.bluesky.search.PAUSE", 0.01)
    view.post("Acme is down", timedelta(minutes=1))
    pds.spare = lambda path: "createSession" in path
    pds.faults.append(fault)
    items = take(source(stream, pds, ACME), "", filled("Acme"))
    assert [post.text for post in posts(items)] == ["Acme is down"]
    assert items[-1].note == ""  # type: ignore[union-attr]


def test_a_login_that_is_refused_is_told_and_the_stream_goes_on(
    view: AppView, pds: WebServer, stream: JetstreamServer
) -> None:
    def enough(items: list[Item]) -> bool:
        if isinstance(items[-1], Mark) and "does not take the login" in items[-1].note and not stream.log:
            stream.post("live and down")
        return bool(posts(items))

    items = take(source(stream, pds, ACME, app_password="wrong"), "", enough)
    assert [post.text for post in posts(items)] == ["live and down"]
    assert "wrong" not in "".join(item.note for item in items if isinstance(item, Mark))
    assert not view.searches


def test_found_posts_that_cannot_be_read_are_counted_once(
    view: AppView, pds: WebServer, stream: JetstreamServer
) -> None:
    view.post("Acme is down", timedelta(minutes=1))
    for _ in range(2):
        view.post("Acme or acmecloud", timedelta(minutes=2))
        view.posts[-1]["record"]["text"] = ["Acme, acmecloud: down"]
    view.post("Acme is down, in a place of no posts", timedelta(minutes=3))
    view.posts[-1]["uri"] = f"at://{did(1)}/app.bsky.feed.like/3k1"
    items = take(source(stream, pds, ACME), "", filled("Acme"))
    assert [post.text for post in posts(items)] == ["Acme is down"]
    assert len(view.searches) == 2
    assert items[-1].note == "3 items could not be read (3 × post that was found)"  # type: ignore[union-attr]


def test_without_a_login_nothing_is_searched_for(view: AppView, pds: WebServer, stream: JetstreamServer) -> None:
    one = source(stream, pds, ACME, login="", app_password="")
    items = take(one, "", lambda items: isinstance(items[-1], Mark))
    assert "filled" not in items[-1].cursor  # type: ignore[union-attr]
    assert not pds.requests


def test_half_a_login_is_one_sentence(pds: WebServer, stream: JetstreamServer) -> None:
    with pytest.raises(UserError, match=r"sources\.bluesky: a login needs both"):
        source(stream, pds, ACME, app_password="")


def test_names_that_are_ordinary_words_are_not_searched_for_alone() -> None:
    assert terms_of(ACME) == ('"Acme"', '"acmecloud"')
    assert terms_of(ZOOM) == ('"Zoom" down',)
    assert len(terms_of(Service("A", aliases=("b", "c", "d", "e")))) == 3
