"""Keeps a URL from the settings from reaching into the private network: server-side request forgery.

The name is looked up once, every address is judged, and the connection is made to the address that was judged, so that
a second look-up cannot give another. Redirects are never followed. A whole exchange has one deadline: an endpoint
that answers a byte a second is given up like one that does not answer.

Through a proxy the name is judged here all the same, as far as it can be looked up here; the proxy then looks it up for
itself. Hosts that are allowed by name are never asked through a proxy.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import typing
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Thread
from time import monotonic
from typing import Any, Final

import httpcore
import httpx

from alerts.proxy import Proxy, proxy_for

Resolve = Callable[[str, int], list[str]]

LOOKUP: Final = 10.0
"""Seconds that looking a name up may take."""

_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class Refused(httpcore.ConnectError):
    """An address that is private, and not allowed by name."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host.

    Raises:
        OSError: it has none, or nobody answers within `LOOKUP` seconds.
    """
    answers: list[list[str] | OSError] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.append(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except OSError as error:
            answers.append(error)

    asking = Thread(target=ask, name=f"look up {host}", daemon=True)  # a look-up cannot be broken off, only left alone
    asking.start()
    asking.join(LOOKUP)
    if not answers:
        raise OSError(f"no answer within {LOOKUP:.0f} s")
    if isinstance(answers[0], OSError):
        raise answers[0]
    return answers[0]


def public(address: str) -> bool:
    """Whether an address is on the open internet: not private, loop-back, link-local, multicast or reserved, also where
    an IPv4 address is wrapped in IPv6.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.ip_address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return public(str(inner))
    return ip.is_global and not ip.is_multicast


def judge(host: str, addresses: Iterable[str]) -> None:
    """Refuse a host that has a private address.

    Raises:
        Refused: it has one.
    """
    for address in addresses:
        if not public(address):
            raise Refused(
                f"{host} leads to the private address {address}; if that is meant, name the host under `allow`"
            )


class GuardedBackend(httpcore.NetworkBackend):
    """Opens connections only to public addresses, and to hosts that are allowed by name.

    Args:
        allow: hosts (as written in the URL) whose private addresses are fine.
        lookup: gives the addresses of a host.
    """

    def __init__(self, allow: Iterable[str] = (), lookup: Resolve = resolve) -> None:
        self._allow = frozenset(host.lower() for host in allow)
        self._lookup = lookup
        self._inner = httpcore.SyncBackend()
        self.deadline = float("inf")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of the judged addresses that answers."""
        try:
            addresses = self._lookup(host, port)
        except OSError as error:
            raise httpcore.ConnectError(f"the name {host} cannot be looked up: {error}") from error
        if not self.allows(host):
            judge(host, addresses)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                left = _left(self.deadline, timeout)
                stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Timed(stream, self)
        raise failure

    def allows(self, host: str) -> bool:
        """Whether a host may have private addresses."""
        return host.lower() in self._allow

    def sleep(self, seconds: float) -> None:
        """Not used: retries are the sender's."""
        self._inner.sleep(seconds)


class _Timed(httpcore.NetworkStream):
    """A stream whose every wait ends at its backend's deadline."""

    def __init__(self, inner: httpcore.NetworkStream, backend: GuardedBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._backend.deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._backend.deadline, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._backend.deadline, timeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._backend)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport over `GuardedBackend`; for one thread. Alerts are rare, so no connection is kept.

    Args:
        allow: hosts whose private addresses are fine.
        seconds: that a whole exchange may take.
        lookup: gives the addresses of a host.
        proxy: as `alerts.proxy.proxy_for` takes it.
    """

    def __init__(
        self, allow: Iterable[str] = (), seconds: float = 15.0, lookup: Resolve = resolve, proxy: str = ""
    ) -> None:
        self._lookup = lookup
        self._backend = GuardedBackend(allow, lookup)
        self._seconds = seconds
        self._wanted = proxy
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), network_backend=self._backend, max_keepalive_connections=0
        )
        self._proxied: dict[Proxy, tuple[GuardedBackend, httpcore.HTTPProxy]] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the whole exchange, body included, ends within the seconds given."""
        url = request.url
        inner = httpcore.Request(
            method=request.method,
            url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        answer = self._way(url).handle_request(inner)
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer.stream), extensions=answer.extensions
        )

    def close(self) -> None:
        """Close all connections."""
        for pool in (self._pool, *(pool for _, pool in self._proxied.values())):
            pool.close()

    def _way(self, url: httpx.URL) -> httpcore.ConnectionPool:
        """The connections by which an address is asked, with their deadline set."""
        ends = monotonic() + self._seconds
        try:
            proxy = None if self._backend.allows(url.host) else proxy_for(url.scheme, url.host, self._wanted)
        except ValueError as error:
            raise httpcore.ProxyError(str(error)) from error
        if proxy is None:
            self._backend.deadline = ends
            return self._pool
        self._judge(url)
        backend, pool = self._proxied.setdefault(proxy, self._through(proxy))
        backend.deadline = ends
        return pool

    def _judge(self, url: httpx.URL) -> None:
        try:
            addresses = self._lookup(url.host, url.port or 0)
        except OSError:
            return  # behind a proxy many names cannot be looked up; whether this one may be reached is up to it
        judge(url.host, addresses)

    def _through(self, proxy: Proxy) -> tuple[GuardedBackend, httpcore.HTTPProxy]:
        backend = GuardedBackend((proxy.host,), self._lookup)
        pool = httpcore.HTTPProxy(
            proxy_url=proxy.url,
            proxy_auth=proxy.login,
            ssl_context=_trust(),
            proxy_ssl_context=_trust() if proxy.scheme == "https" else None,
            network_backend=backend,
            max_keepalive_connections=0,
        )
        return backend, pool


class _Body(httpx.SyncByteStream):
    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        yield from self._inner

    def close(self) -> None:
        self._inner.close()


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(deadline: float, timeout: float | None) -> float | None:
    left = max(0.001, deadline - monotonic())
    if left == float("inf"):
        return timeout
    if left <= 0.001:
        raise httpcore.ReadTimeout("it took too long")
    return left if timeout is None else min(left, timeout)
