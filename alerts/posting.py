"""A channel that posts one JSON document per alert; most channels are this with a rendering of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from alerts.messages import JSON
from alerts.options import OptionsT, read_options
from alerts.safety import safe_url
from alerts.wire import WebOptions, Wire
from ingest.errors import UserError
from ingest.records import Delivery


class Posting:
    """Posts what `render` makes of a delivery.

    Args:
        url: the endpoint.
        wire: what posts.
        render: the document for a delivery; None if the channel has no use for such a message.
        headers: further headers.
    """

    def __init__(
        self,
        url: str,
        wire: Wire,
        render: Callable[[Delivery], JSON],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._url = url
        self._wire = wire
        self._render = render
        self._headers = dict(headers or {})

    def send(self, delivery: Delivery) -> str:
        """Post once; see `Channel.send`."""
        document = self._render(delivery)
        if document is None:
            return "not for this channel"
        return str(self._wire.post(self._url, compact(document), self._headers).status)


def compact(document: JSON) -> str:
    """JSON without blanks, all of it ASCII so that nothing on the way can misread it."""
    return json.dumps(document, separators=(",", ":"))


def read_web(model: type[OptionsT], options: Mapping[str, str], kind: str, default: str = "") -> tuple[OptionsT, str]:
    """The options of a channel over HTTP and the address to send to.

    Raises:
        UserError: an option is unknown, missing or wrong, or the address is none.
    """
    read = read_options(model, options, kind)
    url = read.url if isinstance(read, WebOptions) and read.url else default
    if not safe_url(url):
        raise UserError(f"channels ({kind}): url: this is no http(s) address; write it like https://example.com/hook")
    return read, url
