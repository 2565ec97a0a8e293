"""A relay on loopback that speaks `com.atproto.sync.subscribeRepos`: DAG-CBOR frames with commits as CAR files."""

from __future__ import annotations

import hashlib
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jetstream_server import BEGIN, POSTS, did, reset
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

STEP = timedelta(milliseconds=10)


@dataclass(frozen=True)
class Cid:
    """A link to a block: CIDv1, DAG-CBOR, SHA-256."""

    data: bytes

    @classmethod
    def of(cls, block: bytes) -> Cid:
        """The link to `block`."""
        return cls(b"\x01\x71\x12\x20" + hashlib.sha256(block).digest())


def cbor(value: Any) -> bytes:
    """DAG-CBOR (RFC 8949 with sorted keys, and links under tag 42)."""
    if value is None or isinstance(value, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[value]
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        return _head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, Cid):
        return _head(6, 42) + cbor(b"\x00" + value.data)
    keys = sorted(value, key=lambda key: (len(key), key))
    return _head(5, len(keys)) + b"".join(cbor(key) + cbor(value[key]) for key in keys)


def _head(kind: int, number: int) -> bytes:
    for extra, (limit, form) in enumerate(((24, ""), (2**8, ">B"), (2**16, ">H"), (2**32, ">I"), (2**64, ">Q"))):
        if number < limit:
            return bytes([kind << 5 | (23 + extra if form else number)]) + (struct.pack(form, number) if form else b"")
    raise ValueError(number)


def car(root: Cid, blocks: Sequence[bytes]) -> bytes:
    """A CAR file of `blocks`."""
    parts = [cbor({"roots": [root], "version": 1}), *(Cid.of(block).data + block for block in blocks)]
    return b"".join(_varint(len(part)) + part for part in parts)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


@dataclass
class FirehoseServer:
    """Keeps a log of frames and serves it as a relay does: a cursor is exclusive. Use `firehose_server()`."""

    address: str = ""
    log: list[bytes] = field(default_factory=list)
    cursors: list[int | None] = field(default_factory=list)
    abort_after: list[int] = field(default_factory=list)
    _grown: threading.Condition = field(default_factory=threading.Condition)
    _over: bool = False

    @property
    def seq(self) -> int:
        """The sequence number of the last event."""
        return len(self.log)

    def commit(self, author: int, *operations: tuple[str, str, dict[str, Any] | None], **fields: Any) -> None:
        """One commit: operations are (action, path, record)."""
        blocks = [cbor({"rev": "3kaaaaaaaaaaa"})]
        told: list[dict[str, Any]] = []
        for action, path, record in operations:
            block = cbor(record) if record is not None else None
            blocks += [block] if block is not None else []
            told.append({"action": action, "path": path, "cid": Cid.of(block) if block is not None else None})
        root = Cid.of(blocks[0])
        body = {
            "seq": self.seq + 1, "repo": did(author), "commit": root, "rev": "3kaaaaaaaaaaa", "since": None,
            "blocks": car(root, blocks), "ops": told, "blobs": [], "rebase": False, "tooBig": False, "time": self.now,
        }  # fmt: skip
        self.append(cbor({"op": 1, "t": "#commit"}) + cbor(body | fields))

    def post(self, text: str, author: int = 1, rkey: str = "") -> str:
        """Someone writes a post. Returns its record key."""
        rkey = rkey or f"3k{self.seq:011d}"
        record = {"$type": POSTS, "text": text, "createdAt": self.now}
        self.commit(author, ("create", f"{POSTS}/{rkey}", record))
        return rkey

    def account(self, author: int, status: str) -> None:
        """An account changes its state."""
        body = {"seq": self.seq + 1, "did": did(author), "time": self.now, "active": False, "status": status}
        self.append(cbor({"op": 1, "t": "#account"}) + cbor(body))

    def append(self, frame: bytes) -> None:
        """Whatever goes over the wire next."""
        with self._grown:
            self.log.append(frame)
            self._grown.notify_all()

    @property
    def now(self) -> str:
        """The time of the next event."""
        return (BEGIN + STEP * self.seq).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def handle(self, connection: ServerConnection) -> None:
        """Serve one connection from its cursor on."""
        assert connection.request is not None
        asked = parse_qs(urlsplit(connection.request.path).query).get("cursor")
        cursor = int(asked[0]) if asked else None
        self.cursors.append(cursor)
        cut = self.abort_after.pop(0) if self.abort_after else None
        try:
            if cursor is not None and cursor > self.seq:
                return connection.send(cbor({"op": -1}) + cbor({"error": "FutureCursor", "message": "in the future"}))
            index = self.seq if cursor is None else cursor
            sent = 0
            while fresh := self._after(index):
                for frame in fresh:
                    if sent == cut:
                        return reset(connection)
                    connection.send(frame)
                    sent += 1
                index += len(fresh)
        except (ConnectionClosed, OSError):
            return None

    def _after(self, index: int) -> list[bytes]:
        """Wait for frames after `index`; none when it is over."""
        with self._grown:
            self._grown.wait_for(lambda: self._over or self.seq > index)
            return [] if self._over else self.log[index:]

    def stop(self) -> None:
        """End every connection."""
        with self._grown:
            self._over = True
            self._grown.notify_all()


@contextmanager
def firehose_server() -> Iterator[FirehoseServer]:
    """A running server; `address` is its `ws://` address."""
    firehose = FirehoseServer()
    server = serve(firehose.handle, "127.0.0.1", 0, compression=None, ping_interval=None, close_timeout=0.2)
    firehose.address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield firehose
    finally:
        firehose.stop()
        server.shutdown()
        thread.join()
