"""Verdicts on a prefix equal the prefix of the verdicts, and what looks like an outage is none."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import MINUTE, Expected, Gap, Incident, Minute, Spike
from nlp.evaluation.series import MONDAY, Traffic, calm, drawn, judge, openings
from nlp.judge import Judge, Judgement, Rules
from nlp.rules import SHARES
from nlp.severity import LEVELS
from nlp.stories import moment

LEAP = datetime(2024, 2, 27, 22, 7, tzinfo=UTC)
"""Two hours before the eve of a leap day."""


def told(minute: int, reports: int, service: str = "A", source: str = "x", start: datetime = LEAP) -> Minute:
    at = start + minute * MINUTE
    return Minute(service, source, at, posts=reports, authors=reports, outage_authors=reports, outage=float(reports))


def background(minutes: int, hourly: float = 4.0, seed: int = 1, source: str = "x") -> list[Minute]:
    counts = np.random.default_rng(seed).poisson(hourly / 60, minutes)
    return [told(minute, int(count), source=source) for minute, count in enumerate(counts) if count]


def merged(*parts: Sequence[Minute]) -> list[Minute]:
    sums: dict[tuple[str, str, datetime], int] = {}
    for row in (row for part in parts for row in part):
        key = (row.service, row.source, row.minute)
        sums[key] = sums.get(key, 0) + row.posts
    return [told(int((at - LEAP) / MINUTE), n, service, source) for (service, source, at), n in sums.items()]


def opened(judgement: Judgement) -> list[Incident]:
    return [incident for incident in judgement.transitions if incident.state == "suspected"]


def in_chunks(
    names: Sequence[str], minutes: Sequence[Minute], gaps: Sequence[Gap], end: datetime, steps: Sequence[int]
) -> Judgement:
    judging, at, number = Judge(names), LEAP, 0
    spikes: list[Spike] = []
    transitions: list[Incident] = []
    expected: list[Expected] = []
    standing: Sequence[Incident] = ()
    while at < end:
        until = min(end, at + steps[number % len(steps)] * MINUTE)
        rows = [row for row in minutes if at <= row.minute < until]
        part = judging.advance(until, rows, [gap for gap in gaps if gap.start < until])
        spikes += part.spikes
        transitions += part.transitions
        expected += part.expected
        standing = part.standing
        at, number = until, number + 1
    return Judgement(spikes, transitions, expected, standing)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    steps=st.lists(st.integers(1, 500), min_size=1, max_size=8),
    outage=st.integers(200, 1800),
    size=st.integers(0, 4),
)
def test_chunks_leave_no_trace(seed: int, steps: list[int], outage: int, size: int) -> None:
    dice = random.Random(seed)
    rows: list[Minute] = []
    for minute in range(2400):
        for service in "AB":
            for source in "xy":
                busy = size if service == "A" and outage <= minute < outage + 45 else 0
                if dice.random() < 0.05 or dice.random() < busy / 3:
                    rows.append(
                        Minute(
                            service,
                            source,
                            LEAP + minute * MINUTE,
                            posts=dice.randint(1, 4),
                            authors=dice.randint(1, 3),
                            outage_authors=1 + busy,
                            outage=dice.random() * (1 + busy),
                            frustration=dice.random(),
                            complaint_authors=dice.randint(0, 1),
                            recovery_authors=dice.randint(0, 1),
                        )
                    )
    begin = LEAP + timedelta(minutes=dice.uniform(100, 2000))
    gaps = [Gap("x", begin, begin + timedelta(minutes=dice.uniform(1, 400)), "test"), Gap("y", begin, None, "test")]
    end = LEAP + 2400 * MINUTE
    whole = Judge("AB").advance(end, dice.sample(rows, len(rows)), gaps)
    parts = in_chunks("AB", rows, gaps, end, steps)
    assert whole.standing == parts.standing
    assert list(whole.transitions) == list(parts.transitions)
    assert list(whole.spikes) == list(parts.spikes)
    assert list(whole.expected) == list(parts.expected)


def test_an_outage_is_told_as_one_story() -> None:
    minutes = 5 * 1440
    start = 4 * 1440 + 300
    burst = [told(start + k, 3) for k in range(40)] + [told(start + 40 + 3 * k, 1) for k in range(5)]
    judgement = Judge("A").advance(LEAP + minutes * MINUTE, merged(background(minutes), burst), [])
    states = [state for state, _ in groupby(incident.state for incident in judgement.transitions)]
    assert states == ["suspected", "confirmed", "recovering", "resolved"]
    first, last = judgement.transitions[0], judgement.transitions[-1]
    assert {incident.id for incident in judgement.transitions} == {first.id}
    assert LEAP + start * MINUTE <= first.onset_at <= LEAP + (start + 3) * MINUTE
    assert first.opened_at - LEAP <= (start + 6) * MINUTE
    assert first.opened_at > max(spike.minute for spike in judgement.spikes[:1])
    assert last.resolved_at is not None
    assert last.resolved_at - LEAP <= (start + 150) * MINUTE
    assert last.severity in ("major", "critical")
    assert 100 <= last.authors <= 160
    assert last.observed > 10 * last.expected
    assert "voices" in last.severity_reason
    assert "voices" in last.confidence_reason


def test_a_new_rise_soon_after_the_end_joins_the_story() -> None:
    start = 2 * 1440
    waves = [[told(at + k, 3) for k in range(20)] for at in (start, start + 150)]
    judgement = Judge("A").advance(LEAP + 4 * 1440 * MINUTE, merged(background(4 * 1440), *waves), [])
    assert len({incident.id for incident in judgement.transitions}) == 1
    assert judgement.transitions[-1].state == "resolved"
    assert [incident.state for incident in judgement.transitions].count("recovering") == 2


def test_a_single_post_never_opens_an_incident_but_a_loudly_confirmed_one_does() -> None:
    quiet = [told(900 * k, 1) for k in range(10)]
    plain = Judge("A").advance(LEAP + 10_000 * MINUTE, [*quiet, told(8_500, 1)], [])
    loud = Minute("A", "x", LEAP + 8_500 * MINUTE, posts=1, authors=1, outage_authors=1, outage=7.0)
    voted = Judge("A").advance(LEAP + 10_000 * MINUTE, [*quiet, loud], [])
    assert not plain.transitions
    assert len(opened(voted)) == 1


@pytest.mark.parametrize("apart", [0, 1, 5, 20])
def test_four_people_are_never_enough_nor_five_accounts_that_post_again_and_again(apart: int) -> None:
    early = [told(300 * k, 1) for k in range(4)]
    for voices, posts, alarms in ((4, 1, 0), (5, 1, int(apart > 0)), (5, 3, 0), (5, 100, 0), (12, 1, 1), (12, 100, 1)):
        people = merged([told(5000 + apart * k, 1) for k in range(voices)])
        rows = [*early, *(replace(row, posts=row.posts * posts) for row in people)]
        assert len(opened(Judge("A").advance(LEAP + 7000 * MINUTE, rows, []))) == alarms, (voices, posts)


@pytest.mark.parametrize("hour", [1, 2, 3, 5])
def test_a_new_service_finds_an_outage_within_the_first_hours(hour: int) -> None:
    burst = [told(hour * 60 + k, 3) for k in range(15)]
    rows = merged(background(12 * 60, 4.0, seed=hour), burst)
    incidents = opened(Judge("A").advance(LEAP + 12 * 60 * MINUTE, rows, []))
    assert len(incidents) == 1
    assert hour * 60 <= (incidents[0].opened_at - LEAP) / MINUTE <= hour * 60 + 12


@pytest.mark.parametrize("hourly", [1.0, 10.0, 60.0])
def test_the_rhythm_of_a_first_day_is_no_alarm(hourly: float) -> None:
    counts = calm(Traffic(hourly, rhythm=0.7), 12, 1440, np.random.default_rng(3))
    assert sum(map(len, openings(judge(counts), 12))) <= 1


def test_false_alarms_stay_within_the_promise() -> None:
    """Twelve kinds of calm services over 18 days, cold start included, at one alarm in ten days at most."""
    rules, alarms, promised = Rules(promise_days=10.0), 0, 0.0
    for number, traffic in enumerate(
        Traffic(hourly, rhythm, spread) for hourly in (0.5, 5.0, 30.0) for rhythm in (0.0, 0.6) for spread in (1.0, 2.0)
    ):
        counts = calm(traffic, 3, 18 * 1440, np.random.default_rng(number))
        alarms += sum(map(len, openings(judge(counts, rules), 3)))
        promised += 3 * 18 / 10
    assert alarms <= promised


def test_slow_rises_are_found_too() -> None:
    minutes = 15 * 1440
    rate = Traffic(10.0).rate(np.arange(minutes))
    rate[-600:] *= np.minimum(1 + np.arange(600) / 60, 5)
    counts = drawn(np.broadcast_to(rate, (5, minutes)), 1.0, np.random.default_rng(2))
    for series in openings(judge(counts), 5):
        assert [minute for minute in series if minute >= minutes - 600][:1]
        assert min(minute for minute in series if minute >= minutes - 600) <= minutes - 400


def test_a_gap_is_neither_calm_nor_a_drop() -> None:
    minutes, gap = 6 * 1440, (3 * 1440, 5 * 1440)
    calm_rows = background(minutes, 30.0)
    rows = [row for row in calm_rows if not gap[0] <= (row.minute - LEAP) / MINUTE < gap[1]]
    gaps = [Gap("x", LEAP + gap[0] * MINUTE, LEAP + gap[1] * MINUTE, "test")]
    assert not opened(Judge("A").advance(LEAP + minutes * MINUTE, rows, gaps))
    after = [row for row in Judge("A").advance(LEAP + minutes * MINUTE, rows, gaps).expected if row.signal == "outage"]
    assert 0.3 < after[-1].mean < 0.75
    assert opened(Judge("A").advance(LEAP + minutes * MINUTE, rows, []))


def test_a_backlog_after_a_gap_is_no_spike_and_a_real_outage_after_it_is() -> None:
    minutes, back = 4 * 1440, 3 * 1440
    rows = [row for row in background(minutes, 40.0) if not back - 360 <= (row.minute - LEAP) / MINUTE < back]
    gaps = [Gap("x", LEAP + (back - 360) * MINUTE, LEAP + back * MINUTE, "test")]
    backlog = merged(rows, [told(back, 6), told(back + 1, 4)])
    assert not opened(Judge("A").advance(LEAP + minutes * MINUTE, backlog, gaps))
    outage = merged(backlog, [told(back + 2 + k, 6) for k in range(30)])
    assert len(opened(Judge("A").advance(LEAP + minutes * MINUTE, outage, gaps))) == 1


def test_one_blind_source_lowers_what_is_expected_by_its_part() -> None:
    minutes = 4 * 1440
    rows = [*background(minutes, 40.0, 1, "x"), *background(minutes, 20.0, 2, "y")]
    blind = (3 * 1440, minutes)
    kept = [row for row in rows if row.source == "y" or (row.minute - LEAP) / MINUTE < blind[0]]
    burst = [told(blind[0] + 600 + k, 2, source="y") for k in range(30)]
    gaps = [Gap("x", LEAP + blind[0] * MINUTE, None, "test")]
    calm_part = Judge("A").advance(LEAP + minutes * MINUTE, kept, gaps)
    assert not opened(calm_part)
    assert len(opened(Judge("A").advance(LEAP + minutes * MINUTE, [*kept, *burst], gaps))) == 1


def test_yesterday_neither_hides_nor_causes_today() -> None:
    minutes = 12 * 1440
    outages = [[told(day * 1440 + 700 + k, 3) for k in range(60)] for day in (8, 9, 10)]
    incidents = opened(Judge("A").advance(LEAP + minutes * MINUTE, merged(background(minutes), *outages), []))
    days = [int((incident.opened_at - LEAP).total_seconds() // 86400) for incident in incidents]
    assert days == [8, 9, 10]
    delays = [((incident.opened_at - LEAP) / MINUTE) % 1440 - 700 for incident in incidents]
    assert max(delays) <= 6


def test_clocks_that_change_and_leap_days_make_no_difference() -> None:
    """The same counts at any date give the same verdicts, moved: time is UTC and counted in minutes."""
    rows = merged(background(3 * 1440), [told(2 * 1440 + k, 3) for k in range(20)])
    here = Judge("A").advance(LEAP + 3 * 1440 * MINUTE, rows, [])
    for weeks in (4, 35, 52 * 4):
        shift = timedelta(weeks=weeks)
        moved = [told(int((row.minute - LEAP) / MINUTE), row.posts, start=LEAP + shift) for row in rows]
        there = Judge("A").advance(LEAP + shift + 3 * 1440 * MINUTE, moved, [])
        assert [incident.opened_at - shift for incident in there.transitions] == [
            incident.opened_at for incident in here.transitions
        ]


def test_unknown_services_and_minutes_judged_before_are_left_out() -> None:
    judging = Judge(["A"])
    rows = background(600)
    judging.advance(LEAP + 600 * MINUTE, [*rows, told(5, 50, service="Z")], [])
    late = judging.advance(LEAP + 700 * MINUTE, [told(10, 500)], [])
    assert not late.transitions
    assert not judging.advance(LEAP + 100 * MINUTE, [told(50, 500)], []).transitions


def test_a_confirmed_incident_is_told_again_only_when_it_is_worse_and_stands_as_of_now() -> None:
    minutes = 3 * 1440
    start = minutes - 200
    burst = [told(start + k, 1 + k // 10) for k in range(120)]
    until = LEAP + (start + 120) * MINUTE
    judgement = Judge(["A"]).advance(until, merged(background(minutes), burst), [])
    again = [b for a, b in pairwise(judgement.transitions) if a.state == b.state == "confirmed"]
    assert again
    levels = [LEVELS.index(one.severity) for one in judgement.transitions if one.state == "confirmed"]
    assert levels == sorted(set(levels))
    (standing,) = judgement.standing
    last = judgement.transitions[-1]
    assert (standing.id, standing.state) == (last.id, "confirmed")
    assert standing.updated_at == until
    assert standing.authors > last.authors


def test_the_peak_is_a_rate_over_five_minutes_also_in_the_minute_that_opens_the_incident() -> None:
    counts = calm(Traffic(0.5), 1, 14 * 1440 + 90, np.random.default_rng(4))
    counts[0, -90::8] = 1.0
    last = judge(counts).transitions[-1]
    usual = last.expected / (((last.updated_at or last.opened_at) - last.onset_at) / MINUTE)
    assert last.observed >= 6
    assert 0.8 * 0.2 < last.peak_ratio * usual < 1.5 * 0.2


def test_what_lasts_for_a_day_is_the_new_usual_and_alarms_no_more() -> None:
    minutes, begin = 16 * 1440, 10 * 1440
    rate = Traffic(10.0).rate(np.arange(minutes))
    rate[begin:] *= 8
    counts = drawn(np.broadcast_to(rate, (3, minutes)), 1.0, np.random.default_rng(1))
    transitions = judge(counts).transitions
    late = [one for one in transitions if one.opened_at > moment(MONDAY + begin + 1440)]
    assert len({one.id for one in late}) <= 1
    for service in "012":
        ended = [one.resolved_at for one in transitions if one.service == service and one.resolved_at]
        assert ended[0] < moment(MONDAY + begin + 30 * 60)


@pytest.mark.parametrize(("hourly", "times", "spread"), [(6.0, 10.0, 1.0), (60.0, 3.0, 2.0)])
def test_the_interval_of_the_onset_holds_it_as_often_as_it_says(hourly: float, times: float, spread: float) -> None:
    minutes, begin, series = 4 * 1440, 4 * 1440 - 180, 40
    rate = Traffic(hourly, 0.4, spread).rate(MONDAY + np.arange(minutes))
    rate[begin:] *= times
    counts = drawn(np.broadcast_to(rate, (series, minutes)), spread, np.random.default_rng(9))
    true = moment(MONDAY + begin)
    told = [one for one in judge(counts).transitions if one.state == "suspected" and one.opened_at > true]
    held = [one for one in told if one.onset_earliest and one.onset_latest]
    assert len(held) >= 30
    assert all(one.onset_earliest <= one.onset_at <= one.onset_latest for one in held)  # type: ignore[operator]
    within = sum(one.onset_earliest <= true <= one.onset_latest for one in held)  # type: ignore[operator]
    assert within / len(held) >= 0.82
    assert np.median([(one.onset_latest - one.onset_earliest) / MINUTE for one in held]) <= 40  # type: ignore[operator]


def test_a_rise_that_is_told_late_is_traced_back_beyond_six_hours() -> None:
    """Three reports an hour where one is usual; drift has followed it by the time it is told."""
    begin, series = 8 * 1440, 40
    rate = Traffic(1.0).rate(np.arange(begin + 1440))
    rate[begin:] *= 3
    counts = drawn(np.broadcast_to(rate, (series, len(rate))), 1.0, np.random.default_rng(6))
    true = moment(MONDAY + begin)
    first: dict[str, Incident] = {}
    for one in judge(counts).transitions:
        if one.state == "suspected" and one.opened_at > true:
            first.setdefault(one.service, one)
    late = [one for one in first.values() if one.opened_at > true + 7 * 60 * MINUTE]
    assert len(late) >= 12
    assert all(one.onset_earliest <= one.onset_at <= one.onset_latest for one in late)  # type: ignore[operator]
    held = [one for one in late if one.onset_earliest <= true <= one.onset_latest]  # type: ignore[operator]
    assert len(held) / len(late) >= 0.75
    assert np.median([(one.onset_latest - one.onset_earliest) / MINUTE for one in late]) <= 720  # type: ignore[operator]


def test_the_promise_is_shared_out_among_the_signals() -> None:
    rules = Rules(promise_days=7.0)
    alarms = sum(np.exp(-rules.threshold_of(signal)) for signal in SHARES) * 7 * 1440
    assert alarms == pytest.approx(1.0)
