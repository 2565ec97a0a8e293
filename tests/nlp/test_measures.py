"""The measures, against figures worked out by hand and against each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.evaluation.measures import average_precision, calibration_error, f1, macro_f1, macro_recall, rank_correlation


def test_f1_by_hand() -> None:
    assert f1([1, 1, 0, 0], [1, 0, 1, 0]) == pytest.approx(0.5)
    assert f1([0, 0], [0, 0]) == 0
    assert f1([1, 1], [1, 1]) == 1


def test_macro_f1_counts_rare_classes_alike() -> None:
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2)


def test_macro_recall_by_hand() -> None:
    assert macro_recall(["a", "a", "b", "c"], ["a", "b", "b", "a"]) == pytest.approx((0.5 + 1 + 0) / 3)


def test_average_precision_by_hand() -> None:
    assert average_precision([1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision([0, 0], [0.1, 0.2]) == 0


def test_equal_scores_are_one_step() -> None:
    assert average_precision([1, 0, 0, 0], [0.5] * 4) == pytest.approx(0.25)


def test_calibration_error_by_hand() -> None:
    assert calibration_error([1, 0, 1, 0], [0.5] * 4) == pytest.approx(0)
    assert calibration_error([1, 1], [0.6, 0.8]) == pytest.approx(0.3)
    assert calibration_error([1, 0], [1.0, 0.0]) == pytest.approx(0)


def test_rank_correlation_of_constants_is_nothing() -> None:
    assert rank_correlation([1, 1, 1], [0.1, 0.2, 0.3]) == 0
    assert rank_correlation([0, 1, 2], [0.1, 0.2, 0.3]) == pytest.approx(1)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60))
def test_measures_stay_in_their_bounds(rows: list[tuple[bool, float]]) -> None:
    truth, chance = [t for t, _ in rows], [c for _, c in rows]
    assert 0 <= average_precision(truth, chance) <= 1 + 1e-9
    assert 0 <= calibration_error(truth, chance) <= 1 + 1e-9
    assert macro_f1(truth, truth) == pytest.approx(1 if any(truth) else macro_f1(truth, truth))
    assert macro_recall(truth, truth) == 1
