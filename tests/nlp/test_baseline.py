"""What is expected, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.baseline import Baseline, Block
from nlp.daybook import Course, Daybook
from nlp.evaluation.series import Traffic, drawn
from nlp.onset import interval, risen

CHANNELS = 200


def taught(hourly: float, spread: float, hours: int, length: int = 60) -> Baseline:
    """A baseline that has seen so many hours of even traffic, in blocks of so many minutes."""
    baseline, dice = Baseline(CHANNELS, np.arange(CHANNELS)), np.random.default_rng(7)
    for begin in range(0, hours * 60, length):
        counts = drawn(np.full((CHANNELS, length), Traffic(hourly).hourly / 60.0), spread, dice)
        block = Block(counts.sum(axis=1), (counts**2).sum(axis=1), np.full(CHANNELS, float(length)))
        baseline.learn_spread(begin, block)
        everywhere = np.ones(CHANNELS, dtype=np.bool_)
        baseline.learn(begin, block, everywhere, hour_over=(begin + length) % 60 == 0)
    return baseline


@pytest.mark.parametrize(("hourly", "spread"), [(60.0, 5.0), (60.0, 2.0), (6.0, 2.0), (6.0, 1.0)])
@pytest.mark.parametrize("length", [15, 60])
def test_the_spread_is_learned_as_it_is(hourly: float, spread: float, length: int) -> None:
    assert np.median(taught(hourly, spread, 200, length).spread) == pytest.approx(max(spread, 1.02), rel=0.03)


def test_the_spread_told_leans_the_further_the_less_was_seen() -> None:
    leans: list[float] = []
    for hours in (0, 6, 200):
        baseline = taught(6.0, 3.0, hours)
        assert baseline.expect(hours * 60).spread == pytest.approx(baseline.upper_spread)
        leans.append(float(np.median(baseline.upper_spread / baseline.spread - 1.0)))
    assert leans[0] > 0.1
    assert leans[0] > leans[2] < 0.5 * leans[1]


def test_voices_that_come_one_by_one_soon_leave_no_doubt_that_they_do() -> None:
    baseline = taught(6.0, 1.0, 48)
    assert np.quantile(baseline.upper_spread, 0.9) < 1.1


def test_bursts_are_not_cut_off_what_is_usual() -> None:
    """Bursts of five now and then are how this service is spoken of, and no outage."""
    baseline = taught(1.0, 5.0, 21 * 24)
    assert np.mean(baseline.expect(0).mean) == pytest.approx(1.0 / 60.0, rel=0.12)


def test_the_shape_of_the_day_is_in_doubt_where_few_voices_told_of_it() -> None:
    few, many = taught(1.0, 1.0, 21 * 24), taught(60.0, 1.0, 21 * 24)
    assert np.median(few.expect(0).doubt) > 1.25 * np.median(many.expect(0).doubt)


def test_a_daybook_tells_what_was_expected_at_the_time_and_keeps_a_day() -> None:
    book = Daybook(100)
    for minute in range(0, 400, 60):
        book.write(minute, np.array([float(minute), 1.0]), np.array([2.0, 3.0]))
    course = book.read(0, 350, 365)
    assert course.mean[course.page].tolist() == [300.0] * 10 + [360.0] * 6
    assert set(course.drift.tolist()) == {2.0}
    assert course.times(2.0).mean.tolist() == [480.0, 600.0, 720.0]
    assert book.read(1, 0, 365).first == 266


@pytest.mark.parametrize("drifting", [False, True])
def test_a_rise_is_weighed_against_the_drift_before_it(drifting: bool) -> None:
    """What was expected has followed a rise to twice the usual all the way: the rise is found nevertheless."""
    minutes, begin, held = 1200, 600, 0
    pages = np.arange(minutes) // 60
    followed = np.minimum(1.0 + 0.4 * np.maximum(np.arange(20) - begin // 60, 0.0), 1.9)
    for seed in range(40):
        rate = np.where(np.arange(minutes) < begin, 0.5, 1.0)
        counts = np.random.default_rng(seed).poisson(rate).astype(np.float64)
        drift = followed if drifting else np.ones(20)
        early, late = interval(risen(counts, Course(0, pages, 0.5 * drift, drift), 1.02, begin + 60))
        held += early <= begin <= late
    assert held >= 32


def test_minutes_that_could_not_be_read_tell_nothing_of_a_beginning() -> None:
    counts = np.zeros(120)
    counts[90:] = 1.0
    course = Course(0, np.arange(120) // 60, np.array([0.0, 0.1]), np.ones(2))
    weights = risen(counts, course, 1.02, 100)
    assert weights[:60] == pytest.approx(weights[60])
    assert int(np.argmax(weights)) == 90
