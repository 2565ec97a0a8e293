"""Service: reports beside the incident's timeline on one time axis, and the posts behind them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import streamlit as st

from dashboards import chosen, frames, posts
from dashboards.beside import shared
from dashboards.markup import Safe, fill, link
from dashboards.page import current, made, newest, published, read, show, shown, told_plainly, when, zone
from dashboards.parts import facts, sayings, state_word
from dashboards.published import Meta
from dashboards.views import pictures
from dashboards.words import clock, count, each, known, listed, mood, plain, several, times_usual

SPANS: Final = {
    "1 h": timedelta(hours=1),
    "6 h": timedelta(hours=6),
    "24 h": timedelta(hours=24),
    "7 days": timedelta(days=7),
    "30 days": timedelta(days=30),
    "90 days": timedelta(days=90),
}
EVERY: Final = "All sources"
KINDS: Final = {
    "Reports of an outage": ("outage",),
    "Recovery": ("recovery",),
    "Complaints": ("complaint",),
    "News": ("relay",),
    "All": (),
}
MOST: Final = 20
LONG: Final = timedelta(hours=24)
"""What people say is counted over so much time at most."""


def page() -> None:
    """One service, chosen above, refreshed in place."""
    with told_plainly():
        services = read(frames.services)
        names = made(lambda: sorted(services["service"]), services) if published().generation else []
        if not names:
            newest()
            return
        urgent = str(services["service"].iloc[0])
        chosen.told_unknown("service", st.query_params.get("service"), names, urgent)
        left, middle, right = st.columns([3, 4, 2], vertical_alignment="bottom")
        with left:
            service = chosen.one_of("Service", names, "service", urgent)
        with middle:
            reach = chosen.one_of_few("Time", list(SPANS), "span", "24 h")
        with right:
            sources = [EVERY, *read(frames.coverage)["source"]]
            source = chosen.one_of("Source", sources, "source", EVERY)
        _picture(service, reach, None if source == EVERY else source)
        _behind(service, reach, None if source == EVERY else source)


def _window(meta: Meta, reach: str) -> tuple[datetime, datetime]:
    until = min(chosen.moment("at") or meta.judged_until, meta.judged_until)
    return until - SPANS[reach], until


@st.fragment
def _picture(service: str, reach: str, source: str | None) -> None:
    with told_plainly():
        meta = newest()
        if meta is None:
            return
        since, until = _window(meta, reach)
        services = read(frames.services)
        row = made(lambda: each(services[services["service"] == service])[0], services, service)
        shown(lambda: _head(row, meta, until), row, meta, until)
        _charts(service, since, until, source)
        _said(service, max(since, until - LONG), until)


def _head(row: dict[str, Any], meta: Meta, until: datetime) -> Safe:
    incident = Safe("")
    if row["incident"]:
        to = link("incident", incident=row["incident"])
        incident = fill('<a href="{to}" style="text-decoration:underline">Open the incident</a>', to=to)
    story = read(shared, row["incident"]) if row["incident"] else None
    past = fill('<span class="dc-soft">up to {at}</span>', at=when(until)) if until < meta.judged_until else Safe("")
    title = fill(
        '<div class="dc-title"><h1>{name}</h1>{word}{incident}{talk}{past}</div>',
        name=row["service"],
        word=state_word(row["state"]),
        incident=incident,
        talk=_talk(row, meta),
        past=past,
    )
    return fill("{title}{facts}", title=title, facts=facts([*_now(row, meta), *_story(story)]))


def _talk(row: dict[str, Any], meta: Meta) -> Safe:
    if not known(row["talk_since"]):
        return Safe("")
    return fill(
        '<a href="{to}" style="text-decoration:underline">Unusually much spoken of since {at}</a>',
        to=link("incident", incident=row["talk"]),
        at=when(row["talk_since"], meta.judged_until),
    )


def _story(story: dict[str, Any] | None) -> list[tuple[str, object]]:
    """That it is one of several that people put down to the same upstream."""
    if story is None:
        return []
    others = several(len(story["services"]), "service", "services")
    return [("Put down to the same upstream", f"{plain(story['upstream'])}, {others} at once")]


def _now(row: dict[str, Any], meta: Meta) -> list[tuple[str, object]]:
    times = times_usual(row["observed_15m"], row["expected_15m"])
    found: list[tuple[str, object]] = [
        ("Reports in 15 min", f"{count(row['observed_15m'])}" + (f" ({times})" if times else "")),
        ("Expected", f"{count(row['expected_15m'])}, usually up to {count(row['upper_15m'])}"),
        ("Mood in the last hour", mood(row["sentiment_60m"])),
    ]
    if known(row["official_stage"]):
        stage = str(row["official_stage"]).capitalize()
        found.append(("Status page", fill("{s}, {at}", s=stage, at=when(row["official_at"], meta.judged_until))))
    found.append(("Sources that see", listed(row["sources"])))
    if listed(row["blind"]) != "none":
        found.append(("Sources that do not", listed(row["blind"])))
    return found


def _charts(service: str, since: datetime, until: datetime, source: str | None) -> None:
    width = frames.bin_for(since, until)
    frame = read(frames.minutes, service, since, until, source=source, width=width)
    span = pictures.window(frame, since, until, width)
    pictures.timeline(service, span, "service")
    pictures.reports(frame, span, width, "service")
    pictures.moods(frame, span, width, "service")


def _said(service: str, since: datetime, until: datetime) -> None:
    """What fails, why and where, as people tell it."""
    found = read(frames.told, service, since, until)
    if found.empty:
        return
    st.subheader("What people say", anchor=False)
    shown(lambda: sayings(found, most=4), found)
    start = clock(since, zone(), until)
    st.caption(f"Counted by people, since {start}. What users say of causes is talk, not finding.")


def _behind(service: str, reach: str, source: str | None) -> None:
    st.subheader("The posts behind it", anchor=False)
    left, middle, right = st.columns([4, 3, 2], vertical_alignment="bottom")
    with left:
        kind = chosen.one_of_few("Kind", list(KINDS), "kind", "Reports of an outage")
    with middle:
        search = chosen.words("Search", "search", "words in the post")
    with right:
        order = chosen.one_of_few("Order", ["Most telling", "Newest"], "order", "Most telling")
    _posts(service, reach, source, kind, search, order == "Newest")


@st.fragment
def _posts(service: str, reach: str, source: str | None, kind: str, search: str, newest_first: bool) -> None:
    with told_plainly():
        meta = current()
        if meta is None:
            return
        since, until = _window(meta, reach)
        found = read(
            frames.posts,
            service,
            since,
            until,
            kinds=KINDS[kind],
            source=source,
            search=search,
            newest=newest_first,
        )
        if found.empty:
            show(Safe('<p class="dc-soft">No such posts in this time.</p>'))
            return
        st.caption(
            f"{several(len(found), 'wording', 'wordings')}, near-copies folded. What others wrote; not verified."
        )
        posts.listing(found, "service", MOST)
        st.download_button(
            "Download these posts as CSV",
            lambda: posts.disarmed(found),
            file_name="downchatter-posts.csv",
            mime="text/csv",
            on_click="ignore",
            key="posts",
        )
