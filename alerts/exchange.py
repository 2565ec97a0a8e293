"""What went over the wire, for a person who tries a channel: `downchatter alerts test` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, without secrets: `to` is masked, and no headers are kept."""

    to: str
    sent: str
    answered: str


_HEARD: Final[ContextVar[list[Exchange] | None]] = ContextVar("exchanges", default=None)


def note(to: str, sent: str, answered: str) -> None:
    """Keep an exchange if someone listens in this thread."""
    heard = _HEARD.get()
    if heard is not None:
        heard.append(Exchange(to, sent, answered))


@contextmanager
def listening() -> Iterator[list[Exchange]]:
    """Collects the exchanges of the sends made inside, in this thread."""
    heard: list[Exchange] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)
