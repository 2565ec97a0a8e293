"""What `ingest.web` promises about servers that misbehave."""

from __future__ import annotations

import gc
import gzip
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from web_server import WebServer, web_server

from ingest import web
from ingest.errors import SourceRefused, SourceUnreachable
from ingest.web import Web


@pytest.fixture
def server() -> Iterator[WebServer]:
    with web_server(lambda path, query, headers: {"path": path, **query}) as running:
        yield running


@pytest.fixture
def client(server: WebServer) -> Iterator[Web]:
    with Web("acme", server.address, pause=0.001) as one:
        yield one


def test_json_comes_with_its_parameters(client: Web) -> None:
    assert client.json("/a", {"x": 1, "y": ["2", "3"]}) == {"path": "/a", "x": ["1"], "y": ["2", "3"]}


def test_a_request_is_tried_so_often_and_no_more(server: WebServer, client: Web) -> None:
    server.faults.extend(["503", "reset"])
    assert client.json("/a") == {"path": "/a"}
    server.faults.extend(["503"] * 3)
    with pytest.raises(SourceUnreachable, match=r"^acme: /a: answered 503$"):
        client.json("/a")
    assert len(server.requests) == 6


@pytest.mark.parametrize("status", [401, 403, 404, 410, 422, 451])
def test_a_no_for_good_is_not_asked_again(server: WebServer, client: Web, status: int) -> None:
    server.route = lambda path, query, headers: (status, {}, b"")
    with pytest.raises(SourceRefused, match=f"answered {status}"):
        client.json("/a")
    assert len(server.requests) == 1


def test_a_wait_that_is_asked_for_is_kept(server: WebServer, client: Web) -> None:
    answers: Iterator[Any] = iter([(429, {"Retry-After": "0.3"}, b""), {"ok": 1}])
    server.route = lambda path, query, headers: next(answers)
    began = time.monotonic()
    assert client.json("/a") == {"ok": 1}
    assert time.monotonic() - began >= 0.15


@pytest.mark.parametrize("asked", ["3600", "Tue, 24 Nov 2099 12:00:00 GMT"])
def test_too_long_a_wait_is_unreachable_at_once_or_after_a_minute_at_most(
    server: WebServer, client: Web, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def wait_not(seconds: float) -> bool:
        waited.append(seconds)
        return False

    monkeypatch.setattr(client, "wait", wait_not)
    server.route = lambda path, query, headers: (429, {"Retry-After": asked}, b"")
    with pytest.raises(SourceUnreachable, match="429"):
        client.json("/a")
    assert sum(waited) <= 60


def test_what_has_not_changed_is_none(server: WebServer, client: Web) -> None:
    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if headers.get("If-None-Match") == '"v1"' and headers.get("If-Modified-Since") == "yesterday":
            return 304, {}, b""
        return 200, {"ETag": '"v1"', "Last-Modified": "yesterday"}, b"[1]"

    server.route = route
    assert client.json_if_changed("/a") == [1]
    assert client.json_if_changed("/a") is None
    assert client.text_if_changed("/b") == "[1]"
    assert client.json("/a") == [1]


def test_a_huge_answer_is_not_read_to_its_end(server: WebServer, client: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "LARGEST", 1_000_000)
    bomb = gzip.compress(b" " * 50_000_000)
    server.route = lambda path, query, headers: (200, {"Content-Encoding": "gzip"}, bomb)
    with pytest.raises(SourceUnreachable, match="larger than 1000000 bytes"):
        client.json("/a")


def test_an_answer_that_trickles_in_is_given_up(
    server: WebServer, client: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "SLOWEST", 0.2)
    server.faults.extend(["drip"] * 3)
    with pytest.raises(SourceUnreachable, match="too slowly"):
        client.json("/a")


def test_close_ends_a_wait(client: Web) -> None:
    threading.Timer(0.1, client.close).start()
    began = time.monotonic()
    assert not client.wait(60)
    assert time.monotonic() - began < 5
    with pytest.raises(SourceUnreachable):
        client.json("/a")


def test_closing_ends_a_request_that_a_silent_server_holds(client: Web, server: WebServer) -> None:
    asked, silence = threading.Event(), threading.Event()

    def route(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        asked.set()
        silence.wait(30)

    server.route = route
    trouble: list[Exception] = []

    def read() -> None:
        try:
            client.json("/a")
        except SourceUnreachable as error:
            trouble.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert asked.wait(10)
    client.close()
    reader.join(8)  # less than the ten seconds after which it would give up by itself
    ended = not reader.is_alive()
    silence.set()
    reader.join()
    assert (ended, len(trouble)) == (True, 1)


def test_a_connection_made_while_closing_is_let_go_of(client: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Web, "closed", True)
    with pytest.raises(SourceUnreachable, match="closed meanwhile"):
        client.json("/x")
    gc.collect()  # a socket that is left open is warned of, which fails the test
