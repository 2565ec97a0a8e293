"""Mail over SMTP, as plain text. One thread per incident; repeats share a Message-ID.

Source: RFC 5322 (Message-ID, References), RFC 3834 (Auto-Submitted).
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from threading import Timer
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from alerts.brief import brief
from alerts.exchange import note
from alerts.guard import Resolve, public, resolve
from alerts.masking import mask
from alerts.messages import digest
from alerts.options import Options, Words, read_options
from alerts.plaintext import text
from alerts.safety import plain, shorten
from ingest.errors import SendFailed
from ingest.records import Delivery

EXAMPLE: Final = {"host": "mail.example.com", "sender": "alerts@example.com", "to": "oncall@example.com"}
"""What the settings may say."""


def _address(value: str) -> str:
    if value != plain(value) or value.count("@") != 1:
        raise ValueError("this is no mail address")
    return Address(addr_spec=value).addr_spec


def _addresses(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("at least one address is needed")
    return tuple(_address(value) for value in values)


class EmailOptions(Options):
    """Which server, from whom and to whom."""

    host: str = Field(min_length=1, description="The mail server.")
    port: int = Field(587, ge=1, le=65535, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the connection is kept private.")
    user: str = Field("", description="The name to log in with; empty does not log in.")
    password: str = Field("", description="The password, from the environment (`password_env`).")
    sender: Annotated[str, AfterValidator(_address)] = Field(description="The address that mail comes from.")
    to: Annotated[Words, AfterValidator(_addresses)] = Field(description="The addresses that mail goes to.")
    allow: Words = Field((), description="Hosts that may have private addresses, such as a mail server nearby.")
    timeout: float = Field(30.0, gt=0, le=300, description="Seconds that all of it may take.")


class Email:
    """Sends mail. The server's address is judged, then connected to as judged."""

    def __init__(
        self,
        options: EmailOptions,
        lookup: Resolve = resolve,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._options = options
        self._lookup = lookup
        self._now = now

    def send(self, delivery: Delivery) -> str:
        """Send once; see `Channel.send`."""
        mail = render(delivery, self._options.sender, self._options.to, self._now())
        with _Deadline(self._options.timeout) as deadline:
            try:
                refused = self._hand_over(mail, deadline)
            except (smtplib.SMTPException, OSError) as error:
                why = "timed out: " if deadline.passed else ""
                words = mask(
                    plain(f"{why}{type(error).__name__}: {error}"), (self._options.password, self._options.user)
                )
                raise SendFailed(f"mail was not taken: {words}", status=shorten(words, 120)) from error
        return f"250, but {len(refused)} of {len(self._options.to)} addresses were refused" if refused else "250"

    def _hand_over(self, mail: EmailMessage, deadline: _Deadline) -> Mapping[str, object]:
        """Give the mail to the server; returns the addresses that it refused."""
        with self._connect(self._judged(), deadline) as server:
            if self._options.user:
                server.login(self._options.user, self._options.password)
            refused = server.send_message(mail, self._options.sender, list(self._options.to))
            note(f"{self._options.host}:{self._options.port}", mail.as_string(), f"refused: {refused}")
        return refused

    def _judged(self) -> str:
        host = self._options.host
        addresses = self._lookup(host, self._options.port)
        if host.lower() not in self._options.allow:
            for address in addresses:
                if not public(address):
                    raise OSError(f"{host} has the private address {address}; name it under `allow` if that is meant")
        return addresses[0]

    def _connect(self, address: str, deadline: _Deadline) -> smtplib.SMTP:
        options = self._options
        context = ssl.create_default_context()
        if options.security == "tls":
            return _PinnedTls(address, options.host, options.port, deadline, context)
        server = _Pinned(address, options.host, options.port, deadline)
        if options.security == "starttls":
            server.starttls(context=context)
        return server


class _Deadline:
    """Cuts the connection when the time is up, whatever is being waited for: a server that says a byte now and then
    would never meet the time-out of a single step.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._held: socket.socket | None = None
        self._timer = Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        if self._held is not None:
            self._held.close()

    def holds(self, connection: socket.socket) -> None:
        """Take note of a connection, which may be wrapped in TLS later."""
        self._held = connection.dup()

    def _cut(self) -> None:
        self.passed = True
        with suppress(OSError):
            if self._held is not None:
                self._held.shutdown(socket.SHUT_RDWR)


class _Pinned(smtplib.SMTP):
    """Connects to an address; the certificate is still verified for the name."""

    def __init__(self, address: str, host: str, port: int, deadline: _Deadline) -> None:
        self._address = address
        self._deadline = deadline
        super().__init__(host, port, timeout=deadline.seconds)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002  # as smtplib calls it
        connection = socket.create_connection((self._address, port), timeout)
        self._deadline.holds(connection)
        return connection


class _PinnedTls(smtplib.SMTP_SSL, _Pinned):
    """The same with TLS from the first byte: SMTP_SSL wraps the socket that the next class in line opens."""

    def __init__(self, address: str, host: str, port: int, deadline: _Deadline, context: ssl.SSLContext) -> None:
        self._address = address
        self._deadline = deadline
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=deadline.seconds, context=context)


def render(delivery: Delivery, sender: str, to: tuple[str, ...], now: datetime) -> EmailMessage:
    """The mail for a delivery."""
    told = brief(delivery.body)
    domain = sender.partition("@")[2]
    mail = EmailMessage()
    mail["From"] = Address("Downchatter", addr_spec=sender)
    mail["To"] = ", ".join(to)
    mail["Subject"] = shorten(told.title, 150)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{delivery.id}@{domain}>"
    if delivery.incident:
        mail["References"] = f"<thread-{digest([delivery.incident])}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text(told), charset="utf-8")
    return mail


def build(options: Mapping[str, str]) -> Email:
    """A mail channel.

    Raises:
        UserError: the server or an address is missing or wrong.
    """
    return Email(read_options(EmailOptions, options, "email"))
