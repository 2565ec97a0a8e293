"""Public posts of the Bluesky network as they are written, from Jetstream v2. No account is needed.

The SDK's client runs in a thread of its own and feeds a bounded queue; posts that name no service are dropped before
it. When the queue is full the socket waits, so nothing is dropped there. Short interruptions are bridged here, by
resuming from the last event; while they last no `Mark` comes. After `patience` seconds `read` raises
`SourceUnreachable`. Silence is not taken for a fault: when no event comes the socket is pinged, and the answer decides.

Sequence numbers belong to one host. On another host we resume by time, a little earlier; keys drop what comes twice.
While a backlog is caught up, posts count as seen when Jetstream witnessed them: a backlog is not a burst.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Any, Final, cast

from atproto import JetstreamClient  # type: ignore[import-untyped]
from atproto.exceptions import (  # type: ignore[import-untyped]
    JetstreamCursorTooOldError,
    JetstreamDecodingError,
    JetstreamError,
)
from atproto_client.models.network.bsky.jetstream.subscribe_events import (  # type: ignore[import-untyped]
    Account,
    Commit,
    Info,
)
from pydantic import Field
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from ingest.bluesky_posts import POSTS, SOURCE, post_id, post_of, words
from ingest.collectors import Tools
from ingest.errors import SourceUnreachable, UserError
from ingest.normalise import created_or_seen
from ingest.options import Names, Options, read_options
from ingest.records import MINUTE, Gap, Item, Mark, Removal, minute_of

GONE: Final = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""Account states in which the protocol asks that nothing of the account be shown."""

BACKLOG: Final = timedelta(seconds=60)
TICK: Final = 0.2
MARK_EVERY: Final = 0.5
LONGEST_PAUSE: Final = 8.0
EXAMPLE: Final[Mapping[str, Any]] = {}
"""Options with which this source can be built."""


class BlueskyOptions(Options):
    """Times are in seconds unless named otherwise."""

    hosts: Names = Field(
        ("jetstream.us-east.bsky.network", "jetstream.us-west.bsky.network"),
        min_length=1,
        description="Jetstream v2 hosts; the next is tried when one fails. `ws://` in front leaves encryption out.",
    )
    compress: bool = Field(True, description="Ask for zstd frames.")
    queue: int = Field(2_000, ge=1, description="Posts that may wait for the database.")
    patience: float = Field(20.0, ge=0, description="How long interruptions are bridged before the source is blind.")
    retry: float = Field(0.5, gt=0, description="The first pause before connecting anew; it doubles, up to 8.")
    heartbeat: float = Field(5.0, gt=0, description="A silent socket is pinged so often.")
    rewind: float = Field(60.0, ge=0, description="How far to go back on another host.")
    catch_up_hours: float = Field(6.0, ge=0, description="Older backlogs are left out, as a gap.")


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the stream: `seq` counts at `host` (0: none yet), `time_us` (µs since 1970) holds anywhere."""

    host: str
    seq: int
    time_us: int

    @classmethod
    def load(cls, cursor: str) -> Position | None:
        """The position that `cursor` names; None for an empty one.

        Raises:
            UserError: it is not a cursor of this source.
        """
        if not cursor:
            return None
        try:
            told = json.loads(cursor)
            return cls(str(told["host"]), int(told["seq"]), int(told["time_us"]))
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(
                f"bluesky: {cursor!r:.80} is not a cursor of this source; delete it to go on from now"
            ) from error

    def dump(self) -> str:
        """Its stored form."""
        return json.dumps({"host": self.host, "seq": self.seq, "time_us": self.time_us})

    @property
    def moment(self) -> datetime:
        """`time_us` as a time."""
        return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=self.time_us)


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)


class Bluesky:
    """The source; see the module."""

    source = SOURCE

    def __init__(self, options: BlueskyOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._closed = threading.Event()

    def read(self, cursor: str) -> Iterator[Item]:
        """Posts and removals after `cursor` (empty: from now on), until `close`.

        Raises:
            SourceUnreachable: no host could be heard for `patience` seconds, or none at all to begin with.
            UserError: `cursor` is not one of ours.
        """
        feed = _Feed(self._options, self._tools, Position.load(cursor), self._closed)
        thread = threading.Thread(target=feed.run, name="bluesky", daemon=True)
        thread.start()
        try:
            yield from feed.drain()
        finally:
            feed.stop()
            thread.join(1.0)

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._closed.set()


def build(options: Mapping[str, Any], tools: Tools) -> Bluesky:
    """The source as `BlueskyOptions` describe it."""
    return Bluesky(read_options(BlueskyOptions, options, SOURCE), tools)


class _Connection(JetstreamClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client held to one connection: its own reconnecting would hide that it was not alive."""

    def __init__(self, host: str, cursor: int | None, feed: _Feed) -> None:
        params: dict[str, Any] = {"collections": [POSTS], "kinds": ["commit", "account"]}
        if cursor is not None:
            params["cursor"] = cursor
        address = host if "://" in host else f"wss://{host}"
        super().__init__(
            cast("Any", params), base_uri=f"{address}/xrpc", recv_timeout=None, compress=feed.options.compress
        )
        self._feed = feed
        self.socket: ClientConnection | None = None

    def _get_client(self) -> ClientConnection:
        self.socket = cast("ClientConnection", super()._get_client())
        return self.socket

    def _handle_frame_decoding_error(self, exception: Exception) -> None:
        if isinstance(exception, JetstreamError) and not isinstance(exception, JetstreamDecodingError):
            raise exception
        if not str(exception).startswith("Unknown"):  # a newer server's kinds of frame are no loss
            self._feed.missed_one(exception)

    def _handle_websocket_error_or_stop(self, exception: Exception) -> bool:
        if super()._handle_websocket_error_or_stop(exception):
            return True
        if isinstance(exception, InvalidStatus) and exception.response.status_code < 500:
            return False  # a retired zstd dictionary: the SDK fetches the new one
        raise SourceUnreachable(str(exception) or type(exception).__name__) from exception


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


class _Feed:
    """One `read`: `run` fills the queue in its own thread, `drain` empties it."""

    def __init__(
        self, options: BlueskyOptions, tools: Tools, position: Position | None, closed: threading.Event
    ) -> None:
        self.options = options
        self._tools = tools
        self._position = position
        self._closed = closed
        self._stopped = threading.Event()
        self._queue: Queue[tuple[Item, Position | None, datetime]] = Queue(options.queue)
        self._outcome = _Outcome()
        self._connection: _Connection | None = None
        self._host = position.host if position and position.host in options.hosts else options.hosts[0]
        self._alive_at: datetime | None = None
        self._heard = 0.0
        self._ping: tuple[ClientConnection, threading.Event, float, datetime] | None = None
        self._broken: BaseException | None = None
        self._owed: tuple[datetime, str] | None = None
        self._unread_minute: datetime | None = None
        self._marked: tuple[Position, datetime] | None = None
        self._marked_mono = 0.0

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
            yield Mark(SOURCE, position.dump(), alive_at)

    def _listen(self) -> None:
        """Ping a silent socket: its answer proves that it was alive when the ping was sent, none that it is not."""
        connection = self._connection
        socket = connection.socket if connection is not None else None
        if connection is None or socket is None:
            return
        silent = time.monotonic() - self._heard
        if self._ping is None or self._ping[0] is not socket:
            if self._ping is not None or silent >= self.options.heartbeat:
                with suppress(ConnectionClosed):
                    self._ping = (socket, socket.ping(), time.monotonic(), self._tools.clock())
            return
        _, answered, sent, sent_at = self._ping
        if answered.is_set():
            self._ping = None
            self._alive(sent_at)
        elif time.monotonic() - sent > self.options.patience:
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
        cursor = self._cursor(host)
        try:
            self._connection = _Connection(host, cursor, self)
            if not self._over():
                self._connection.start(self._take, self._break)
        except (JetstreamError, SourceUnreachable) as error:
            if cursor is not None and isinstance(error, JetstreamCursorTooOldError):
                self._forget(f"{host} no longer has what came after the last event that was stored")
                return ""
            return f"{host} cannot be read: {error}"
        return f"{host} closed the connection"

    def _gives_up(self, tries: int) -> bool:
        if self._alive_at is None:
            return tries >= len(self.options.hosts)
        return time.monotonic() - self._heard > self.options.patience

    def _choose_host(self, tries: int) -> None:
        """The same host once more where it was heard before, then the next ones in turn."""
        if tries > 1 or self._alive_at is None:
            hosts = self.options.hosts
            self._host = hosts[(hosts.index(self._host) + 1) % len(hosts)]

    def _pause(self, tries: int) -> None:
        longest = min(self.options.retry * 2.0 ** (tries - 1), LONGEST_PAUSE)
        self._stopped.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311  # spreads reconnects, no secret

    def _cursor(self, host: str) -> int | None:
        """Where to begin at `host`, as Jetstream takes it: a sequence number, or a time in µs."""
        now = self._tools.clock()
        position = self._position
        if position is None:
            self._position = Position(host, 0, micros(now))
            return None
        earliest = now - timedelta(hours=self.options.catch_up_hours)
        if position.moment < earliest:
            self._put(Gap(SOURCE, position.moment, earliest, "the backlog was too long to catch up"))
            self._position = Position(host, 0, micros(earliest))
            return micros(earliest)
        if position.host == host:
            return position.seq or position.time_us
        return position.time_us - int(self.options.rewind * 1e6)

    def _forget(self, reason: str) -> None:
        """Go on from now, and say what was missed."""
        if self._position is not None:
            self._put(Gap(SOURCE, self._position.moment, self._tools.clock(), reason))
        self._position = None

    def _take(self, message: Any) -> None:
        """The SDK's callback: one event."""
        now = self._tools.clock()
        if isinstance(message, Info):
            self._advised(message)
            return
        position = self._position
        if position is not None and position.host == self._host and message.seq <= position.seq:
            return
        witnessed = created_or_seen(message.witnessed_at or message.time, now)
        reached = Position(self._host, message.seq, micros(witnessed))
        if self._owed is not None:
            (start, reason), self._owed = self._owed, None
            self._put(Gap(SOURCE, start, max(start, witnessed), reason))
        item = self._item(message, now, witnessed if now - witnessed > BACKLOG else now)
        if item is None or self._put(item, reached, now):
            self._position = reached
            self._alive(now)

    def _advised(self, info: Info) -> None:
        """The server begins elsewhere than we asked."""
        if self._position is None:
            return
        if info.name == "OutdatedCursor":
            self._owed = (self._position.moment, f"{self._host} no longer has what came before")
        elif info.name == "FutureCursor":
            self._forget(f"{self._host} counts anew and began at its tip")
            self._position = Position(self._host, 0, micros(self._tools.clock()))

    def _item(self, message: Any, now: datetime, seen_at: datetime) -> Item | None:
        if isinstance(message, Commit) and message.collection == POSTS:
            identity = post_id(message.did, message.rkey)
            if message.operation == "delete":
                return Removal(SOURCE, now, post=identity)
            text = words(message.record)
            if text and self._tools.wanted(text):
                return post_of(message.record, message.did, message.rkey, text, seen_at, self._tools.pseudonym)
            if message.operation == "update":
                return Removal(SOURCE, now, post=identity)
        elif isinstance(message, Account) and not message.account.active and message.account.status in GONE:
            return Removal(SOURCE, now, author=self._tools.pseudonym(message.did))
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

    def missed_one(self, error: Exception) -> None:
        """A frame could not be read. It is stepped over, and its minute is not counted as read."""
        minute = minute_of(self._tools.clock())
        if minute != self._unread_minute:
            self._unread_minute = minute
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            self._put(Gap(SOURCE, minute, minute + MINUTE, f"{self._host} sent what cannot be read: {reason:.200}"))
