"""Contests on equal terms: as many false alarms for everyone, the same counts, verdicts that are not chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nlp.baseline import Floats
from nlp.detectors import load
from nlp.evaluation import rivals
from nlp.evaluation.power import SETTLED, Cell, draw, settled
from nlp.evaluation.rivals import DOUBT, OWN, WARM, Tried, _entry, _episodes, _other, _own, equal, paired
from nlp.evaluation.series import Rise, Traffic, calm
from nlp.rules import Rules

NEVER = math.inf
OUT = math.nan


def delays(*rows: list[float]) -> Floats:
    return np.array(rows)


def test_the_judge_gives_as_many_false_alarms_as_others_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "WARM", 1440)
    before = calm(Traffic(6.0, 0.6, 2.0), 80, 3 * 1440, np.random.default_rng(11))
    shipped, same = (sum(map(_episodes, alarms)) for _, alarms in (settled(before, Rules()), equal(before, Rules())))
    assert shipped < same
    assert 4 <= same <= 5


def test_on_equal_terms_four_people_are_enough_as_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "WARM", 1440)
    before = calm(Traffic(1.0), 40, 3 * 1440, np.random.default_rng(12))
    before[:, -60:] = 0.0
    told = [series.advance(np.ones((40, 4))) for series, _ in (settled(before, Rules()), equal(before, Rules()))]
    shipped, same = (sum(bool(minutes) for minutes in alarms) for alarms in told)
    assert (shipped, same) == (0, 40)


@pytest.mark.parametrize("name", ["time_of_day", "ears_c1", "nb_cusum"])
def test_others_give_just_as_many_however_alike_their_scores(name: str) -> None:
    before, (after,) = draw(Traffic(0.5, 0.6, 1.0), [Rise(20.0, 60)], 8, 3)
    tried = _other(load(name), before, after[None, None], Rules())
    assert tried.false_alarms == 3
    assert tried.months == pytest.approx(8 * 14 / 30)
    assert tried.delays.shape == (1, 1, 8)


def test_a_series_with_an_alarm_just_before_the_rise_counts_for_nobody() -> None:
    before, (after,) = draw(Traffic(6.0), [Rise(50.0, 30)], 3, 3)
    before[1, -100:-90] += 30.0
    other = _other(load("peak"), before, after[None, None], Rules()).delays[0, 0]
    mine = _own(OWN, settled(before, Rules()), after[None, None]).delays[0, 0]
    for told in (other, mine):
        assert np.isnan(told).tolist() == [False, True, False]
        assert (told[[0, 2]] <= 5).all()


def test_delays_are_compared_rise_by_rise_and_what_is_never_found_counts_whole() -> None:
    mine = delays([5.0, NEVER, 8.0, OUT, 4.0, 1.0], [7.0, 20.0, 8.0, 1.0, 4.0, 1.0])
    other = delays([8.0, 50.0, 9.0, 2.0, NEVER], [8.0, 40.0, 9.0, 2.0, NEVER])
    lead, low, high = paired(mine, other, 60.0, 0.05)
    each = np.array([2.0, 5.0, 1.0, 56.0])
    assert lead == pytest.approx(each.mean())
    assert (low + high) / 2 == pytest.approx(lead)
    assert high - lead == pytest.approx(3.18245 * each.std(ddof=1) / 2, rel=1e-4)
    assert paired(mine, other, 60.0, 0.01)[1] < low


@pytest.mark.parametrize(
    ("later", "spread", "verdict"),
    [(3.0, 1.0, "behind"), (-3.0, 1.0, "ahead"), (0.2, 5.0, "level"), (0.0, 0.0, "level")],
)
def test_only_what_is_beyond_chance_is_ahead_or_behind(later: float, spread: float, verdict: str) -> None:
    dice = np.random.default_rng(5)
    mine = dice.uniform(5.0, 30.0, (1, 2, 40))
    other = mine + later + dice.normal(0.0, spread, mine.shape)
    cell = Cell(Traffic(6.0, 0.6), Rise(10.0, 360))
    ours, theirs = Tried(OWN, 3, mine), Tried("other", 3, other)
    row = _entry(theirs, ours, 0, cell, Rules(), DOUBT / 11)
    assert (row.verdict, row.found, row.trials) == (verdict, 1.0, 80)
    assert row.lead == pytest.approx(later, abs=0.6)
    assert row.months == pytest.approx(40 * (SETTLED - WARM) / 43200)
    assert (_entry(ours, ours, 0, cell, Rules(), DOUBT).verdict, _entry(ours, ours, 0, cell, Rules(), DOUBT).lead) == (
        "",
        None,
    )


def test_one_that_finds_less_is_behind_however_soon_it_finds() -> None:
    mine = np.full((1, 1, 40), 20.0)
    other = np.where(np.arange(40) < 20, 2.0, NEVER)[None, None]
    row = _entry(
        Tried("other", 0, other), Tried(OWN, 0, mine), 0, Cell(Traffic(6.0, 0.6), Rise(10.0, 360)), Rules(), 0.01
    )
    assert (row.found, row.delay_median, row.verdict) == (0.5, 2.0, "behind")
