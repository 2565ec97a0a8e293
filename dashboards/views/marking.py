"""Marks that people set on an incident: left for the writer, kept with their time, each of them undoable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import frames, marks, viewer
from dashboards.markup import Safe, fill, link
from dashboards.page import made, published, read, show, told_plainly, when, zone
from dashboards.signals import telling
from dashboards.words import clock, each, known, plain, several
from ingest.notes import LONGEST

CHOICES: Final = {
    "Our statement went out": "statement",
    "It is an outage": "confirm",
    "It is not an outage": "dismiss",
    "It belongs to another incident": "merge",
    "Note": "note",
}

NEAR: Final = timedelta(days=2)
"""Incidents that begin so long before or after one can be what it belongs to."""


def marking(incident: dict[str, Any], now: datetime) -> None:
    """The marks on an incident, and a form for another.

    Args:
        incident: a row of `frames.incidents`.
        now: the time that the form offers first.
    """
    st.subheader("Marks", anchor=False)
    _kept(incident)
    if viewer.may_edit():
        with st.expander("Mark this incident"):
            _form(incident, now.astimezone(zone()))
    else:
        st.caption("You may look; only editors may mark.")
    pending = marks.pending(published().path)
    if pending:
        st.caption(f"{several(pending, 'mark waits', 'marks wait')} for the writer, which takes them up while it runs.")


def take_back(note: dict[str, Any]) -> None:
    """A button that undoes a note, for those who may."""
    if not viewer.may_edit():
        return
    if st.button("Take back", key=f"undo-{note['id']}", type="tertiary"):
        leave("undo", str(note["service"]), str(note["incident"] or ""), datetime.now(UTC), text=str(note["id"]))


def leave(kind: str, service: str, incident: str, at: datetime, *, text: str = "", author: str = "") -> None:
    """Leave a mark for the writer, in the name of whoever is signed in, and say so."""
    if not viewer.may_edit():
        return
    with told_plainly():
        note = marks.new(kind, service, at, incident=incident, text=text, author=viewer.name() or author)
        marks.leave(published().path, note)
        st.toast("Marked. It shows as soon as the writer has taken it up.")


def _kept(incident: dict[str, Any]) -> None:
    kept = read(frames.notes, None, incident["id"])
    if kept.empty:
        st.caption("None yet.")
    for row in each(kept):
        said, back = st.columns([8, 2], vertical_alignment="center")
        with said:
            show(_line(row))
        with back:
            take_back(row)


def _line(row: dict[str, Any]) -> Safe:
    names = {kind: name for name, kind in CHOICES.items()}
    return fill(
        '<div class="dc-meta"><b>{what}</b><span>{at}</span>{text}<span dir="auto">{who}</span></div>',
        what=names.get(row["kind"], str(row["kind"]).capitalize()),
        at=when(row["at"]),
        text=_words(row),
        who=plain(row["author"]) if known(row["author"]) else "",
    )


def _words(row: dict[str, Any]) -> Safe:
    text = plain(row["text"]) if known(row["text"]) else ""
    if row["kind"] == "merge":
        return fill('<a href="{to}">incident {text}</a>', to=link("incident", incident=text), text=text)
    return fill('<span dir="auto">{text}</span>', text=text)


def _form(incident: dict[str, Any], now: datetime) -> None:
    others = _others(incident)
    choices = [name for name, kind in CHOICES.items() if kind != "merge" or others]
    choice = st.radio("What", choices, horizontal=True, key="mark-what")
    with st.form("mark", border=False, clear_on_submit=True):
        whole = st.selectbox("Which", list(others), format_func=others.__getitem__) if _merges(choice) else ""
        left, middle, right = st.columns(3)
        day = left.date_input("Date", now.date())
        hour = middle.time_input("Time", now.time().replace(second=0, microsecond=0), step=60)
        author = right.text_input("Your name", viewer.name(), max_chars=80, disabled=bool(viewer.name()))
        words = "" if _merges(choice) else st.text_area("Words", max_chars=LONGEST, height=90, placeholder=HINT)
        if st.form_submit_button("Mark") and choice:
            at = datetime.combine(day, hour, tzinfo=zone()).astimezone(UTC)
            leave(CHOICES[choice], incident["service"], incident["id"], at, text=whole or words, author=author)


HINT: Final = "what the statement says, or why"


def _merges(choice: str | None) -> bool:
    return CHOICES.get(choice or "") == "merge"


def _others(incident: dict[str, Any]) -> dict[str, str]:
    """Incidents near in time, by their id."""
    found = read(frames.incidents)
    return made(lambda: _near(found, incident), found, incident["id"], str(zone()))


def _near(found: pd.DataFrame, incident: dict[str, Any]) -> dict[str, str]:
    onset = pd.Timestamp(incident["onset_at"])
    near = found[((found["onset_at"] - onset).abs() <= NEAR) & (found["id"] != incident["id"])]
    return {row["id"]: _other(row) for row in each(near)}


def _other(row: dict[str, Any]) -> str:
    return f"{row['service']}, {telling(row['signal']).name}, {clock(row['onset_at'], zone())}"
