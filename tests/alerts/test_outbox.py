"""Rows are made once per change and channel, the same ones however often they are asked for."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from alert_samples import MINUTE, NOON, SERVICE, incident, official, outbox, posts

from alerts.brief import brief
from alerts.bundle import bundle
from alerts.outbox import NO_EVIDENCE, Outbox
from alerts.routing import Routing
from ingest.records import Official


def test_the_same_change_gives_the_same_rows() -> None:
    first = outbox("console", "hook").changed(incident(), posts(), [official()])
    assert first == outbox("console", "hook").changed(incident(), posts(), [official()])
    assert [row.channel for row in first] == ["console", "hook"]
    assert len({row.id for row in first}) == 2


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("suspected", "incident.suspected"),
        ("confirmed", "incident.confirmed"),
        ("recovering", "incident.recovering"),
        ("resolved", "incident.resolved"),
    ],
)
def test_each_state_is_its_own_event(state: str, event: str) -> None:
    (row,) = outbox("hook").changed(incident(state), posts())
    assert (row.event, row.incident, row.state) == (event, "inc_1", "pending")


def test_a_row_does_not_depend_on_evidence_that_changed_meanwhile() -> None:
    one = outbox("hook").changed(incident(), posts())
    other = outbox("hook").changed(incident(), posts(["another text"]))
    assert one[0].id == other[0].id


def test_each_later_change_of_a_confirmed_incident_is_an_update_of_its_own() -> None:
    moments = [NOON + step * MINUTE for step in (16, 17, 17)]
    rows = [outbox("hook").changed(incident(updated_at=at, severity="critical"), posts())[0] for at in moments]
    assert {row.event for row in rows} == {"incident.updated"}
    assert len({row.id for row in rows}) == 2


def test_a_reopened_incident_is_an_update_and_its_second_recovery_is_told_again() -> None:
    again = incident("recovering", recovering_at=NOON + 90 * MINUTE, updated_at=NOON + 90 * MINUTE)
    first = outbox("hook").changed(incident("recovering"), posts())[0]
    assert outbox("hook").changed(again, posts())[0].id != first.id


def test_no_alarm_without_evidence_that_can_be_opened() -> None:
    (row,) = outbox("hook").changed(incident(), [])
    assert (row.state, row.last_status) == ("dead", NO_EVIDENCE)
    (over,) = outbox("hook").changed(incident("resolved"), [])
    assert over.state == "pending"


def test_frustration_is_told_once_and_when_it_is_over() -> None:
    events = [
        [row.event for row in outbox("hook").changed(incident(state, signal="frustration"), posts())]
        for state in ("suspected", "confirmed", "recovering", "resolved")
    ]
    assert events == [[], ["frustration.spike"], [], ["incident.resolved"]]


def test_the_body_says_what_a_person_needs() -> None:
    (row,) = outbox("hook").changed(incident(), posts(), [official(9)], ["bluesky", "reddit"])
    data = json.loads(row.body)["data"]
    assert data["summary"] == "214 people report trouble in 12 minutes; 3 expected"
    assert (data["confidence"], data["confidence_words"]) == (0.97, "very likely")
    assert (data["fails"], data["causes"], data["regions"]) == (["login"], ["overload"], ["London"])
    assert data["official"]["ahead_minutes"] == 9
    assert data["sources"] == ["bluesky", "reddit"]
    assert data["url"] == "http://127.0.0.1:8501/incident?incident=inc_1"
    assert data["status_page"] == SERVICE.status_page
    assert data["evidence"][0]["url"].startswith("https://bsky.example/")


def test_an_official_word_about_an_older_incident_is_not_set_beside_this_one() -> None:
    old = Official("o", "Character.AI", "investigating", NOON - timedelta(hours=9), "old")
    done = Official("p", "Character.AI", "resolved", NOON - timedelta(minutes=30), "old")
    other = Official("q", "Discord", "investigating", NOON, "other")
    (row,) = outbox("hook").changed(incident(), posts(), [old, done, other])
    assert json.loads(row.body)["data"]["official"] is None


def test_at_most_five_quotes_by_distinct_people() -> None:
    many = posts([f"down {number}" for number in range(9)])
    twice = [many[0], *many]
    (row,) = outbox("hook").changed(incident(), twice)
    quotes = json.loads(row.body)["data"]["evidence"]
    assert len(quotes) == 5
    assert len({quote["id"] for quote in quotes}) == 5


def test_simulated_trouble_is_called_so() -> None:
    (row,) = Outbox(Routing(["hook"]), page="http://x.example", simulated=True).changed(incident(), posts())
    data = json.loads(row.body)["data"]
    assert data["simulated"] is True
    assert data["summary"].startswith("[simulated] ")


def test_a_day_is_told_by_the_last_word_on_each_incident() -> None:
    out = outbox("hook", "chat")
    rows = [*out.changed(incident("resolved"), posts()), *out.changed(incident(), posts())]
    first, second = out.digest(NOON + timedelta(hours=12), [*rows, *out.blind("bluesky", NOON, "x")])
    data = json.loads(first.body)["data"]
    assert data["summary"] == "1 incident in the last day"
    assert [member.get("state", member["kind"]) for member in data["members"]] == ["source", "resolved"]
    (again, _) = out.digest(NOON + timedelta(hours=12), [first, second])
    assert again.id == first.id
    assert json.loads(again.body)["data"]["summary"] == "No incidents in the last day"


def test_a_disabled_channel_is_told_of_through_the_others_that_can_tell() -> None:
    out = outbox("hook", "chat", "mail")
    why = "channel hook is disabled: 410; set it right and start again"
    (told,) = out.disabled("hook", NOON, why, without={"hook", "mail"})
    assert [told] == out.disabled("hook", NOON, why, without={"hook", "mail"})
    assert (told.channel, told.event, told.state) == ("chat", "channel.disabled", "pending")
    words = brief(told.body)
    assert (words.title, words.summary) == ("Alerts to hook are disabled", why)
    assert outbox("hook").disabled("hook", NOON, why) == []


def test_what_befalls_several_sources_or_channels_is_told_of_them() -> None:
    out = outbox("hook")
    gone = [one for name in ("ops", "mail") for one in out.disabled(name, NOON, "410")]
    blind = [one for name in ("bluesky", "reddit") for one in out.blind(name, NOON, "x")]
    said = [json.loads(bundle(rows, NOON, quiet=False).body)["data"]["summary"] for rows in (gone, blind)]
    assert [words.partition(":")[0] for words in said] == [
        "2 channels in trouble at once",
        "2 sources in trouble at once",
    ]


def test_blindness_is_told_once_and_its_end_once() -> None:
    out = outbox("hook")
    first = out.blind("bluesky", NOON, "no route to host")
    assert first == out.blind("bluesky", NOON, "no route to host")
    (end,) = out.recovered("bluesky", NOON + 5 * MINUTE, NOON)
    assert (first[0].event, end.event, end.incident) == ("collector.blind", "collector.recovered", "bluesky")
    assert json.loads(end.body)["data"]["summary"] == "bluesky is read again after 5 minutes"
