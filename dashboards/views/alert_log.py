"""The alert log of the health page: channels to try, what was sent and what became of it, what to send again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import chosen, frames, marks
from dashboards.markup import Safe, fill
from dashboards.page import published, read, show, told_plainly, when, zone
from dashboards.parts import mark, table
from dashboards.words import DELIVERIES, became, clock, each, event, known, plain, several

MEANING: Final = {
    "dead": "tried in vain: a person must look",
    "held": "waits for the end of quiet hours",
    "superseded": "a later message made it stale",
    "recorded": "the posts are recorded: never sent",
}


def alert_log() -> None:
    """Channels, alerts and tries at sending, each newest first, with a way to try a channel and to send again."""
    channels, alerts = read(frames.channels), read(frames.deliveries)
    show(_channels(channels))
    if len(channels):
        _trial(channels)
    asked = marks.pending(published().path)
    if asked:
        st.caption(
            f"{several(asked, 'request waits', 'requests wait')} for the writer, which takes them up while it runs."
        )
    if alerts.empty:
        show(Safe('<p class="dc-soft">No alert so far.</p>'))
        return
    _dead(alerts)
    _letters(alerts)
    with st.expander("Every try at sending"):
        show(_tries(read(frames.attempts)))


def _channels(channels: pd.DataFrame) -> Safe:
    rows = [
        (
            row["channel"],
            _state(str(row["problem"])),
            when(row["at"]),
            plain(row["status"]) if known(row["status"]) else "never tried",
            _took(row["seconds"]),
            int(row["sent"]),
            int(row["waiting"]),
            int(row["dead"]),
        )
        for row in each(channels)
    ]
    if not rows:
        return Safe('<p class="dc-soft">The settings name no channel.</p>')
    heads = ("Channel", "State", "Last try", "Answer", "Took", "Sent", "Waiting", "Given up")
    return table(heads, rows, numbers=(4, 5, 6, 7))


def _state(problem: str) -> Safe:
    tone = "outage" if problem else "calm"
    return fill(
        '<span class="word is-{tone}">{mark}{word}</span> <span class="dc-why" dir="auto">{why}</span>',
        mark=mark(tone),
        tone=tone,
        word="in trouble" if problem else "ready",
        why=plain(problem),
    )


def _trial(channels: pd.DataFrame) -> None:
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    name = left.selectbox("Channel to try", [str(row["channel"]) for row in each(channels)])
    if right.button("Send a test", help="An alarm that says that it is a test, and its end."):
        _ask("test", str(name))


def _dead(alerts: pd.DataFrame) -> None:
    dead = alerts[alerts["state"] == "dead"]
    if len(dead):
        words = several(len(dead), "alert was given up", "alerts were given up")
        show(fill('<div class="dc-notice" role="status"><strong>{words}.</strong> See why below.</div>', words=words))


def _letters(alerts: pd.DataFrame) -> None:
    named = {"all": "all", **DELIVERIES}
    word = chosen.one_of_few("Alerts", list(named.values()), "alerts", "all")
    state = next(name for name, said in named.items() if said == word)
    some = alerts if state == "all" else alerts[alerts["state"] == state]
    rows = [
        (
            when(row["created_at"]),
            _what(row),
            row["channel"],
            _became(row["state"]),
            row["attempts"],
            plain(row["last_status"]),
            _took(row["seconds"]),
        )
        for row in each(some.head(100))
    ]
    if not rows:
        show(Safe('<p class="dc-soft">None in this state.</p>'))
        return
    show(table(("At", "What", "Channel", "State", "Tries", "Answer", "Took"), rows, numbers=(4, 6)))
    _open(some)


def _what(row: dict[str, Any]) -> str:
    said = event(row["event"])
    return f"{said}: {row['service']}" if known(row["service"]) else said


def _became(state: str) -> Safe:
    return fill('<span title="{meaning}">{state}</span>', meaning=MEANING.get(state, ""), state=became(state))


def _open(alerts: pd.DataFrame) -> None:
    labels = {str(row["id"]): _label(row) for row in each(alerts.head(100))}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    identity = left.selectbox("One alert", list(labels), format_func=lambda one: labels.get(one, one))
    recorded = bool((alerts.loc[alerts["id"] == identity, "state"] == "recorded").all())
    why = "The posts are recorded: it is never sent." if recorded else "Whatever became of it; the same id goes along."
    if right.button("Send again", disabled=recorded, help=why):
        _ask("redeliver", str(identity))
    with st.expander("What it says"):
        body = read(frames.alert_body, str(identity))
        st.code(_shown(body) if body else "Its words are no longer kept.", language="json", wrap_lines=True)


def _label(row: dict[str, Any]) -> str:
    at = clock(row["created_at"], zone())
    return f"{at} · {_what(row)} · {row['channel']} · {became(row['state'])} · {str(row['id'])[:12]}"


def _shown(body: str) -> str:
    return json.dumps(json.loads(body), indent=1, ensure_ascii=True)


def _tries(tries: pd.DataFrame) -> Safe:
    rows = [
        (
            when(row["at"]),
            event(row["event"]),
            row["channel"],
            row["number"],
            plain(row["status"]),
            _took(row["seconds"]),
            str(row["delivery"])[:12],
        )
        for row in each(tries)
    ]
    if not rows:
        return Safe('<p class="dc-soft">None so far.</p>')
    return table(("At", "What", "Channel", "Try", "Answer", "Took", "Alert"), rows, numbers=(3, 5))


def _took(seconds: Any) -> str:
    if not known(seconds):
        return ""
    return f"{seconds * 1000:,.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


def _ask(kind: str, what: str) -> None:
    with told_plainly():
        marks.leave(published().path, marks.new(kind, "", datetime.now(UTC), text=what))
        st.toast("Asked. It shows as soon as the writer has taken it up.")
