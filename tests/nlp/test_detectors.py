"""What every detector keeps to, found by its file; and that the product's own tells a rise from none."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from numpy.typing import NDArray

from nlp.detectors import Detector, branches, load, names
from nlp.evaluation.series import Traffic, calm

START = datetime(2025, 2, 24, tzinfo=UTC)


@pytest.fixture(params=names())
def detector(request: pytest.FixtureRequest) -> Detector:
    try:
        return load(request.param)
    except ImportError as error:
        pytest.skip(f"{request.param}: {error}")


def series(seed: int = 1, minutes: int = 3 * 1440) -> NDArray[np.float64]:
    counts: NDArray[np.float64] = calm(Traffic(12.0, 0.5), 1, minutes, np.random.default_rng(seed))[0]
    counts[-400:-360] += np.random.default_rng(seed + 1).poisson(3, 40)
    return counts


@pytest.mark.parametrize("cut", [1, 59, 1441, 4000])
def test_verdicts_on_a_prefix_are_the_prefix_of_the_verdicts(detector: Detector, cut: int) -> None:
    counts = series()
    assert detector.scores(counts[:cut], START) == pytest.approx(detector.scores(counts, START)[:cut], abs=1e-6)


def test_ways_to_go_on_are_scored_as_if_each_had_been_read_whole(detector: Detector) -> None:
    counts, futures = series(), [series(seed)[-400:-340] for seed in (5, 6)]
    known, later = branches(detector, counts, START, iter(futures))
    assert known == pytest.approx(detector.scores(counts, START), abs=1e-9)
    for scores, future in zip(later, futures, strict=True):
        whole = detector.scores(np.concatenate([counts, future]), START)
        assert scores == pytest.approx(whole[len(counts) :], abs=1e-9)


def test_scores_are_numbers_even_for_silence(detector: Detector) -> None:
    for counts in (np.zeros(2000), np.full(2000, 3.0), series()):
        scores = detector.scores(counts, START)
        assert scores.shape == counts.shape
        assert np.isfinite(scores).all()


def test_an_unknown_name_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load("crystal_ball")


@pytest.mark.parametrize("name", sorted(set(names()) - {"null", "random", "river_gaussian", "river_trees", "volume"}))
def test_a_plain_rise_stands_out(name: str) -> None:
    scores = load(name).scores(series(), START)
    assert scores[-400:-360].max() > np.quantile(scores[1440:-400], 0.999)
