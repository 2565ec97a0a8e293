"""One POST, and what its answer means to a sender."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Final

import httpcore
import httpx
from pydantic import AfterValidator, Field

from alerts.exchange import note
from alerts.guard import GuardedTransport
from alerts.masking import mask, mask_url
from alerts.options import Options, Words
from alerts.proxy import proxy_for
from alerts.safety import plain, shorten
from ingest.errors import SendFailed, SendRefused

READ_AT_MOST: Final = 16_384
_GONE: Final = 410


def _proxy(value: str) -> str:
    proxy_for("https", "", value)
    return value


class WebOptions(Options):
    """What every channel over HTTP may be told."""

    url: str = Field("", description="Where to send to (`url_env` where it holds a secret).")
    allow: Words = Field((), description="Hosts that may have private addresses, such as localhost.")
    timeout: float = Field(15.0, gt=0, le=120, description="Seconds that a whole exchange may take.")
    proxy: Annotated[str, AfterValidator(_proxy)] = Field(
        "", description="The way out: a proxy, `none`, or empty for what HTTPS_PROXY and NO_PROXY say."
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: its status and at most the first 16 KiB of its body."""

    status: int
    text: str


class Wire:
    """Sends to one endpoint. For one thread.

    Args:
        transport: the network; a guarded one in use, another in tests.
        now: aware UTC time, to understand a Retry-After that is a date.
        secrets: to be masked in whatever is said about failures.
    """

    def __init__(
        self,
        transport: httpx.BaseTransport,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        secrets: tuple[str, ...] = (),
    ) -> None:
        self._client = httpx.Client(transport=transport, follow_redirects=False, trust_env=False)
        self._now = now
        self._secrets = secrets

    def post(self, url: str, content: str, headers: Mapping[str, str], method: str = "POST") -> Reply:
        """Send UTF-8 text once.

        Raises:
            SendFailed: no answer, a redirect, or any status but 2xx and 410.
            SendRefused: 410.
        """
        request = self._client.build_request(method, url, content=content.encode("utf8"), headers=dict(headers))
        request.headers.setdefault("content-type", "application/json")
        request.headers["user-agent"] = "downchatter"
        try:
            answer = self._client.send(request, stream=True)
            try:
                text = _beginning(answer)
            finally:
                answer.close()
        except (httpx.HTTPError, httpcore.ConnectError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise self._failed(url, content, error) from error
        except (httpcore.ProtocolError, httpcore.ProxyError, ssl.SSLError, OSError) as error:
            raise self._failed(url, content, error) from error
        note(mask_url(url), self._masked(content), self._masked(f"{answer.status_code} {text}"))
        return self._judged(answer, text)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _judged(self, answer: httpx.Response, text: str) -> Reply:
        status = answer.status_code
        if answer.is_success:
            return Reply(status, text)
        said = shorten(plain(mask(text, self._secrets)), 100)
        words = f"{status} {said}".strip()
        if status == _GONE:
            raise SendRefused(f"the endpoint says that it is gone for good ({words})", status=words)
        if answer.is_redirect or 300 <= status < 400:
            raise SendFailed(
                "the endpoint redirects, which is not followed", status=f"{status} redirects are not followed"
            )
        raise SendFailed(f"the endpoint answered {words}", status=words, retry_after=self._retry_after(answer))

    def _retry_after(self, answer: httpx.Response) -> float | None:
        value = answer.headers.get("retry-after", "").strip()
        if value.isdigit() and len(value) < 10:
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self._now()).total_seconds())

    def _masked(self, text: str) -> str:
        for secret in filter(None, self._secrets):
            text = text.replace(secret, "…")
        return text

    def _failed(self, url: str, content: str, error: Exception) -> SendFailed:
        what = mask(plain(str(error)), self._secrets) or type(error).__name__
        note(mask_url(url), self._masked(content), what)
        kind = "timed out" if isinstance(error, (httpx.TimeoutException, httpcore.TimeoutException)) else "no answer"
        return SendFailed(f"{mask_url(url)}: {kind}: {what}", status=shorten(f"{kind}: {what}", 120))


def wire_for(options: WebOptions, secrets: tuple[str, ...] = ()) -> Wire:
    """A guarded wire as the options say."""
    return Wire(GuardedTransport(options.allow, options.timeout, proxy=options.proxy), secrets=(*secrets, options.url))


def _beginning(answer: httpx.Response) -> str:
    """What comes of the body. Its end is not waited for: with the status the endpoint has said what it did."""
    read = b""
    with suppress(httpx.HTTPError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError):
        for chunk in answer.iter_raw():
            read += chunk
            if len(read) >= READ_AT_MOST:
                break
    return read[:READ_AT_MOST].decode("utf8", "replace")
