"""The signed webhook, verified by the library that receivers use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alert_samples import OLD_SECRET, SECRET, row
from faulty_server import FaultyServer
from standardwebhooks import Webhook, WebhookVerificationError

from alerts.channels import load
from ingest.errors import SendFailed, UserError


def test_a_receiver_can_verify_it() -> None:
    delivery = row()
    with FaultyServer() as server:
        status = load("webhook", {"url": server.url, "secret": SECRET, "allow": "127.0.0.1"}).send(delivery)
    (seen,) = server.seen
    assert status == "200"
    assert seen.headers["webhook-id"] == delivery.id
    assert seen.body.decode() == delivery.body
    assert Webhook(SECRET).verify(seen.body, seen.headers)["type"] == "incident.confirmed"
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD_SECRET).verify(seen.body, seen.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(seen.body + b" ", seen.headers)


def test_while_a_secret_is_changed_both_verify() -> None:
    with FaultyServer() as server:
        options = {"url": server.url, "secret": f"{SECRET} {OLD_SECRET}", "allow": "127.0.0.1"}
        load("webhook", options).send(row())
    for secret in (SECRET, OLD_SECRET):
        assert Webhook(secret).verify(server.seen[0].body, server.seen[0].headers)


def test_each_attempt_is_stamped_with_its_own_time() -> None:
    from alerts.channels.webhook import build

    at = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    channel = build({"url": "https://example.com/hook", "secret": SECRET}, now=lambda: at)
    assert channel.headers("msg_1", "{}")["webhook-timestamp"] == str(int(at.timestamp()))


def test_a_private_address_is_refused_unless_allowed_by_name() -> None:
    with FaultyServer() as server, pytest.raises(SendFailed, match="private address") as caught:
        load("webhook", {"url": server.url, "secret": SECRET}).send(row())
    assert server.seen == []
    assert "allow" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "https://example.com/"}, "'secret' is needed"),
        ({"url": "https://example.com/", "secret": "whsec_c2hvcnQ="}, "24 to 64 bytes"),
        ({"url": "https://example.com/", "secret": "not base64!"}, "base64"),
        ({"url": "https://example.com/", "secret": ""}, "openssl rand"),
        ({"url": "ftp://example.com/", "secret": SECRET}, "no http"),
        ({"url": "https://user:pw@example.com/", "secret": SECRET}, "no http"),
        ({"urll": "https://example.com/", "secret": SECRET}, "did you mean 'url'"),
    ],
)
def test_wrong_options_are_one_sentence_without_the_secret(options: dict[str, str], words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        load("webhook", options)
    assert "\n" not in str(caught.value)
    assert "c2hvcnQ" not in str(caught.value)
