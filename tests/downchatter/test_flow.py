"""The main flow over a real database, with the real matcher, reader and judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from downchatter.alerting import Alerts
from downchatter.assembly import House
from downchatter.flow import Flow, states
from downchatter.overview import overview
from downchatter.settings import Settings, load_settings
from ingest.records import (
    Coverage,
    Delivery,
    Gap,
    Incident,
    Item,
    Mark,
    Minute,
    Official,
    Post,
    Removal,
    Score,
    Service,
    Spike,
    Voice,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SERVICES = (
    Service("Zorblat", aliases=("zorblat",), handles=("zorblat",)),
    Service("Quux Cloud", aliases=("quux cloud",)),
)
REPORTS = (
    "is {} down for anyone else?",
    "{} won't load for me, keeps timing out",
    "anyone else can't log in to {} right now",
    "{} is down again ugh",
    "{} isn't working, just a server error",
    "why is {} not loading",
)


def post(number: int, text: str = "", seen: datetime = NOON, **more: str) -> Post:
    text = text or REPORTS[number % len(REPORTS)].format("Zorblat")
    base = Post(f"bluesky:{number}", "bluesky", f"a{number}", text, seen, seen, url=f"https://example.org/{number}")
    return replace(base, **more)  # type: ignore[arg-type]


def mark(at: datetime) -> Mark:
    return Mark("bluesky", at.isoformat(), at)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    return load_settings()


@pytest.fixture
def flow(settings: Settings) -> Flow:
    return opened(settings)


def opened(settings: Settings, database: str = ":memory:") -> Flow:
    return House(settings, SERVICES, database).flow(Alerts(settings, SERVICES))


def quiet_then_outage(minutes: int = 12) -> list[tuple[list[Item], datetime]]:
    """Three hours with a word now and then, then five people a minute report trouble."""
    batches: list[tuple[list[Item], datetime]] = [([post(9000), mark(NOON)], NOON + MINUTE)]
    start = NOON + timedelta(hours=3)
    for minute in range(minutes):
        at = start + minute * MINUTE
        heard: list[Item] = [post(10 * minute + n, seen=at + timedelta(seconds=10 * n)) for n in range(5)]
        batches.append(([*heard, mark(at + MINUTE)], at + MINUTE))
    return batches


def test_an_outage_becomes_an_incident_with_evidence_and_alerts(flow: Flow) -> None:
    for items, now in quiet_then_outage():
        flow.absorb(items, now)
    (incident,) = flow.store.all(Incident)
    assert (incident.service, incident.signal, incident.state) == ("Zorblat", "outage", "confirmed")
    assert incident.onset_at < incident.opened_at <= NOON + timedelta(hours=3, minutes=5)
    told = flow.store.evidence(incident, incident.opened_at)
    assert told
    assert all(one.created_at < incident.opened_at for one in told)
    assert all(one.reason for one in told)
    events = {(one.event, one.channel, one.state) for one in flow.store.all(Delivery)}
    assert {("incident.suspected", "console", "pending"), ("incident.confirmed", "console", "pending")} <= events
    assert flow.store.all(Spike)
    assert {row.service for row in flow.store.all(Minute)} == {"Zorblat"}


def test_what_was_absorbed_before_changes_nothing(flow: Flow) -> None:
    for items, now in quiet_then_outage():
        flow.absorb(items, now)
    before = flow.store.counts()
    for items, now in quiet_then_outage():
        cycle = flow.absorb(items, now)
        assert (cycle.posts, list(cycle.transitions), cycle.deliveries) == (0, [], [])
    assert flow.store.counts() == before


def test_a_restart_in_the_middle_of_a_minute_goes_on_as_if_never_stopped(settings: Settings, tmp_path: Path) -> None:
    batches = [([item], now - 30 * timedelta(seconds=1)) for items, now in quiet_then_outage() for item in items]
    steady, often = opened(settings, str(tmp_path / "a.duckdb")), opened(settings, str(tmp_path / "b.duckdb"))
    for number, (items, now) in enumerate(batches):
        steady.absorb(items, now)
        often.absorb(items, now)
        if number % 7 == 0:
            often.close()
            often = opened(settings, str(tmp_path / "b.duckdb"))
    for noun in (Post, Score, Voice, Minute, Spike, Incident, Delivery):
        assert often.store.all(noun) == steady.store.all(noun)
    steady.close()
    often.close()


def test_newer_votes_and_edits_are_taken_over_and_nothing_is_counted_twice(flow: Flow) -> None:
    flow.absorb([post(1)], NOON + MINUTE)
    before = flow.store.all(Minute), flow.store.all(Score)
    flow.changed.clear()
    flow.absorb([replace(post(1), likes=40, text="is Zorblat down? EDIT: it is")], NOON + 2 * MINUTE)
    (kept,) = flow.store.all(Post)
    assert (kept.likes, kept.text) == (40, "is Zorblat down? EDIT: it is")
    assert (flow.store.all(Minute), flow.store.all(Score)) == before
    assert NOON.date() in flow.changed


def test_posts_that_name_nothing_are_not_kept(flow: Flow) -> None:
    cycle = flow.absorb([post(1, "what a lovely day"), post(2)], NOON)
    assert (cycle.posts, cycle.readings) == (2, 1)
    assert [kept.id for kept in flow.store.all(Post)] == ["bluesky:2"]


def test_a_post_about_two_services_is_read_for_each(flow: Flow) -> None:
    flow.absorb([post(1, "both Zorblat and Quux Cloud are down")], NOON)
    assert [score.service for score in flow.store.all(Score)] == ["Quux Cloud", "Zorblat"]
    assert len(flow.store.all(Post)) == 1


def test_a_service_that_the_source_names_is_taken(flow: Flow) -> None:
    flow.absorb([post(1, "nothing loads today", service="Zorblat")], NOON)
    assert [score.service for score in flow.store.all(Score)] == ["Zorblat"]


def test_a_removal_in_the_same_batch_keeps_the_post_out(flow: Flow) -> None:
    cycle = flow.absorb([post(1), post(2), Removal("bluesky", NOON, post="bluesky:1")], NOON + MINUTE)
    assert (cycle.readings, [kept.id for kept in flow.store.all(Post)]) == (1, ["bluesky:2"])


def test_a_removal_later_forgets_the_words_and_marks_the_day(flow: Flow) -> None:
    flow.absorb([post(1)], NOON + MINUTE)
    flow.changed.clear()
    cycle = flow.absorb([Removal("bluesky", NOON, author="a1")], NOON + 2 * MINUTE)
    assert cycle.removed == 1
    assert flow.changed >= {NOON.date()}
    assert not flow.store.all(Post)
    assert flow.store.all(Minute)


def test_the_words_of_old_posts_go_and_the_rest_stays(flow: Flow) -> None:
    flow.absorb([post(1), post(2, seen=NOON + timedelta(hours=2))], NOON + timedelta(hours=3))
    assert sum(step.posts for step in flow.purge(NOON + timedelta(hours=1))) == 1
    assert [bool(kept.text) for kept in flow.store.all(Post, order="seen_at")] == [False, True]
    assert [score.p_outage > 0.3 for score in flow.store.all(Score)] == [True, True]
    assert sum(step.posts for step in flow.purge(NOON + timedelta(hours=1))) == 0


def test_a_day_is_told_as_changed_once_its_words_are_gone_or_the_purge_is_left_off(flow: Flow) -> None:
    day = timedelta(days=1)
    flow.absorb([post(number, seen=NOON + number * day) for number in (0, 1, 2)], NOON + 3 * day)
    flow.changed.clear()
    purging = flow.purge(NOON + 9 * day)
    while next(purging).first != NOON + day:
        assert flow.changed == set()
    assert flow.changed == {NOON.date()}
    purging.close()
    assert flow.changed == {NOON.date(), (NOON + day).date()}
    assert [bool(kept.text) for kept in flow.store.all(Post, order="seen_at")] == [False, False, True]


def test_a_post_that_counted_later_than_it_was_seen_stays_joined_to_its_veiled_name(flow: Flow) -> None:
    flow.absorb([post(1)], NOON + 5 * MINUTE)
    flow.absorb([post(2, seen=NOON)], NOON + 6 * MINUTE)
    assert max(voice.minute for voice in flow.store.all(Voice)) == NOON + 5 * MINUTE
    list(flow.purge(NOON + timedelta(hours=1)))
    veiled = {kept.id for kept in flow.store.all(Post)}
    assert len(veiled) == 2
    assert {voice.post for voice in flow.store.all(Voice)} == veiled == {one.post for one in flow.store.all(Score)}


def test_a_post_that_waited_in_a_queue_counts_when_it_is_taken_up(flow: Flow) -> None:
    flow.absorb([post(1)], NOON + 5 * MINUTE)
    flow.absorb([post(2, seen=NOON + 3 * MINUTE)], NOON + 6 * MINUTE)
    assert [row.minute for row in flow.store.all(Minute)] == [NOON, NOON + 5 * MINUTE]


def test_a_post_from_long_before_is_kept_but_not_counted(flow: Flow) -> None:
    flow.absorb([post(1)], NOON + timedelta(hours=1))
    cycle = flow.absorb([post(2, seen=NOON)], NOON + timedelta(hours=1, minutes=1))
    assert cycle.late == 1
    late = next(voice for voice in flow.store.all(Voice) if voice.post == "bluesky:2")
    assert (late.outage, late.reason) == (0.0, "not counted: it arrived after its time had been judged")


def test_a_source_is_covered_from_mark_to_mark_and_blind_in_between(flow: Flow) -> None:
    flow.absorb([post(1), mark(NOON + MINUTE)], NOON + MINUTE)
    assert flow.blind("bluesky", NOON + 3 * MINUTE, "reset")
    assert not flow.blind("bluesky", NOON + 4 * MINUTE, "reset")
    services = overview(flow.store, SERVICES, NOON + 4 * MINUTE).to_pylist()
    assert {row["state"] for row in services} == {"blind"}
    flow.absorb([mark(NOON + 9 * MINUTE), mark(NOON + 10 * MINUTE)], NOON + 10 * MINUTE)
    (gap,) = flow.store.all(Gap)
    assert (gap.start, gap.end) == (NOON + MINUTE, NOON + 9 * MINUTE)
    (covered,) = flow.store.all(Coverage)
    assert (covered.since, covered.until, covered.last_post_at) == (NOON, NOON + 10 * MINUTE, NOON)
    assert {row["state"] for row in overview(flow.store, SERVICES, NOON + 10 * MINUTE).to_pylist()} == {"calm"}


def test_what_is_filled_in_afterwards_does_not_make_the_last_post_older(flow: Flow) -> None:
    hour = timedelta(hours=1)
    now = NOON + 10 * MINUTE
    flow.absorb([post(1, seen=now), post(2, seen=NOON - hour), Mark("bluesky", "1", now)], now)
    assert [one.last_post_at for one in flow.store.all(Coverage)] == [now]
    flow.absorb([post(3, seen=NOON - 2 * hour), Mark("bluesky", "2", now + MINUTE)], now + MINUTE)
    assert [one.last_post_at for one in flow.store.all(Coverage)] == [now]
    flow.absorb([post(4, seen=now + MINUTE)], now + 2 * MINUTE)
    (covered,) = flow.store.all(Coverage)
    assert (covered.last_post_at, covered.until, covered.cursor) == (now + MINUTE, now + MINUTE, "2")


def test_official_words_are_kept_and_told_in_alerts(flow: Flow) -> None:
    step = Official(
        "o1", "Zorblat", "investigating", NOON + timedelta(hours=3), "Elevated errors", url="https://example.org/s"
    )
    batches = quiet_then_outage()
    flow.absorb([step], NOON)
    for items, now in batches:
        flow.absorb(items, now)
    assert flow.store.all(Official) == [step]
    confirmed = next(one for one in flow.store.all(Delivery) if one.event == "incident.confirmed")
    assert "Elevated errors" in confirmed.body


def test_a_failing_cycle_leaves_nothing_and_can_be_done_again(settings: Settings, tmp_path: Path) -> None:
    class Failing(Alerts):
        def changed(self, *_: object) -> list[Delivery]:
            raise RuntimeError("boom")

    path = str(tmp_path / "x.duckdb")
    batches = quiet_then_outage()
    flow = House(settings, SERVICES, path).flow(Failing(settings, SERVICES))
    done = 0
    with pytest.raises(RuntimeError, match="boom"):  # noqa: PT012  # which of the cycles fails is for the judge to say
        for items, now in batches:
            flow.absorb(items, now)
            done += 1
    assert not flow.store.all(Incident)
    assert len(flow.store.all(Coverage)) == 1
    flow.close()
    again = opened(settings, path)
    for items, now in batches[done:]:
        again.absorb(items, now)
    steady = opened(settings)
    for items, now in batches:
        steady.absorb(items, now)
    assert again.store.all(Incident) == steady.store.all(Incident)
    assert again.store.all(Delivery) == steady.store.all(Delivery)
    again.close()


def test_states_say_the_worst() -> None:
    def incident(service: str, signal: str, state: str) -> Incident:
        return Incident(f"{service}{signal}{state}", service, signal, state, NOON, NOON)  # type: ignore[arg-type]

    found = [
        incident("A", "outage", "confirmed"),
        incident("A", "frustration", "confirmed"),
        incident("B", "outage", "suspected"),
        incident("C", "frustration", "confirmed"),
        incident("D", "outage", "resolved"),
    ]
    assert states(found, "ABCDE", blind=False) == {
        "A": "outage",
        "B": "elevated",
        "C": "elevated",
        "D": "calm",
        "E": "calm",
    }
    assert states([], "A", blind=True) == {"A": "blind"}
