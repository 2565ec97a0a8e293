"""Reads one PDS into one database until killed: rows and cursor in one transaction. Prints a line per commit."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from ingest.collectors import Tools, load  # noqa: E402
from ingest.errors import SourceUnreachable  # noqa: E402
from ingest.pseudonym import pseudonyms  # noqa: E402
from ingest.records import Coverage, Gap, Item, Mark, Post, Removal  # noqa: E402
from ingest.store import Store  # noqa: E402


def write(store: Store, items: list[Item], mark: Mark) -> None:
    """One commit."""
    posts = {item.id: item for item in items if isinstance(item, Post)}
    with store.transaction():
        store.append(Post, store.unseen(list(posts.values())))
        store.remove([item for item in items if isinstance(item, Removal)])
        store.upsert(Gap, [item for item in items if isinstance(item, Gap)])
        store.upsert(Coverage, [Coverage("bluesky", mark.at, mark.at, mark.cursor)])


def main(database: str, address: str) -> None:
    """Read until killed, as the program does: whenever the source cannot be reached, again from the last cursor."""
    store = Store(database)
    tools = Tools(
        lambda text: "down" in text, pseudonyms(Path(database).with_suffix(".key")), lambda: datetime.now(UTC)
    )
    options = {"mode": "firehose", "hosts": [address], "retry": 0.05}
    while True:
        known = store.all(Coverage, "source = ?", ["bluesky"])
        items: list[Item] = []
        with suppress(SourceUnreachable):
            for item in load("bluesky", options, tools).read(known[0].cursor if known else ""):
                if not isinstance(item, Mark):
                    items.append(item)
                    continue
                write(store, items, item)
                print(len(items), item.cursor, flush=True)
                items.clear()


if __name__ == "__main__":
    main(*sys.argv[1:])
