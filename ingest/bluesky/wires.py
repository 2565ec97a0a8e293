"""The two ways in which the network's events come: Jetstream (JSON, filtered by the server) and a relay's firehose.

Each is the SDK's own client held to one connection at a time: its reconnecting would hide that it was not alive, its
back-off cannot be ended, and it forgets what it could not decode. Jetstream's new posts that name no service, which are
nearly all of them, are told from the others before the SDK makes models of them: that takes most of its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast

from atproto import (  # type: ignore[import-untyped]
    CAR,
    FirehoseSubscribeReposClient,
    JetstreamClient,
    parse_subscribe_repos_message,
)
from atproto.exceptions import (  # type: ignore[import-untyped]
    AtProtocolError,
    FirehoseError,
    JetstreamCursorTooOldError,
    JetstreamDecodingError,
    JetstreamError,
)
from atproto_client.models.com.atproto.sync import subscribe_repos  # type: ignore[import-untyped]
from atproto_client.models.network.bsky.jetstream import subscribe_events  # type: ignore[import-untyped]
from atproto_client.models.utils import get_or_create  # type: ignore[import-untyped]
from atproto_subscription.exceptions import FrameDecodingError  # type: ignore[import-untyped]
from pydantic_core import from_json
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection

from ingest.bluesky.position import Position
from ingest.bluesky.posts import POSTS, readable, words
from ingest.errors import SourceUnreachable

COMMIT: Final = "network.bsky.jetstream.subscribeEvents#commit"
GONE: Final = frozenset({"deleted", "takendown", "suspended", "deactivated"})
"""Account states in which the protocol asks that nothing of the account be shown."""


@dataclass(frozen=True, slots=True)
class Change:
    """One operation on one post. `record` is the SDK's model or `DotDict`; None when it was deleted."""

    operation: str
    did: str
    rkey: str
    record: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the stream: changes to posts, or an account that is `gone`. `time` is when it was witnessed.

    `odd`: it tells a post that has no text, which is no post.
    """

    seq: int
    time: str
    changes: tuple[Change, ...] = ()
    gone: str = ""
    odd: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """The server begins elsewhere than we asked: `OutdatedCursor` or `FutureCursor`."""

    name: str


@dataclass(frozen=True, slots=True)
class _New:
    """A new post of which the SDK has yet to make a model."""

    seq: int
    time: str
    text: str
    raw: str
    odd: bool


class CursorLost(Exception):
    """The server cannot begin where we asked; we are to go on from its tip."""


class Wire(Protocol):
    """One connection to one host."""

    socket: ClientConnection | None

    def follow(self, take: Callable[[Event | Advice], None], broken: Callable[[BaseException], None]) -> None:
        """Hand every event to `take` until the connection ends; what `take` raises goes to `broken`.

        Raises:
            SourceUnreachable: the connection failed.
            CursorLost: the server does not know our cursor.
        """
        ...

    def stop(self) -> None:
        """End the connection."""
        ...


class _OneConnection:
    """What both clients are held to. It comes before the SDK's client among the bases."""

    socket: ClientConnection | None = None
    unreadable: Callable[[Exception], None]

    def _get_client(self) -> ClientConnection:
        self.socket = cast("ClientConnection", super()._get_client())  # type: ignore[misc]
        return self.socket

    def _handle_websocket_error_or_stop(self, exception: Exception) -> bool:
        if super()._handle_websocket_error_or_stop(exception):  # type: ignore[misc]
            return True
        if isinstance(exception, InvalidStatus) and getattr(self, "_dictionary_needs_refresh", False):
            return False  # a retired zstd dictionary: the SDK fetches the new one
        raise SourceUnreachable(str(exception) or type(exception).__name__) from exception


class Jetstream(_OneConnection, JetstreamClient):  # type: ignore[misc]  # the SDK has no types
    """Jetstream v2, filtered to posts and accounts. A cursor is a sequence number, inclusive, or a time in µs."""

    def __init__(
        self,
        host: str,
        cursor: int | None,
        unreadable: Callable[[Exception], None],
        wanted: Callable[[str], bool],
        compress: bool,
    ) -> None:
        params: dict[str, Any] = {"collections": [POSTS], "kinds": ["commit", "account"]}
        if cursor is not None:
            params["cursor"] = cursor
        super().__init__(params, base_uri=_address(host), recv_timeout=None, compress=compress)
        self.unreadable = unreadable
        self._wanted = wanted

    @staticmethod
    def begin(position: Position, host: str, rewind: float) -> int | None:
        """The cursor for `position` at `host`; on another host than its own, by time and `rewind` seconds earlier."""
        if position.host == host:
            return position.seq or position.time_us
        return position.time_us - int(rewind * 1e6)

    def follow(self, take: Callable[[Event | Advice], None], broken: Callable[[BaseException], None]) -> None:
        """See `Wire`."""
        try:
            self.start(lambda told: self._hand_on(told, take), broken)
        except JetstreamCursorTooOldError as error:
            raise CursorLost("it no longer has what came after the last event that was stored") from error
        except JetstreamError as error:
            raise SourceUnreachable(str(error)) from error

    def _decode_frame(self, raw_frame: str | bytes) -> Any:
        if self._compression is not None and isinstance(raw_frame, bytes):
            raw_frame = self._compression.decompress(raw_frame)
        try:
            raw = raw_frame if isinstance(raw_frame, str) else raw_frame.decode()
            return _new(from_json(raw), raw) or super()._decode_frame(raw)
        except ValueError as error:
            raise JetstreamDecodingError("Invalid frame JSON") from error

    def _hand_on(self, told: Any, take: Callable[[Event | Advice], None]) -> None:
        """An SDK's message to `take`; of a new post that names no service, no more than its place in the stream."""
        if not isinstance(told, _New):
            take(self._read(told))
        elif not told.text or not self._wanted(told.text):
            take(Event(told.seq, told.time, odd=told.odd))
        else:
            try:
                message = super()._decode_frame(told.raw)
            except (AtProtocolError, ValueError) as error:
                self._handle_frame_decoding_error(error)
            else:
                if message is not None:
                    take(self._read(message))

    def _read(self, message: Any) -> Event | Advice:
        if isinstance(message, subscribe_events.Info):
            return Advice(message.name)
        time = message.witnessed_at or message.time
        if isinstance(message, subscribe_events.Commit) and message.collection == POSTS:
            change = Change(message.operation, message.did, message.rkey, message.record)
            return Event(message.seq, time, (change,))
        account = message.account if isinstance(message, subscribe_events.Account) else None
        return Event(message.seq, time, gone=_gone(account))

    def _handle_frame_decoding_error(self, exception: Exception) -> None:
        if isinstance(exception, JetstreamError) and not isinstance(exception, JetstreamDecodingError):
            raise exception
        if not str(exception).startswith("Unknown"):  # a newer server's kinds of frame are no loss
            self.unreadable(exception)


class Firehose(_OneConnection, FirehoseSubscribeReposClient):  # type: ignore[misc]  # the SDK has no types
    """`com.atproto.sync.subscribeRepos` of a relay or a PDS. A cursor is a sequence number, exclusive."""

    def __init__(
        self,
        host: str,
        cursor: int | None,
        unreadable: Callable[[Exception], None],
        wanted: Callable[[str], bool],
        compress: bool,
    ) -> None:
        del wanted, compress  # the firehose has one form
        super().__init__(None if cursor is None else {"cursor": cursor}, _address(host), recv_timeout=None)
        self.unreadable = unreadable

    @staticmethod
    def begin(position: Position, host: str, rewind: float) -> int | None:  # noqa: ARG004  # as the other wire
        """The cursor for `position` at `host`; None before the first event and for another host's numbers: a gap."""
        return position.seq if position.host == host and position.seq else None

    def follow(self, take: Callable[[Event | Advice], None], broken: Callable[[BaseException], None]) -> None:
        """See `Wire`."""
        try:
            self.start(lambda frame: self._hand_on(frame, take), broken)
        except FirehoseError as error:
            if "FutureCursor" in str(error):
                raise CursorLost("it counts anew") from error
            raise SourceUnreachable(str(error)) from error

    def _hand_on(self, frame: Any, take: Callable[[Event | Advice], None]) -> None:
        try:
            event = self._read(frame)
        except (AtProtocolError, ValueError, KeyError, TypeError) as error:
            self.unreadable(error)
        else:
            if event is not None:
                take(event)

    def _read(self, frame: Any) -> Event | Advice | None:
        if frame.type not in ("#commit", "#account", "#identity", "#sync", "#info"):
            return None
        message = parse_subscribe_repos_message(frame)
        if isinstance(message, subscribe_repos.Info):
            return Advice(message.name)
        if isinstance(message, subscribe_repos.Commit):
            return Event(message.seq, message.time, tuple(_changes(message)))
        account = message if isinstance(message, subscribe_repos.Account) else None
        return Event(message.seq, message.time, gone=_gone(account))

    def _handle_frame_decoding_error(self, exception: Exception) -> None:
        if isinstance(exception, FirehoseError) and not isinstance(exception, FrameDecodingError):
            raise exception
        self.unreadable(exception)


def _new(frame: Any, raw: str) -> _New | None:
    """The new post that a frame of Jetstream holds; None for any other frame."""
    payload = frame.get("payload") if isinstance(frame, dict) and frame.get("$type") == "message" else None
    if not isinstance(payload, dict) or payload.get("$type") != COMMIT or payload.get("operation") != "create":
        return None
    seq, time, record = payload.get("seq"), payload.get("witnessedAt") or payload.get("time"), payload.get("record")
    if type(seq) is not int or not isinstance(time, str) or payload.get("collection") != POSTS:
        return None
    return _New(seq, time, words(record), raw, not readable(record))


def _changes(commit: Any) -> Iterator[Change]:
    blocks: dict[Any, Any] | None = None
    for operation in commit.ops:
        collection, _, rkey = operation.path.partition("/")
        if collection != POSTS:
            continue
        record = None
        if operation.action != "delete":
            blocks = CAR.from_bytes(commit.blocks).blocks if blocks is None else blocks
            record = get_or_create(blocks.get(operation.cid), strict=False)
        yield Change(operation.action, commit.repo, rkey, record)


def _gone(account: Any) -> str:
    return account.did if account is not None and not account.active and account.status in GONE else ""


def _address(host: str) -> str:
    return f"{host}/xrpc" if "://" in host else f"wss://{host}/xrpc"
