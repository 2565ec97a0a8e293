"""The charts of a service with their heads, as the pages show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import pandas as pd
import streamlit as st

from dashboards import charts, frames
from dashboards.charts import COLOURS, Spec, Window
from dashboards.page import made, read, show, zone
from dashboards.parts import chart_head
from dashboards.posts import disarmed
from dashboards.signals import telling

_HATCH: Final = f"repeating-linear-gradient(-60deg,{COLOURS['gap']} 0 1px,transparent 1px 4px)"
_SHAPES: Final = "▶ begins  ▲ suspected, investigating  ◆ confirmed, identified  ✚ peak  ▼ recovering  ● over  ■ said"
_LANES: Final = {"heard": "reports", "official": "official", "we said": "recovery"}
_DASHED: Final = "repeating-linear-gradient(90deg,{0} 0 5px,transparent 5px 8px) center/100% 2px no-repeat"
_DOTS: Final = (
    ("the larger, the more posts", f"radial-gradient(circle closest-side,{COLOURS['sentiment']} 90%,transparent)"),
    ("neither good nor bad", _DASHED.format(COLOURS["usual"])),
)


def window(frame: pd.DataFrame, since: datetime, until: datetime, width: int) -> Window:
    """The shared time axis of a frame of `frames.minutes`, as it was read."""
    return Window(since, until, made(lambda: frames.unseen(frame, width), frame, width))


def timeline(service: str, span: Window, place: str, only: str | None = None) -> None:
    """What was known when, on the time axis; nothing where nothing was.

    Args:
        service: its name.
        span: the time axis.
        place: where on the page, to keep charts apart.
        only: this incident's id; None draws all.
    """
    found = read(frames.incidents, service, span.since, span.until)
    incidents = found if only is None else made(lambda: found[found["id"] == only], found, only)
    officials = read(frames.officials, service, span.since, span.until)
    notes = read(frames.notes, service)
    if incidents.empty and officials.empty and notes.empty:
        return
    drawn_timeline(incidents, officials, notes, span, place)


def drawn_timeline(
    incidents: pd.DataFrame, officials: pd.DataFrame, notes: pd.DataFrame, span: Window, place: str
) -> None:
    """Incidents, official steps and notes, as they were read, on the time axis."""
    show(chart_head("What was known, and when", _SHAPES, [(lane, COLOURS[one]) for lane, one in _LANES.items()]))
    _draw(
        f"{place}-marks",
        "Incidents, official steps and statements",
        lambda: charts.marks(incidents, officials, notes, span),
        lambda: charts.steps(incidents, officials, notes),
        (incidents, officials, notes, span.since, span.until, span.now),
    )


def reports(frame: pd.DataFrame, span: Window, width: int, place: str, signal: str = "outage") -> None:
    """What is counted for a signal, against expected."""
    told = telling(signal)
    keys = [
        (told.heard, COLOURS[told.column]),
        ("expected", _DASHED.format(COLOURS["usual"])),
        ("usual, 99 %", f"{COLOURS['usual']}55"),
        *_unread(span),
    ]
    show(chart_head(told.title, f"people per {charts.per(width)}", keys))
    columns = ["at", told.column, "expected", "upper", "seen"]
    _draw_minutes(
        frame, f"{place}-reports", told.title, columns, span, lambda: charts.reports(frame, span, told.column)
    )


def moods(frame: pd.DataFrame, span: Window, width: int, place: str) -> None:
    """Frustration and recovery, and the sentiment of all posts."""
    keys = [
        ("frustration", COLOURS["frustration"]),
        ("“it is back”", _DASHED.format(COLOURS["recovery"])),
        *_unread(span),
    ]
    show(chart_head("Frustration and recovery", f"people per {charts.per(width)}", keys))
    columns = ["at", "frustration", "recovery", "complaints", "seen"]
    _draw_minutes(
        frame, f"{place}-chatter", "Frustration and recovery", columns, span, lambda: charts.chatter(frame, span)
    )
    show(chart_head("Sentiment", "mean of all posts, −1 (bad) to 1 (good)", [*_DOTS, *_unread(span)]))
    columns = ["at", "sentiment", "mood", "posts", "seen"]
    _draw_minutes(frame, f"{place}-mood", "Sentiment over time", columns, span, lambda: charts.mood(frame, span))


def _unread(span: Window) -> list[tuple[str, str]]:
    """What stands in the legend for stretches that could not be seen, where there are any."""
    return [("no source could be read", _HATCH)] if len(span.gaps) else []


def _draw_minutes(
    frame: pd.DataFrame, key: str, words: str, columns: list[str], span: Window, draw: Callable[[], Spec]
) -> None:
    _draw(key, words, draw, lambda: frame[columns], (frame, span.since, span.until, span.now))


def _draw(
    key: str,
    words: str,
    draw: Callable[[], Spec],
    rows: Callable[[], pd.DataFrame],
    about: tuple[object, ...],
) -> None:
    """A chart, and below it, once someone opens that, its numbers.

    Args:
        key: tells it from the other charts of the page.
        words: what it shows, for those who cannot see it.
        draw: draws it.
        rows: the numbers behind it.
        about: what it is drawn from.
    """
    spec = made(lambda: charts.sent(draw()), key, *about)
    st.vega_lite_chart(spec=spec, width="stretch", key=key, alt=words)
    with st.expander("As a table, or a file", key=f"{key}-table", on_change="rerun") as table:
        if table.open:
            _numbers(rows(), key, draw())


def _numbers(frame: pd.DataFrame, key: str, chart: Spec) -> None:
    """The rows behind a chart, to read in the viewer's zone; they and the chart to download, in UTC."""
    local = frame.assign(at=frame["at"].dt.tz_convert(zone())) if len(frame) else frame
    st.dataframe(local, hide_index=True, height=240, key=f"{key}-rows", alt="The numbers behind the chart")
    files: tuple[tuple[str, str, bytes | Callable[[], bytes]], ...] = (
        ("csv", "text/csv", disarmed(frame)),
        ("svg", "image/svg+xml", lambda: charts.drawn(chart, "svg")),
        ("png", "image/png", lambda: charts.drawn(chart, "png")),
    )
    with st.container(horizontal=True):
        for form, mime, content in files:
            name = f"downchatter-{key}.{form}"
            said = f"Download as {form.upper()}"
            st.download_button(said, content, name, mime, on_click="ignore", key=f"{key}-{form}")
