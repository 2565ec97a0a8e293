"""Rules: move the promise about false alarms and the bounds of severity, and see what that would have changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import chosen, frames, marks, viewer, whatif
from dashboards.markup import Safe, fill, link
from dashboards.page import newest, published, read, show, told_plainly, when
from dashboards.parts import facts, table
from dashboards.posts import disarmed
from dashboards.published import Meta
from dashboards.signals import telling
from dashboards.views.marking import take_back
from dashboards.whatif import FATES
from dashboards.words import each, known, plain
from ingest.records import Bounds

LENGTHS: Final = {
    1: "1 day",
    3: "3 days",
    7: "1 week",
    14: "2 weeks",
    30: "1 month",
    60: "2 months",
    90: "1 quarter",
    180: "half a year",
    365: "1 year",
}
ANY: Final = "*"
"""In place of a service: rules are for all of them."""

MOST: Final = 200
KEYS: Final = ("promise", "times", "people", "minutes")
REACH: Final = {"times": (2, 200), "people": (5, 1000), "minutes": (5, 1440)}


def page() -> None:
    """The rules in force, those to try, and what they would change."""
    with told_plainly():
        meta = newest()
        if meta is None:
            return
        show(Safe('<div class="dc-title"><h1>Rules</h1></div>'))
        show(facts(_in_force(meta)))
        days = read(whatif.promises)
        if not days:
            show(NOT_YET)
        else:
            _trial(meta, days)
        _saved()


NOT_YET: Final = Safe(
    '<div class="dc-empty"><h2>Not looked back yet</h2><p>What other rules would have made of the past is worked out '
    "by the writer: <code>downchatter run</code> does so within minutes of its start and every hour, "
    "<code>downchatter replay --db</code> and <code>demo</code> at their end. It then appears here.</p></div>"
)


def _in_force(meta: Meta) -> list[tuple[str, object]]:
    bounds = whatif.bounds(meta.rules)
    own = "as the settings say" if meta.rules == meta.settled else "saved on this page"
    return [
        ("In force", f"at most one false alarm in {_length(meta.promise_days)} per service, {own}"),
        ("People an incident needs", f"{meta.rules.get('min_voices', 0):g}"),
        ("Severe from, times the usual", f"{bounds.times[0]:g} and {bounds.times[1]:g}"),
        ("Severe from, people", f"{bounds.people[0]:g} and {bounds.people[1]:g}"),
        ("Severe from, minutes", f"{bounds.minutes[0]:g} and {bounds.minutes[1]:g}"),
    ]


def _length(days: float) -> str:
    return LENGTHS.get(int(days), f"{days:g} days") if days == int(days) else f"{days:g} days"


def _trial(meta: Meta, days: list[float]) -> None:
    st.subheader("Try others", anchor=False)
    old = whatif.bounds(meta.rules)
    names = {_length(one): one for one in days}
    promise = chosen.step_of(
        "At most one false alarm per service in",
        list(names),
        "promise",
        _length(meta.promise_days) if _length(meta.promise_days) in names else next(iter(names)),
        hint="A longer promise asks for more evidence: fewer false alarms, and real ones are told later.",
    )
    new = _bounds(old)
    found = read(whatif.changes, names[promise], old, new)
    show(fill('<p class="dc-told" role="status"><strong>{told}</strong></p>', told=whatif.summary(found)))
    st.caption("All of the past that is kept, judged anew by the rules in force and by those above.")
    _changes(found)
    changed = {"promise_days": names[promise], **_told(new)} != {"promise_days": meta.promise_days, **_told(old)}
    _decide(promise, names[promise], new, changed)


def _bounds(old: Bounds) -> Bounds:
    left, middle, right = st.columns(3)
    with left:
        times = chosen.stretch("Severe: times the usual rate", *REACH["times"], "times", _ints(old.times), hint=POINTS)
    with middle:
        people = chosen.stretch("Severe: people", *REACH["people"], "people", _ints(old.people), hint=FEW)
    with right:
        minutes = chosen.stretch("Severe: minutes", *REACH["minutes"], "minutes", _ints(old.minutes), hint=POINTS)
    return Bounds(_floats(times), _floats(people), _floats(minutes))


POINTS: Final = "Each bound that an incident reaches earns it a point. Two points make it major, four critical."
FEW: Final = (
    f"{POINTS} With fewer people than half the first bound it earns one point at most; "
    "with fewer than twice that bound it is not critical."
)


def _ints(pair: tuple[float, float]) -> tuple[int, int]:
    return round(pair[0]), round(pair[1])


def _floats(pair: tuple[int, int]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _told(bounds: Bounds) -> dict[str, list[int]]:
    return {name: list(_ints(getattr(bounds, name))) for name in ("times", "people", "minutes")}


def _changes(found: pd.DataFrame) -> None:
    other = found[found["fate"] != "stays"].head(MOST)
    if len(other):
        show(
            table(
                ("What", "Service", "Told at", "Would be told at", "Moves by", "Severity", "People"), _rows(other), (6,)
            )
        )
    if len(found):
        st.download_button(
            "Download all of them as CSV",
            disarmed(found),
            file_name="downchatter-what-if.csv",
            mime="text/csv",
            on_click="ignore",
            key="what-if",
        )


def _rows(found: pd.DataFrame) -> list[tuple[object, ...]]:
    return [
        (
            FATES[row["fate"]],
            _service(row),
            when(row["before"]),
            when(row["after"]),
            whatif.moved(row["minutes"]),
            _severity(row),
            f"{row['people']:,.0f}",
        )
        for row in each(found)
    ]


def _service(row: Mapping[str, Any]) -> Safe:
    named = f"{row['service']} ({telling(row['signal']).name})"
    if not row["incident"]:
        return fill("{named}", named=named)
    return fill('<a href="{to}">{named}</a>', to=link("incident", incident=row["incident"]), named=named)


def _severity(row: Mapping[str, Any]) -> str:
    before, after = row["severity_before"], row["severity_after"]
    return before or after if before == after or not (before and after) else f"{before} → {after}"


def _decide(promise: str, days: float, bounds: Bounds, changed: bool) -> None:
    if not viewer.may_edit():
        st.caption("You may look and try; only editors may save.")
        return
    with st.container(horizontal=True):
        saved = st.button("Save these rules", type="primary", disabled=not changed)
        st.button("Discard", disabled=not changed, on_click=chosen.forget, args=KEYS)
    if saved:
        text = json.dumps({"promise_days": days, **_told(bounds)})
        marks.leave(published().path, marks.new("rules", ANY, datetime.now(UTC), text=text, author=viewer.name()))
        st.toast(
            f"Saved: one false alarm in {promise}. The writer takes it up while it runs, and judges by it from then on."
        )


def _saved() -> None:
    """What was saved before, the newest first; each can be taken back."""
    found = read(frames.notes, ANY)
    kept = found[found["kind"] == "rules"].iloc[::-1] if len(found) else found
    waiting = marks.pending(published().path)
    if waiting:
        st.caption("What was just saved waits for the writer, which takes it up while it runs (`downchatter run`).")
    if kept.empty:
        return
    st.subheader("Saved before", anchor=False)
    for row in each(kept.head(20)):
        said, back = st.columns([8, 2], vertical_alignment="center")
        with said:
            show(
                fill(
                    '<div class="dc-meta"><b>{what}</b><span>{at}</span><span dir="auto">{who}</span></div>',
                    what=_words(str(row["text"])),
                    at=when(row["at"]),
                    who=plain(row["author"]) if known(row["author"]) else "",
                )
            )
        with back:
            take_back(row)


def _words(text: str) -> str:
    try:
        told = json.loads(text)
        bounds = whatif.bounds(told)
        promise = f"one false alarm in {_length(float(told['promise_days']))}" if "promise_days" in told else "rules"
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return plain(text)
    pairs = (
        f"{pair[0]:g} and {pair[1]:g} {unit}" for pair, unit in ((bounds.times, "times"), (bounds.people, "people"))
    )
    return f"{promise}; severe from {', '.join(pairs)}, {bounds.minutes[0]:g} and {bounds.minutes[1]:g} minutes"
