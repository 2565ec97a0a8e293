"""Server-sent events, however the bytes are cut and whatever they are."""

from __future__ import annotations

import threading
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_server import web_server

from ingest import sse
from ingest.sse import Streams, events

STREAM = b':thump\n\nevent: update\r\ndata: {"id": 1}\r\n\r\ndata: one\ndata: two\n\nevent: cut\ndata: short'


@given(st.lists(st.integers(0, len(STREAM))))
def test_events_are_whole_however_the_bytes_are_cut(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(STREAM)]
    chunks = [STREAM[start:end] for start, end in pairwise(places)]
    assert list(events(chunks)) == [("update", '{"id": 1}'), ("message", "one\ntwo")]


@given(st.lists(st.binary() | st.sampled_from([b"data:", b"event: x\n", b"\n\n", b":"])))
def test_any_bytes_give_events_of_text(chunks: list[bytes]) -> None:
    for kind, data in events(chunks):
        assert isinstance(kind, str)
        data.encode()


@pytest.mark.parametrize("bomb", [b"data: " + b"x" * 5_000, b"data: x\n" * 2_000])
def test_an_event_without_end_is_not_taken(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "LONGEST_EVENT", 1_000)
    with pytest.raises(httpx.DecodingError, match="larger than 1000 bytes"):
        list(events([bomb]))


@pytest.mark.parametrize("fault", ["reset", "truncated", "html", "empty", "500", "503"])
def test_a_connection_that_fails_is_made_anew(fault: str) -> None:
    with web_server(lambda path, query, headers: (200, {}, b"data: here\n\n")) as server:
        server.faults.extend([fault] * 2)
        streams = Streams({"a": f"{server.address}/stream"}, {}, 0.01)
        event = streams.next(15)
        streams.close()
    assert event == sse.Event("a", "message", "here")


def test_a_full_queue_makes_the_socket_wait_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "WAITING", 3)
    body = b"".join(b"data: %d\n\n" % number for number in range(500))
    served = [body, b""]
    with web_server(lambda path, query, headers: (200, {}, served.pop(0) if len(served) > 1 else b"")) as server:
        streams = Streams({"a": server.address}, {}, 0.01)
        told = [streams.next(10) for _ in range(500)]
        streams.close()
    assert [event.data for event in told if event] == [str(number) for number in range(500)]


def test_close_ends_the_threads() -> None:
    with web_server(lambda path, query, headers: (200, {}, b"data: x\n\n")) as server:
        streams = Streams({"a": server.address}, {}, 60.0)
        assert streams.next(10)
        (thread,) = (one for one in threading.enumerate() if one.name == "stream a")
        streams.close()
        thread.join(5)
    assert not thread.is_alive()
    assert streams.next(0) is None
