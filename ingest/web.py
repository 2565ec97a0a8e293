"""Fetches JSON and text from a source over HTTP: politely, and with bounds on what a server may do to us."""

from __future__ import annotations

import json
import random
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, Final
from weakref import WeakSet

import httpx

from ingest.errors import SourceRefused, SourceUnreachable
from ingest.pace import Beat
from ingest.records import Item

AGENT: Final = "downchatter (+https://github.com/downchatter/downchatter)"
LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one answer after decompression."""
SLOWEST: Final = 30.0
"""Seconds for one whole answer, so that one that trickles in cannot hold us."""
LONGEST_WAIT: Final = 60.0
"""Seconds that we wait because a server asks for it; longer is told as unreachable."""

_REFUSED: Final = frozenset({401, 403, 404, 405, 410, 422, 451})


class Web:
    """A client for one source. `close` ends a wait or a read in another thread.

    Args:
        source: its name, for messages.
        base_url: what paths are relative to.
        tries: how often a request is made before the source counts as unreachable.
        pause: seconds before the second try; it doubles.
    """

    def __init__(
        self, source: str, base_url: str = "", *, tries: int = 3, pause: float = 1.0, headers: Mapping[str, str] = {}
    ) -> None:
        self._source = source
        self._tries = tries
        self._pause = pause
        self._known: dict[str, dict[str, str]] = {}
        self._closed = threading.Event()
        self.beat = Beat(self._closed)
        """When the source shows that it is alive."""
        self._sockets: WeakSet[socket.socket] = WeakSet()
        self._client = httpx.Client(
            base_url=base_url,
            headers={"User-Agent": AGENT, **headers},
            timeout=httpx.Timeout(10.0),
            follow_redirects=True,
            max_redirects=5,
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    def close(self) -> None:
        """Stop waiting and let go of connections. A request under way fails at once, however silent the server is."""
        self._closed.set()
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)  # wakes who reads from it, which closing it would not
        self._client.close()

    def wait(self, seconds: float) -> bool:
        """Wait, at most until closed. False if closed."""
        return not self._closed.wait(seconds)

    def json(self, url: str, params: Mapping[str, Any] | None = None) -> Any:
        """The JSON at `url`.

        Raises:
            SourceUnreachable: it could not be had in so many tries, or is not JSON.
            SourceRefused: the server says no for good.
        """
        return self._persist(url, params, remember=False)

    def json_if_changed(self, url: str) -> Any | None:
        """The JSON at `url`, or None if the server says that it is as it was when we last asked (ETag, Last-Modified).

        Raises:
            SourceUnreachable, SourceRefused: as `json`.
        """
        return self._persist(url, None, remember=True)

    def text_if_changed(self, url: str) -> str | None:
        """The text at `url`, or None if it has not changed.

        Raises:
            SourceUnreachable, SourceRefused: as `json`.
        """
        return self._persist(url, None, remember=True, as_text=True)  # type: ignore[no-any-return]

    def _persist(self, url: str, params: Mapping[str, Any] | None, *, remember: bool, as_text: bool = False) -> Any:
        """Ask until there is an answer or no more tries."""
        trouble = ""
        for attempt in range(self._tries):
            pause = self._pause * 2**attempt
            try:
                response = self._ask(url, params, self._known.get(url, {}) if remember else {})
            except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError) as error:
                trouble = str(error) or type(error).__name__
            else:
                if response.status_code == 304:
                    return None
                if response.is_success:
                    body = response.text if as_text else self._parse(url, response)
                    if remember:
                        self._remember(url, response.headers)
                    return body
                trouble = f"answered {response.status_code}"
                if response.status_code in _REFUSED:
                    raise SourceRefused(f"{self._source}: {url} {trouble}")
                pause = max(pause, _asked_wait(response.headers))
            if pause > LONGEST_WAIT or attempt + 1 == self._tries:
                break
            if not self.wait(pause * random.uniform(0.5, 1.0) if pause < 8 else pause):  # noqa: S311  # spreads retries
                break
        raise SourceUnreachable(f"{self._source}: {url}: {trouble}")

    def _ask(self, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str]) -> httpx.Response:
        """One request, read within bounds of size and time."""
        deadline = time.monotonic() + SLOWEST
        traced = {"trace": self._traced}
        with self._client.stream("GET", url, params=params, headers=dict(headers), extensions=traced) as response:
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > LARGEST:
                    raise httpx.DecodingError(f"the answer is larger than {LARGEST} bytes")
                if time.monotonic() > deadline or self.closed:
                    raise httpx.ReadTimeout("the answer came too slowly")
        plain = {
            k: v
            for k, v in response.headers.items()
            if k not in ("content-encoding", "transfer-encoding", "content-length")
        }
        return httpx.Response(response.status_code, headers=plain, content=bytes(body))

    def _traced(self, event: str, told: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            stream = told["return_value"]
            self._sockets.add(stream.get_extra_info("socket"))
            if self.closed:
                stream.close()
                raise httpx.ConnectError("closed meanwhile")

    def _parse(self, url: str, response: httpx.Response) -> Any:
        try:
            return json.loads(response.content)
        except (ValueError, RecursionError) as error:
            kind = response.headers.get("content-type", "something").split(";")[0]
            raise SourceUnreachable(f"{self._source}: {url} sent {kind:.40} that is not JSON") from error

    def _remember(self, url: str, headers: httpx.Headers) -> None:
        told = {"If-None-Match": headers.get("etag", ""), "If-Modified-Since": headers.get("last-modified", "")}
        self._known[url] = {name: value for name, value in told.items() if value}


def until_closed(web: Web, items: Iterator[Item]) -> Iterator[Item]:
    """`items`; a request that fails because `web` was closed meanwhile ends them quietly."""
    try:
        yield from items
    except SourceUnreachable:
        if not web.closed:
            raise


def _asked_wait(headers: httpx.Headers) -> float:
    """The seconds that `Retry-After` asks for; 0 if it does not, a minute if it cannot be read."""
    told = headers.get("retry-after", "")
    try:
        return max(0.0, float(told)) if told else 0.0
    except ValueError:
        return LONGEST_WAIT
