"""Channels, one file each. The file's name is the channel's kind; only the one asked for is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol, runtime_checkable

from ingest.records import Delivery


class Channel(Protocol):
    """One place to which alerts go.

    A channel may further have `one_by_one`, a frozen set of events that are never told together with others because
    each must name what it is about; and be `Recalling`. Its module has `EXAMPLE`, options that `build` accepts.
    """

    def send(self, delivery: Delivery) -> str:
        """Send once and return the receiver's status in a few words ("200", "printed").

        Raises:
            SendFailed: it may pass; the sender retries on its schedule.
            SendRefused: it will not pass; the sender gives up and tells a person.
        """
        ...


@runtime_checkable
class Recalling(Protocol):
    """A channel that wants to know at start what was sent before."""

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Take note of rows that were sent, in any order."""
        ...


def names() -> list[str]:
    """The kinds of channel that exist, by file name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def load(kind: str, options: Mapping[str, str]) -> Channel:
    """A ready channel: each file has a function `build(options) -> Channel`. Secrets are among the options, read from
    the environment by the settings.

    Raises:
        KeyError: no file of that name is here.
        UserError: an option is missing or wrong.
    """
    if kind not in names():
        raise KeyError(kind)
    channel: Channel = import_module(f"{__name__}.{kind}").build(options)
    return channel
