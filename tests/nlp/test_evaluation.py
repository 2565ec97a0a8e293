"""The measuring itself: events, power, other rules, and the Numenta benchmark's scoring on small cases by hand."""

from __future__ import annotations

import json
import math
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ingest.records import MINUTE, Incident, Minute
from nlp.evaluation import nab
from nlp.evaluation.ablations import PARTS, ablations
from nlp.evaluation.bound import divergence, least_delay, wait_for
from nlp.evaluation.events import Outage, compare
from nlp.evaluation.made import Made
from nlp.evaluation.power import SETTLED, draw, first_told, garwood, own, settled
from nlp.evaluation.rivals import episodes, level_for
from nlp.evaluation.series import Rise, Series, Traffic, calm, drawn
from nlp.evaluation.silence import silences
from nlp.evaluation.whatif import parse_rules, what_if
from nlp.rules import Rules

START = datetime(2025, 3, 1, 12, tzinfo=UTC)
STANDARD = nab.Profile("standard", 1.0, 1.0, 0.11)


def incident(service: str, after: float, lasting: float = 30.0) -> Incident:
    opened = START + timedelta(minutes=after)
    return Incident(
        f"{service}{after}", service, "outage", "resolved", opened, opened, resolved_at=opened + lasting * MINUTE
    )


def outage(service: str, after: float, lasting: float = 60.0) -> Outage:
    return Outage(service, START + timedelta(minutes=after), START + timedelta(minutes=after + lasting))


def test_events_are_found_once_and_what_tells_of_none_is_false() -> None:
    incidents = [incident("A", 10), incident("a", 45), incident("B", 10), incident("A", 600)]
    known = [outage("A", 0), outage("C", 0), outage("A", -2000)]
    events, matched, false = compare(incidents, known, service_months=6.0)
    assert (events.incidents, events.true_incidents, events.outages, events.found) == (4, 2, 3, 1)
    assert events.precision == 0.5
    assert events.recall == pytest.approx(1 / 3)
    assert events.false_per_service_month == pytest.approx(2 / 6)
    assert [row.delay_minutes for row in matched] == [10.0, None, None]
    assert {(one.service, one.id) for one in false} == {("B", "B10"), ("A", "A600")}


def test_nothing_to_divide_by_is_none() -> None:
    events, _, _ = compare([], [], 0.0)
    assert (events.precision, events.recall, events.false_per_service_month, events.delay_p90) == (None,) * 4


def test_divergence_is_the_textbook_formula() -> None:
    assert divergence(Traffic(60.0), 3.0) == pytest.approx(3 * math.log(3) - 2)
    assert divergence(Traffic(60.0, spread=4.0), 3.0) < divergence(Traffic(60.0), 3.0)


def test_the_interval_of_no_events_is_the_rule_of_three() -> None:
    low, high = garwood(0, 10.0)
    assert (low, round(high, 2)) == (0.0, 0.37)


def test_a_plain_rise_is_found_near_the_bound_and_sooner_than_by_saying_nothing() -> None:
    step, ramp, none = own(Traffic(6.0, 0.6), [Rise(10.0, 240), Rise(10.0, 240, "ramp"), Rise(1.0, 240)], 4, Rules(), 5)
    assert (step.found, ramp.found, none.found) == (1.0, 1.0, 0.0)
    assert (step.delay_mean or 0.0) < (ramp.delay_mean or 0.0)
    assert step.ratio is not None
    assert 0.5 < step.ratio < 2.5
    assert (none.delay_mean, none.ratio, none.bound) == (None, None, math.inf)


def test_the_least_delay_adds_up_minute_by_minute() -> None:
    steady, needed = Traffic(6.0), math.log(43200.0)
    each = divergence(steady, 10.0)
    assert least_delay(steady, Rise(10.0, 600), 0, 43200.0) == pytest.approx(needed / each, rel=1e-2)
    assert least_delay(steady, Rise(10.0, 600, "ramp"), 0, 43200.0) > needed / each
    assert least_delay(steady, Rise(1.5, 60), 0, 43200.0) == pytest.approx(needed / divergence(steady, 1.5), rel=1e-2)
    assert least_delay(Traffic(60.0), Rise(50.0, 60), 0, 43200.0) == 1.0


@pytest.mark.parametrize(("hourly", "spread"), [(1.0, 1.0), (6.0, 1.0), (6.0, 5.0)])
def test_the_wait_for_six_voices_is_what_drawn_counts_take(hourly: float, spread: float) -> None:
    traffic, rise = Traffic(hourly, 0.6, spread), Rise(10.0, 240, "ramp")
    factors = np.concatenate([rise.factors(), np.full(2000, 10.0)])
    rate = traffic.rate(20_143 * 1440 + np.arange(len(factors))) * factors
    voices = drawn(np.broadcast_to(rate, (3000, len(rate))), spread, np.random.default_rng(3)).cumsum(axis=1)
    took = 1 + (voices < 6).sum(axis=1)
    assert wait_for(6.0, traffic, rise, 0) == pytest.approx(took.mean(), abs=4 * took.std() / math.sqrt(3000))


def test_the_power_study_tells_both_bounds_and_whether_the_onset_was_in_its_interval() -> None:
    (row,) = own(Traffic(6.0), [Rise(50.0, 60)], 4, Rules(), 5)
    assert (row.bound, row.found) == (1.0, 1.0)
    assert row.bound_voices == pytest.approx(1.47, abs=0.01)
    assert (row.ratio_voices or 0.0) < (row.ratio or 0.0)
    assert row.onset_held is not None
    assert 3 <= row.onset_held <= 4


def test_a_service_that_falls_silent_is_told_and_calm_ones_are_not() -> None:
    gone, few = silences(2, kinds=[Traffic(60.0, 0.6)])
    assert (gone.left, gone.found, gone.false_alarms, gone.trials) == (0.0, 1.0, 0, 2)
    assert few.found == 1.0
    assert 5 < (gone.delay_median or 0.0) < 30
    assert gone.months == pytest.approx(2 * 13 / 30)


def test_a_fork_goes_its_own_way_and_says_what_the_whole_would() -> None:
    counts = calm(Traffic(20.0), 2, 3 * 1440, np.random.default_rng(3))
    counts[0, -200:] += 2.0
    whole = Series(2).advance(counts)
    before = Series(2)
    before.advance(counts[:, :-200])
    fork = before.fork()
    assert fork.advance(counts[:, -200:]) == before.advance(counts[:, -200:])
    assert whole[0]
    assert fork.advance(np.zeros((2, 5))) == [[], []]


def test_what_is_told_first_of_each_rise_is_what_the_whole_judging_told_of_it() -> None:
    before, (after,) = draw(Traffic(2.0, 0.6, 2.0), [Rise(10.0, 180)], 12, 5)
    series, _ = settled(before, Rules())
    whole = series.fork().found(after)
    told = [next((one for one in found if one[0] >= SETTLED), None) for found in whole]
    assert any(told)
    assert first_told(series, after) == told


def test_levels_allow_so_many_episodes_and_no_more() -> None:
    quiet = np.zeros(1000)
    quiet[[10, 20, 500, 900]] = (1.0, 4.0, 3.0, 2.0)
    assert [episodes(quiet, level) for level in (0.5, 1.5, 2.5, 3.5, 4.0)] == [3, 3, 2, 1, 0]
    assert [level_for([quiet], allowed) for allowed in (1, 2)] == [3.0, 2.0]


def test_what_is_left_out_of_the_judging_shows() -> None:
    week = Made(np.random.default_rng(2), 1)
    week.crowd("Busy 1", 0, 4 * 1440, 12.0, {"outage": 0.02, "other": 0.98})
    for place in range(60):
        week.say("Busy 1", week.at(3 * 1440 + place), "outage", author="one")
    week.broken("Busy 1", 3 * 1440 + 600, 60, 60.0)
    week.readings.sort(key=lambda reading: (reading[0].seen_at, reading[0].id))
    rows = {row["part"]: row for row in ablations(week.readings, week.outages, week.services, parts=PARTS[:2])}
    assert [row["found"] for row in rows.values()] == [1, 1]
    assert [row["false_alarms"] for row in rows.values()] == [0, 1]


def test_other_rules_make_incidents_vanish_and_move() -> None:
    rows = [
        Minute("A", "x", START + k * MINUTE, posts=1, authors=1, outage_authors=1, outage=1.0)
        for k in (*range(0, 6000, 300), *range(5000, 5080, 7))
    ]
    until = START + timedelta(days=5)
    stays = what_if(rows, [], ["A"], until, Rules(), Rules())
    assert [change.fate for change in stays] == ["stays"]
    fates = {voices: what_if(rows, [], ["A"], until, Rules(), Rules(min_voices=voices)) for voices in (11.0, 50.0)}
    assert [change.fate for change in fates[50.0]] == ["vanishes"]
    assert [change.fate for change in fates[11.0]] == ["moves"]
    assert (fates[11.0][0].minutes or 0) > 0
    back = what_if(rows, [], ["A"], until, Rules(min_voices=50.0), Rules())
    assert [change.fate for change in back] == ["appears"]


def test_rules_are_read_from_plain_words() -> None:
    rules = parse_rules("promise=1/week, min_voices=4", Rules())
    assert (rules.promise_days, rules.min_voices) == (7.0, 4.0)
    assert parse_rules("promise=2/month", Rules()).promise_days == 15.0
    assert parse_rules("promise=90", Rules()).promise_days == 90.0
    for wrong in ("promises=3", "promise=1/fortnight", "min_voices=many", "promise=0/week"):
        with pytest.raises(ValueError, match=r"rule|promise|number|zero"):
            parse_rules(wrong, Rules())


def file(windows: list[tuple[int, int]], rows: int = 1000) -> nab.File:
    return nab.File("g/f.csv", np.zeros(rows), np.linspace(0.0, rows * 300.0, rows), windows)


def spikes(*rows: int) -> dict[str, nab.Floats]:
    scores = np.zeros(1000)
    scores[list(rows)] = 1.0
    return {"g/f.csv": scores}


def test_saying_nothing_scores_zero_and_the_first_row_of_each_window_a_hundred() -> None:
    files = [file([(300, 349), (700, 749)])]
    assert nab.standing(files, {"g/f.csv": np.full(1000, 0.5)}, STANDARD) == 0.0
    assert nab.standing(files, spikes(300, 700), STANDARD) == pytest.approx(100.0)


def test_a_hit_is_worth_less_the_later_and_a_false_alarm_costs() -> None:
    files = [file([(300, 349)])]
    late = nab.standing(files, spikes(349), STANDARD)
    best = 2 / (1 + math.exp(-5)) - 1
    assert late == pytest.approx(100 * (1 + (2 / (1 + math.exp(-5 / 50)) - 1) / best) / 2)
    told = nab.points(files, spikes(300, 900), STANDARD)
    total, nothing = nab.score_at(told, STANDARD, 1.0)
    assert nothing == -1
    assert total == pytest.approx(1 - 0.11)
    just_behind, _ = nab.score_at(nab.points(files, spikes(300, 350), STANDARD), STANDARD, 1.0)
    assert 1 - 0.11 < just_behind < 1


def test_what_happens_in_probation_does_not_count() -> None:
    files = [file([(300, 349)])]
    assert files[0].probation == 150
    assert nab.File("g/f.csv", np.zeros(9000), np.zeros(9000), []).probation == 750
    assert nab.standing(files, spikes(10, 20, 149, 300), STANDARD) == pytest.approx(100.0)


def windowed_gaussian(values: nab.Floats) -> nab.Floats:
    """The benchmark's own windowedGaussian: a window of 6400 that moves by 100."""
    scores = np.zeros(len(values))
    first = end = 0
    mean, deviation = 0.0, 1.0
    for place, value in enumerate(values.tolist()):
        if end:
            scores[place] = 1 - 0.5 * math.erfc(abs(value - mean) / deviation / 1.4142)
        if end - first == 6400:
            if place + 1 - end < 100:
                continue
            first += 100
        end = place + 1
        mean, deviation = float(values[first:end].mean()), float(values[first:end].std()) or 1e-6
    return scores


@pytest.mark.corpus
def test_the_scoring_reproduces_published_scores_to_the_last_digit() -> None:
    shared = Path(os.environ.get("DOWNCHATTER_SHARED", Path(__file__).parents[2].parent / "shared"))
    if not (shared / "nab").is_dir():
        pytest.skip("the Numenta benchmark is not here")
    from downchatter.commands.nab import read_files, read_profiles

    published = json.loads((shared / "nab" / "results" / "final_results.json").read_text())["windowedGaussian"]
    files = read_files(shared / "nab")
    scores = {one.name: windowed_gaussian(one.values) for one in files}
    for profile in read_profiles(shared / "nab"):
        assert nab.standing(files, scores, profile) == pytest.approx(published[profile.name], abs=1e-6)
