"""Private addresses are refused, also behind names, wrapped, or after a second look-up."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from certificates import self_signed
from faulty_server import Answer, FaultyServer

from alerts.guard import GuardedTransport, public
from alerts.wire import Wire
from ingest.errors import SendFailed


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_private_addresses(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"])
def test_public_addresses(address: str) -> None:
    assert public(address)


def wire(addresses: list[str], allow: tuple[str, ...] = ()) -> Wire:
    return Wire(GuardedTransport(allow, 1.0, lambda host, port: addresses))


def test_a_name_that_leads_inside_is_refused_and_nothing_is_sent() -> None:
    with FaultyServer() as server:
        port = httpx.URL(server.url).port
        with pytest.raises(SendFailed, match="private address"):
            wire(["127.0.0.1"]).post(f"http://hooks.example:{port}/", "{}", {})
        assert server.seen == []


def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(SendFailed, match="private address"):
        wire(["1.1.1.1", "10.0.0.1"]).post("http://hooks.example/", "{}", {})


def test_the_name_is_looked_up_once_and_the_host_header_keeps_it() -> None:
    asked: list[str] = []

    def lookup(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with FaultyServer() as server:
        port = httpx.URL(server.url).port
        Wire(GuardedTransport(("hooks.example",), 2.0, lookup)).post(f"http://hooks.example:{port}/", "{}", {})
        assert server.seen[0].headers["host"] == f"hooks.example:{port}"
    assert asked == ["hooks.example"]


def test_spellings_of_loopback_are_seen_through() -> None:
    for host in ("127.1", "2130706433", "0x7f.1", "localhost", "[::1]"):
        with pytest.raises(SendFailed):
            Wire(GuardedTransport((), 1.0)).post(f"http://{host}:9/", "{}", {})


def test_a_redirect_inside_is_not_followed() -> None:
    with FaultyServer() as inside, FaultyServer([Answer(302, {"Location": inside.url})]) as outside:
        with pytest.raises(SendFailed) as caught:
            wire(["127.0.0.1"], ("127.0.0.1",)).post(outside.url, "{}", {})
        assert inside.seen == []
    assert caught.value.status == "302 redirects are not followed"


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path) -> None:
    context = self_signed(tmp_path, "hooks.example")
    with FaultyServer(tls=context) as server:
        port = httpx.URL(server.url).port
        with pytest.raises(SendFailed, match=r"(?i)certificate"):
            wire(["127.0.0.1"], ("hooks.example",)).post(f"https://hooks.example:{port}/", "{}", {})
        assert server.seen == []


def test_retry_after_may_be_a_date() -> None:
    date = Answer(503, {"Retry-After": "Wed, 31 Dec 2098 23:59:59 GMT"})
    with FaultyServer([date]) as server, pytest.raises(SendFailed) as caught:
        wire(["127.0.0.1"], ("127.0.0.1",)).post(server.url, "{}", {})
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > 1e9


@pytest.mark.parametrize("value", ["soon", "-5", "", "99999999999999999999", "Thu, 99 Foo"])
def test_a_retry_after_without_sense_is_none(value: str) -> None:
    with FaultyServer([Answer(503, {"Retry-After": value})]) as server, pytest.raises(SendFailed) as caught:
        wire(["127.0.0.1"], ("127.0.0.1",)).post(server.url, "{}", {})
    assert caught.value.retry_after is None
