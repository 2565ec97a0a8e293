"""Replay: an incident minute by minute, as it was then known, with decisions and alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import frames, posts
from dashboards.markup import Safe, fill
from dashboards.page import current, newest, published, read, show, told_plainly, when
from dashboards.parts import facts, mark, table
from dashboards.replay import Then, known_then, up_to
from dashboards.signals import telling
from dashboards.views import pictures
from dashboards.views.incident import NONE, STATES, choose, named
from dashboards.words import became, count, each, event, known

BEFORE: Final = timedelta(minutes=30)
TICK: Final = 1.0
NONE_YET: Final = Safe('<p class="dc-soft">None yet.</p>')


def page() -> None:
    """One incident, chosen above, played from half an hour before its onset."""
    with told_plainly():
        found = read(frames.incidents) if published().generation else pd.DataFrame()
        if found.empty:
            if newest() is not None:
                show(NONE)
            return
        identity = choose(named(found))
        newest()
        row = next(one for one in each(found) if one["id"] == identity)
        playing = st.toggle("Play, one minute a second", key="playing")
        if playing:
            _played(row)
        else:
            _still(row)


@st.fragment(run_every=TICK)
def _played(row: dict[str, Any]) -> None:
    start, length = _span(row)
    st.session_state["minute"] = min(length, int(st.session_state.get("minute", 0)) + 1)
    _moment(row, start, length)


def _still(row: dict[str, Any]) -> None:
    start, length = _span(row)
    if "minute" not in st.session_state:
        told = st.query_params.get("minute", "0")
        st.session_state["minute"] = min(length, int(told)) if told.isdigit() else 0
    _moment(row, start, length)
    st.query_params["minute"] = str(st.session_state["minute"])


def _span(row: dict[str, Any]) -> tuple[datetime, int]:
    meta = current()
    last = row["resolved_at"] if known(row["resolved_at"]) else row["updated_at"]
    until = last + BEFORE if meta is None else min(last + BEFORE, pd.Timestamp(meta.judged_until))
    start = (row["onset_at"] - BEFORE).to_pydatetime()
    return start, max(1, int((until - start) / pd.Timedelta(minutes=1)))


def _moment(row: dict[str, Any], start: datetime, length: int) -> None:
    with told_plainly():
        st.session_state["minute"] = min(length, int(st.session_state.get("minute", 0)))
        minute = st.slider("Minute", 0, length, key="minute")
        at = start + timedelta(minutes=minute)
        then = read(known_then, row["id"], at)
        show(_head(row, then, _people(row, at)))
        _pictures(row, then, start, start + timedelta(minutes=length))
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader("Alerts by then", anchor=False)
            show(_alerts(then))
        with right:
            counted = row["signal"] not in ("talk", "drop")
            st.subheader(f"The newest {'counted ' if counted else ''}posts by then", anchor=False)
            found = read(frames.posts, row["service"], start, at, counted=counted, newest=True, limit=60)
            if found.empty:
                show(NONE_YET)
            posts.listing(found, "replay", 5)


def _people(row: dict[str, Any], at: datetime) -> int:
    onset = row["onset_at"].to_pydatetime()
    return read(frames.people, row["service"], onset, at, row["signal"]) if at > onset else 0


def _head(row: dict[str, Any], then: Then, people: int) -> Safe:
    talk = row["signal"] == "talk"
    tone = "calm" if talk else STATES.get(then.state, "calm")
    title = fill(
        '<div class="dc-title"><h1>{at}</h1><span class="word is-{tone}">{mark}{state}</span></div>',
        at=when(then.at),
        tone=tone,
        mark=mark(tone),
        state=_state(then.state, talk=talk),
    )
    last = each(then.officials)[-1] if len(then.officials) else None
    pairs: list[tuple[str, object]] = [
        ("Service", f"{row['service']}: {telling(row['signal']).name}"),
        (telling(row["signal"]).people + " so far", count(people)),
        *([] if talk else [("Status page", str(last["stage"]).capitalize() if last else "says nothing yet")]),
        ("Alerts so far", count(len(then.alerts))),
    ]
    return fill("{title}{facts}", title=title, facts=facts(pairs))


def _state(state: str, *, talk: bool) -> str:
    """The state of then in words; unusual talk is noticed, and neither suspected nor confirmed."""
    if not state:
        return "Nothing noticed yet" if talk else "Nothing suspected yet"
    return state.capitalize() if state == "resolved" or not talk else "Goes on"


def _pictures(row: dict[str, Any], then: Then, since: datetime, until: datetime) -> None:
    width = frames.bin_for(since, until, most=150)
    whole = read(frames.minutes, row["service"], since, until, width=width, signal=telling(row["signal"]).expected)
    axis = replace(pictures.window(whole, since, until, width), now=then.at)
    pictures.drawn_timeline(then.incident, then.officials, then.notes, axis, "replay")
    pictures.reports(up_to(whole, then.at, width), axis, width, "replay", row["signal"])


def _alerts(then: Then) -> Safe:
    if then.alerts.empty:
        return NONE_YET
    rows = [
        (
            when(one["created_at"], then.at),
            event(one["event"]),
            one["channel"],
            became(one["state"]),
        )
        for one in each(then.alerts)
    ]
    return table(("At", "What", "Channel", "What became of it"), rows)
