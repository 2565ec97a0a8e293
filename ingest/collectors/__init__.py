"""Sources of posts, one file each. The file's name is the source's name; only the one asked for is imported.

A collector module has a function `build` that gives a `Collector`. `read` is a generator: it yields posts and
removals as they come and a `Mark` wherever the reader may safely stop and later resume. It raises `SourceUnreachable`
when the source cannot be read for now; whoever conducts backs off, records the gap and calls `read` again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from ingest.records import Item, Service, Told


def nothing_told(source: str) -> Sequence[Told]:  # noqa: ARG001  # the signature of `Tools.told`
    """What a source told before where nothing is stored."""
    return ()


@dataclass(frozen=True, slots=True)
class Tools:
    """What a collector is handed besides its own options, so that tests may hand it others.

    `wanted` says quickly whether a text may name a service; what it rejects is never queued (false positives are fine).
    `pseudonym` turns an author's name at the source into the keyed hash that is stored. `clock` tells aware UTC time.
    `told` gives what a source told before and is still stored with its words, the latest first, so that deletions are
    noticed across restarts; it is filled for a collector that says `asks_again`. Words are kept for `kept`. `watched`
    are the services.
    """

    wanted: Callable[[str], bool]
    pseudonym: Callable[[str], str]
    clock: Callable[[], datetime]
    told: Callable[[str], Sequence[Told]] = nothing_told
    kept: timedelta = timedelta(days=30)
    watched: Sequence[Service] = ()


class Collector(Protocol):
    """One source."""

    source: str

    def read(self, cursor: str) -> Iterator[Item]:
        """Yield what came after `cursor` (empty: from now, or from the beginning of a file)."""
        ...

    def close(self) -> None:
        """End a `read` under way in another thread within a few seconds. Calling it twice is harmless."""
        ...


def names() -> list[str]:
    """The sources that exist, by file name."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def load(name: str, options: Mapping[str, Any], tools: Tools) -> Collector:
    """A ready collector: each file has a function `build(options, tools) -> Collector`.

    Raises:
        KeyError: no file of that name is here.
        UserError: an option is missing or wrong.
    """
    if name not in names():
        raise KeyError(name)
    collector: Collector = import_module(f"{__name__}.{name}").build(options, tools)
    return collector
