"""Takes up what people marked on the page: written down first, then removed from the folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from downchatter.flow import Flow
from ingest.notes import ASKING, waiting
from ingest.records import Note


def take_up(flow: Flow, folder: Path, done: Callable[[Sequence[Note]], None] = lambda _: None) -> int:
    """Write down every note that waits in `folder`, do what they ask and remove their files. Returns how many there
    were.

    Args:
        done: does what is asked; after a crash it is asked again.
    """
    found = list(waiting(folder))
    if found:
        flow.mark([note for _, note in found])
        done([note for _, note in found if note.kind in ASKING])
    for path, _ in found:
        path.unlink(missing_ok=True)
    return len(found)
