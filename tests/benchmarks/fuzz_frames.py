"""Coverage-guided fuzzing of what reads bytes from elsewhere: frames, records, listings, feeds, text and times.

It needs `atheris`, which is no dependency of the project. Nothing but the errors that each reader documents may come
out; anything else stops the run and is written to `crash-…`.

    python tests/benchmarks/fuzz_frames.py -max_total_time=600
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["ingest"]):
    from ingest.bluesky.posts import post_of, words
    from ingest.bluesky.wires import Jetstream
    from ingest.collectors import Tools
    from ingest.collectors.hackernews import build as hackernews
    from ingest.collectors.mastodon import build as mastodon
    from ingest.errors import SourceError
    from ingest.normalise import clean_text, parse_time, text_of_html
    from ingest.sse import events
    from ingest.statuspages.documents import steps_of_history, steps_of_instatus, steps_of_widget
    from ingest.statuspages.feeds import steps_of_feed

from atproto.exceptions import AtProtocolError  # type: ignore[import-untyped]  # noqa: E402
from atproto_client.models.utils import get_or_create  # type: ignore[import-untyped]  # noqa: E402

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TOOLS = Tools(lambda text: True, str, lambda: NOW)
JETSTREAM = Jetstream("ws://127.0.0.1:1", None, lambda error: None, TOOLS.wanted, compress=False)
HACKERNEWS = hackernews({"base_url": "http://127.0.0.1:1"}, TOOLS)
HACKERNEWS._root = lambda number, item: 1  # type: ignore[method-assign]  # it would ask the server
MASTODON = mastodon({"servers": ["http://127.0.0.1:1"]}, TOOLS)


def text(data: bytes) -> None:
    """Cleaning is stable and gives what can be stored; times are in range or refused."""
    raw = data.decode("utf-8", "surrogateescape")
    cleaned = clean_text(raw)
    assert clean_text(cleaned) == cleaned
    cleaned.encode()
    words_of_html = text_of_html(raw)
    assert clean_text(words_of_html) == words_of_html
    with suppress(ValueError):
        assert 2000 <= parse_time(raw).year < 2100


def frame(data: bytes) -> None:
    """A frame of Jetstream, through the SDK."""
    JETSTREAM._cursor = None
    try:
        message = JETSTREAM._decode_frame(data)
        if message is not None:
            JETSTREAM._hand_on(message, _take)
    except AtProtocolError:
        return


def _take(event: Any) -> None:
    for change in getattr(event, "changes", ()):
        post_of(change.record, change.did, change.rkey, words(change.record), NOW, str).text.encode()


def stream(data: bytes) -> None:
    """Server-sent events, cut in the middle."""
    for _, told in events([data[: len(data) // 2], data[len(data) // 2 :]]):
        told.encode()


def listing(data: bytes) -> None:
    """JSON as a record, an item, a status and a status page."""
    try:
        told: Any = json.loads(data)
    except (ValueError, RecursionError):
        return
    if isinstance(told, dict):
        with suppress(AtProtocolError):
            record = get_or_create({"$type": "app.bsky.feed.post", **told}, strict=False)
            post_of(record, "did:plc:a", "b", words(record), NOW, str).text.encode()
        with suppress(SourceError):
            HACKERNEWS._post(7, told, NOW)
        list(MASTODON._take("a.example", {"id": "1", **told}))
    with suppress(SourceError):
        list(steps_of_history(told, "Acme", NOW))
    with suppress(SourceError):
        list(steps_of_history({"incidents": [told]}, "Acme", NOW))
    with suppress(SourceError):
        list(steps_of_instatus({"activeIncidents": [told]}, "Acme", NOW))
    with suppress(SourceError):
        list(steps_of_widget({"ongoing_incidents": [told]}, "Acme", NOW))


def feed(data: bytes) -> None:
    """An Atom or RSS document."""
    with suppress(SourceError):
        list(steps_of_feed(data.decode("utf-8", "replace"), "Acme", NOW))


READERS = (text, frame, listing, feed, stream)


def one(data: bytes) -> None:
    """The first byte says who reads the rest."""
    if data:
        READERS[data[0] % len(READERS)](data[1:])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
