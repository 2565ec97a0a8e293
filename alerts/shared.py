"""Remembers which incidents were told together in one message, so that their ends can be told to fit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from alerts.events import OPENING, RESOLVED
from alerts.messages import encode
from ingest.records import Delivery

_NOTE: Final = re.compile(r"\(told together in (msg_[0-9a-f]+)\)")


def note(parcel: Delivery) -> str:
    """What the status of a row says if it was told in a message with others; `Shared.recall` reads it again."""
    return f" (told together in {parcel.id})"


def kin(rows: Sequence[Delivery], first: Delivery) -> list[Delivery]:
    """Those of `rows` whose incidents are part of the same shared story as that of `first`, which is among them."""
    story = _story(first)
    return [row for row in rows if _story(row) == story] if story else []


def _story(row: Delivery) -> str:
    told = json.loads(row.body)["data"].get("story") if '"story":' in row.body else None
    return str(told["id"]) if told else ""


class Shared:
    """Messages that opened several incidents, and which of those are still open."""

    def __init__(self) -> None:
        self._message: dict[str, str] = {}
        self._open: dict[str, set[str]] = {}

    def told(self, message: str, rows: Iterable[Delivery]) -> None:
        """`message` stood for `rows`."""
        for row in rows:
            if row.event in OPENING and row.incident:
                self._message[row.incident] = message
                self._open.setdefault(message, set()).add(row.incident)

    def sent(self, row: Delivery) -> None:
        """A row was sent; if it ended an incident, that is open no longer."""
        if row.event == RESOLVED:
            message = self._message.pop(row.incident, "")
            left = self._open.get(message, set()) - {row.incident}
            if message and left:
                self._open[message] = left
            else:
                self._open.pop(message, None)

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Learn from rows that were sent before this process began."""
        for row in sorted(rows, key=lambda row: row.created_at):
            found = _NOTE.search(row.last_status)
            if found:
                self.told(found[1], [row])
            self.sent(row)

    def marked(self, row: Delivery) -> Delivery:
        """`row`, with a word on the message that it was first told in and how many others of that are still open
        (`data.shared`), if there was one.
        """
        message = self._message.get(row.incident)
        if message is None:
            return row
        body = json.loads(row.body)
        body["data"]["shared"] = {"id": message, "left": len(self._open[message] - {row.incident})}
        return replace(row, body=encode(body))
