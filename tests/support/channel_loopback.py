"""Builds any channel so that it sends to the loopback, from the example that its module gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from faulty_server import Answer, FaultyServer
from mail_server import MailServer

from alerts.channels import Channel, load, names
from alerts.channels.console import Console
from ingest.records import Delivery


@dataclass
class Rig:
    """A channel and what arrived through it."""

    channel: Channel
    _mail: MailServer | None = None
    _web: FaultyServer | None = None
    _out: io.StringIO | None = None

    def arrived(self) -> list[bytes]:
        """Every document, mail or print so far, as bytes."""
        if self._mail is not None:
            return list(self._mail.mails)
        if self._web is not None:
            return [seen.body for seen in self._web.seen]
        assert self._out is not None
        return [self._out.getvalue().encode("utf8", "surrogatepass")]

    def send(self, delivery: Delivery) -> bytes:
        """Send, and return what arrived last."""
        self.channel.send(delivery)
        return self.arrived()[-1]


def example(kind: str) -> dict[str, str]:
    """The options that a channel's module gives as an example."""
    found: Any = import_module(f"alerts.channels.{kind}").EXAMPLE
    return dict(found)


def web_kinds() -> list[str]:
    """The channels that speak HTTP."""
    return [kind for kind in names() if _speaks_http(kind)]


@contextmanager
def rig(kind: str, answer: Answer | None = None, **more: str) -> Iterator[Rig]:
    """A channel of one kind that sends to a server of its own here."""
    if kind == "console":
        out = io.StringIO()
        yield Rig(Console(out), _out=out)
    elif _speaks_http(kind):
        with FaultyServer([answer or Answer()]) as web:
            yield Rig(load(kind, {**example(kind), **_addressed(kind, web.url), **more}), _web=web)
    else:
        with MailServer() as mail:
            local = {"host": "127.0.0.1", "port": str(mail.port), "security": "none", "allow": "127.0.0.1"}
            yield Rig(load(kind, {**example(kind), **local, **more}), _mail=mail)


def _speaks_http(kind: str) -> bool:
    return kind != "console" and "host" not in example(kind)


def _addressed(kind: str, url: str) -> dict[str, str]:
    given = example(kind).get("url", "https://")
    scheme = given.partition("://")[0]
    local = url if scheme in ("http", "https") else url.replace("http", scheme, 1)
    return {"url": local, "allow": "127.0.0.1"}
