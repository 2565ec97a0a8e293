"""Ends what runs until it is told to."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event


@contextmanager
def stopping() -> Iterator[Event]:
    """An event that SIGINT and SIGTERM set."""
    stop = Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leave_quickly() -> None:
    """Let the process end without searching all that it holds for rubbish, which takes seconds on a busy machine."""
    gc.freeze()
