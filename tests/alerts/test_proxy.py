"""Through a proxy: what is asked still may not be private, and what is allowed by name goes straight."""

from __future__ import annotations

import httpx
import pytest
from alert_samples import SECRET
from faulty_server import FaultyServer

from alerts.channels import load
from alerts.guard import GuardedTransport
from alerts.proxy import Proxy, proxy_for, read_proxy
from alerts.wire import Wire
from ingest.errors import SendFailed, UserError

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def unknown(host: str, port: int) -> list[str]:
    if host in ("127.0.0.1", "169.254.169.254"):
        return [host]
    raise OSError("unknown here")


def through(server: FaultyServer, login: str = "") -> str:
    return f"http://{login}127.0.0.1:{httpx.URL(server.url).port}"


def wire(proxy: str = "", allow: tuple[str, ...] = (), inside: bool = False) -> Wire:
    return Wire(GuardedTransport(allow, 2.0, (lambda host, port: ["127.0.0.1"]) if inside else unknown, proxy))


def test_the_environment_names_the_proxy_and_the_proxy_looks_the_name_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer() as server:
        monkeypatch.setenv("HTTP_PROXY", through(server))
        assert wire().post("http://hooks.example/hook", "{}", {}).status == 200
    assert [seen.path for seen in server.seen] == ["http://hooks.example/hook"]


def test_over_tls_a_tunnel_is_asked_for_and_the_proxys_refusal_is_told() -> None:
    with FaultyServer() as server, pytest.raises(SendFailed, match="501"):
        wire(through(server)).post("https://hooks.example/hook", "{}", {})
    assert server.seen == []


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:9/"])
def test_a_private_address_is_refused_before_the_proxy_is_asked(url: str) -> None:
    with FaultyServer() as server, pytest.raises(SendFailed, match="private address"):
        wire(through(server)).post(url, "{}", {})
    assert server.seen == []


def test_a_name_that_leads_inside_is_refused_before_the_proxy_is_asked() -> None:
    with FaultyServer() as server, pytest.raises(SendFailed, match="private address"):
        wire(through(server), inside=True).post("http://hooks.example/hook", "{}", {})
    assert server.seen == []


def test_a_proxy_does_not_open_its_own_address_to_others() -> None:
    with FaultyServer() as server, pytest.raises(SendFailed, match="private address"):
        wire(through(server)).post(server.url, "{}", {})
    assert server.seen == []


def test_what_is_allowed_by_name_goes_straight(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaultyServer() as proxy, FaultyServer() as server:
        monkeypatch.setenv("HTTP_PROXY", through(proxy))
        assert wire(allow=("127.0.0.1",)).post(server.url, "{}", {}).status == 200
    assert (len(proxy.seen), [seen.path for seen in server.seen]) == (0, ["/hook"])


@pytest.mark.parametrize(("no_proxy", "wanted"), [("hooks.example", ""), ("", "none"), (".example", ""), ("*", "")])
def test_it_can_be_left_aside(monkeypatch: pytest.MonkeyPatch, no_proxy: str, wanted: str) -> None:
    with FaultyServer() as server:
        monkeypatch.setenv("HTTP_PROXY", through(server))
        monkeypatch.setenv("NO_PROXY", no_proxy)
        with pytest.raises(SendFailed, match="cannot be looked up"):
            wire(wanted).post("http://hooks.example/hook", "{}", {})
    assert server.seen == []


def test_its_login_is_sent_to_it_and_is_in_no_message() -> None:
    with FaultyServer() as server:
        wire(through(server, "us%40er:pass@")).post("http://hooks.example/hook", "{}", {})
        assert server.seen[0].headers["proxy-authorization"] == "Basic dXNAZXI6cGFzcw=="
    with pytest.raises(SendFailed) as caught:
        wire("http://us:hunter2@127.0.0.1:9").post("http://hooks.example/hook", "{}", {})
    assert "hunter2" not in f"{caught.value} {caught.value.status}"


def test_how_proxies_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_proxy("proxy.example") == Proxy("http", "proxy.example", 3128)
    assert read_proxy("https://[::1]").url == "https://[::1]:443"
    monkeypatch.setenv("ALL_PROXY", "http://all.example:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://tls.example:2")
    asked = [proxy_for(scheme, "x.example") for scheme in ("http", "https")]
    assert [one.host for one in asked if one] == ["all.example", "tls.example"]
    assert proxy_for("https", "x.example", "none") is None


@pytest.mark.parametrize("proxy", ["socks5://user:hunter2@x", "http://x:port", "http://"])
def test_what_is_no_proxy_is_one_sentence_without_its_login(proxy: str) -> None:
    with pytest.raises(UserError, match="write it like http://proxy") as caught:
        load("webhook", {"url": "https://example.com/", "secret": SECRET, "proxy": proxy})
    assert "hunter2" not in str(caught.value)


def test_a_wrong_proxy_of_the_environment_fails_the_message_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://user:hunter2@x")
    with pytest.raises(SendFailed, match="no proxy over HTTP") as caught:
        wire().post("https://hooks.example/hook", "{}", {})
    assert "hunter2" not in str(caught.value)
