"""Everything else, through Apprise: mail, ntfy, Telegram, Matrix, SMS and a hundred more by one address each.

Sent as plain text in which mentions and links are broken, for what the service makes of text we do not know. One
address a channel: with several, a failure of one would repeat the others. PagerDuty, Slack, Discord and Teams have
channels of their own.

Source: Apprise documentation, "Supported Notifications".
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Final

import apprise
from apprise.result import AppriseResultStatus
from pydantic import Field

from alerts.brief import brief, defanged
from alerts.guard import Resolve, public, resolve
from alerts.masking import mask
from alerts.options import Options, Words, read_options
from alerts.plaintext import text
from alerts.safety import plain, shorten
from ingest.errors import SendFailed, UserError
from ingest.records import Delivery

EXAMPLE: Final = {"url": "json://example.com/hook"}
"""What the settings may say."""

_OURS: Final = {
    "pagerduty": "pagerduty",
    "slack": "slack",
    "discord": "discord",
    "msteams": "teams",
    "workflow": "teams",
    "workflows": "teams",
}
_KINDS: Final = {
    "minor": apprise.NotifyType.WARNING,
    "major": apprise.NotifyType.FAILURE,
    "critical": apprise.NotifyType.FAILURE,
}


class AppriseOptions(Options):
    """Where to."""

    url: str = Field(min_length=1, description="One Apprise address, from the environment (`url_env`).")
    allow: Words = Field((), description="Hosts that may have private addresses, such as a mail server.")
    timeout: float = Field(30.0, gt=0, le=300, description="Seconds that sending may take.")


class AppriseChannel:
    """Sends through one Apprise service. The service's host is judged before each send, and redirects are off."""

    def __init__(self, service: apprise.NotifyBase, options: AppriseOptions, lookup: Resolve = resolve) -> None:
        self._service = service
        self._options = options
        self._lookup = lookup

    def send(self, delivery: Delivery) -> str:
        """Send once; see `Channel.send`."""
        self._judge()
        told = defanged(brief(delivery.body))
        kind = apprise.NotifyType.SUCCESS if told.over else _KINDS.get(told.severity, apprise.NotifyType.INFO)
        sender = apprise.Apprise(asset=self._service.asset)
        sender.add(self._service)
        with apprise.LogCapture(level=apprise.logging.WARNING) as said:  # type: ignore[no-untyped-call]
            taken = sender.notify(
                title=shorten(told.title, 200),
                body=text(told),
                notify_type=kind,
                body_format=apprise.NotifyFormat.TEXT,
                interpret_escapes=False,
                timeout=self._options.timeout,
            )
            words = mask(plain(said.getvalue()), (self._options.url,))
        if not taken:
            late = taken.status == AppriseResultStatus.TIMEOUT
            words = f"timed out: no end within {self._options.timeout:g} s" if late else words
            raise SendFailed(
                words or "Apprise could not send it", status=shorten(words or "Apprise could not send it", 120)
            )
        return "sent"

    def _judge(self) -> None:
        host = str(getattr(self._service, "smtp_host", "") or self._service.host or "").lower()
        forms: tuple[str, ...] = self._service.templates
        if host in self._options.allow or not any("{host}" in form for form in forms):
            return  # where an address names no host, what stands in its place is a token and is not to be looked up
        try:
            addresses = self._lookup(host, int(self._service.port or 0))
        except OSError:
            return
        for address in addresses:
            if not public(address):
                raise SendFailed(
                    f"{host} has the private address {address}; name it under `allow` if that is meant",
                    status=f"refused: private address {address}",
                )


def build(options: Mapping[str, str]) -> AppriseChannel:
    """A channel through Apprise.

    Raises:
        UserError: the address is none that Apprise knows, or one for which there is a better channel here.
    """
    read = read_options(AppriseOptions, options, "apprise")
    scheme = read.url.partition("://")[0].lower()
    if scheme in _OURS:
        raise UserError(f"channels (apprise): use kind = {_OURS[scheme]!r} for {scheme}://, which does more there")
    asset = apprise.AppriseAsset(
        async_mode=False, http_redirects=False, storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its mail plug-in imports what Python 3.11 deprecates
        service = apprise.Apprise.instantiate(read.url, asset=asset, suppress_exceptions=True)
    if not isinstance(service, apprise.NotifyBase):
        raise UserError(
            f"channels (apprise): {scheme}://… is no address that Apprise understands; see its list of services"
        )
    return AppriseChannel(service, read)
