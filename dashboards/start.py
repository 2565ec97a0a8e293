"""Starts the server of the page with all at hand that the first visitor would otherwise wait for.

python -m dashboards.start run dashboards/app.py ... -- data/downchatter.published
"""

from __future__ import annotations

import ctypes
import gc
import sys
from datetime import timedelta
from typing import Final

from streamlit.web.cli import main

from dashboards import charts, frames
from dashboards.page import published, read
from dashboards.serve import APP
from dashboards.views import brief, health, incident, now, replay, rules, scorecard, service
from ingest.errors import UserError

ARENA_MAX: Final = -8
"""glibc's name for the setting (malloc.h, mallopt(3))."""

ARENAS: Final = 2
PAGES = (brief, health, incident, now, replay, rules, scorecard, service)


def warm() -> None:
    """Read what is published now, as the first page does, and draw a chart of it."""
    meta = published().meta()
    services = read(frames.services)
    read(frames.sparks)
    read(frames.coverage)
    read(frames.incidents)
    if meta is None or services.empty:
        return
    until = meta.judged_until
    since = until - timedelta(hours=24)
    found = read(frames.minutes, str(services["service"].iloc[0]), since, until, width=frames.bin_for(since, until))
    charts.sent(charts.reports(found, charts.Window(since, until, found[[]].head(0).assign(start=None, end=None))))


def ready(path: str) -> None:
    """Warm up on the publication at a path, and keep what that left in memory out of every later sweep."""
    words, sys.argv = sys.argv, [str(APP), path]
    try:
        warm()
    except UserError:
        pass  # the page itself says what is wrong with what is published
    finally:
        sys.argv = words
    gc.collect()
    gc.freeze()


def sparing() -> None:
    """Have the threads of all sessions share memory: else glibc keeps eight heaps a processor, each half empty."""
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
        if mallopt is not None:
            mallopt(ARENA_MAX, ARENAS)


if __name__ == "__main__":
    sparing()
    ready(sys.argv[-1])
    main(prog_name="streamlit")
