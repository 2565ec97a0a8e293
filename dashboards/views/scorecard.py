"""Scorecard: the published quality figures, each with what it means and the command that gives it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import chosen
from dashboards.markup import Safe, fill
from dashboards.page import show, told_plainly
from dashboards.parts import table
from dashboards.posts import disarmed
from dashboards.scorecard import COLUMNS, Section, sections, words
from dashboards.words import known

MOST: Final = 60
"""Rows of a section that are shown; all of them can be downloaded."""

FEW: Final = 12
"""Rows that are shown on a phone, as `look.css` has it."""

EVERY: Final = "Everything"

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def page() -> None:
    """The sections that the program brings, one at a time or all of them."""
    with told_plainly():
        show(Safe('<div class="dc-title"><h1>Scorecard</h1></div>'))
        st.caption("How good the product is, measured before it reached you. `downchatter evaluate` measures it again.")
        found = sections()
        titles = [one.title for one in found]
        if found:
            title = chosen.one_of("Section", [*titles, EVERY], "section", titles[0])
            for one in found:
                if title in (one.title, EVERY):
                    _section(one)
        if not found:
            told = words()
            st.markdown(told.partition("\n")[2] or "The program brings no figures: run `downchatter evaluate`.")


def _section(one: Section) -> None:
    st.subheader(one.title, anchor=False)
    measured = ", ".join(part for part in (one.measured, f"version {one.version}" if one.version else "") if part)
    show(
        fill(
            '<p>{means}</p><p class="dc-why"><code>{command}</code> {measured}</p>',
            means=one.means,
            command=one.command,
            measured=measured,
        )
    )
    frame = pd.DataFrame(one.rows)
    if one.key == "summary":
        show(table(("What", "Measured", "Asked for", "Met"), [_asked(row) for row in one.rows], stacked=True))
    else:
        _figures(one, frame.drop(columns=["command"], errors="ignore").dropna(axis="columns", how="all").head(MOST))
    if len(frame) > MOST:
        st.caption(f"The first {MOST} of {len(frame):,} rows.")
    if len(frame) > FEW and one.key != "summary":
        show(fill('<p class="dc-why dc-small">The first {few} rows; the file has them all.</p>', few=FEW))
    name = f"downchatter-{one.key}.csv"
    st.download_button("Download as CSV", disarmed(frame), name, "text/csv", on_click="ignore", key=f"card-{one.key}")


def _asked(row: dict[str, Any]) -> tuple[str, ...]:
    told = {True: "yes", False: "no"}
    return str(row["what"]), str(row["measured"]), str(row.get("target") or "–"), told.get(row.get("met"), "–")  # type: ignore[arg-type]


def _figures(one: Section, frame: pd.DataFrame) -> None:
    """The rows as a table, and what each of its columns means."""
    named = {name: COLUMNS.get(str(name), (str(name).replace("_", " ").capitalize(), "")) for name in frame.columns}
    numbers = [place for place, name in enumerate(frame.columns) if pd.api.types.is_numeric_dtype(frame[name])]
    shown = frame.map(_cell)
    show(table([head for head, _ in named.values()], shown.to_numpy().tolist(), numbers, wide=one.title))
    with st.expander("What the columns mean"):
        show(table(("Column", "Meaning"), [(head, why) for head, why in named.values() if why]))


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return figure(value)
    if value is None:
        return "–"
    return _clock(str(value))


def figure(value: float) -> str:
    """A measured number with three telling digits, never with an exponent."""
    if not known(value):
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return "under 0.001" if 0 < abs(value) < 0.001 else f"{value:.3g}"


def _clock(told: str) -> str:
    """A time as people write it; other words as they are."""
    try:
        moment = datetime.fromisoformat(told) if _TIME.match(told) else None
    except ValueError:
        moment = None
    return told if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
