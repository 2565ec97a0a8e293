"""What other rules would have made of the past, what rose beside an incident, and what it cost in trust."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboards import frames, whatif
from dashboards.beside import shared, upstream
from dashboards.frames import Published
from dashboards.posts import disarmed
from dashboards.scorecard import COLUMNS, sections
from dashboards.trust import verdict
from dashboards.views.scorecard import figure
from dashboards.words import each
from ingest.errors import UserError
from ingest.records import Bounds

Rows = list[dict[str, Any]]


@pytest.fixture
def told(publication: Any, day: Callable[..., Any]) -> tuple[Any, dict[str, Rows], dict[str, Rows], Any]:
    made = day("16:00")
    tables, days = publication.tables(made)
    return publication, tables, days, made


def put(told: tuple[Any, dict[str, Rows], dict[str, Rows], Any]) -> Published:
    publication, tables, days, made = told
    publication.write(tables, days, publication.meta(made))
    return Published(publication.folder)


def fate(kind: str, at: Any, **more: Any) -> dict[str, Any]:
    sizes = {f"{name}_{when}": 0.0 for name in ("ratio", "people", "lasted") for when in ("before", "after")}
    row = {"promise_days": 90.0, "fate": kind, "service": "Slack", "signal": "outage", "incident": "i", "minutes": None}
    return {**row, **sizes, "before": at, "after": at, **more}


def test_fates_follow_the_promise_and_severity_the_bounds(told: Any) -> None:
    at = told[1]["incidents"][0]["opened_at"]
    big = {"ratio_before": 60.0, "people_before": 70.0, "lasted_before": 70.0}
    same = {"ratio_after": 60.0, "people_after": 70.0, "lasted_after": 70.0}
    told[1]["whatif"] = [
        fate("stays", at, **big, **same, minutes=0.0),
        fate("moves", at, **big, **same, minutes=7.0, after=at + timedelta(minutes=7)),
        fate("vanishes", at, **big, after=None),
        fate("appears", at, **same, before=None, incident=""),
        fate("stays", at, promise_days=7.0, minutes=0.0),
    ]
    published = put(told)
    assert whatif.promises(published) == [7.0, 90.0]
    found = whatif.changes(published, 90.0, Bounds(), Bounds())
    assert sorted(found["fate"]) == ["appears", "moves", "stays", "vanishes"]
    assert set(found["severity_before"]) == {"", "critical"}
    strict = whatif.changes(published, 90.0, Bounds(), Bounds(people=(300, 900)))
    assert sorted(strict["fate"]) == ["appears", "moves", "severity", "vanishes"]
    assert whatif.summary(strict) == (
        "Of 4 incidents, 1 would appear, 1 would vanish, 1 would be told sooner or later, 1 would only change severity."
    )
    assert [whatif.moved(minutes) for minutes in (7.0, -90.0, 0.0)] == ["7 min later", "1 h 30 min sooner", ""]
    assert b"appears" in disarmed(found)


def test_what_rose_beside_it_and_whom_people_blame(told: Any) -> None:
    _, tables, days, _ = told
    own = tables["incidents"][0]
    near = {**own, "id": "near", "service": "Slack", "onset_at": own["onset_at"] + timedelta(minutes=9)}
    far = {**own, "id": "far", "service": "Netflix", "onset_at": own["onset_at"] + timedelta(hours=5)}
    tables["incidents"] += [near, far]
    blaming = [row for row in days["posts"] if row["service"] == "Character.AI" and row["counted"] > 0][:30]
    for row in blaming:
        row["aspects"] = ["cause:upstream=Cloudflare"]
    published = put(told)
    found = frames.beside(published, "inc-character")
    assert [(row["service"], row["minutes"]) for row in each(found)] == [("Slack", 9)]
    onset = told[3].until - timedelta(hours=16)
    blamed = upstream(published, ["Character.AI"], onset, told[3].until)
    assert (blamed["upstream"].iloc[0], blamed["blaming"].iloc[0]) == ("Cloudflare", 30)
    assert blamed["people"].iloc[0] > 100


def test_trust_is_set_against_calm_times(full: Path) -> None:
    found = frames.trust(Published(full), "inc-character")
    rows = {row["stretch"]: row for row in each(found)}
    past, during = rows["Calm times, four weeks"], rows["During it"]
    assert during["frustration"] > past["frustration"] + 0.1
    assert past["low"] <= past["frustration"] <= past["high"]
    assert rows["The day after"]["posts"] < 20
    assert "more frustrated than in calm times" in verdict(found)
    assert frames.trust(Published(full), "none").empty


def test_the_scorecard_is_read_with_what_it_means(tmp_path: Path) -> None:
    file = tmp_path / "scorecard.json"
    assert sections(file) == []
    row = {"what": "=1+1", "measured": "3"}
    told = {"sections": {"nab": {"title": "NAB", "command": "x", "rows": [row]}}, "summary": [row]}
    file.write_text(json.dumps(told), encoding="utf8")
    first, second = sections(file)
    assert (first.title, second.title, second.rows) == ("At a glance", "NAB", [row])
    assert "Numenta" in second.means
    file.write_text('{"sections": []}', encoding="utf8")
    with pytest.raises(UserError, match="cannot be read"):
        sections(file)


def test_every_column_of_the_figures_that_come_with_the_program_is_explained() -> None:
    unnamed = {"command", "airline", "note"}
    for one in sections():
        assert one.means, one.key
        if one.key != "summary":
            assert {name for row in one.rows for name in row} <= set(COLUMNS) | unnamed, one.key


def test_a_figure_has_no_exponent() -> None:
    assert [figure(value) for value in (71810.0, 0.87691, 0.0, 0.00004, float("nan"))] == [
        "71,810",
        "0.877",
        "0",
        "under 0.001",
        "–",
    ]


def test_a_shared_story_is_found_by_its_member(told: Any) -> None:
    at = told[1]["incidents"][0]["onset_at"]
    story = {"id": "s1", "upstream": "AWS", "onset_at": at, "opened_at": at, "services": ["Slack", "Character.AI"]}
    told[1]["shared"] = [{**story, "incidents": ["x", "inc-character"], "open": 1, "resolved_at": None}]
    published = put(told)
    found = shared(published, "inc-character")
    assert found is not None
    assert (found["upstream"], list(found["services"])) == ("AWS", ["Slack", "Character.AI"])
    assert shared(published, "elsewhere") is None
