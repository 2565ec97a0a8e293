"""A busy service that falls silent is told as such, and nothing else is."""

from __future__ import annotations

import copy
import functools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import MINUTE, Gap, Incident, Minute, Spike
from nlp.baseline import Floats
from nlp.counts import FIELDS, OTHERS, POSTS, TALK, Counts
from nlp.coverage import FOREVER, Blindness
from nlp.evaluation.series import MONDAY, Traffic, calm, drawn
from nlp.hush import KNOWN, Hush
from nlp.judge import Judge, Judgement
from nlp.rules import SHARES, Rules
from nlp.stories import moment
from nlp.watch import Watch

START = datetime(2026, 3, 2, tzinfo=UTC)
DAY = 1440
NOTHING = np.zeros((0, 4), dtype=np.int64)


def spoke(minute: int, people: int, service: str = "A", source: str = "x") -> Minute:
    return Minute(service, source, START + minute * MINUTE, posts=people, authors=people)


def chatter(
    minutes: int,
    hourly: float,
    seed: int = 1,
    service: str = "A",
    source: str = "x",
    silent: Sequence[range] = (),
    first: int = 0,
) -> list[Minute]:
    counts = enumerate(np.random.default_rng(seed).poisson(hourly / 60, minutes).tolist(), first)
    heard = [(minute, n) for minute, n in counts if n and not any(minute in each for each in silent)]
    return [spoke(minute, n, service, source) for minute, n in heard]


def drops(judgement: Judgement) -> list[Incident]:
    return [one for one in judgement.transitions if one.signal == "drop"]


def talk(counts: Floats, rules: Rules | None = None) -> list[Incident]:
    """The silences told of series of people who speak, each first snapshot."""
    minute, service = np.nonzero(counts.T)
    values = np.zeros((len(minute), len(FIELDS)))
    values[:, [OTHERS, POSTS, TALK]] = counts[service, minute][:, None]
    watch = Watch([str(number) for number in range(len(counts))], rules or Rules(), alone=True)
    rows = Counts(minute + MONDAY, service.astype(np.int64), values)
    found = drops(watch.advance(MONDAY + counts.shape[1], rows, NOTHING, [], Blindness([])))
    return list({one.id: one for one in reversed(found)}.values())


def test_a_silence_is_one_story_and_no_outage() -> None:
    begin, end = 17 * DAY + 600, 17 * DAY + 690
    rows = chatter(18 * DAY, 60.0, silent=[range(begin, end)])
    judgement = Judge(["A"]).advance(START + 18 * DAY * MINUTE, rows, [])
    assert {one.signal for one in judgement.transitions} == {"drop"}
    assert [one.state for one in judgement.transitions] == ["suspected", "confirmed", "recovering", "resolved"]
    first, sure, _, last = judgement.transitions
    assert 8 <= (first.opened_at - START) / MINUTE - begin <= 25
    assert first.onset_earliest is not None
    assert first.onset_latest is not None
    assert first.onset_earliest <= START + begin * MINUTE <= first.onset_latest
    assert sure.authors == 0
    assert sure.peak_at is None
    assert "nobody spoke" in sure.severity_reason
    assert last.resolved_at is not None
    assert (last.resolved_at - START) / MINUTE <= end + 60
    assert {spike.signal for spike in judgement.spikes} == {"drop"}


def test_a_few_who_still_speak_do_not_hide_it() -> None:
    begin = 17 * DAY
    rows = [*chatter(begin, 120.0), *(spoke(begin + k, 1) for k in (9, 41))]
    (first, *_) = drops(Judge(["A"]).advance(START + (begin + 60) * MINUTE, rows, []))
    assert (first.opened_at - START) / MINUTE - begin <= 25


def test_what_cannot_be_read_is_not_silent() -> None:
    begin, end = 17 * DAY, 17 * DAY + 500
    rows = chatter(18 * DAY, 60.0, silent=[range(begin, end)])
    gap = Gap("x", START + begin * MINUTE, START + end * MINUTE, "test")
    assert not drops(Judge(["A"]).advance(START + 18 * DAY * MINUTE, rows, [gap]))
    assert drops(Judge(["A"]).advance(START + 18 * DAY * MINUTE, rows, []))


def test_where_a_whole_source_falls_silent_no_service_has() -> None:
    begin, names = 17 * DAY, "ABCD"
    rows = [row for k, one in enumerate(names) for row in chatter(begin, 60.0, k, one, "x")]
    others = [row for k, one in enumerate(names) for row in chatter(begin + 120, 60.0, 9 + k, one, "y")]
    until = START + (begin + 120) * MINUTE
    assert not drops(Judge(names).advance(until, rows, []))
    assert not drops(Judge(names).advance(until, rows + others, []))
    only_a = [row for row in others if row.service != "A" or row.minute < START + begin * MINUTE]
    still = [row for k, one in enumerate("BCD") for row in chatter(begin + 120, 60.0, 19 + k, one, "x")]
    told = drops(Judge(names).advance(until, [row for row in rows if row.service == "A"] + only_a + still, []))
    assert {one.service for one in told} == {"A"}


def test_rare_and_new_services_are_not_judged() -> None:
    rare = chatter(17 * DAY, 4.0)
    assert not drops(Judge(["A"]).advance(START + 20 * DAY * MINUTE, rare, []))
    new = chatter(10 * DAY, 60.0)
    assert not drops(Judge(["A"]).advance(START + 11 * DAY * MINUTE, new, []))


def test_a_lasting_silence_becomes_the_usual() -> None:
    rows = [*chatter(17 * DAY, 60.0), spoke(24 * DAY, 1)]
    told = drops(Judge(["A"]).advance(START + 24 * DAY * MINUTE, rows, []))
    assert told[-1].state == "resolved"
    assert len({one.id for one in told}) == 1


def test_false_alarms_stay_within_the_share_of_the_promise() -> None:
    """Six kinds of chatter over three weeks, weekends quiet by two thirds, at one alarm a day at most.

    No alarm at all would tell nothing of the promise: a threshold that is lower by five nats has to break it.
    """
    kinds = [
        Traffic(hourly, rhythm, spread) for hourly in (15.0, 60.0, 240.0) for rhythm, spread in ((0.0, 1.0), (0.7, 3.0))
    ]
    minutes, dice = np.arange(22 * DAY), np.random.default_rng(1)
    quiet = np.where(minutes // DAY % 7 >= 5, 0.35, 1.0)
    counts = np.concatenate(
        [
            drawn(np.broadcast_to(one.rate(MONDAY + minutes) * quiet, (2, len(minutes))), one.spread, dice)
            for one in kinds
        ]
    )
    allowed = len(counts) * (22 * DAY - KNOWN) / DAY * SHARES["drop"]
    assert len(talk(counts, Rules(promise_days=1.0))) <= allowed
    assert len(talk(counts, Rules(promise_days=float(np.exp(-5.0))))) > allowed


@pytest.mark.parametrize(
    ("hourly", "spread", "most"), [(30.0, 1.0, 45), (60.0, 1.0, 20), (60.0, 3.0, 45), (240.0, 1.0, 6)]
)
def test_it_is_told_soon(hourly: float, spread: float, most: float) -> None:
    """In about the time in which chance would bring about such a silence once per promise."""
    begin = 17 * DAY + 13 * 60
    counts = calm(Traffic(hourly, 0.5, spread), 5, begin + 180, np.random.default_rng(5))
    counts[:, begin:] = 0.0
    delays = [one.opened_at - moment(MONDAY + begin) for one in talk(counts)]
    after = [delay / MINUTE for delay in delays if delay > timedelta(0)]
    assert len(after) == 5
    assert np.median(after) <= most


def two(first: int, minutes: int, seed: int, silent: Sequence[range] = ()) -> list[Minute]:
    """What is said of A and of B, each in a source of its own, from a minute on."""
    rows = chatter(minutes, 40.0, seed, first=first, silent=silent)
    return sorted([*rows, *chatter(minutes, 25.0, seed + 1, "B", "y", first=first)], key=lambda row: row.minute)


def gap(begin: int) -> Gap:
    return Gap("y", START + (begin + 30) * MINUTE, START + (begin + 200) * MINUTE, "test")


@functools.cache
def seasoned() -> Judge:
    """A judge that knows A and B for 16 days. To be copied, not used."""
    judge = Judge("AB")
    judge.advance(START + 16 * DAY * MINUTE, two(0, 16 * DAY, 7), [])
    return judge


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 700), min_size=1, max_size=6), lasts=st.integers(20, 400)
)
def test_chunks_leave_no_trace_of_silences(seed: int, cuts: list[int], lasts: int) -> None:
    at, begin = START + 16 * DAY * MINUTE, 16 * DAY + 10 + seed % 300
    rows, end = two(16 * DAY, 900, seed, [range(begin, begin + lasts)]), at + 900 * MINUTE
    whole = copy.deepcopy(seasoned()).advance(end, rows, [gap(begin)])
    assert lasts < 90 or drops(whole)
    judge, number, told, spikes = copy.deepcopy(seasoned()), 0, list[Incident](), list[Spike]()
    while at < end:
        until = min(end, at + timedelta(minutes=cuts[number % len(cuts)]))
        part = judge.advance(until, [row for row in rows if at <= row.minute < until], [gap(begin)])
        told, spikes = [*told, *part.transitions], [*spikes, *part.spikes]
        at, number = until, number + 1
    assert (whole.transitions, whole.spikes) == (told, spikes)


def test_judged_in_one_go_from_the_first_minute_it_is_the_same() -> None:
    begin = 16 * DAY + 100
    later, end = two(16 * DAY, 500, 3, [range(begin, begin + 200)]), START + (16 * DAY + 500) * MINUTE
    whole = Judge("AB").advance(end, [*two(0, 16 * DAY, 7), *later], [gap(begin)])
    part = copy.deepcopy(seasoned()).advance(end, later, [gap(begin)])
    assert drops(part) == [one for one in drops(whole) if one.opened_at > START + 16 * DAY * MINUTE]
    assert drops(part)


def test_evidence_reckoned_ahead_equals_evidence_minute_by_minute() -> None:
    """The closed form over quiet minutes, and the minute foretold, against the plain recursion."""
    dice = np.random.default_rng(3)
    hush = Hush(1, Rules().threshold)
    one = np.array([0])
    hush.begin(one, 0)
    for block in range(16 * 24):
        counts = dice.poisson(0.8, 60)
        for k in np.flatnonzero(counts):
            hush.hear(block * 60 + int(k), one, counts[[k]].astype(float))
        end = block * 60 + 60
        hush.close(end, np.array([60.0]))
        hush.learn(block * 60, end, np.array([True]), np.array([True]))
        hush.renew(end)
        hush.expect(end, np.ones(1), np.zeros(1, dtype=np.int64))
    at, sums = 16 * DAY, hush._sums[0].copy()
    assert hush.least[0] > 0.3
    told = at
    while np.log(sums.mean()) < hush.threshold:
        sums = (1.0 + sums) * np.exp(hush._grow[0])
        told += 1
    assert at < hush.next_due() < told
    found: list[tuple[int, float]] = []
    minute = at
    while not found:
        minute = hush.next_due()
        assert minute < FOREVER
        found = hush.silent(minute)
    assert minute == told - 1
    assert found[0][1] == pytest.approx(float(np.log(sums.mean())))
