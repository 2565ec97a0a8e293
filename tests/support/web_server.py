"""An HTTP server on loopback that answers from a table and misbehaves on demand."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Query = dict[str, list[str]]
Answer = tuple[int, Mapping[str, str], bytes]
Route = Callable[[str, Query, Mapping[str, str]], Answer | Any]

FAULTS = ("reset", "drip", "truncated", "html", "loop", "empty", "bomb", "429", "500", "503")
"""What can go wrong with one request."""


@dataclass
class WebServer:
    """`route` answers a path with JSON-able data or with (status, headers, bytes). `faults` are used up in turn."""

    route: Route = lambda path, query, headers: (404, {}, b"")
    faults: deque[str] = field(default_factory=deque)
    spare: Callable[[str], bool] = lambda path: False
    """Paths that faults leave alone."""
    requests: list[str] = field(default_factory=list)
    body: str = ""
    """What came with the last request."""
    address: str = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        split = urlsplit(handler.path)
        self.requests.append(handler.path)
        if self.faults and not self.spare(split.path):
            _misbehave(handler, self.faults.popleft())
            return
        length = int(handler.headers.get("content-length", 0))
        self.body = handler.rfile.read(length).decode()
        query = parse_qs(split.query) | parse_qs(self.body)
        answer = self.route(split.path, query, dict(handler.headers.items()))
        if not (isinstance(answer, tuple) and len(answer) == 3 and isinstance(answer[2], bytes)):
            answer = (200, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(answer).encode())
        status, headers, body = answer
        _send(handler, status, headers, body)


def _send(handler: BaseHTTPRequestHandler, status: int, headers: Mapping[str, str], body: bytes) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def _misbehave(handler: BaseHTTPRequestHandler, fault: str) -> None:
    handler.close_connection = True
    if fault.isdigit():
        _send(handler, int(fault), {"Retry-After": "0"}, b"{}")
    elif fault == "reset":
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.shutdown(socket.SHUT_RD)
    elif fault == "drip":
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    elif fault == "truncated":
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"half":')
    elif fault == "html":
        _send(handler, 200, {"Content-Type": "text/html"}, b"<html>Sorry</html>")
    elif fault == "loop":
        _send(handler, 302, {"Location": handler.path}, b"")
    elif fault == "empty":
        _send(handler, 200, {"Content-Type": "application/json"}, b"")
    elif fault == "bomb":
        _send(handler, 200, {"Content-Type": "application/json"}, b"[" * 200_000)
    else:
        raise ValueError(fault)


@contextmanager
def web_server(route: Route | None = None) -> Iterator[WebServer]:
    """A running server; `address` is its `http://` address."""
    web = WebServer() if route is None else WebServer(route)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            try:
                web.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_POST = do_GET  # noqa: N815  # the base's name

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's name
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
