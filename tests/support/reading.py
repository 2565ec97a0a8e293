"""Reads a source in a test until it is enough, and never hangs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ingest.collectors import Collector
from ingest.records import Item, Mark

Enough = Callable[[list[Item]], bool]


def take(source: Collector, cursor: str, enough: Enough, longest: float = 15) -> list[Item]:
    """What is read after `cursor` until it is enough; closed after `longest` seconds, so that a test fails instead."""
    alarm = threading.Timer(longest, source.close)
    alarm.start()
    items: list[Item] = []
    try:
        for item in source.read(cursor):
            items.append(item)
            if enough(items):
                break
    finally:
        alarm.cancel()
        alarm.join()
        source.close()
    return items


def rounds(count: int) -> Enough:
    """Enough when so many marks have come."""
    return lambda items: sum(isinstance(item, Mark) for item in items) >= count
