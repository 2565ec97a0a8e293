"""Takes up what people marked on the page: written down first, then removed from the folder."""

from __future__ import annotations

from pathlib import Path

from downchatter.flow import Flow
from ingest.notes import waiting


def take_up(flow: Flow, folder: Path) -> int:
    """Write down every note that waits in `folder` and remove its file. Returns how many there were."""
    found = list(waiting(folder))
    if found:
        flow.mark([note for _, note in found])
    for path, _ in found:
        path.unlink(missing_ok=True)
    return len(found)
