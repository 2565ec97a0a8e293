"""What every page shares: the publication it reads, the cache, the banners, times in the viewer's zone."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from time import monotonic
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
import streamlit as st

from dashboards.marks import pending
from dashboards.markup import Safe, fill
from dashboards.published import Meta, Published
from dashboards.remembered import ByGeneration, frozen
from dashboards.words import clock, known, span
from ingest.errors import UserError

REFRESH: Final = 5.0
"""Seconds between two looks at what is published."""

LATELY: Final = 0.2
"""For so many seconds what is newest is not looked up again, unless a page begins."""

STALE: Final = timedelta(minutes=2)

Arguments = ParamSpec("Arguments")
Found = TypeVar("Found")


def published() -> Published:
    """The publication that the page was started on: its argument, else $DOWNCHATTER_PUBLISHED, else the usual place."""
    usual = os.environ.get("DOWNCHATTER_PUBLISHED", "data/downchatter.published")
    return Published(Path(sys.argv[1] if len(sys.argv) > 1 else usual))


def read(
    function: Callable[Concatenate[Published, Arguments], Found], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Found:
    """Ask `frames`; within a generation the answer is found once and shared: nobody changes it."""
    source = published()
    question = (function.__module__, function.__qualname__, frozen(args), frozen(kwargs))
    return _READ.get(str(source.path), _generation(source), question, lambda: function(source, *args, **kwargs))


def made(make: Callable[[], Found], *about: Any) -> Found:
    """What is made of what was read, once for all sessions that show the same generation in the same way.

    Args:
        make: makes it, of nothing but `about`.
        about: all that it is made of, the viewer's time zone among them where it matters. What was read tells by which
            one it is, as sessions share it, and is kept for as long as what is made of it.
    """
    source = published()
    question = (getattr(make, "__code__", make), *(_which(one) for one in about))
    found, _ = _MADE.get(str(source.path), _generation(source), question, lambda: (make(), about))
    return found


def _generation(source: Published, lately: float = LATELY) -> str:
    """The newest generation, or what it was not more than `lately` seconds ago: a page asks a hundred times."""
    now = monotonic()
    last = _SEEN.get(source.path)
    if last is not None and now - last[0] <= lately:
        return last[1]
    found = now, source.generation
    _SEEN[source.path] = max(found, _SEEN.get(source.path, found))
    return found[1]


def _which(one: Any) -> Hashable:
    return id(one) if isinstance(one, pd.DataFrame | pd.Series | Meta | dict) else frozen(one)


_SEEN: Final[dict[Path, tuple[float, str]]] = {}
_READ: Final = ByGeneration(512)
_MADE: Final = ByGeneration(512)


def current() -> Meta | None:
    """What the newest generation says about itself; None before the first.

    Raises:
        UserError: it is there and cannot be read.
    """
    _generation(published(), lately=0.0)
    return read(Published.meta)


def state() -> str:
    """What a page shows hangs on this: while it stays the same, so does every page."""
    try:
        meta = current()
    except UserError as error:
        return str(error)
    age = datetime.now(UTC) - meta.written if meta else timedelta(0)
    stale = span(age) if age > STALE else ""
    return f"{meta.generation if meta else ''} {stale} {pending(published().path)}"


def keep_up(shown: str) -> None:
    """Show the page anew, in place, once it is no longer as it was `shown`; until then send nothing.

    Args:
        shown: the `state` before the page was laid out.
    """
    _look(shown, iter([True]))


@st.fragment(run_every=REFRESH)
def _look(shown: str, first: Iterator[bool]) -> None:
    if next(first, False):
        made(gc.collect)  # once a generation; Streamlit would after each look of each session
    elif state() != shown:
        st.rerun()


@contextmanager
def told_plainly() -> Iterator[None]:
    """Show what a person must change as a sentence instead of a trace."""
    try:
        yield
    except UserError as error:
        show(fill('<div class="dc-notice" role="alert"><strong>Cannot be shown.</strong> {why}</div>', why=error))


def show(markup: Safe) -> None:
    """Set markup of ours on the page."""
    st.html(markup)


def shown(make: Callable[[], Safe], *about: Any) -> None:
    """Set markup on the page that is `made` once for all who look at the same in one time zone."""
    show(made(make, str(zone()), *about))


def newest() -> Meta | None:
    """What is published, after its banners; None, with words on what to do, where nothing is."""
    meta = current()
    if meta is None:
        show(
            fill(
                '<div class="dc-empty"><h2>Nothing to show yet</h2><p>{remedy}</p>'
                "<p>This page fills by itself as soon as something is published.</p></div>",
                remedy=published().remedy,
            )
        )
        return None
    if meta.simulated:
        show(
            Safe(
                '<div class="dc-banner dc-simulated" role="status"><strong>Simulated data.</strong> '
                "Nobody wrote these posts, and nothing here happened.</div>"
            )
        )
    age = datetime.now(UTC) - meta.written
    if age > STALE:
        show(
            fill(
                '<div class="dc-banner dc-stale" role="status"><strong>Not live.</strong> Last published {age} ago: '
                "this is how things stood at {then}.</div>",
                age=span(age),
                then=when(meta.judged_until),
            )
        )
    return meta


def zone() -> tzinfo:
    """The viewer's time zone, or UTC where the browser does not tell."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def when(moment: Any, near: datetime | None = None) -> Safe:
    """A time in the viewer's zone, with UTC on hover."""
    if not known(moment):
        return Safe("–")
    said = moment.astimezone(UTC)
    return fill(
        '<time datetime="{iso}" title="{utc} UTC">{local}</time>',
        iso=said.isoformat(),
        utc=f"{said:%Y-%m-%d %H:%M}",
        local=clock(moment, zone(), near),
    )
