"""The page on a publication, in a process of its own, as a test looks at it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from downchatter.commands.bench_page import await_page

ROOT = Path(__file__).parents[2]


@contextmanager
def serving(words: Sequence[str], address: str, log: Path, env: Mapping[str, str] | None = None) -> Iterator[None]:
    """Run the command beside its log until the page answers, and end it after.

    A browser is not to knock earlier: Chromium goes on to a page of its own when it is refused, which cuts short the
    next try.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    with log.open("wb") as out:
        server = subprocess.Popen(words, cwd=log.parent, env=environment, stdout=out, stderr=subprocess.STDOUT)
        try:
            await_page(f"{address}/_stcore/health", server)
            yield
        finally:
            server.terminate()
            server.wait(20)
