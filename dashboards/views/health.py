"""Health: which sources are read, how far behind, what was missed, and which alerts went out."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import frames
from dashboards.markup import Safe, fill
from dashboards.page import newest, read, show, told_plainly, when
from dashboards.parts import facts, mark, table
from dashboards.published import Meta
from dashboards.views.alert_log import alert_log
from dashboards.words import each, known, plain, size, span


def page() -> None:
    """The state of the watch itself, refreshed in place."""
    _health()


@st.fragment
def _health() -> None:
    with told_plainly():
        meta = newest()
        if meta is None:
            return
        show(Safe('<div class="dc-title"><h1>Health</h1></div>'))
        show(facts(_about(meta)))
        st.subheader("Sources", anchor=False)
        show(_sources(read(frames.coverage), meta))
        st.subheader("What was missed", anchor=False)
        show(_gaps(read(frames.gaps), meta))
        st.subheader("Alerts", anchor=False)
        alert_log()


def _about(meta: Meta) -> list[tuple[str, object]]:
    stored = meta.stored
    return [
        ("Judged until", when(meta.judged_until)),
        ("Listening since", when(meta.started_at)),
        ("Published", when(meta.written)),
        ("Generation", meta.generation.lstrip("0")),
        ("Reads posts with", meta.model),
        ("False-alarm promise", f"at most one in {meta.promise_days:g} days per service"),
        ("Version", ", ".join([meta.version, *(f"{name} {said}" for name, said in meta.versions.items())])),
        ("Database", size(stored["bytes"]) if "bytes" in stored else "not known"),
        ("Posts kept", f"{stored['posts']:,}" if "posts" in stored else "not known"),
        ("Retention", f"words of posts for {meta.retention_days} days" if meta.retention_days else "not known"),
        ("Streamlit", st.__version__),
    ]


def _sources(coverage: pd.DataFrame, meta: Meta) -> Safe:
    rows = [_source(row, meta) for row in each(coverage)]
    if not rows:
        return Safe('<p class="dc-soft">No source has been read yet.</p>')
    return table(("Source", "State", "Since", "Last post", "Behind"), rows)


def _source(row: dict[str, Any], meta: Meta) -> tuple[object, ...]:
    blind = known(row["blind_since"])
    state = fill(
        '<span class="word is-{tone}">{mark}{word}</span> <span class="dc-why" dir="auto">{why}</span>',
        mark=mark("blind" if blind else "calm"),
        tone="blind" if blind else "calm",
        word="cannot be read" if blind else "read",
        why=plain(row["reason"]) if blind else "",
    )
    behind = span(meta.judged_until - row["until"]) if row["until"] < meta.judged_until else "up to date"
    return row["source"], state, when(row["since"]), when(row["last_post_at"], meta.judged_until), behind


def _gaps(gaps: pd.DataFrame, meta: Meta) -> Safe:
    rows = [
        (
            row["source"],
            when(row["start"]),
            when(row["end"]) if known(row["end"]) else "lasts",
            span((row["end"] if known(row["end"]) else meta.judged_until) - row["start"]),
            plain(row["reason"]),
        )
        for row in each(gaps.head(100))
    ]
    if not rows:
        return Safe('<p class="dc-soft">Nothing: every source was read without a gap.</p>')
    return table(("Source", "From", "Until", "Length", "Why"), rows)
