"""An HTTP endpoint on the loopback that answers as told, also badly."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass(frozen=True)
class Answer:
    """What to answer. `how` is ``""`` (properly), ``reset``, ``drip`` (a byte at a time, from the
    first or, with ``drip body``, after the head) or ``hang``.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    how: str = ""


@dataclass(frozen=True)
class Seen:
    """One request that came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class _Quiet(ThreadingHTTPServer):
    request_queue_size = 256  # with the usual 5 a burst waits a second for its SYN to be sent again

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


class FaultyServer:
    """Answers each request with the next of `answers`, the last one for ever.

    `judge`, if given, chooses the answer by the request instead; `tls` speaks TLS.
    """

    def __init__(
        self,
        answers: Sequence[Answer] = (Answer(),),
        judge: Callable[[Seen], Answer] | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.seen: list[Seen] = []
        self.answers = list(answers)
        self.judge = judge
        self.stop = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._serve(self)

            def do_PUT(self) -> None:
                outer._serve(self)

            def do_PATCH(self) -> None:
                outer._serve(self)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> FaultyServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("content-length", "0")))
        seen = Seen(request.path, {name.lower(): value for name, value in request.headers.items()}, body)
        self.seen.append(seen)
        if self.judge is not None:
            answer = self.judge(seen)
        else:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        try:
            self._answer(request, answer)
        except OSError:
            request.close_connection = True

    def _answer(self, request: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.how == "reset":
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            request.close_connection = True
            return
        if answer.how == "hang":
            self.stop.wait()
            request.close_connection = True
            return
        if answer.how == "drip":
            self._drip(request, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000)
            return
        if answer.how == "drip body":
            request.wfile.write(b"HTTP/1.1 %d Fine\r\nContent-Length: 10000\r\n\r\n" % answer.status)
            self._drip(request, answer.body * 1000)
            return
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(answer.body)))
        request.end_headers()
        request.wfile.write(answer.body)

    def _drip(self, request: BaseHTTPRequestHandler, data: bytes) -> None:
        for byte in data:
            request.wfile.write(bytes([byte]))
            if self.stop.wait(0.02):
                break
        request.close_connection = True
