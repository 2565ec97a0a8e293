"""One reading of the network: a thread that follows the stream, and a queue that it fills."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Final

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from ingest.bluesky.options import BlueskyOptions
from ingest.bluesky.position import Position, micros
from ingest.bluesky.posts import SOURCE, post_id, post_of, readable, words
from ingest.bluesky.wires import Advice, Change, CursorLost, Event, Firehose, Jetstream, Wire
from ingest.collectors import Tools
from ingest.errors import SourceUnreachable
from ingest.normalise import created_or_seen
from ingest.records import MINUTE, Gap, Item, Mark, Removal, minute_of
from ingest.refusals import Refusals

BACKLOG: Final = timedelta(seconds=60)
TICK: Final = 0.2
MARK_EVERY: Final = 0.5
LONGEST_PAUSE: Final = 8.0
ODD: Final = "post without text"
WIRES: Final[Mapping[str, type[Jetstream] | type[Firehose]]] = {"jetstream": Jetstream, "firehose": Firehose}


class _Outcome:
    """Carries what ended a thread to whoever reads it."""

    def __init__(self) -> None:
        self.ended = False
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        self.ended = True
        return True


@dataclass(frozen=True, slots=True)
class _Ping:
    answered: threading.Event
    sent: float
    sent_at: datetime


class Feed:
    """One `read`: `run` fills the queue in its own thread, `drain` empties it."""

    def __init__(
        self,
        options: BlueskyOptions,
        tools: Tools,
        position: Position | None,
        closed: threading.Event,
        refusals: Refusals,
    ) -> None:
        self.options = options
        self._tools = tools
        self._position = position
        self._closed = closed
        self._stopped = threading.Event()
        self._queue: Queue[tuple[Item, Position | None, datetime]] = Queue(options.queue)
        self._outcome = _Outcome()
        self._connection: Wire | None = None
        self._host = position.host if position and position.host in options.addresses else options.addresses[0]
        self._alive_at: datetime | None = None
        self._heard = 0.0
        self._began = time.monotonic()
        self._connected = False
        self._socket: ClientConnection | None = None
        self._silent_since = 0.0
        self._ping: _Ping | None = None
        self._broken: BaseException | None = None
        self._owed: tuple[datetime, str] | None = None
        self._unread_minute: datetime | None = None
        self._marked: tuple[Position, datetime] | None = None
        self._marked_mono = 0.0
        self._refusals = refusals

    # The reader's thread

    def drain(self) -> Iterator[Item]:
        """What the queue holds, with marks about twice a second, until closed.

        Raises:
            SourceUnreachable: see `Bluesky.read`.
        """
        while not self._over():
            ended, position, alive_at = self._outcome.ended, self._position, self._alive_at
            try:
                item, behind, taken_at = self._queue.get(timeout=TICK)
            except Empty:
                yield from self._mark(position, alive_at, at_once=ended)
                if ended and self._outcome.error is not None:
                    raise self._outcome.error from None
                self._listen()
                continue
            yield item
            yield from self._mark(behind, taken_at)

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self._connection is not None:
            self._connection.stop()

    def _over(self) -> bool:
        return self._stopped.is_set() or self._closed.is_set()

    def _mark(self, position: Position | None, alive_at: datetime | None, *, at_once: bool = False) -> Iterator[Mark]:
        due = at_once or time.monotonic() - self._marked_mono >= MARK_EVERY
        if due and position is not None and alive_at is not None and self._marked != (position, alive_at):
            self._marked, self._marked_mono = (position, alive_at), time.monotonic()
            yield Mark(SOURCE, position.dump(), alive_at, self._refusals.note)

    def _listen(self) -> None:
        """Ping a silent socket: its answer proves that it was alive when the ping was sent, none that it is not.

        A socket that is not silent speaks for itself: while a backlog comes, an answer would tell of a later time.
        """
        connection = self._connection
        socket = connection.socket if connection is not None else None
        if connection is None or socket is None:
            return
        now = time.monotonic()
        if self._socket is not socket:
            self._socket, self._silent_since, self._ping = socket, now, None
        self._silent_since = max(self._silent_since, self._heard)
        if self._ping is None or self._ping.sent < self._silent_since:
            self._ping = None
            if now - self._silent_since >= self.options.heartbeat:
                with suppress(ConnectionClosed):
                    self._ping = _Ping(socket.ping(), now, self._tools.clock())
        elif self._ping.answered.is_set():
            self._alive(self._ping.sent_at)
        elif now - self._ping.sent > self.options.patience:
            connection.stop()

    # The socket's thread

    def run(self) -> None:
        """Follow the stream through short interruptions until stopped or out of patience."""
        with self._outcome:
            tries = 0
            while not self._over():
                started = time.monotonic()
                reason = self._connect()
                if self._broken is not None:
                    raise self._broken
                if not reason:
                    continue
                tries = 1 if self._heard > started else tries + 1
                if not self._over() and self._gives_up(tries):
                    raise SourceUnreachable(f"bluesky: {reason}")
                self._choose_host(tries)
                self._pause(tries)

    def _connect(self) -> str:
        """Read one connection to its end. Returns why it ended; empty if we are to go on from the tip at once."""
        host = self._host
        wire = WIRES[self.options.mode]
        cursor = self._begin(wire, host)
        try:
            self._connection = wire(host, cursor, self._missed_one, self._tools.wanted, self.options.compress)
            if not self._over():
                self._connection.follow(self._take, self._break)
        except CursorLost as error:
            if cursor is not None:
                self._forget(f"{host}: {error}")
                return ""
            return f"{host} cannot be read: {error}"
        except SourceUnreachable as error:
            return f"{host} cannot be read: {error}"
        finally:
            self._connected |= self._connection is not None and self._connection.socket is not None
        return f"{host} closed the connection"

    def _gives_up(self, tries: int) -> bool:
        """At once if no host could be connected to, else when none was heard for too long."""
        if not self._connected:
            return tries >= len(self.options.addresses)
        return time.monotonic() - max(self._heard, self._began) > self.options.patience

    def _choose_host(self, tries: int) -> None:
        """The same host once more where it was heard before, then the next ones in turn."""
        if tries > 1 or not self._connected:
            hosts = self.options.addresses
            self._host = hosts[(hosts.index(self._host) + 1) % len(hosts)]

    def _pause(self, tries: int) -> None:
        longest = min(self.options.retry * 2.0 ** (tries - 1), LONGEST_PAUSE)
        self._stopped.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311  # spreads reconnects, no secret

    def _begin(self, wire: type[Jetstream] | type[Firehose], host: str) -> int | None:
        """The cursor with which to connect; None begins at the tip."""
        now = self._tools.clock()
        position = self._position or Position(host, 0, micros(now))
        if self._position is None:
            self._position = position
            return None
        earliest = now - timedelta(hours=self.options.catch_up_hours)
        if position.moment < earliest:
            self._put(Gap(SOURCE, position.moment, earliest, "the backlog was too long to catch up"))
            position = self._position = Position("", 0, micros(earliest))
        cursor = wire.begin(position, host, 0.0 if not position.host else self.options.rewind)
        if cursor is None:
            self._put(Gap(SOURCE, position.moment, now, f"{host} cannot begin where {position.host or 'we'} left off"))
            self._position = Position(host, 0, micros(now))
        return cursor

    def _forget(self, reason: str) -> None:
        """Go on from now, and say what was missed."""
        if self._position is not None:
            self._put(Gap(SOURCE, self._position.moment, self._tools.clock(), reason))
        self._position = None

    def _take(self, event: Event | Advice) -> None:
        """One event, from the wire's callback."""
        now = self._tools.clock()
        if isinstance(event, Advice):
            self._advised(event)
            return
        position = self._position
        if position is not None and position.host == self._host and event.seq <= position.seq:
            return
        witnessed = created_or_seen(event.time, now)
        reached = Position(self._host, event.seq, micros(witnessed))
        if self._owed is not None:
            (start, reason), self._owed = self._owed, None
            self._put(Gap(SOURCE, start, max(start, witnessed), reason))
        told_until = witnessed if now - witnessed > BACKLOG else now
        items = self._items(event, now, told_until)
        for number, item in enumerate(items, start=1):
            if not self._put(item, reached if number == len(items) else None, told_until):
                return
        self._position = reached
        self._alive(told_until)

    def _advised(self, advice: Advice) -> None:
        if self._position is None:
            return
        if advice.name == "OutdatedCursor":
            self._owed = (self._position.moment, f"{self._host} no longer has what came before")
        elif advice.name == "FutureCursor":
            self._forget(f"{self._host} counts anew and began at its tip")
            self._position = Position(self._host, 0, micros(self._tools.clock()))

    def _items(self, event: Event, now: datetime, seen_at: datetime) -> list[Item]:
        if event.gone:
            return [Removal(SOURCE, now, author=self._tools.pseudonym(event.gone))]
        if event.odd:
            self._refusals.refuse(ODD, (self._host, event.seq))
        told = (self._item(change, now, seen_at) for change in event.changes)
        return [item for item in told if item is not None]

    def _item(self, change: Change, now: datetime, seen_at: datetime) -> Item | None:
        if change.operation != "delete":
            if not readable(change.record):
                self._refusals.refuse(ODD, (change.did, change.rkey))
            text = words(change.record) if readable(change.record) else ""
            if text and self._tools.wanted(text):
                return post_of(change.record, change.did, change.rkey, text, seen_at, self._tools.pseudonym)
        if change.operation in ("delete", "update"):
            return Removal(SOURCE, now, post=post_id(change.did, change.rkey))
        return None

    def _alive(self, moment: datetime) -> None:
        self._alive_at = max(moment, self._alive_at or moment)
        self._heard = time.monotonic()

    def _put(self, item: Item, position: Position | None = None, taken_at: datetime | None = None) -> bool:
        """Wait for room. False if stopped meanwhile."""
        entry = (item, position, taken_at or self._tools.clock())
        while not self._over():
            with suppress(Full):
                self._queue.put(entry, timeout=TICK)
                return True
        return False

    def _break(self, error: BaseException) -> None:
        """The SDK's callback for what `_take` raised: a fault of ours, raised out of `read`."""
        self._broken = error
        if self._connection is not None:
            self._connection.stop()

    def _missed_one(self, error: Exception) -> None:
        """A frame could not be read. It is stepped over, and its minute is not counted as read."""
        self._refusals.count("frame")
        minute = minute_of(self._tools.clock())
        if minute != self._unread_minute:
            self._unread_minute = minute
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            self._put(Gap(SOURCE, minute, minute + MINUTE, f"{self._host} sent what cannot be read: {reason:.200}"))
