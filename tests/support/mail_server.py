"""A mail server on the loopback that keeps what it is given."""

from __future__ import annotations

import socketserver
import ssl
import threading
from types import TracebackType


class _Quiet(socketserver.ThreadingTCPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


class MailServer:
    """Speaks as much SMTP as a client needs. `refuses` answers 451 to every mail; `tls` speaks TLS from the first byte,
    or after STARTTLS if `starttls`.
    """

    def __init__(
        self, refuses: bool = False, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
    ) -> None:
        self.starttls = starttls
        self.mails: list[bytes] = []
        self.refuses = refuses
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._serve(self)

        self._server = _Quiet(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        return int(self._server.server_address[1])

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _serve(self, peer: socketserver.StreamRequestHandler) -> None:
        peer.wfile.write(b"220 loopback\r\n")
        for line in iter(peer.rfile.readline, b""):
            word = line[:4].upper()
            if word == b"DATA" and not self.refuses:
                peer.wfile.write(b"354 go on\r\n")
                self.mails.append(_until_dot(peer))
            if word == b"EHLO" and self.starttls:
                peer.wfile.write(b"250-loopback\r\n250 STARTTLS\r\n")
                continue
            if word == b"STAR" and self.starttls:
                peer.wfile.write(b"220 go on\r\n")
                self.starttls.wrap_socket(peer.connection, server_side=True).close()
                return
            if word == b"QUIT":
                peer.wfile.write(b"221 bye\r\n")
                return
            peer.wfile.write(b"451 not now\r\n" if word == b"DATA" and self.refuses else b"250 fine\r\n")


def _until_dot(peer: socketserver.StreamRequestHandler) -> bytes:
    lines = iter(peer.rfile.readline, b".\r\n")
    return b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
