"""Records what a real PDS sends, as Jetstream would pass it on: `tests/ingest/frames/jetstream.jsonl`.

    python tests/integration/pds/record.py FOLDER tests/ingest/frames/jetstream.jsonl

FOLDER is made by `setup.py` beside this file. Accounts write, reply, quote, link, edit, delete, like and leave; then
the server's firehose is read from its beginning. Jetstream is no part of a PDS: each operation of the firehose is put
into the envelope that `network.bsky.jetstream.subscribeEvents` documents, with its record as JSON and a sequence number
of its own. The header, the first line, says so, and holds what the server has at the end.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from atproto import (  # type: ignore[import-untyped]
    CAR,
    CID,
    Client,
    FirehoseSubscribeReposClient,
    parse_subscribe_repos_message,
)

HERE = Path(__file__).parent
NSID = "network.bsky.jetstream.subscribeEvents"
POSTS = "app.bsky.feed.post"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WHAT = (
    "Written by accounts on a real PDS (npm: @atproto/pds) and sent by its firehose (com.atproto.sync.subscribeRepos); "
    "each operation was put into the documented envelope of Jetstream v2 by tests/integration/pds/record.py, which "
    "also gave it its number. `there` is what the server itself lists at the end; `gone` are accounts that left."
)


class Account:
    """One account on the PDS."""

    def __init__(self, address: str, name: str) -> None:
        self.client = Client(base_url=f"{address}/xrpc")
        handle, password = f"{name}.test", "a long password"
        self.client.com.atproto.server.create_account(
            {"handle": handle, "email": f"{name}@example.com", "password": password}
        )
        self.client.login(handle, password, fetch_bsky_profile=False)
        self.did = self.client.com.atproto.server.get_session().did

    def write(self, text: str, collection: str = POSTS, **fields: Any) -> Any:
        """Create one record; posts get a time where none is given."""
        record: dict[str, Any] = {"$type": collection, "createdAt": now(), **fields}
        if collection == POSTS:
            record["text"] = text
        return self.client.com.atproto.repo.create_record(
            {"repo": self.did, "collection": collection, "record": record}
        )

    def edit(self, uri: str, text: str) -> None:
        """Put another text in the place of a post's."""
        record = {"$type": POSTS, "createdAt": now(), "text": text}
        key = {"repo": self.did, "collection": POSTS, "rkey": uri.rsplit("/", 1)[-1]}
        self.client.com.atproto.repo.put_record({**key, "record": record})

    def delete(self, uri: str) -> None:
        """Delete a post."""
        self.client.com.atproto.repo.delete_record(
            {"repo": self.did, "collection": POSTS, "rkey": uri.rsplit("/", 1)[-1]}
        )

    def there(self) -> dict[str, str]:
        """The posts that the server lists, by id."""
        page = self.client.com.atproto.repo.list_records({"repo": self.did, "collection": POSTS, "limit": 100})
        return {f"bluesky:{self.did}/{one.uri.rsplit('/', 1)[-1]}": one.value.text for one in page.records}


def now() -> str:
    """The time as records spell it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def happen(ann: Account, bob: Account, eve: Account) -> None:
    """What people do."""
    root = ann.write("Is Slack down for anyone else?", langs=["en-GB"])
    ref = {"uri": root.uri, "cid": root.cid}
    bob.write("yes, down here too", reply={"root": ref, "parent": ref})
    bob.write("it is down again", embed={"$type": "app.bsky.embed.record", "record": ref})
    link = {"uri": "https://status.example.com/", "title": "GitHub is down", "description": "since ten"}
    ann.write("look", embed={"$type": "app.bsky.embed.external", "external": link})
    blob = bob.client.com.atproto.repo.upload_blob(PIXEL).blob
    image = {"alt": "a page that says: Slack is down", "image": blob.model_dump(by_alias=True)}
    bob.write("see", embed={"$type": "app.bsky.embed.images", "images": [image]})
    ann.write("Slackが落ちてる？ down 😭", langs=["ja"])
    ann.write("S\u200black is \u202edown\u202c for me")
    bob.write("down in the past", createdAt="1970-01-01T00:00:00.000Z")
    bob.write("down in the future", createdAt="2099-01-01T00:00:00.000Z")
    bob.write("ugh", tags=["slackdown"])
    bob.write("", collection="app.bsky.feed.like", subject=ref)
    changed = ann.write("Discord is down")
    ann.edit(changed.uri, "Discord is down, or is it only me?")
    over = ann.write("Spotify is down")
    ann.edit(over.uri, "never mind")
    bob.delete(bob.write("Zoom is down, no, my cable was out").uri)
    for number in range(40):
        (ann, bob, eve)[number % 3].write(f"{'Slack is down' if number % 4 else 'lunch was good'} {number}")
    eve.client.com.atproto.server.deactivate_account({"deleteAfter": None})


def frames(address: str, last: Account) -> Iterator[str]:
    """Every event of the firehose, from the first to that of the account that leaves, in Jetstream's envelope."""
    client = FirehoseSubscribeReposClient({"cursor": 0}, f"{address.replace('http', 'ws')}/xrpc")
    told: list[dict[str, Any]] = []

    def take(frame: Any) -> None:
        message = parse_subscribe_repos_message(frame)
        told.extend(_payloads(message))
        if told and told[-1]["did"] == last.did and told[-1].get("account", {}).get("active") is False:
            client.stop()

    client.start(take)
    for seq, payload in enumerate(told, start=1):
        kind = "account" if "account" in payload else "identity" if "identity" in payload else "commit"
        yield json.dumps(
            {"$type": "message", "payload": {"$type": f"{NSID}#{kind}", "seq": seq, **payload}}, ensure_ascii=False
        )


def _payloads(message: Any) -> Iterator[dict[str, Any]]:
    name = type(message).__name__
    if name not in ("Commit", "Account", "Identity"):
        return
    times = {"time": message.time, "witnessedAt": message.time}
    if name != "Commit":
        inner = json.loads(message.model_dump_json(by_alias=True, exclude_none=True))
        yield {"did": message.did, **times, name.lower(): {k: v for k, v in inner.items() if k != "$type"}}
        return
    blocks = CAR.from_bytes(message.blocks).blocks
    for operation in message.ops:
        collection, _, rkey = operation.path.partition("/")
        event = {
            "did": message.repo, **times, "rev": message.rev, "operation": operation.action,
            "collection": collection, "rkey": rkey,
        }  # fmt: skip
        if operation.action != "delete":
            event |= {"cid": str(operation.cid), "record": _json(blocks[operation.cid])}
        yield event


def _json(value: Any) -> Any:
    """A record's data as the protocol writes it in JSON."""
    if isinstance(value, dict):
        return {name: _json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_json(inner) for inner in value]
    if isinstance(value, CID):
        return {"$link": str(value)}
    if isinstance(value, bytes):
        return (
            {"$link": str(CID.decode(value))} if value[:1] == b"\x01" else {"$bytes": base64.b64encode(value).decode()}
        )
    return value


def main(folder: Path, out: Path) -> None:
    """Run the server, let things happen, and write down what it sent."""
    environment = os.environ | {"NODE_OPTIONS": f"--require={HERE / 'loopback.cjs'}", "LOG_ENABLED": "false"}
    command = [str(folder / "bin" / "node"), str(folder / "server.mjs")]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = next(json.loads(line)["pds"] for line in server.stdout if line.startswith("{"))
        ann, bob, eve = (Account(address, name) for name in ("ann", "bob", "eve"))
        happen(ann, bob, eve)
        lines = list(frames(address, eve))
        header = {"what": WHAT, "recorded": now(), "there": ann.there() | bob.there(), "gone": [eve.did]}
        server.terminate()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join([json.dumps(header, ensure_ascii=False), *lines]) + "\n", encoding="utf8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
