"""A Jetstream v2 server on loopback: its handshake, cursors, filters, frames, zstd dictionary, and faults on demand."""

from __future__ import annotations

import base64
import json
import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import zstandard
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

NSID = "network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
BEGIN = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    """One event of the log: `frame` is what goes over the wire."""

    seq: int
    time: datetime
    frame: str
    kind: str = "commit"
    collection: str = POSTS


def did(number: int) -> str:
    """A well-formed DID."""
    letters = base64.b32encode(struct.pack(">QQ", number, number * 2654435761 % 2**64)).decode().lower()[:24]
    return f"did:plc:{letters}"


@dataclass
class Faults:
    """What goes wrong. Counts are of frames on one connection; None is never."""

    abort_after: Sequence[int] = ()
    """The next connections are cut (TCP reset) after so many frames, in turn."""
    close_after: Sequence[int] = ()
    """The next connections are closed politely after so many frames, in turn."""
    twice: bool = False
    """Every frame is sent twice."""
    refuse: int = 0
    """So many handshakes are answered with 503."""
    slow_consumer_after: Sequence[int] = ()
    """The next connections are ended with the ConsumerTooSlow error frame, in turn."""
    deaf: bool = False
    """Pings are not answered any more, as when a machine loses its power."""


@dataclass
class JetstreamServer:
    """Keeps a log of events and serves it as Jetstream does. Use `jetstream_server()`."""

    begin: datetime = BEGIN
    step: timedelta = timedelta(milliseconds=10)
    first_seq: int = 1
    floor: int = 0
    faults: Faults = field(default_factory=Faults)
    address: str = ""
    handshakes: list[dict[str, list[str]]] = field(default_factory=list)
    dictionary: bytes = b""
    dictionaries_fetched: int = 0
    log: list[Event] = field(default_factory=list)
    _grown: threading.Condition = field(default_factory=threading.Condition)
    _over: bool = False

    # What happens on the network

    def post(self, text: str, author: int = 1, **record: Any) -> str:
        """Someone writes a post. Returns its record key."""
        return self.commit("create", author, {"$type": POSTS, "text": text, "createdAt": _iso(self.now), **record})

    def commit(
        self, operation: str, author: int, record: Any = None, rkey: str = "", collection: str = POSTS, **envelope: Any
    ) -> str:
        """One operation on one record. `envelope` overrides fields of the event itself."""
        rkey = rkey or f"3k{len(self.log):011d}"
        body = {"rev": "3kaaaaaaaaaaa", "operation": operation, "collection": collection, "rkey": rkey}
        if operation != "delete":
            body |= {"cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq", "record": record}
        self._publish("commit", author, body | envelope, collection)
        return rkey

    def account(self, author: int, status: str, active: bool = False) -> None:
        """An account changes its state."""
        account = {"active": active, "did": did(author), "seq": len(self.log) + 7, "time": _iso(self.now)}
        self._publish("account", author, {"account": account | {"status": status}}, "")

    def raw(self, frame: str) -> None:
        """Something that is no event goes over the wire."""
        self._append(Event(self.next_seq, self.now, frame))

    def replay(self, frames: Sequence[str]) -> None:
        """Recorded frames go over the wire as they are, each counted from `first_seq` on."""
        for frame in frames:
            payload = json.loads(frame)["payload"]
            kind, time = payload["$type"].rpartition("#")[2], datetime.fromisoformat(payload["witnessedAt"])
            self._append(Event(payload["seq"], time, frame, kind, payload.get("collection", "")))

    @property
    def now(self) -> datetime:
        """The witnessed time of the next event."""
        return self.begin + self.step * len(self.log)

    @property
    def next_seq(self) -> int:
        """The sequence number of the next event."""
        return self.first_seq + len(self.log)

    def _publish(self, kind: str, author: int, body: dict[str, Any], collection: str) -> None:
        payload = {
            "$type": f"{NSID}#{kind}",
            "did": did(author),
            "seq": self.next_seq,
            "time": _iso(self.now),
            "witnessedAt": _iso(self.now),
        }
        frame = json.dumps({"$type": "message", "payload": payload | body})
        self._append(Event(self.next_seq, self.now, frame, kind, collection))

    def _append(self, event: Event) -> None:
        with self._grown:
            self.log.append(event)
            self._grown.notify_all()

    # What a client meets

    def process(self, connection: ServerConnection, request: Request) -> Response | None:
        """Plain requests, and refusals before the upgrade."""
        split = urlsplit(request.path)
        query = parse_qs(split.query)
        if split.path.endswith("getZstdDictionary"):
            self.dictionaries_fetched += 1
            return _response(200, self.dictionary) if self.dictionary else _error(404, "NotFound")
        self.handshakes.append(query)
        if self.faults.refuse > 0:
            self.faults.refuse -= 1
            return _error(503, "Unavailable")
        asked = query.get("zstdDictionary")
        if asked and int(asked[0]) != _dictionary_id(self.dictionary):
            return _error(400, "UnknownZstdDictionary")
        cursor = int(query.get("cursor", ["0"])[0])
        if 0 < cursor < 10**15 and cursor < self.floor:
            return _error(400, "CursorTooOld")
        return None

    def handle(self, connection: ServerConnection) -> None:
        """Serve one connection from its cursor on."""
        assert connection.request is not None
        query = parse_qs(urlsplit(connection.request.path).query)
        compressor = self._compressor(query)
        if self.faults.deaf:
            _deafen(connection)
        cut, closed, too_slow = (
            _next(self.faults, name) for name in ("abort_after", "close_after", "slow_consumer_after")
        )
        sent = 0
        try:
            for frame in self._frames(query):
                if sent == cut:
                    return reset(connection)
                if sent == closed:
                    return connection.close()
                if sent == too_slow:
                    return connection.send(json.dumps({"$type": "error", "error": "ConsumerTooSlow"}))
                for _ in range(2 if self.faults.twice else 1):
                    connection.send(compressor.compress(frame.encode()) if compressor else frame)
                sent += 1
        except (ConnectionClosed, OSError):
            return None

    def _frames(self, query: dict[str, list[str]]) -> Iterator[str]:
        index, advice = self._start(int(query["cursor"][0]) if "cursor" in query else None)
        if advice:
            yield json.dumps({"$type": "message", "payload": {"$type": f"{NSID}#info", "name": advice}})
        kinds, collections = query.get("kinds"), query.get("collections")
        while True:
            with self._grown:
                while not self._over and len(self.log) <= index:
                    self._grown.wait()
                if self._over:
                    return
                fresh = self.log[index:]
            index += len(fresh)
            for event in fresh:
                known = not collections or event.kind != "commit" or event.collection in collections
                if known and (not kinds or event.kind in kinds):
                    yield event.frame

    def _start(self, cursor: int | None) -> tuple[int, str]:
        """The place in the log at which a cursor begins, and the advice that goes with it."""
        lowest = max(0, self.floor - self.first_seq)
        if cursor is None:
            return len(self.log), ""
        if cursor >= 10**15:
            moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=cursor)
            index = next((i for i, event in enumerate(self.log) if event.time >= moment), len(self.log))
            return (lowest, "OutdatedCursor") if index < lowest else (index, "")
        if cursor > self.next_seq:
            return len(self.log), "FutureCursor"
        return max(cursor - self.first_seq, 0), ""

    def _compressor(self, query: dict[str, list[str]]) -> zstandard.ZstdCompressor | None:
        if "zstdDictionary" not in query:
            return None
        return zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(self.dictionary))

    def stop(self) -> None:
        """End every connection."""
        with self._grown:
            self._over = True
            self._grown.notify_all()

    def resume(self) -> None:
        """Serve again after `stop`."""
        with self._grown:
            self._over = False


@contextmanager
def jetstream_server(**settings: Any) -> Iterator[JetstreamServer]:
    """A running server; `address` is its `ws://` address."""
    jetstream = JetstreamServer(**settings)
    server: Server = serve(
        jetstream.handle,
        "127.0.0.1",
        0,
        process_request=jetstream.process,
        select_subprotocol=lambda _, offered: "xrpc.v1.json" if "xrpc.v1.json" in offered else None,  # type: ignore[arg-type,return-value]
        compression=None,
        ping_interval=None,
        close_timeout=0.2,
    )
    jetstream.address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield jetstream
    finally:
        jetstream.stop()
        server.shutdown()
        thread.join()


def dictionary(number: int) -> bytes:
    """A zstd dictionary with the given id, trained on frames like ours."""
    samples: list[bytes | bytearray | memoryview] = [
        json.dumps({"$type": "message", "payload": {"seq": n, "text": f"post {n} down"}}).encode() for n in range(500)
    ]
    return bytes(zstandard.train_dictionary(2_048, samples, dict_id=number).as_bytes())


def _dictionary_id(blob: bytes) -> int:
    return int(struct.unpack("<II", blob[:8])[1]) if blob else 0


def _next(faults: Faults, name: str) -> int | None:
    waiting = list(getattr(faults, name))
    setattr(faults, name, waiting[1:])
    return waiting[0] if waiting else None


def reset(connection: ServerConnection) -> None:
    """Cut as a failing network does: no close frame, no FIN."""
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.shutdown(socket.SHUT_RD)
    connection.socket.close()


def _deafen(connection: ServerConnection) -> None:
    """Never answer a ping, as a machine that lost its power."""
    send = connection.protocol.send_frame
    connection.protocol.send_frame = lambda frame: None if frame.opcode is Opcode.PONG else send(frame)  # type: ignore[method-assign]


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _response(status: int, body: bytes, kind: str = "application/octet-stream") -> Response:
    headers = Headers({"Content-Type": kind, "Content-Length": str(len(body)), "Connection": "close"})
    return Response(status, HTTPStatus(status).phrase, headers, body)


def _error(status: int, error: str) -> Response:
    return _response(status, json.dumps({"error": error, "message": error}).encode(), "application/json")
