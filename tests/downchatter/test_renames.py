"""A service renamed in the settings keeps its history and its open incident; one that is gone is told of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downchatter.alerting import Alerts
from downchatter.assembly import House
from downchatter.flow import Flow
from downchatter.settings import Settings, load_settings
from ingest.records import MINUTE, Delivery, Incident, Item, Mark, Minute, Post, Service, SharedStory

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
BEGIN = NOON + timedelta(hours=3)
REPORTS = (
    "is {} down for anyone else?",
    "{} won't load for me, keeps timing out because of the AWS outage",
    "anyone else can't log in to {} right now, AWS is down",
    "{} is down again, blame AWS",
    "{} isn't working, AWS outage",
    "why is {} not loading",
)
OLD = Service("Zorblat", aliases=("zorblat app",))
NEW = Service("Quux", aliases=("zorblat",))
OTHER = Service("Frobnitz")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return replace_scorer(load_settings())


def replace_scorer(settings: Settings) -> Settings:
    return settings.model_copy(update={"scorer": "lexicon"})


def opened(settings: Settings, *services: Service) -> Flow:
    return House(settings, services, "renames.duckdb").flow(Alerts(settings, services))


def said(minute: int, *names: str) -> list[Item]:
    at = BEGIN + minute * MINUTE
    found: list[Item] = []
    for name in names:
        for n in range(5):
            number = 10 * minute + n
            seen = at + timedelta(seconds=10 * n)
            text = REPORTS[number % len(REPORTS)].format(name)
            found.append(
                Post(f"x:{name}{number}", "x", f"{name}{number}", text, seen, seen, url=f"https://e.org/{number}")
            )
    return [*found, Mark("x", "", at + MINUTE)]


def outage(flow: Flow, *names: str, first: int = 0, last: int = 12) -> None:
    for minute in range(first, last):
        flow.absorb(said(minute, *names), BEGIN + (minute + 1) * MINUTE)


def begun(settings: Settings, *services: Service) -> Flow:
    flow = opened(settings, *services)
    calm: list[Item] = [
        replace(one, id=f"{one.id}-calm", seen_at=NOON, created_at=NOON)
        for one in said(0, "Zorblat")
        if isinstance(one, Post)
    ]
    flow.absorb([*calm[:1], Mark("x", "", NOON)], NOON + MINUTE)
    return flow


def test_history_and_an_open_incident_go_on_under_the_new_name(settings: Settings) -> None:
    flow = begun(settings, OLD)
    outage(flow, "Zorblat")
    (before,) = [one for one in flow.store.all(Incident) if one.signal == "outage"]
    flow.close()
    for _ in range(2):
        flow = opened(settings, NEW)
        assert flow.leave() == ([], [])
        assert {row.service for row in flow.store.all(Minute)} == {"Quux"}
        flow.close()
    flow = opened(settings, NEW)
    outage(flow, "Zorblat", first=12, last=16)
    flow.absorb([Mark("x", "", BEGIN + timedelta(hours=5))], BEGIN + timedelta(hours=5))
    (after,) = [one for one in flow.store.all(Incident) if one.signal == "outage"]
    assert (after.id, after.service, after.state) == (before.id, "Quux", "resolved")
    assert after.authors > before.authors
    events = [one for one in flow.store.all(Delivery, order="created_at") if one.incident == before.id]
    assert "incident.resolved" in {one.event for one in events}
    assert '"service":"Quux"' in events[-1].body


def test_one_that_is_gone_is_closed_and_told(settings: Settings) -> None:
    flow = begun(settings, OLD)
    outage(flow, "Zorblat")
    flow.close()
    flow = opened(settings, OTHER)
    left, deliveries = flow.leave()
    assert {one.service for one in left} == {"Zorblat"}
    assert {one.state for one in flow.store.all(Incident)} == {"resolved"}
    assert "incident.resolved" in {one.event for one in deliveries}
    assert flow.leave() == ([], [])
    assert {row.service for row in flow.store.all(Minute)} == {"Zorblat"}


def test_a_name_with_a_history_of_its_own_takes_over_no_other(settings: Settings) -> None:
    flow = begun(settings, OLD, OTHER)
    outage(flow, "Zorblat", "Frobnitz")
    flow.close()
    flow = opened(settings, replace(OTHER, aliases=("Zorblat",)))
    assert {row.service for row in flow.store.all(Minute)} == {"Zorblat", "Frobnitz"}


def test_a_shared_story_is_written_down_and_survives_a_restart(settings: Settings) -> None:
    flow = begun(settings, OLD, OTHER)
    outage(flow, "Zorblat", "Frobnitz")
    (story,) = flow.store.all(SharedStory)
    assert (story.upstream, set(story.services), story.open) == ("AWS", {"Zorblat", "Frobnitz"}, 2)
    flow.close()
    flow = opened(settings, OLD, OTHER)
    outage(flow, "Zorblat", "Frobnitz", first=12, last=15)
    flow.absorb([Mark("x", "", BEGIN + timedelta(hours=6))], BEGIN + timedelta(hours=6))
    (after,) = flow.store.all(SharedStory)
    assert (after.id, after.open) == (story.id, 0)
    outages = [one for one in flow.store.all(Incident) if one.signal == "outage"]
    assert {(one.shared, one.cause) for one in outages} == {(story.id, "upstream=AWS")}
    told = [one.body for one in flow.store.all(Delivery) if one.event == "incident.resolved"]
    assert all(f'"story":{{"id":"{story.id}"' in body for body in told if '"signal":"outage"' in body)
