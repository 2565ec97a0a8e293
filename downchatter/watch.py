"""Watches live sources: a thread each reads, one thread writes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from time import monotonic
from typing import Final

from ingest.collectors import Collector
from ingest.errors import DownchatterError, SourceRefused
from ingest.records import Item

QUEUE: Final = 20_000
BATCH: Final = 2_000
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A source stopped being readable."""

    source: str
    reason: str
    final: bool = False


class Reader:
    """Keeps one source being read in a thread of its own, with back-off, until stopped.

    The queue is bounded: when the writer falls behind the source waits, and nothing is dropped.
    """

    def __init__(
        self,
        collector: Collector,
        cursor: str,
        queue: Queue[Item | Fault],
        pause: Callable[[Event, float], object] = Event.wait,
    ) -> None:
        self._collector = collector
        self._cursor = cursor
        self._queue = queue
        self._pause = pause
        self._stopping = Event()
        self._thread = Thread(target=self._run, name=f"read {collector.source}", daemon=True)

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the source to end."""
        self._stopping.set()
        self._collector.close()

    def join(self, timeout: float) -> None:
        """Wait at most `timeout` seconds for the source's end."""
        self._thread.join(timeout)

    def _run(self) -> None:
        wait = FIRST_PAUSE
        while not self._stopping.is_set():
            began = monotonic()
            fault = self._read_once()
            if self._stopping.is_set():
                return
            self._put(fault)
            if fault.final:
                return
            wait = FIRST_PAUSE if monotonic() - began > LONGEST_PAUSE else min(wait * 2, LONGEST_PAUSE)
            self._pause(self._stopping, wait * random.uniform(0.5, 1.0))  # noqa: S311  # spreads reconnects, hides nothing

    def _read_once(self) -> Fault:
        try:
            for item in self._collector.read(self._cursor):
                self._put(item)
                if self._stopping.is_set():
                    break
        except SourceRefused as error:
            return Fault(self._collector.source, str(error), final=True)
        except DownchatterError as error:
            return Fault(self._collector.source, str(error))
        except Exception as error:  # noqa: BLE001  # the outermost loop: it reports itself as blind and goes on
            return Fault(self._collector.source, f"unexpected {type(error).__name__}: {error}")
        return Fault(self._collector.source, "the source closed the stream")

    def _put(self, item: Item | Fault) -> None:
        cursor = getattr(item, "cursor", "")
        while not self._stopping.is_set():
            try:
                self._queue.put(item, timeout=0.5)
            except Full:
                continue
            self._cursor = cursor or self._cursor
            return


class Watch:
    """Reads several sources at once.

    Args:
        collectors: the sources.
        cursors: where each of them was left, by source.
    """

    def __init__(self, collectors: Iterable[Collector], cursors: Mapping[str, str]) -> None:
        self._queue: Queue[Item | Fault] = Queue(QUEUE)
        self._readers = [Reader(one, cursors.get(one.source, ""), self._queue) for one in collectors]

    def start(self) -> None:
        """Begin to read every source."""
        for reader in self._readers:
            reader.start()

    def stop(self, timeout: float = 2.0) -> None:
        """End every source within about `timeout` seconds: all are asked before any is waited for."""
        deadline = monotonic() + timeout
        for reader in self._readers:
            reader.stop()
        for reader in self._readers:
            reader.join(max(0.0, deadline - monotonic()))

    def take(self, seconds: float) -> tuple[list[Item], list[Fault]]:
        """What came in the next `seconds`, at most about 2,000 items, in order, and the faults."""
        items: list[Item] = []
        faults: list[Fault] = []
        deadline = monotonic() + seconds
        while len(items) < BATCH:
            try:
                item = self._queue.get(timeout=max(0.0, deadline - monotonic()))
            except Empty:
                break
            if isinstance(item, Fault):
                faults.append(item)
            else:
                items.append(item)
        return items, faults
