"""The best that is possible, exactly: against plain simulation, simpler rules, and what long run lengths come to."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.special import gammaln
from scipy.stats import poisson

from nlp.baseline import Floats
from nlp.evaluation import bound
from nlp.evaluation.bound import Cusum, divergence, optimum
from nlp.evaluation.power import MONTH, own
from nlp.evaluation.series import Rise, Traffic, drawn
from nlp.rules import Rules

PATHS = 3000
SETTLED = 1500


def ratio(counts: Floats, mean: float, spread: float, times: float) -> Floats:
    """The log likelihood ratio of a minute, by the textbook."""
    if spread == 1:
        return counts * math.log(times) - mean * (times - 1)
    before, after = mean / (spread - 1), times * mean / (spread - 1)
    told: Floats = gammaln(counts + after) - gammaln(counts + before) - gammaln(after) + gammaln(before)
    return told - (after - before) * math.log(spread)


def walked(cusum: Cusum, mean: float, spread: float, times: float, levels: int) -> list[Floats]:
    """Run lengths of as many CUSUMs: from zero without a rise, from zero in one, and in one after `SETTLED` minutes."""
    dice = np.random.default_rng(2)

    def after_one_more(told: Floats, rate: float) -> Floats:
        seen = drawn(np.full(PATHS, rate), spread, dice)
        moved: Floats = np.maximum(told + np.rint(ratio(seen, mean, spread, times) / cusum.step), 0.0)
        return moved

    begun = np.zeros(PATHS)
    for _ in range(SETTLED):
        begun = after_one_more(begun, mean)
        begun[begun >= levels] = 0.0
    took = []
    for start, rate in ((np.zeros(PATHS), mean), (np.zeros(PATHS), mean * times), (begun, mean * times)):
        told, minutes, on = start, np.zeros(PATHS), np.ones(PATHS, dtype=bool)
        while on.any():
            told = after_one_more(told, rate)
            minutes += on
            on &= told < levels
        took.append(minutes)
    return took


@pytest.mark.parametrize(("mean", "spread", "times"), [(0.1, 1.0, 10.0), (1.0, 1.0, 3.0), (0.5, 2.0, 5.0)])
def test_run_lengths_are_what_simulation_gives(mean: float, spread: float, times: float) -> None:
    cusum = Cusum(mean, spread, times)
    levels = round(3.0 / cusum.step)
    run = cusum.run(levels)
    assert run.calm == pytest.approx(cusum.calm(levels))
    took = walked(cusum, mean, spread, times, levels)
    for told, minutes in zip((run.calm, run.worst, run.mean), took, strict=True):
        assert told == pytest.approx(minutes.mean(), abs=4 * minutes.std() / math.sqrt(PATHS))
    assert run.mean < run.worst < run.calm


def test_a_finer_grid_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [(Traffic(6.0), 3.0), (Traffic(60.0), 3.0), (Traffic(60.0), 10.0), (Traffic(6.0, 0.0, 2.0), 10.0)]
    coarse = [optimum(traffic, times, 43200.0) for traffic, times in cells]
    monkeypatch.setattr(bound, "STEP", 0.007)
    assert [optimum(traffic, times, 43200.0) for traffic, times in cells] == pytest.approx(coarse, rel=0.005)


@pytest.mark.parametrize(("mean", "times"), [(1.0, 10.0), (0.1, 50.0), (1.0, 3.0)])
def test_no_number_of_people_in_a_minute_tells_a_rise_sooner(mean: float, times: float) -> None:
    for people in range(2, 12):
        calm, risen = (1 / float(poisson.sf(people - 1, rate)) for rate in (mean, mean * times))
        if 1e3 < calm < 1e9:
            assert optimum(Traffic(60 * mean), times, calm) <= risen + 1e-6


@pytest.mark.parametrize(("hourly", "spread", "times"), [(6.0, 1.0, 3.0), (1.0, 1.0, 10.0), (60.0, 5.0, 3.0)])
def test_a_longer_run_costs_what_the_divergence_says(hourly: float, spread: float, times: float) -> None:
    traffic = Traffic(hourly, 0.0, spread)
    grown = optimum(traffic, times, 1e6) - optimum(traffic, times, 1e5)
    assert grown == pytest.approx(math.log(10) / divergence(traffic, times), rel=0.02)


def test_where_no_threshold_gives_the_run_length_chance_decides() -> None:
    lengths = [10.0**power for power in np.arange(0.0, 7.0, 0.25)]
    delays = [optimum(Traffic(6.0), 50.0, length) for length in lengths]
    assert delays[0] == pytest.approx(1.0)
    assert all(late > soon for soon, late in pairwise(delays))
    assert delays[-1] < 2.0


def test_the_power_study_tells_the_optimum_where_it_is_exact() -> None:
    step, ramp = own(Traffic(6.0), [Rise(50.0, 60), Rise(50.0, 60, "ramp")], 4, Rules(), 5)
    assert (ramp.optimum, ramp.optimum_voices, ramp.ratio_optimum) == (None, None, None)
    run_length = step.months * MONTH / max(step.false_alarms, 1)
    assert step.optimum == pytest.approx(optimum(Traffic(6.0), 50.0, run_length))
    assert step.optimum_voices == step.bound_voices
    assert step.ratio_optimum == step.ratio_voices
