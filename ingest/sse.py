"""Streams of server-sent events, each read in a thread of its own into one bounded queue.

https://html.spec.whatwg.org/multipage/server-sent-events.html. When the queue is full the sockets wait.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from typing import Final

import httpx

LONGEST_EVENT: Final = 4 * 1024 * 1024
"""Bytes of one event; what is longer ends the connection."""
SILENCE: Final = 60.0
"""Seconds without a byte after which a connection is taken for dead; servers send a comment every 15 or so."""
LONGEST_PAUSE: Final = 60.0
WAITING: Final = 2_000
REFUSED: Final = frozenset({401, 403, 404, 405, 410, 422, 451})


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one stream."""

    stream: str
    kind: str
    data: str


class Streams:
    """Several streams, read until `close`.

    Args:
        addresses: where each lies, by name.
        headers: sent with each request.
        pause: seconds before a connection that ended is made anew; it doubles, up to a minute.
    """

    def __init__(self, addresses: Mapping[str, str], headers: Mapping[str, str], pause: float) -> None:
        self._pause = pause
        self._closed = threading.Event()
        self._queue: Queue[Event] = Queue(WAITING)
        self._client = httpx.Client(headers=dict(headers), timeout=httpx.Timeout(10.0, read=SILENCE))
        self.refused: dict[str, str] = {}
        """Streams that the server refuses for good, with its answer."""
        for name, address in addresses.items():
            threading.Thread(target=self._follow, args=(name, address), name=f"stream {name}", daemon=True).start()

    def close(self) -> None:
        """End every stream."""
        self._closed.set()
        self._client.close()

    def next(self, seconds: float) -> Event | None:
        """The next event, if one comes within `seconds`."""
        with suppress(Empty):
            return self._queue.get(timeout=max(0.0, seconds)) if seconds > 0 else self._queue.get_nowait()
        return None

    def _follow(self, name: str, address: str) -> None:
        wait = self._pause
        while not self._closed.is_set() and name not in self.refused:
            with suppress(httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError):
                if self._read(name, address):
                    wait = self._pause
            self._closed.wait(wait)
            wait = min(wait * 2, LONGEST_PAUSE)

    def _read(self, name: str, address: str) -> bool:
        """Read one connection to its end. Returns whether anything came."""
        came = False
        with self._client.stream("GET", address, headers={"Accept": "text/event-stream"}) as response:
            if response.status_code in REFUSED:
                self.refused[name] = f"answered {response.status_code}"
                return False
            response.raise_for_status()
            for kind, data in events(response.iter_bytes()):
                came = True
                self._put(Event(name, kind, data))
        return came

    def _put(self, event: Event) -> None:
        while not self._closed.is_set():
            with suppress(Full):
                self._queue.put(event, timeout=0.2)
                return


def events(chunks: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Kind and data of each event in the bytes of a stream; comments, and an event that is cut short, are left out.

    Raises:
        httpx.DecodingError: one event is larger than `LONGEST_EVENT`.
    """
    kind, data, size = "", list[str](), 0
    for line in _lines(chunks):
        size += len(line)
        if size > LONGEST_EVENT:
            raise httpx.DecodingError(f"one event is larger than {LONGEST_EVENT} bytes")
        name, _, value = line.decode("utf8", "replace").partition(":")
        if not line:
            if data:
                yield kind or "message", "\n".join(data)
            kind, data, size = "", [], 0
        elif name == "event":
            kind = value.removeprefix(" ")
        elif name == "data":
            data.append(value.removeprefix(" "))


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        rest += chunk
        if len(rest) > LONGEST_EVENT and b"\n" not in rest:
            raise httpx.DecodingError(f"one line is larger than {LONGEST_EVENT} bytes")
        *lines, rest = rest.split(b"\n")
        for line in lines:
            yield line.removesuffix(b"\r")
