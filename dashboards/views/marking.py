"""Marks that people set on an incident: left for the writer, kept with their time, each of them undoable."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import streamlit as st

from dashboards import frames, marks
from dashboards.markup import fill
from dashboards.page import published, read, show, told_plainly, when, zone
from dashboards.words import each, plain, several
from ingest.notes import LONGEST

CHOICES: Final = {
    "Our statement went out": "statement",
    "It is an outage": "confirm",
    "It is not an outage": "dismiss",
    "Note": "note",
}


def marking(incident: dict[str, Any], now: datetime) -> None:
    """The marks on an incident, and a form for another.

    Args:
        incident: a row of `frames.incidents`.
        now: the time that the form offers first.
    """
    st.subheader("Marks", anchor=False)
    _kept(incident)
    with st.expander("Mark this incident"):
        _form(incident, now.astimezone(zone()))
    pending = marks.pending(published().path)
    if pending:
        st.caption(f"{several(pending, 'mark waits', 'marks wait')} for the writer, which takes them up while it runs.")


def _kept(incident: dict[str, Any]) -> None:
    kept = read(frames.notes, None, incident["id"])
    if kept.empty:
        st.caption("None yet.")
    for row in each(kept):
        said, back = st.columns([8, 2], vertical_alignment="center")
        with said:
            show(_line(row))
        with back:
            if st.button("Take back", key=f"undo-{row['id']}", type="tertiary"):
                _leave("undo", incident, datetime.now(UTC), text=str(row["id"]))


def _line(row: dict[str, Any]) -> Any:
    names = {kind: name for name, kind in CHOICES.items()}
    return fill(
        '<div class="dc-meta"><b>{what}</b><span>{at}</span><span dir="auto">{text}</span>'
        '<span dir="auto">{who}</span></div>',
        what=names.get(row["kind"], str(row["kind"]).capitalize()),
        at=when(row["at"]),
        text=plain(row["text"]),
        who=plain(row["author"]),
    )


def _form(incident: dict[str, Any], now: datetime) -> None:
    with st.form("mark", border=False, clear_on_submit=True):
        choice = st.radio("What", list(CHOICES), horizontal=True)
        left, middle, right = st.columns(3)
        day = left.date_input("Date", now.date())
        hour = middle.time_input("Time", now.time().replace(second=0, microsecond=0), step=60)
        author = right.text_input("Your name", max_chars=80)
        text = st.text_area("Words", max_chars=LONGEST, height=90, placeholder="what the statement says, or why")
        if st.form_submit_button("Mark") and choice:
            at = datetime.combine(day, hour, tzinfo=zone()).astimezone(UTC)
            _leave(CHOICES[choice], incident, at, text=text, author=author)


def _leave(kind: str, incident: dict[str, Any], at: datetime, *, text: str = "", author: str = "") -> None:
    with told_plainly():
        note = marks.new(kind, incident["service"], at, incident=incident["id"], text=text, author=author)
        marks.leave(published().path, note)
        st.toast("Marked. It shows as soon as the writer has taken it up.")
