"""What a minute tells for a rise, and how much a promise may be used up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import nbinom

from nlp.baseline import Floats, Shape
from nlp.sequential import Likelihood, excess

ONE = np.zeros(1, dtype=np.int64)


def ratio(mean: float, spread: float, count: float) -> Floats:
    """What a minute with so many voices tells for each rise, in nats."""
    likelihood = Likelihood(np.array([mean]), np.array([spread]))
    told: Floats = (likelihood.voices(ONE, np.array([count])) - likelihood.loss)[0]
    return told


@pytest.mark.parametrize("raised", [1.0, 1.5, 20.0])
@pytest.mark.parametrize(("mean", "spread"), [(0.002, 1.5), (0.1, 5.0), (1.0, 1.02), (3.0, 2.0)])
def test_without_a_rise_a_minute_tells_nothing_on_average(mean: float, spread: float, raised: float) -> None:
    likelihood = Likelihood(np.array([mean]), np.array([spread]))
    counts = np.arange(10_000)
    times = None if raised == 1.0 else np.full(len(counts), raised)
    told = likelihood.voices(np.zeros_like(counts), counts.astype(np.float64), times) - raised * likelihood.loss
    chance = nbinom.logpmf(counts, raised * mean / (spread - 1.0), 1.0 / spread)
    assert np.exp(told + chance[:, None]).sum(axis=0) == pytest.approx(1.0, abs=1e-6)


def test_a_burst_where_bursts_are_usual_tells_less_than_voices_one_by_one() -> None:
    burst, apart = ratio(0.1, 5.0, 8.0), 8 * ratio(0.1, 5.0, 1.0) + 7 * -ratio(0.1, 5.0, 0.0)
    assert (burst < 0.4 * apart)[:4].all()
    assert (burst < 0.6 * ratio(0.1, 1.02, 8.0)).all()


def test_a_part_of_a_voice_tells_its_part() -> None:
    none, half, whole = (ratio(0.1, 2.0, count) for count in (0.0, 0.5, 1.0))
    assert half - none == pytest.approx((whole - none) / 2)


@pytest.mark.parametrize("times", [2.0, 10.0])
def test_alarms_come_as_seldom_as_the_excess_says(times: float) -> None:
    """Under the rise, exp(-excess over a high threshold) has this mean: drawn, leap by leap, in even time."""
    dice, rate, enough = np.random.default_rng(4), 1.0, 12.0
    over = []
    for _ in range(4000):
        told = 0.0
        while told < enough:
            told += np.log(times) - rate * (times - 1.0) * dice.exponential(1.0 / (rate * times))
        over.append(np.exp(enough - told))
    assert np.mean(over) == pytest.approx(float(excess(np.array(times))), rel=0.03)


def test_rises_that_a_smaller_one_tells_within_a_minute_have_no_weight() -> None:
    busy, rare = (Likelihood(np.array([mean]), np.array([1.5])).weights(11.4)[0] > 0 for mean in (3.0, 0.002))
    assert busy[:3].all()
    assert not busy[-2:].any()
    assert rare.all()


def test_a_channel_alone_is_pulled_towards_a_flat_shape_and_not_towards_itself() -> None:
    shapes = [Shape(24, groups, 20.0) for groups in (np.array([0]), np.array([0, 0, 0]))]
    for shape in shapes:
        which = np.arange(len(shape.at(0)))
        seen = np.full(len(which), 60.0)
        shape.learn(which, 5, seen, seen / 2, np.ones(len(which)))
    alone, together = (float(shape.at(5)[0] / shape.at(6)[0]) for shape in shapes)
    assert alone == pytest.approx((20 + 60) / (20 + 30))
    assert alone < together < 2.0
