"""Unusual talk is told once, as what it is, and what an outage explains is not told again."""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import MINUTE, Bounds, Gap, Incident, Minute
from nlp.baseline import Floats
from nlp.buzz import about
from nlp.detectors import volume
from nlp.judge import Judge, Judgement
from nlp.severity import buzz
from nlp.stir import Past, Stir, _rising, look
from nlp.talk import AT_ONCE

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 1440
SEASON = 9 * DAY
"""So long the services of these tests are known before anything happens."""


def spoke(minute: int, people: int, service: str = "A", source: str = "x", **more: float) -> Minute:
    at = START + minute * MINUTE
    row = Minute(service, source, at, posts=people, authors=people)
    return replace(row, **more) if more else row  # type: ignore[arg-type]


def chatter(
    first: int, minutes: int, hourly: float, seed: int = 1, service: str = "A", source: str = "x", **more: float
) -> list[Minute]:
    """Talk at random; `more` is what each person says, as fields of a minute."""
    clock = np.arange(first, first + minutes)
    counts = np.random.default_rng(seed).poisson(hourly / 60 * (1.0 + 0.5 * np.cos(clock / DAY * 2 * np.pi)))
    return [
        spoke(minute, people, service, source, **{name: value * people for name, value in more.items()})
        for minute, people in zip(clock.tolist(), counts.tolist(), strict=True)
        if people
    ]


def told(judgement: Judgement) -> list[Incident]:
    return [one for one in judgement.transitions if one.signal == "talk"]


@functools.cache
def seasoned(hourly: float = 12.0, sources: str = "x") -> Judge:
    """A judge that knows A for nine days. To be copied, not used."""
    judge = Judge("A")
    rows = [row for source in sources for row in chatter(0, SEASON, hourly, 3, source=source)]
    judge.advance(START + SEASON * MINUTE, sorted(rows, key=lambda row: row.minute), [])
    return judge


def after(*parts: Sequence[Minute], minutes: int = 600, gaps: Sequence[Gap] = (), hourly: float = 12.0) -> Judgement:
    """What a judge that knows A makes of the minutes that follow."""
    rows = sorted((row for part in parts for row in part), key=lambda row: row.minute)
    return copy.deepcopy(seasoned(hourly)).advance(START + (SEASON + minutes) * MINUTE, rows, gaps)


USUAL = chatter(SEASON, 600, 12.0, 5)
VIRAL = chatter(SEASON + 100, 120, 150.0, 6, source="x")


def test_viral_talk_is_one_story_and_no_outage() -> None:
    judgement = after(USUAL, [replace(row, sentiment=0.6 * row.posts) for row in VIRAL])
    assert {one.signal for one in judgement.transitions} == {"talk"}
    assert list(dict.fromkeys(one.state for one in told(judgement))) == [
        "suspected",
        "confirmed",
        "recovering",
        "resolved",
    ]
    first, last = told(judgement)[1], told(judgement)[-1]
    begin = START + (SEASON + 100) * MINUTE
    assert begin - 5 * MINUTE <= first.onset_at <= begin + 5 * MINUTE
    assert first.opened_at - begin <= 30 * MINUTE
    assert last.resolved_at is not None
    assert last.resolved_at - begin <= (120 + 90) * MINUTE
    assert last.severity == "major"
    assert 200 <= last.authors <= 600
    assert "usually do" in last.severity_reason
    assert "hardly anyone complains" in last.severity_reason
    assert "better than usual" in last.severity_reason
    assert "outage" not in last.severity_reason + last.confidence_reason
    assert {spike.signal for spike in judgement.spikes} == {"talk"}


def counts_of(data: st.DataObject) -> Floats:
    """A series of counts with a rhythm, a level of any size, bursts and silences."""
    dice = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    size, level = data.draw(st.integers(1, 2600)), data.draw(st.sampled_from([0.05, 0.5, 3.0, 30.0]))
    rate = level * (1.0 + data.draw(st.sampled_from([0.0, 0.6])) * np.cos(np.arange(size) / 288 * 2 * np.pi))
    for begin in data.draw(st.lists(st.integers(0, 2600), max_size=4)):
        rate[begin : begin + 20] *= data.draw(st.sampled_from([0.0, 4.0, 20.0]))
    counts = dice.poisson(rate).astype(np.float64)
    counts[0] = max(counts[0], 1.0)
    return counts


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_the_live_form_announces_what_the_batch_detector_does(data: st.DataObject) -> None:
    """On a series without gaps, and in whatever parts it is taken in: so a prefix gives a prefix."""
    counts = counts_of(data)
    values = np.sqrt(counts)
    views = [volume._against_past(volume._deviation(view(values))) for view in volume.VIEWS]
    batch = np.log1p(np.array(views)).mean(axis=0) * _rising(values)
    live, past, place = np.zeros(len(values)), Past.fresh(), 0
    announced = set()
    while place < len(values):
        until = min(len(values), place + data.draw(st.integers(1, 700)))
        live[place:until] = look(past, values[:until], place)
        announced |= {past.since} if past.since >= place else set()
        place = until
    assert live == pytest.approx(batch, abs=1e-9)
    by_batch = np.flatnonzero(volume._announced(batch))
    assert announced <= set(by_batch.tolist())
    assert past.said == pytest.approx(volume._announced(batch)[by_batch[-1]] if len(by_batch) else 0.0)


def test_what_is_kept_is_enough() -> None:
    """Over far more stretches than are kept, the verdicts are still those of the batch detector."""
    dice = np.random.default_rng(2)
    counts = dice.poisson(4.0 * (1.0 + 0.5 * np.cos(np.arange(9000) / 288 * 2 * np.pi))).astype(np.float64)
    counts[8500:8520] += 60.0
    counts[0] = 1.0
    stir, one = Stir(1), np.array([0])
    for place, people in enumerate(counts.tolist()):
        stir.hear(5 * place, one, np.array([people]))
        stir.close(5 * place + 4, np.array([0.8]))
    past, values = stir._take_in(0), np.sqrt(counts)
    views = [volume._against_past(volume._deviation(view(values))) for view in volume.VIEWS]
    by_batch = volume._announced(np.log1p(np.array(views)).mean(axis=0) * _rising(values))
    assert past.since == np.flatnonzero(by_batch)[-1]
    assert 8500 <= past.since < 8520
    assert past.said == pytest.approx(by_batch[past.since])


@pytest.mark.parametrize(("hourly", "people"), [(0.0, 2), (0.5, 6), (3.0, 15)])
def test_a_few_more_than_usual_are_nothing(hourly: float, people: int) -> None:
    few = [spoke(SEASON + 100 + 2 * k, 1) for k in range(people)]
    rows = chatter(SEASON, 600, hourly, 5)
    judge = copy.deepcopy(seasoned(max(hourly, 0.05)))
    assert not told(judge.advance(START + (SEASON + 600) * MINUTE, [*rows, *few], []))


def test_usual_talk_is_told_of_at_most_now_and_then() -> None:
    """Four weeks of two services with a rhythm, and with bursts as they come by chance."""
    dice, rows = np.random.default_rng(4), list[Minute]()
    for service, hourly in (("A", 60.0), ("B", 8.0)):
        rate = hourly / 60 * (1.0 + 0.6 * np.cos(np.arange(28 * DAY) / DAY * 2 * np.pi))
        counts = dice.poisson(dice.gamma(rate / 2.0, 2.0))
        rows += [spoke(minute, int(counts[minute]), service) for minute in np.flatnonzero(counts).tolist()]
    assert len({one.id for one in told(Judge("AB").advance(START + 28 * DAY * MINUTE, rows, []))}) <= 1


def test_the_talk_around_an_outage_is_the_outages() -> None:
    outage = chatter(SEASON + 100, 120, 150.0, 6, outage_authors=1.0, outage=0.9, sentiment=-0.5)
    judgement = after(USUAL, outage)
    assert "outage" in {one.signal for one in judgement.transitions}
    assert not told(judgement)
    anger = chatter(SEASON + 100, 120, 150.0, 6, complaint_authors=1.0, frustration=0.75, sentiment=-0.7)
    judgement = after(USUAL, anger)
    assert "frustration" in {one.signal for one in judgement.transitions}
    assert not told(judgement)


def test_nothing_else_is_told_otherwise_for_it() -> None:
    """Outages and frustration are told as if nobody looked at talk, to the last figure."""
    rows = [*chatter(0, 5 * DAY, 12.0, 3), *chatter(3 * DAY, 120, 150.0, 6)]
    rows += chatter(4 * DAY, 90, 120.0, 7, outage_authors=1.0, outage=0.9, frustration=0.3)
    rows.sort(key=lambda row: row.minute)
    until = START + 5 * DAY * MINUTE
    whole, without = Judge("A").advance(until, rows, []), Judge("A", talk=False).advance(until, rows, [])
    assert told(whole)
    assert not told(without)
    for signal in ("outage", "frustration"):
        mine = [one for one in whole.transitions if one.signal == signal]
        assert mine == [one for one in without.transitions if one.signal == signal]
        rates = [[row for row in each.expected if row.signal == signal] for each in (whole, without)]
        assert rates[0] == rates[1]
    assert "outage" in {one.signal for one in whole.transitions}


def test_talk_that_turns_out_to_be_about_an_outage_ends_with_it() -> None:
    later = chatter(SEASON + 180, 60, 200.0, 7, outage_authors=1.0, outage=0.9)
    judgement = after(USUAL, VIRAL, later)
    last = told(judgement)[-1]
    assert last.state == "resolved"
    assert "trouble that is told by itself" in last.severity_reason
    sure = next(one for one in judgement.transitions if one.signal == "outage" and one.state == "confirmed")
    assert last.resolved_at == sure.confirmed_at


def test_gaps_and_what_comes_late_after_them_fake_nothing() -> None:
    begin, end = SEASON + 60, SEASON + 420
    quiet = [row for row in USUAL if not begin <= (row.minute - START) / MINUTE < end]
    gap = Gap("x", START + begin * MINUTE, START + end * MINUTE, "test")
    backlog = [spoke(end + k, 30) for k in range(4)]
    assert not told(after(quiet, backlog, gaps=[gap]))
    assert told(after(quiet, backlog, [spoke(end + 60 + k, 3) for k in range(90)], gaps=[gap]))


def test_a_gap_of_whole_days_leaves_the_time_of_day_where_it_was() -> None:
    stir, one = Stir(1), np.array([0])
    for place in range(3 * 288):
        stir.hear(5 * place, one, np.array([1.0 + place % 288]))
        stir.close(5 * place + 4, np.array([1.0]))
    stir.expect(5 * 3 * 288, np.zeros(1))
    for place in range(3 * 288, 5 * 288 + 100):
        stir.close(5 * place + 4, np.array([1.0]))
    stir.expect(5 * (5 * 288 + 100), np.ones(1))
    stir.hear(5 * (5 * 288 + 100), one, np.array([101.0]))
    stir.close(5 * (5 * 288 + 100) + 4, np.array([1.0]))
    kept = stir._kept[0, : int(stir._place[0])]
    assert kept.tolist() == [1.0 + place % 288 for place in range(3 * 288 + 101)]


def test_the_first_words_of_a_source_are_no_unusual_talk() -> None:
    fresh = [replace(row, source="new") for row in chatter(SEASON + 100, 400, 120.0, 8)]
    assert not told(after(USUAL, fresh))
    assert told(after(USUAL, [replace(row, source="x") for row in fresh]))


def test_it_is_told_once_a_day_unless_it_goes_far_beyond() -> None:
    again = chatter(SEASON + 700, 90, 150.0, 9)
    beyond = chatter(SEASON + 700, 90, 6000.0, 9)
    usual = chatter(SEASON, 1100, 12.0, 5)
    once = told(after(usual, VIRAL, again, minutes=1100))
    assert len({one.id for one in once}) == 1
    twice = told(after(usual, VIRAL, beyond, minutes=1100))
    assert len({one.id for one in twice}) == 2


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 400), min_size=1, max_size=6))
def test_chunks_leave_no_trace(seed: int, cuts: list[int]) -> None:
    begin = SEASON + 20 + seed % 200
    rows = sorted(
        [*chatter(SEASON, 600, 12.0, seed), *chatter(begin, 60 + seed % 100, 200.0, seed + 1, source="y")],
        key=lambda row: row.minute,
    )
    gaps = [Gap("x", START + (begin + 90) * MINUTE, START + (begin + 130) * MINUTE, "test")]
    at, end = START + SEASON * MINUTE, START + (SEASON + 600) * MINUTE
    whole = copy.deepcopy(seasoned(12.0, "xy")).advance(end, rows, gaps)
    judge, number, found = copy.deepcopy(seasoned(12.0, "xy")), 0, list[Incident]()
    while at < end:
        until = min(end, at + timedelta(minutes=cuts[number % len(cuts)]))
        found += judge.advance(until, [row for row in rows if at <= row.minute < until], gaps).transitions
        at, number = until, number + 1
    assert list(whole.transitions) == found
    assert told(whole)


def test_it_says_what_the_talk_is_about() -> None:
    assert about(0.62, 0.04, -0.4) == "62 % complain, 4 % report trouble; the mood is worse than usual"
    assert about(0.02, 0.0, 0.5) == "hardly anyone complains or reports trouble; the mood is better than usual"
    assert buzz(12.0, 200.0, 20.0, 60, Bounds())[0] == "major"
    assert buzz(2000.0, 10_000.0, 0.2, 600, Bounds())[0] == "major"
    assert buzz(5.0, 200.0, 40.0, 600, Bounds())[0] == "minor"
    assert "hardly anyone does usually, over 1000 times" in buzz(2000.0, 10.0, 0.2, 9, Bounds())[1]


def test_where_many_are_loud_at_once_they_are_looked_at_by_turns() -> None:
    names = [f"S{number:03}" for number in range(3 * AT_ONCE)]
    judge, end = Judge(names), SEASON + 90
    usual = [spoke(minute, 1, name) for name in names for minute in range(0, SEASON, 97)]
    loud = [spoke(minute, 4, name) for name in names for minute in range(SEASON, end)]
    rows = sorted(usual + loud, key=lambda row: (row.minute, row.service))
    found = judge.advance(START + end * MINUTE, rows, []).transitions
    opened: dict[datetime, set[str]] = {}
    for one in found:
        if one.signal == "talk":
            opened.setdefault(one.opened_at, set()).add(one.service)
    assert set().union(*opened.values()) == set(names)
    assert max(map(len, opened.values())) <= AT_ONCE
