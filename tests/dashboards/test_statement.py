"""Whether a statement helped is told with its doubt, and not at all where it cannot be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from dashboards.published import Published
from dashboards.statement import ENOUGH, Sides, effect, statement_effect


def sides(before: float, after: float, count: int = 60, seed: int = 1) -> Sides:
    """Posts whose frustration lies around two means."""
    rng = np.random.default_rng(seed)
    return tuple(np.clip(rng.normal(mean, 0.15, count), 0, 1).tolist() for mean in (before, after))


ALONE = [sides(0.7, 0.6 + 0.01 * seed, seed=seed) for seed in range(5)]


def test_too_few_posts_say_so() -> None:
    told = effect(sides(0.8, 0.2, ENOUGH - 1), ALONE)
    assert told.words.startswith("Not enough posts to tell: 19 posts")
    assert told.change is None
    assert told.low is None


def test_a_change_without_anything_to_compare_is_not_called_an_effect() -> None:
    told = effect(sides(0.8, 0.3), ALONE[:2])
    assert "cannot be told" in told.words
    assert told.beyond is None
    assert told.change == pytest.approx(-0.5, abs=0.06)
    assert told.low is not None
    assert told.low < -0.4


def test_calming_down_like_the_others_is_no_effect() -> None:
    told = effect(sides(0.7, 0.62), ALONE)
    assert told.words.startswith("No difference")
    assert told.low is not None
    assert told.high is not None
    assert told.low < 0 < told.high


def test_falling_more_than_the_others_is_told() -> None:
    told = effect(sides(0.8, 0.3), ALONE)
    assert told.words.startswith("Frustration fell more")
    assert told.beyond is not None
    assert told.beyond < -0.3


def test_the_interval_holds_what_is_true() -> None:
    """Without any effect, about one time in twenty the interval misses zero; here at most one in eight of 200."""
    misses = 0
    for seed in range(200):
        similar = [sides(0.7, 0.6, seed=1000 + seed * 10 + one) for one in range(8)]
        told = effect(sides(0.7, 0.6, seed=seed), similar)
        assert told.low is not None
        assert told.high is not None
        misses += not told.low <= 0 <= told.high
    assert misses <= 25


def test_a_published_statement_is_judged(full: Path) -> None:
    told = statement_effect(Published(full), "inc-character", datetime(2026, 3, 3, 14, 35, tzinfo=UTC))
    assert told.posts_before > 100
    assert told.posts_after > 100
    assert told.similar == 0
    assert "cannot be told" in told.words
    none = statement_effect(Published(full), "none", datetime(2026, 3, 3, 14, 35, tzinfo=UTC))
    assert none.words.startswith("Not enough posts")
