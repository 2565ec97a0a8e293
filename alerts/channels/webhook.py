"""A signed webhook: Standard Webhooks 1.0, whose libraries verify it in most languages. See docs/webhooks.md.

Each attempt carries `webhook-id` (the same at every attempt: drop repeats by it), `webhook-timestamp` (of the attempt)
and `webhook-signature` over ``id.timestamp.body``. While a secret is being changed the message is signed with both.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from standardwebhooks import Webhook

from alerts.options import Words, read_options
from alerts.safety import safe_url
from alerts.wire import WebOptions, Wire, wire_for
from ingest.errors import UserError
from ingest.records import Delivery

_SHORTEST: Final = 24
_LONGEST: Final = 64
EXAMPLE: Final = {"url": "https://example.com/hook", "secret": "whsec_ZXhhbXBsZS1zZWNyZXQtZXhhbXBsZS1zZWNyZXQ="}
"""What the settings may say."""


def _secrets(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
        except binascii.Error as error:
            raise ValueError("a secret is base64 of 24 to 64 random bytes, with or without whsec_ before it") from error
        if not _SHORTEST <= len(key) <= _LONGEST:
            raise ValueError(f"a secret holds 24 to 64 bytes, this one {len(key)}")
    if not values:
        raise ValueError("a secret is needed: `openssl rand -base64 32` makes one")
    return values


class WebhookOptions(WebOptions):
    """Where to and with which secret."""

    secret: Annotated[Words, AfterValidator(_secrets)] = Field(
        description="The signing secret (`secret_env` names its variable); two with a blank between while changing it."
    )


class SignedWebhook:
    """Posts the body as it is, signed.

    Args:
        url: the endpoint.
        secrets: as shared with the receiver; the newest first.
        wire: what posts.
        now: aware UTC time.
    """

    def __init__(self, url: str, secrets: tuple[str, ...], wire: Wire, now: Callable[[], datetime]) -> None:
        self._url = url
        self._signers = [Webhook(secret) for secret in secrets]
        self._wire = wire
        self._now = now

    def send(self, delivery: Delivery) -> str:
        """Post once; see `Channel.send`."""
        headers = self.headers(delivery.id, delivery.body)
        return str(self._wire.post(self._url, delivery.body, headers).status)

    def headers(self, message: str, body: str) -> dict[str, str]:
        """The headers of one attempt now."""
        now = self._now().astimezone(UTC)
        signatures = " ".join(signer.sign(message, now, body) for signer in self._signers)
        return {
            "webhook-id": message,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signatures,
        }


def build(options: Mapping[str, str], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> SignedWebhook:
    """A signed webhook.

    Raises:
        UserError: the URL or the secret is missing or wrong.
    """
    read = read_options(WebhookOptions, options, "webhook")
    if not safe_url(read.url):
        raise UserError("channels (webhook): url: this is no http(s) address; write it like https://example.com/hook")
    return SignedWebhook(read.url, read.secret, wire_for(read, read.secret), now)
