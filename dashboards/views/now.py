"""Now: every service as it stands, the one that needs eyes on top."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import chosen, frames, posts
from dashboards.markup import Safe, fill, join, link
from dashboards.page import made, newest, read, show, shown, told_plainly, when, zone
from dashboards.parts import chart_head, spark, state_word
from dashboards.published import Meta
from dashboards.signals import telling
from dashboards.words import STATES, cause, count, each, known, listed, mood, plain, several, span, times_usual, whole

CARDS: Final = 12
"""More services than this in trouble go into the list with the others."""


SILENT: Final = {
    "blind": "and not spoken of, as no source can be read",
    "calm": "and not spoken of in the last hour",
}

EVERY: Final = "All"
ORDERS: Final = {"Most urgent first": "", "Most reports first": "observed_60m", "By name": "service"}
MOST: Final = 100
"""So many services are listed."""

KEY: Final = chart_head(
    "Reports in the last hour",
    "people in 5 min",
    [("reports, in the colour of the state", "var(--soft)"), ("usual, up to 99 %", "var(--usual)")],
)

TALKED: Final = Safe(' <span class="dc-soft">much spoken of</span>')

LATELY: Final = timedelta(days=2)
"""Incidents that ended so long ago are still told of."""


def page() -> None:
    """The overview, refreshed in place."""
    _overview()


@st.fragment
def _overview() -> None:
    with told_plainly():
        meta = newest()
        if meta is None:
            return
        services, sparks = read(frames.services), read(frames.sparks)
        coverage = read(frames.coverage)
        lately = read(frames.incidents, None, meta.judged_until - LATELY)
        shown(lambda: _head(services, meta), services, meta)
        shown(lambda: _unread(coverage, meta), coverage, meta)
        eyes = made(lambda: services[services["state"].isin(["outage", "elevated"])].head(CARDS), services)
        if len(eyes):
            show(KEY)
            shown(lambda: _cards(eyes, sparks, meta), eyes, sparks, meta)
        shown(lambda: _talked_of(services, meta), services, meta)
        shown(lambda: _lately(lately, meta), lately, meta)
        _all(services, eyes, sparks)
        _files(services, sparks, meta)


def _cards(eyes: pd.DataFrame, sparks: dict[str, list[float]], meta: Meta) -> Safe:
    cards = join(_card(row, sparks.get(row["service"], []), meta) for row in each(eyes))
    return fill('<div class="dc-cards">{cards}</div>', cards=cards)


def _all(services: pd.DataFrame, eyes: pd.DataFrame, sparks: dict[str, list[float]]) -> None:
    """The list of services: those that are not on cards already, or those that are asked for."""
    st.subheader("All services", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state = chosen.one_of_few("State", [EVERY, *STATES.values()], "state", EVERY)
        order = chosen.one_of("Order", list(ORDERS), "order", next(iter(ORDERS)))
        find = chosen.words("Find", "find", "part of a name")
    some, silent = made(lambda: _asked(services, eyes, state, order, find), services, eyes, state, order, find)
    if some.empty and not silent:
        words = "No service is so." if state != EVERY or find else "All of them are above."
        show(fill('<p class="dc-soft">{words}</p>', words=words))
    elif len(some):
        if eyes.empty:
            show(KEY)
        shown(lambda: _list(some.head(MOST), sparks), some, sparks)
    if len(some) > MOST:
        st.caption(f"The first {MOST} of {len(some)}; the file has them all.")
    for words in made(lambda: [_silent(name, SILENT[name], names) for name, names in silent.items()], silent):
        show(words)


def _asked(
    services: pd.DataFrame, eyes: pd.DataFrame, state: str, order: str, find: str
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """The services that are listed, and by their state the names of those that nobody spoke of."""
    asked = state != EVERY or bool(find)
    some = services if asked else services.drop(eyes.index)
    if state != EVERY:
        some = some[some["state"].map(STATES) == state]
    if find:
        some = some[some["service"].str.contains(find.strip(), case=False, regex=False)]
    if ORDERS[order]:
        some = some.sort_values(ORDERS[order], ascending=ORDERS[order] == "service", kind="stable")
    silent = some["state"].isin(list(SILENT)) & some["sentiment_60m"].isna() & (some["observed_60m"].fillna(0) == 0)
    silent &= not asked
    names = {name: [str(one) for one in some.loc[silent & (some["state"] == name), "service"]] for name in SILENT}
    return some[~silent], {name: some for name, some in names.items() if some}


def _files(services: pd.DataFrame, sparks: dict[str, list[float]], meta: Meta) -> None:
    """What the page shows, as a table and as files."""

    def hour() -> pd.DataFrame:
        return _hour(services.head(MOST), sparks, meta)

    with st.expander("The last hour as a table, or a file", key="now-table", on_change="rerun") as table:
        if table.open:
            told = _hour(services[services["service"].isin(sparks)].head(CARDS), sparks, meta)
            shown = told.assign(at=told["at"].dt.tz_convert(zone())) if len(told) else told
            st.dataframe(shown, hide_index=True, height=240, key="now-rows", alt="Reports in the last hour")
            st.download_button(
                "Download the last hour as CSV",
                lambda: posts.disarmed(hour()),
                "downchatter-last-hour.csv",
                "text/csv",
                on_click="ignore",
                key="now-hour",
            )
    st.download_button(
        "Download all of this as CSV",
        lambda: posts.disarmed(services),
        "downchatter-now.csv",
        "text/csv",
        on_click="ignore",
        key="now-csv",
        type="tertiary",
    )


def _hour(services: pd.DataFrame, sparks: dict[str, list[float]], meta: Meta) -> pd.DataFrame:
    """The numbers behind the small charts: what was heard in the five minutes up to `at`, and what is usual."""
    rows = [
        (row["service"], meta.judged_until - timedelta(minutes=2) * (len(heard) - 1 - place), value, usual_of(row))
        for row in each(services)
        for heard in [sparks.get(row["service"], [])]
        for place, value in enumerate(heard)
    ]
    return pd.DataFrame(rows, columns=["service", "at", "reports in 5 min", "usual up to"])


def usual_of(row: dict[str, Any]) -> float:
    """The upper bound of what is usual in five minutes."""
    return float(row["upper_15m"] / 3) if known(row["upper_15m"]) else 0.0


def _head(services: pd.DataFrame, meta: Meta) -> Safe:
    head = '<div class="dc-head"><h1>{said}</h1><p>as of {at}</p></div>'
    return fill(head, said=_sentence(services), at=when(meta.judged_until))


def _sentence(services: pd.DataFrame) -> str:
    if services.empty:
        return "No services are listened for"
    states = services["state"].value_counts()
    down = [str(name) for name in services.loc[services["state"] == "outage", "service"]]
    if len(down) in (1, 2, 3):
        names = " and ".join([", ".join(down[:-1]), down[-1]] if len(down) > 1 else down)
        return f"{names} {'is' if len(down) == 1 else 'are'} down"
    if down:
        return f"{len(down)} services are down"
    if states.get("blind", 0) == len(services):
        return "Blind: no source can be read"
    raised = int(states.get("elevated", 0))
    if raised:
        return f"{several(raised, 'service needs', 'services need')} eyes"
    return f"All {len(services)} services are calm" if len(services) > 1 else "Calm"


def _card(row: dict[str, Any], heard: list[float], meta: Meta) -> Safe:
    usual = usual_of(row)
    return fill(
        '<a class="dc-card is-{state}" href="{to}"><div class="top"><span class="name">{name}</span>{word}</div>'
        '<div class="body"><div><div class="big">{people}</div>'
        '<div class="unit">reports in 15 min<br>{against}</div></div><div>{spark}<div class="dc-axis">'
        "<span>1 h ago</span><span>reports in 5 min</span><span>now</span></div></div></div>"
        '<dl class="facts">{facts}</dl></a>',
        state=row["state"] if row["state"] in STATES else "blind",
        to=link("service", service=row["service"]),
        name=row["service"],
        word=state_word(row["state"]),
        people=count(row["observed_15m"]),
        against=_against(row),
        spark=spark(heard, usual, f"Reports about {row['service']} in the last hour"),
        facts=join(_fact(name, value) for name, value in _facts(row, meta)),
    )


def _against(row: dict[str, Any]) -> str:
    times = times_usual(row["observed_15m"], row["expected_15m"])
    return f"{count(row['expected_15m'])} expected" + (f", {times}" if times else "")


def _fact(name: str, value: object) -> Safe:
    return fill("<div><dt>{name}</dt><dd>{value}</dd></div>", name=name, value=value)


def _facts(row: dict[str, Any], meta: Meta) -> list[tuple[str, object]]:
    now = meta.judged_until
    found: list[tuple[str, object]] = []
    if known(row["since"]):
        found.append(("Since", fill("{at}, {long}", at=when(row["since"], now), long=span(now - row["since"]))))
    if known(row["signal"]) and row["signal"] != "outage":
        found.append(("What it is", telling(row["signal"]).name.capitalize()))
    if known(row["talk_since"]):
        found.append(("Unusual talk", fill("Since {at}", at=when(row["talk_since"], now))))
    if known(row["cause"]) and row["cause"]:
        found.append(("Put down to", cause(row["cause"])))
    found.append(("Status page", _official(row, now)))
    if known(row["lead_minutes"]):
        found.append(("We were", _lead(row["lead_minutes"])))
    found.append(("Mood", mood(row["sentiment_60m"])))
    found.append(("Sources that see", _seeing(row)))
    return found


def _official(row: dict[str, Any], now: Any) -> object:
    if known(row["official_stage"]):
        return fill("{stage}, {at}", stage=str(row["official_stage"]).capitalize(), at=when(row["official_at"], now))
    return "Says nothing" if row["status_page"] else "Not followed"


def _lead(minutes: float) -> str:
    apart = span(timedelta(minutes=abs(minutes)))
    return f"{apart} {'earlier' if minutes >= 0 else 'later'} than it"


def _seeing(row: dict[str, Any]) -> str:
    blind = listed(row["blind"])
    return listed(row["sources"]) + (f" (not {blind})" if blind != "none" else "")


def _lately(incidents: pd.DataFrame, meta: Meta) -> Safe:
    over = incidents[incidents["state"] == "resolved"].head(5)
    if over.empty:
        return Safe("<span></span>")
    rows = join(
        fill(
            '<li><a href="{to}"><strong>{service}</strong> {what}, {severity}, over since {at}. '
            "It lasted {long}; {authors} {spoke}.</a></li>",
            to=link("incident", incident=row["id"]),
            service=row["service"],
            what=telling(row["signal"]).name,
            severity=row["severity"],
            at=when(row["resolved_at"], meta.judged_until),
            long=span(row["resolved_at"] - row["onset_at"]),
            authors=several(whole(row["authors"]), "person", "people"),
            spoke="spoke of it" if row["signal"] in ("drop", "talk") else "told of it",
        )
        for row in each(over)
    )
    return fill('<div class="dc-lately"><h2>Lately</h2><ul>{rows}</ul></div>', rows=rows)


def _talked_of(services: pd.DataFrame, meta: Meta) -> Safe:
    """Services that are unusually much spoken of, whatever their state."""
    talked = services[services["talk_since"].notna()].head(CARDS)
    if talked.empty:
        return Safe("<span></span>")
    rows = join(
        fill(
            '<li><a href="{to}"><strong>{service}</strong> since {at}: {said}.</a></li>',
            to=link("incident", incident=row["talk"]),
            service=row["service"],
            at=when(row["talk_since"], meta.judged_until),
            said=plain(row["talk_said"]),
        )
        for row in each(talked)
    )
    head = '<div class="dc-lately"><h2>Unusually much spoken of</h2><ul>{rows}</ul></div>'
    return fill(head, rows=rows)


def _unread(coverage: pd.DataFrame, meta: Meta) -> Safe:
    rows = [
        fill(
            '<li><strong>{source}</strong> cannot be read since {at}: <span dir="auto">{why}</span></li>',
            source=row["source"],
            at=when(row["blind_since"], meta.judged_until),
            why=plain(row["reason"]),
        )
        for row in each(coverage)
        if known(row["blind_since"])
    ]
    return fill('<ul class="dc-unread">{rows}</ul>', rows=join(rows)) if rows else Safe("<span></span>")


def _silent(state: str, words: str, names: list[str]) -> Safe:
    chips = join(fill('<a href="{to}">{name}</a>', to=link("service", service=name), name=name) for name in names)
    return fill(
        '<div class="dc-silent"><p>{word} {words}: {number}</p><div>{chips}</div></div>',
        word=state_word(state),
        words=words,
        number=several(len(names), "service", "services"),
        chips=chips,
    )


def _list(services: pd.DataFrame, sparks: dict[str, list[float]]) -> Safe:
    heads = (
        '<th>Service</th><th>State</th><th class="num">Reports, 1 h</th><th class="num far-off">Expected</th>'
        '<th>Last hour</th><th class="far-off">Mood</th><th class="far-off">Status page</th>'
        '<th class="far-off">Sources that see</th>'
    )
    rows = join(_row(row, sparks.get(row["service"], [])) for row in each(services))
    return fill(
        '<table class="dc-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>',
        heads=Safe(heads),
        rows=rows,
    )


def _row(row: dict[str, Any], heard: list[float]) -> Safe:
    return fill(
        '<tr><td class="who"><a href="{to}">{name}</a>{talk}</td><td class="is-{state}">{word}</td>'
        '<td class="num">{heard}</td><td class="num far-off dc-soft">{expected}</td><td class="is-{state}">{spark}</td>'
        '<td class="far-off">{mood}</td><td class="far-off">{official}</td><td class="far-off">{sources}</td></tr>',
        to=link("service", service=row["service"]),
        name=row["service"],
        talk=TALKED if known(row["talk_since"]) else Safe(""),
        state=row["state"] if row["state"] in STATES else "blind",
        word=state_word(row["state"]),
        heard=count(row["observed_60m"]),
        expected=count(row["expected_60m"]),
        spark=spark(heard, usual_of(row), f"Reports about {row['service']} in the last hour"),
        mood=mood(row["sentiment_60m"]),
        official=_official(row, None),
        sources=_seeing(row),
    )
