"""Does what people ask of the alerts while the writer runs: send one again, try a channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from alerts.retry import anew
from alerts.sender import Sender
from alerts.trial import examples
from downchatter.flow import Flow
from ingest.records import Delivery, Note


class Asked:
    """Writes down what is to be sent, then hands it to the sender.

    Args:
        flow: the database's one writer.
        sender: its channels are those of the settings.
        page: address of the dashboard.
        clock: aware UTC time.
    """

    def __init__(self, flow: Flow, sender: Sender, page: str, clock: Callable[[], datetime]) -> None:
        self._flow = flow
        self._sender = sender
        self._page = page
        self._clock = clock

    def do(self, notes: Sequence[Note]) -> list[str]:
        """Do what each note asks for. Returns a sentence on each that cannot be done."""
        return [said for note in notes if (said := self._done(note))]

    def _done(self, note: Note) -> str:
        return self._redeliver(note.text) if note.kind == "redeliver" else self._try(note)

    def _redeliver(self, identity: str) -> str:
        found = self._flow.store.all(Delivery, "id = ?", [identity])
        if not found:
            return f"alert {identity} cannot be sent again: there is none of that id"
        (row,) = found
        if row.state == "recorded" or not row.body:
            return f"alert {identity} cannot be sent again: {row.last_status or 'its words are no longer kept'}"
        self._send([anew(row, self._clock())])
        return ""

    def _try(self, note: Note) -> str:
        known = [one.channel for one in self._sender.health()]
        if note.text not in known:
            return f"channel {note.text!r} cannot be tried: there is none of that name"
        rows = examples(note.text, self._clock(), self._page, key=note.id)
        self._flow.write(rows)
        self._send([row for row in rows if self._waits(row)])
        return ""

    def _waits(self, row: Delivery) -> bool:
        return bool(self._flow.store.all(Delivery, "id = ? and state = 'pending'", [row.id]))

    def _send(self, rows: Sequence[Delivery]) -> None:
        self._flow.update(rows)
        self._sender.again(rows)
