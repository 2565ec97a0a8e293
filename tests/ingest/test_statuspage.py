"""Status pages against a loopback server that speaks Statuspage's JSON and its feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import reading
from hypothesis import given
from hypothesis import strategies as st
from reading import Enough, rounds
from web_server import FAULTS, WebServer, web_server

from ingest.collectors import Tools
from ingest.collectors.statuspage import Statuspage, build
from ingest.errors import SourceUnreachable, UserError
from ingest.records import Item, Mark, Official
from ingest.statuspages.documents import steps_of_history, steps_of_instatus, steps_of_widget
from ingest.statuspages.feeds import steps_of_feed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

INCIDENT = {
    "id": "abc",
    "name": "Messages are delayed",
    "impact": "major",
    "shortlink": "https://stspg.io/abc",
    "incident_updates": [
        {"id": "u3", "status": "resolved", "body": "Fixed.", "created_at": "2026-11-24T11:30:00.000Z"},
        {"id": "u2", "status": "postmortem", "body": "Why.", "created_at": "2026-11-24T11:20:00.000Z"},
        {"id": "u1", "status": "investigating", "body": "We <b>look</b>.", "created_at": "2026-11-24T10:00:00.000Z"},
    ],
}

ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Status</title><entry>
<id>tag:status.example.com,2005:Incident/1</id><updated>2026-11-24T11:30:00Z</updated>
<link rel="alternate" type="text/html" href="https://status.example.com/incidents/1"/>
<title>Calls fail</title>
<content type="html">&lt;p&gt;&lt;small&gt;Nov &lt;var data-var='date'&gt;24&lt;/var&gt;, &lt;var data-var='time'&gt;11:30&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Resolved&lt;/strong&gt; - Fixed.&lt;/p&gt;&lt;p&gt;&lt;small&gt;Nov &lt;var data-var='date'&gt;24&lt;/var&gt;, &lt;var data-var='time'&gt;10:05&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Investigating&lt;/strong&gt; - We look.&lt;/p&gt;</content>
</entry></feed>"""  # noqa: E501  # as a page sends it

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Status</title><item>
<title>Calls fail</title><pubDate>Tue, 24 Nov 2026 11:30:00 +0000</pubDate><guid>https://status.example.com/1</guid>
<link>https://status.example.com/incidents/1</link>
<description>&lt;p&gt;&lt;small&gt;yesterday&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Identified&lt;/strong&gt; - Found.&lt;/p&gt;</description>
</item></channel></rss>"""  # noqa: E501  # as a page sends it


class Pages:
    """What each path answers, with an ETag that changes when the answer does."""

    def __init__(self) -> None:
        self.at: dict[str, Any] = {}
        self.unchanged = 0

    def route(self, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        if path not in self.at:
            return 404, {}, b""
        answer = self.at[path]
        tag = f'"{hash(str(answer)):x}"'
        if headers.get("If-None-Match") == tag:
            self.unchanged += 1
            return 304, {"ETag": tag}, b""
        if isinstance(answer, str):
            return 200, {"ETag": tag, "Content-Type": "application/xml"}, answer.encode()
        return 200, {"ETag": tag, "Content-Type": "application/json"}, json.dumps(answer).encode()


@pytest.fixture
def pages() -> Pages:
    return Pages()


@pytest.fixture
def server(pages: Pages) -> Iterator[WebServer]:
    with web_server(pages.route) as running:
        yield running


def source(*lines: str, hours: float = 0, **options: Any) -> Statuspage:
    """The source, so many hours later."""
    tools = Tools(wanted=lambda text: False, pseudonym=str, clock=lambda: NOW + timedelta(hours=hours))
    return build({"pages": list(lines), "poll": 0.01, "pause": 0.001, **options}, tools)


def take(source: Statuspage, enough: Enough) -> list[Item]:
    return reading.take(source, "", enough)


def test_steps_come_in_order_with_all_their_fields(pages: Pages, server: WebServer) -> None:
    maintenance = {**INCIDENT, "id": "m", "impact": "maintenance"}
    pages.at["/api/v2/incidents.json"] = {"incidents": [INCIDENT, maintenance]}
    items = take(source(f"Slack = {server.address}/"), rounds(1))
    assert items[:-1] == [
        Official(
            id="statuspage:Slack:abc:u1",
            service="Slack",
            stage="investigating",
            at=datetime(2026, 11, 24, 10, tzinfo=UTC),
            title="Messages are delayed",
            text="We look.",
            url="https://stspg.io/abc",
        ),
        Official(
            id="statuspage:Slack:abc:u3",
            service="Slack",
            stage="resolved",
            at=datetime(2026, 11, 24, 11, 30, tzinfo=UTC),
            title="Messages are delayed",
            text="Fixed.",
            url="https://stspg.io/abc",
        ),
    ]


def test_an_unchanged_page_is_not_sent_again_and_a_changed_step_is_told_again(pages: Pages, server: WebServer) -> None:
    pages.at["/api/v2/incidents.json"] = {"incidents": [INCIDENT]}

    def enough(items: list[Item]) -> bool:
        if rounds(3)(items):
            edited = {**INCIDENT["incident_updates"][0], "body": "Fixed for good."}  # type: ignore[dict-item]
            pages.at["/api/v2/incidents.json"] = {"incidents": [{**INCIDENT, "incident_updates": [edited]}]}
        return rounds(6)(items)

    items = take(source(f"Slack={server.address}"), enough)
    assert [item.text for item in items if isinstance(item, Official)] == ["We look.", "Fixed.", "Fixed for good."]
    assert pages.unchanged >= 2


def test_atom_is_read_where_there_is_no_json(pages: Pages, server: WebServer) -> None:
    pages.at["/history.atom"] = ATOM
    items = take(source(f"Acme = {server.address}"), rounds(3))
    steps = [item for item in items if isinstance(item, Official)]
    assert [(step.stage, step.at.hour, step.at.minute, step.text) for step in steps] == [
        ("investigating", 10, 5, "We look."),
        ("resolved", 11, 30, "Fixed."),
    ]
    assert steps[0].url == "https://status.example.com/incidents/1"
    assert sum("incidents.json" in path for path in server.requests) == 1


def test_rss_is_read_where_there_is_nothing_else(pages: Pages, server: WebServer) -> None:
    pages.at["/history.rss"] = RSS
    items = take(source(f"Acme = {server.address}"), rounds(1))
    (step,) = (item for item in items if isinstance(item, Official))
    assert (step.stage, step.at, step.text) == ("identified", datetime(2026, 11, 24, 11, 30, tzinfo=UTC), "Found.")


INSTATUS = {
    "name": "Calls fail",
    "started": "Tue Nov 24 2026 09:55:50 GMT+0000 (Coordinated Universal Time)",
    "status": "INVESTIGATING",
    "impact": "MAJOROUTAGE",
    "url": "https://acme.instatus.com/incident/1",
}
WIDGET = {
    "id": "01GW",
    "name": "Calls fail",
    "status": "identified",
    "url": "https://status.example.com/incidents/01GW",
    "last_update_at": "2026-11-24T10:05:00Z",
    "last_update_message": "Found.",
}


def test_instatus_tells_what_is_active_and_what_is_no_longer_is_resolved(pages: Pages, server: WebServer) -> None:
    stages = iter([{**INSTATUS, "status": "MONITORING"}, None])
    pages.at["/summary.json"] = {"page": {"status": "HASISSUES"}, "activeIncidents": [INSTATUS, "?"]}

    def enough(items: list[Item]) -> bool:
        if isinstance(items[-1], Mark) and rounds(3)(items):
            incident = next(stages, None)
            pages.at["/summary.json"] = {"page": {}, "activeIncidents": [incident] if incident else []}
        return rounds(12)(items)

    items = take(source(f"Acme = {server.address}"), enough)
    steps = [item for item in items if isinstance(item, Official)]
    assert [(step.stage, step.at.hour, step.url) for step in steps] == [
        ("investigating", 9, INSTATUS["url"]),
        ("monitoring", 12, INSTATUS["url"]),
        ("resolved", 12, INSTATUS["url"]),
    ]
    assert steps[-1].text == (
        "It is no longer among the active incidents of the page: seen open until 2026-11-24 12:00 UTC, "
        "seen resolved at 2026-11-24 12:00 UTC."
    )
    assert len({step.id for step in steps}) == 3
    assert pages.unchanged > 3


def test_the_widget_of_incident_io_tells_each_update_once(pages: Pages, server: WebServer) -> None:
    told = [{**WIDGET, "last_update_at": "2026-11-24T11:00:00Z", "last_update_message": "Mended."}]
    pages.at["/api/v1/summary"] = {"ongoing_incidents": [WIDGET], "scheduled_maintenances": []}

    def enough(items: list[Item]) -> bool:
        if rounds(3)(items):
            pages.at["/api/v1/summary"] = {"ongoing_incidents": told}
        return rounds(6)(items)

    items = take(source(f"Acme = {server.address}"), enough)
    steps = [(item.stage, item.at.hour, item.text) for item in items if isinstance(item, Official)]
    assert steps == [("identified", 10, "Found."), ("identified", 11, "Mended.")]


ACTIVE = [
    ("/summary.json", "activeIncidents", [{**INSTATUS, "status": "MONITORING"}]),
    ("/api/v1/summary", "ongoing_incidents", [WIDGET]),
]


@pytest.mark.parametrize(("path", "name", "told"), ACTIVE)
def test_what_ends_while_we_are_away_is_resolved_when_that_is_seen(
    pages: Pages, server: WebServer, path: str, name: str, told: list[Any]
) -> None:
    line = f"Acme = {server.address}"
    pages.at[path] = {name: told}
    *_, mark = take(source(line), rounds(1))
    assert isinstance(mark, Mark)
    still = reading.take(source(line, hours=1), mark.cursor, rounds(1))
    (kept,) = (item for item in still if isinstance(item, Mark))
    pages.at[path] = {name: []}
    back = reading.take(source(line, hours=5), kept.cursor, rounds(1))
    (ended,) = (item for item in back if isinstance(item, Official))
    assert [item for item in still if isinstance(item, Official)] == []
    assert (ended.service, ended.stage, ended.at) == ("Acme", "resolved", NOW + timedelta(hours=5))
    assert ended.text.endswith("seen open until 2026-11-24 13:00 UTC, seen resolved at 2026-11-24 17:00 UTC.")
    again = reading.take(source(line, hours=6), next(i.cursor for i in back if isinstance(i, Mark)), rounds(1))
    assert [item for item in again if isinstance(item, Official)] == []


def test_what_was_active_is_kept_while_its_page_cannot_be_read_and_let_go_with_the_page(
    pages: Pages, server: WebServer
) -> None:
    lines = [f"Acme = {server.address}/a", f"Other = {server.address}/b"]
    pages.at["/a/summary.json"] = {"activeIncidents": [INSTATUS]}
    pages.at["/b/api/v2/incidents.json"] = {"incidents": []}
    *_, mark = take(source(*lines), rounds(1))
    assert isinstance(mark, Mark)
    pages.at.pop("/a/summary.json")
    items = reading.take(source(*lines), mark.cursor, rounds(1))
    assert [item.cursor for item in items if isinstance(item, Mark)] == [mark.cursor]
    items = reading.take(source(lines[1]), mark.cursor, rounds(1))
    assert [item.cursor for item in items if isinstance(item, Mark)] == [""]


@pytest.mark.parametrize("cursor", ["7", "{", "[]", '{"https://x": 1}', '{"x": ["2026-01-01T00:00:00", []]}'])
def test_a_cursor_of_something_else_is_one_sentence(cursor: str) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source; delete it"):
        reading.take(source("Acme = https://status.example.com"), cursor, rounds(1))


def test_the_summary_of_a_page_without_a_history_is_read(pages: Pages, server: WebServer) -> None:
    pages.at["/api/v2/summary.json"] = {"components": [], "incidents": [INCIDENT]}
    items = take(source(f"Acme = {server.address}"), rounds(1))
    assert [item.text for item in items if isinstance(item, Official)] == ["We look.", "Fixed."]


def test_pages_that_cannot_be_read_are_counted_in_the_mark(pages: Pages, server: WebServer) -> None:
    pages.at["/a/api/v2/incidents.json"] = {"incidents": []}
    mark = take(source(f"A = {server.address}/a", f"B = {server.address}/b"), rounds(1))[-1]
    assert isinstance(mark, Mark)
    assert mark.note == "1 of 2 pages cannot be read"


def test_steps_that_cannot_be_read_are_counted_once(pages: Pages, server: WebServer) -> None:
    odd = {"id": "u4", "status": "exploded", "body": "?"}
    whole = {**INCIDENT, "incident_updates": [*INCIDENT["incident_updates"], odd, "x"]}
    pages.at["/a/api/v2/incidents.json"] = {"incidents": [whole, 7]}
    pages.at["/b/history.atom"] = ATOM.replace("Investigating", "Exploded").replace("</feed>", "<entry/></feed>")
    one = source(f"A = {server.address}/a", f"B = {server.address}/a", f"C = {server.address}/b")
    mark = take(one, rounds(1))[-1]
    assert isinstance(mark, Mark)
    kinds = "3 × step of an unknown kind, 1 × incident that is no object, 1 × entry without words"
    assert mark.note == f"5 items could not be read ({kinds})"


PLAIN = """<rss version="2.0"><channel>{}</channel></rss>"""
ENTRY = "<item><guid>{0}</guid><title>{0}</title><description>{1}</description><pubDate>{2}</pubDate></item>"


@pytest.mark.parametrize(
    ("title", "text", "stage"),
    [
        ("Service is operating normally: [RESOLVED] Elevated errors", "Between 1 and 2 we saw errors.", "resolved"),
        ("Trouble with calls", "We have identified the cause.", "identified"),
        ("Trouble with calls", "We are monitoring.", "monitoring"),
        ("Trouble with calls", "Some calls fail.", "investigating"),
    ],
)
def test_an_entry_that_names_no_step_is_read_by_its_words(
    pages: Pages, server: WebServer, title: str, text: str, stage: str
) -> None:
    pages.at["/feed/rss"] = PLAIN.format(ENTRY.format(title, text, "Tue, 24 Nov 2026 11:30:00 GMT"))
    items = take(source(f"Acme = {server.address}"), rounds(1))
    assert [(item.stage, item.text) for item in items if isinstance(item, Official)] == [(stage, text)]


def test_services_that_share_a_page_share_one_request(pages: Pages, server: WebServer) -> None:
    pages.at["/api/v2/incidents.json"] = {"incidents": [INCIDENT]}
    items = take(source(f"ChatGPT = {server.address}", f"OpenAI = {server.address}/"), rounds(1))
    told = [item for item in items if isinstance(item, Official)]
    assert {item.service for item in told} == {"ChatGPT", "OpenAI"}
    assert len({item.id for item in told}) == 4
    assert len(server.requests) == 1


def test_a_page_that_cannot_be_read_is_left_alone_for_an_hour(pages: Pages, server: WebServer) -> None:
    pages.at["/good/api/v2/incidents.json"] = {"incidents": [INCIDENT]}
    statuspage = source(f"Bad = {server.address}/bad", f"Good = {server.address}/good")
    take(statuspage, rounds(4))
    assert sum("/bad/api/v2/incidents.json" in path for path in server.requests) == 1
    assert list(statuspage.unreadable) == [f"{server.address}/bad"]


def test_a_page_that_fails_once_is_asked_again_at_the_next_poll(pages: Pages, server: WebServer) -> None:
    pages.at["/a/api/v2/incidents.json"] = pages.at["/b/api/v2/incidents.json"] = {"incidents": []}

    def enough(items: list[Item]) -> bool:
        if len(items) == 1:
            server.faults.extend(["503", "503"])
            pages.at["/a/api/v2/incidents.json"] = {"incidents": [INCIDENT]}
        return any(isinstance(item, Official) for item in items)

    items = take(source(f"A = {server.address}/a", f"B = {server.address}/b"), enough)
    assert any(isinstance(item, Official) for item in items)
    assert not any("history" in path for path in server.requests)


def test_one_page_that_fails_does_not_stop_the_others(pages: Pages, server: WebServer) -> None:
    pages.at["/good/api/v2/incidents.json"] = {"incidents": [INCIDENT]}
    items = take(source(f"Bad = {server.address}/bad", f"Good = {server.address}/good"), rounds(2))
    assert {item.service for item in items if isinstance(item, Official)} == {"Good"}


def test_when_no_page_can_be_read_it_is_unreachable(server: WebServer) -> None:
    with pytest.raises(SourceUnreachable, match="no page can be read"):
        take(source(f"Bad = {server.address}/bad"), lambda items: False)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_passes(pages: Pages, server: WebServer, fault: str) -> None:
    pages.at["/api/v2/incidents.json"] = {"incidents": [INCIDENT]}
    server.faults.append(fault)
    told: list[Item] = []
    for _ in range(2):
        try:
            told = take(source(f"Slack = {server.address}"), rounds(1))
            break
        except SourceUnreachable:
            continue
    assert sum(isinstance(item, Official) for item in told) == 2


@pytest.mark.parametrize("line", ["Slack", "= https://x", "Slack = ftp://x", "Slack ="])
def test_a_page_that_is_none_is_one_sentence(line: str) -> None:
    with pytest.raises(UserError, match=r"sources\.statuspage\.pages: "):
        source(line)


def test_no_pages_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"sources\.statuspage\.pages: this option is needed; List pages as"):
        build({}, Tools(lambda text: True, str, lambda: NOW))


def test_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><feed><entry><title>&a;</title></entry></feed>'
    with pytest.raises(SourceUnreachable):
        list(steps_of_feed(bomb, "Acme", NOW))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*sorted(INCIDENT), "status", "body"]), inner),
    max_leaves=20,
)


@given(JSON)
def test_any_json_gives_steps_or_is_unreachable(told: Any) -> None:
    for step in steps_of_history({"incidents": [told, {**INCIDENT, "incident_updates": told}]}, "Acme", NOW):
        assert step.at <= NOW
    for step in steps_of_instatus({"activeIncidents": [told, {**INSTATUS, "started": told}]}, "Acme", NOW):
        assert step.at <= NOW
    for step in steps_of_widget({"ongoing_incidents": [told, {**WIDGET, "last_update_at": told}]}, "Acme", NOW):
        assert step.at <= NOW
    for read in (steps_of_history, steps_of_instatus, steps_of_widget):
        with pytest.raises(SourceUnreachable):
            list(read({"page": told}, "Acme", NOW))


@given(st.text() | st.text(st.sampled_from("<>/&;entry ")).map(lambda text: f"<feed><entry>{text}</entry></feed>"))
def test_any_text_gives_steps_or_is_unreachable(text: str) -> None:
    try:
        list(steps_of_feed(text, "Acme", NOW))
    except SourceUnreachable:
        return
