"""Mail: threads, refusals, certificates, private servers."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from time import monotonic

import pytest
from alert_samples import row, story
from certificates import self_signed
from channel_loopback import example
from mail_server import MailServer

from alerts.channels import load
from alerts.channels.email import Email, EmailOptions
from ingest.errors import SendFailed, UserError


def options(server: MailServer, **more: str) -> dict[str, str]:
    local = {"host": "127.0.0.1", "port": str(server.port), "security": "none", "allow": "127.0.0.1"}
    return {**example("email"), **local, **more}


def test_an_incident_is_one_thread_and_a_repeat_has_the_same_id() -> None:
    with MailServer() as server:
        channel = load("email", options(server))
        for delivery in [*story(), story()[0]]:
            channel.send(delivery)
        mails = [message_from_bytes(mail, policy=policy.default) for mail in server.mails]
    assert len({mail["References"] for mail in mails}) == 1
    assert len({mail["Message-ID"] for mail in mails}) == 4
    assert mails[0]["Message-ID"] == mails[4]["Message-ID"]


def test_a_refusal_is_a_failure() -> None:
    with MailServer(refuses=True) as server, pytest.raises(SendFailed) as caught:
        load("email", options(server)).send(row())
    assert "451" in caught.value.status


def test_a_private_server_is_refused_unless_allowed() -> None:
    with MailServer() as server, pytest.raises(SendFailed, match="private address"):
        load("email", options(server, allow="")).send(row())
    assert server.mails == []


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_certificate_is_verified_for_the_name(tmp_path: Path, security: str) -> None:
    context = self_signed(tmp_path, "mail.example.com")
    with MailServer(tls=context) if security == "tls" else MailServer(starttls=context) as server:
        read = EmailOptions.model_validate(
            {**options(server), "host": "mail.example.com", "allow": "mail.example.com", "security": security}
        )
        channel = Email(read, lambda host, port: ["127.0.0.1"])
        with pytest.raises(SendFailed) as caught:
            channel.send(row())
    assert "certificate" in caught.value.status.lower()
    assert server.mails == []


@pytest.mark.parametrize("to", ["", "nobody", "a@b@c", "a@example.com\nBcc: b@example.com", "x <a@example.com>"])
def test_an_address_that_is_none(to: str) -> None:
    with pytest.raises(UserError, match="to"):
        load("email", {**example("email"), "to": to})


def _drips(listening: socket.socket, stop: threading.Event) -> None:
    connection, _ = listening.accept()
    with connection, suppress(OSError):
        while not stop.wait(0.02):
            connection.sendall(b"220-not yet\r\n")


@pytest.mark.parametrize("kind", ["email", "apprise"])
def test_a_server_that_never_comes_to_the_point_is_given_up_in_time(kind: str) -> None:
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        server = threading.Thread(target=_drips, args=(listening, stop), daemon=True)
        server.start()
        given = {"host": "127.0.0.1", "port": str(port), "security": "none", "allow": "127.0.0.1", "timeout": "0.4"}
        if kind == "apprise":
            url = f"mailto://u:p@127.0.0.1:{port}/?to=a@example.com&smtp=127.0.0.1&from=b@example.com&mode=insecure"
            given = {"url": url, "allow": "127.0.0.1", "timeout": "0.4"}
        channel = load(kind, {**example(kind), **given})
        began = monotonic()
        try:
            with pytest.raises(SendFailed, match="timed out") as caught:
                channel.send(row())
            took = monotonic() - began
        finally:
            stop.set()
            server.join()
    assert took < 30
    assert caught.value.status.startswith("timed out")
