"""Scorecard: the published quality figures, each with what it means and the command that gives it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboards.markup import Safe, fill
from dashboards.page import show, told_plainly
from dashboards.posts import disarmed
from dashboards.scorecard import Section, sections, words
from dashboards.words import known

MOST = 60
"""Rows of a section that are shown; all of them can be downloaded."""


def page() -> None:
    """Every section that the program brings."""
    with told_plainly():
        show(Safe('<div class="dc-title"><h1>Scorecard</h1></div>'))
        st.caption("How good the product is, measured before it reached you. `downchatter evaluate` measures it again.")
        found = sections()
        for one in found:
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
    shown = frame.drop(columns=["command"], errors="ignore").head(MOST)
    named = shown.rename(columns=lambda name: str(name).replace("_", " ")).map(_cell)
    st.dataframe(named, hide_index=True, height="content" if len(named) < 12 else 400, alt=one.title)
    if len(frame) > MOST:
        st.caption(f"The first {MOST} of {len(frame):,} rows.")
    name = f"downchatter-{one.key}.csv"
    st.download_button("Download as CSV", disarmed(frame), name, "text/csv", on_click="ignore", key=f"card-{one.key}")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if known(value) else "–"
    return "–" if value is None else str(value)
