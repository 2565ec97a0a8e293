"""Incident: who knew when, with its own link to share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboards import chosen, frames, posts
from dashboards.beside import shared, upstream
from dashboards.markup import Safe, fill, join, link, outward
from dashboards.page import current, made, newest, published, read, show, shown, told_plainly, when, zone
from dashboards.parts import facts, mark, sayings, table
from dashboards.published import Meta
from dashboards.signals import telling
from dashboards.statement import Effect, statement_effect
from dashboards.trust import rate, verdict
from dashboards.views import pictures
from dashboards.views.marking import marking
from dashboards.words import count, distance, each, known, plain, several, span, whole

STATES: Final = {
    "suspected": "elevated",
    "confirmed": "outage",
    "recovering": "elevated",
    "resolved": "calm",
    "dismissed": "calm",
}


NONE: Final = Safe(
    '<div class="dc-empty"><h2>No incident so far</h2><p>The first one appears here by itself.</p></div>'
)


def page() -> None:
    """One incident, chosen above or by its link."""
    with told_plainly():
        found = read(frames.incidents) if published().generation else pd.DataFrame()
        if found.empty:
            if newest() is not None:
                show(NONE)
            return
        identity = choose(named(found))
        _story(identity)
        told, meta = read(frames.incident, identity), current()
        if told is not None and meta is not None:
            marking(_row(told), meta.judged_until)


def named(found: pd.DataFrame) -> dict[str, str]:
    """What to call each incident of `frames.incidents`, by its id."""
    return made(lambda: {row["id"]: _name(row) for row in each(found)}, found, str(zone()))


def choose(names: dict[str, str]) -> str:
    """One incident's id, chosen on the page or by its link."""
    asked = st.query_params.get("incident")
    chosen.told_unknown("incident", asked, names, next(iter(names.values())))
    if "incident" not in st.session_state:
        st.session_state["incident"] = asked if asked in names else next(iter(names))
    if st.session_state["incident"] not in names:
        st.session_state["incident"] = next(iter(names))
    identity = st.selectbox("Incident", list(names), format_func=lambda one: names[one], key="incident")
    st.query_params["incident"] = identity
    return str(identity)


def _name(row: dict[str, Any]) -> str:
    told = row["onset_at"].astimezone(zone())
    return f"{row['service']}: {telling(row['signal']).name}, {told.day} {told:%b %Y %H:%M} ({row['state']})"


@st.fragment
def _story(identity: str) -> None:
    with told_plainly():
        meta = newest()
        told = read(frames.incident, identity)
        if meta is None or told is None:
            show(Safe('<div class="dc-notice">This incident is no longer published.</div>'))
            return
        steps = read(frames.who_knew_when, identity)
        row = _row(told)
        shown(lambda: _head(row, steps, meta, _people(row, meta)), row, steps, meta)
        left, right = st.columns([5, 6], gap="large")
        with right:
            _chart(told, meta)  # first, for a browser takes a while to make ready for charts
        with left:
            st.subheader("Who knew when", anchor=False)
            shown(lambda: _ribbon(steps, told["onset_at"]), steps, told)
            _over(told, meta)
            _helped(told, steps)
            _trusted(identity)
            _beside(told, meta)
        with right:
            _said_of_it(told, meta)
            st.subheader("The most telling posts", anchor=False)
            _telling(told, meta)


def _row(told: pd.Series[Any]) -> dict[str, Any]:
    return made(lambda: each(told.to_frame().T)[0], told)


def _people(told: dict[str, Any], meta: Meta) -> int:
    """People so far: an incident's own count is of its last change of state."""
    if known(told["resolved_at"]):
        return whole(told["authors"])
    until = pd.Timestamp(meta.judged_until).to_pydatetime()
    found = read(frames.people, told["service"], told["onset_at"].to_pydatetime(), until, told["signal"])
    return max(whole(told["authors"]), found)


def _head(told: dict[str, Any], steps: pd.DataFrame, meta: Meta, people: int) -> Safe:
    to = link("service", service=told["service"], span="6 h")
    tone = "calm" if told["signal"] == "talk" else STATES.get(told["state"], "calm")
    title = fill(
        '<div class="dc-title"><h1>{service}: {what}</h1><span class="word is-{tone}">{mark}{state}</span>'
        '<a href="{to}" style="text-decoration:underline">Open the service</a>{merged}</div>',
        merged=_merged(told),
        mark=mark(tone),
        service=told["service"],
        what=telling(told["signal"]).name,
        tone=tone,
        state=str(told["state"]).capitalize() if tone != "calm" or known(told["resolved_at"]) else "Goes on",
        to=to,
    )
    return fill(
        '{title}<p class="dc-why">{why}</p>{facts}',
        title=title,
        why=_why(told, meta),
        facts=facts(_figures(told, steps, meta, people), large=True),
    )


def _merged(told: dict[str, Any]) -> Safe:
    if not known(told["merged_into"]) or not told["merged_into"]:
        return Safe("")
    to = link("incident", incident=str(told["merged_into"]))
    return fill('<a href="{to}" style="text-decoration:underline">Marked as part of another incident</a>', to=to)


def _why(told: dict[str, Any], meta: Meta) -> Safe:
    said = ". ".join(part for part in (_said(told["severity_reason"]), _said(told["confidence_reason"])) if part)
    if known(told["resolved_at"]) or not said:
        return fill("{said}", said=said)
    return fill("As of {at}: {said}", at=when(told["updated_at"], meta.judged_until), said=said)


def _said(text: Any) -> str:
    said = plain(text).strip().rstrip(".") if known(text) else ""
    return said[:1].upper() + said[1:]


def _figures(told: dict[str, Any], steps: pd.DataFrame, meta: Meta, people: int) -> list[tuple[str, object]]:
    end = told["resolved_at"] if known(told["resolved_at"]) else meta.judged_until
    lasted = span(end - told["onset_at"]) + ("" if known(told["resolved_at"]) else " so far")
    who = [
        ("We told after", _after(steps, "us")),
        ("Status page moved after", _after(steps, "official")),
        ("Our lead over it", _lead(steps)),
    ]
    return [
        *(who[:1] if told["signal"] == "talk" else who),
        ("Lasted", lasted),
        *_onset(told),
        (telling(told["signal"]).people, count(people)),
        ("Severity", str(told["severity"]).capitalize()),
        ("Confidence", f"{told['confidence']:.0%}"),
    ]


def _onset(told: dict[str, Any]) -> list[tuple[str, object]]:
    """Between when and when it began, where that is told."""
    earliest, latest = told["onset_earliest"], told["onset_latest"]
    if not (known(earliest) and known(latest)) or earliest == latest:
        return []
    near = told["onset_at"]
    return [("Began between", fill("{one} – {other}", one=when(earliest, near), other=when(latest, near)))]


def _after(steps: pd.DataFrame, who: str) -> str:
    told = steps.loc[steps["who"] == who, "minutes"]
    return distance(told.iloc[0]).lstrip("+") if len(told) else "not known"


def _lead(steps: pd.DataFrame) -> str:
    ours, theirs = steps.loc[steps["who"] == "us", "at"], steps.loc[steps["who"] == "official", "at"]
    if ours.empty or theirs.empty:
        return "not known"
    lead = theirs.iloc[0] - ours.iloc[0]
    return span(lead) if lead >= timedelta(0) else f"behind by {span(lead)}"


def _ribbon(steps: pd.DataFrame, near: Any) -> Safe:
    rows = join(
        fill(
            '<li class="{who}"><span class="far">{far}</span><span class="at">{at}</span>'
            '<span class="rail"><b></b></span><div class="what"><strong>{what}</strong>{detail}</div></li>',
            who=row["who"],
            far=distance(row["minutes"]),
            at=when(row["at"], near),
            what=row["what"],
            detail=_detail(row),
        )
        for row in each(steps)
    )
    return fill('<ol class="dc-ribbon">{rows}</ol>', rows=rows)


def _detail(row: dict[str, Any]) -> Safe:
    if row["who"] == "users" or not row["detail"]:
        return Safe("")  # a post's own words stand among the posts, as text
    said = fill('<span dir="auto">{text}</span>', text=plain(row["detail"]))
    if not outward(str(row["url"])):
        return said
    return fill('<a href="{url}" target="_blank" rel="noopener noreferrer">{said}</a>', url=row["url"], said=said)


def _chart(told: pd.Series[Any], meta: Meta) -> None:
    end = told["resolved_at"] if known(told["resolved_at"]) else meta.judged_until
    margin = max(timedelta(minutes=30), (end - told["onset_at"]) / 3)
    since = (told["onset_at"] - margin).to_pydatetime()
    until = min(end + margin, pd.Timestamp(meta.judged_until)).to_pydatetime()
    most = 40 if telling(told["signal"]).column == "people" else 150  # in single minutes a silence looks like any other
    width = frames.bin_for(since, until, most=most)
    frame = read(frames.minutes, told["service"], since, until, width=width, signal=telling(told["signal"]).expected)
    axis = pictures.window(frame, since, until, width)
    pictures.timeline(told["service"], axis, "incident", only=told["id"])
    pictures.reports(frame, axis, width, "incident", told["signal"])


def _telling(told: pd.Series[Any], meta: Meta) -> None:
    kept = read(frames.evidence, told["id"])
    most = len(kept)
    if kept.empty:
        until = told["resolved_at"] if known(told["resolved_at"]) else meta.judged_until
        start = told["onset_at"].to_pydatetime()
        end, counted = pd.Timestamp(until).to_pydatetime(), told["signal"] not in ("talk", "drop")
        kept = read(frames.posts, told["service"], start, end, counted=counted)
        most = 5
    if kept.empty:
        words = "None: it is silence that this incident is made of." if told["signal"] == "drop" else "None are kept."
        show(fill('<p class="dc-soft">{words}</p>', words=words))
    posts.listing(kept, "incident", most)


def _said_of_it(told: pd.Series[Any], meta: Meta) -> None:
    until = told["resolved_at"] if known(told["resolved_at"]) else meta.judged_until
    found = read(frames.told, told["service"], told["onset_at"].to_pydatetime(), pd.Timestamp(until).to_pydatetime())
    if found.empty:
        return
    st.subheader("Impact, as people tell it", anchor=False)
    shown(lambda: sayings(found), found)
    st.caption("Counted by people. What users say of causes is talk, not finding.")
    for number, row in enumerate(made(lambda: each(found[found["head"] == "cause"].head(3)), found)):
        with st.container(key=f"post-cause-{number}", gap="xxsmall"):
            st.text(plain(row["example"]), width="stretch")
            people = several(int(row["people"]), "person", "people")
            show(fill('<div class="dc-meta"><b>{what}</b><span>{n}</span></div>', what=plain(row["what"]), n=people))


def _over(told: pd.Series[Any], meta: Meta) -> None:
    """Is it over: what the last quarter of an hour tells, while it is not."""
    if known(told["resolved_at"]):
        return
    until = pd.Timestamp(meta.judged_until).to_pydatetime()
    signal = telling(told["signal"]).expected
    since = until - timedelta(minutes=15)
    last = read(frames.minutes, told["service"], since, until, width=15, signal=signal).iloc[-1]
    st.subheader("Is it over", anchor=False)
    if not last["seen"] > 0:
        show(Safe("<p>Not known: no source could be read in the last 15 minutes.</p>"))
        return
    show(fill("<p>Not yet. {words}</p>", words=_lasts(str(told["signal"]), last)))


def _lasts(signal: str, last: pd.Series[Any]) -> str:
    words = telling(signal)
    heard = f"{count(last[words.column])} {words.doing}"
    if signal == "drop":
        return f"In the last 15 minutes {heard}; {count(last['expected'])} would be usual."
    again = several(whole(last["recovery"]), "person says", "people say") + " that it works again; "
    upper = count(last["upper"])
    return f"In the last 15 minutes {again if signal != 'talk' else ''}{heard}. Up to {upper} would be usual."


def _beside(told: pd.Series[Any], meta: Meta) -> None:
    """Other services that rose with it, and how much of it people put down to an upstream."""
    onset = told["onset_at"].to_pydatetime()
    end = pd.Timestamp(told["resolved_at"] if known(told["resolved_at"]) else meta.judged_until).to_pydatetime()
    found = read(frames.beside, told["id"])
    blame = read(upstream, [told["service"]], onset, end)
    blamed = made(lambda: each(blame.dropna(subset=["upstream"]).head(3)), blame)
    st.subheader("What rose with it", anchor=False)
    for row in blamed:
        share = f"{row['blaming']:,} of {row['people']:,} people ({row['blaming'] / row['people']:.0%})"
        show(fill("<p>{share} put it down to <strong>{name}</strong>.</p>", share=share, name=plain(row["upstream"])))
    story = read(shared, told["id"])
    if story is not None:
        many = several(len(story["services"]), "service", "services")
        words = f"Part of one story: {many} at once, {story['open']} open,"
        show(fill("<p>{words} put down to <strong>{up}</strong>.</p>", words=words, up=plain(story["upstream"])))
    elif not blamed and told["signal"] not in ("drop", "talk"):
        show(Safe('<p class="dc-soft">Nobody who counted blames an upstream.</p>'))
    if found.empty:
        show(Safe('<p class="dc-soft">No other service rose within an hour and a half of it.</p>'))
        return
    heads = ("Service", "Began", "Severity", "People", "Blame an upstream")
    shown(lambda: table(heads, [_risen(row) for row in each(found)], numbers=(3,)), found)


def _risen(row: dict[str, Any]) -> tuple[object, ...]:
    to = link("incident", incident=row["id"])
    blame = f"{row['blaming']:.0f} name {plain(row['upstream'])}" if known(row["upstream"]) else "nobody"
    began = f"{distance(row['minutes'])} from this one" if row["minutes"] else "at the same time"
    named = fill('<a href="{to}" style="text-decoration:underline">{name}</a>', to=to, name=row["service"])
    return named, began, str(row["severity"]).capitalize(), f"{row['people']:,.0f}", blame


def _trusted(identity: str) -> None:
    """Frustration and talk of leaving before, during and after it."""
    found = read(frames.trust, identity)
    if found.empty:
        return
    st.subheader("Trust", anchor=False)
    shown(lambda: fill("<p>{words}</p>", words=verdict(found)), found)
    shown(lambda: _stretches(found), found)


def _stretches(found: pd.DataFrame) -> Safe:
    rows = [(row["stretch"], _frustration(row), rate(row["people"], row["leaving"])) for row in each(found)]
    return table(("", "Frustration, 0 to 1", "Talk of leaving"), rows)


def _frustration(row: dict[str, Any]) -> str:
    if not known(row["frustration"]):
        return f"not enough posts ({row['posts']:,})"
    return f"{row['frustration']:.2f} ({row['low']:.2f} to {row['high']:.2f}, {row['posts']:,} posts)"


NO_STATEMENT: Final = Safe(
    '<p class="dc-soft">No statement of ours is known. Mark below when it went out, and this tells what became of '
    "frustration.</p>"
)


def _helped(told: pd.Series[Any], steps: pd.DataFrame) -> None:
    """What became of frustration after each of our statements."""
    statements = steps.loc[steps["who"] == "statement", "at"]
    if statements.empty and told["signal"] in ("drop", "talk"):
        return
    st.subheader("Did our statement help", anchor=False)
    if statements.empty:
        show(NO_STATEMENT)
    for at in statements:
        found = read(statement_effect, told["id"], at.to_pydatetime())
        show(fill("<p><strong>{at}</strong> {words}</p>", at=when(at), words=found.words))
        if found.before is not None and found.after is not None and found.low is not None and found.high is not None:
            show(facts(_effect(found)))


def _effect(found: Effect) -> list[tuple[str, object]]:
    against = "beyond similar incidents" if found.beyond is not None else "not compared with others"
    value = found.beyond if found.beyond is not None else found.change
    return [
        ("Frustration before", f"{found.before:.2f} ({found.posts_before} posts)"),
        ("after", f"{found.after:.2f} ({found.posts_after} posts)"),
        (f"Change, {against}", f"{value:+.2f} (95 %: {found.low:+.2f} to {found.high:+.2f})".replace("-", "−")),
    ]
