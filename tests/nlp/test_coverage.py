"""A minute counts as read only if its source was read throughout."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.records import Gap
from nlp.coverage import FOREVER, Blindness, to_minute

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def moment(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("start", "end", "unread"),
    [
        (0, 60, [0]),
        (1, 59, [0]),
        (59.5, 60.5, [0, 1]),
        (60, 60, []),
        (61, 61, []),
        (10, 130, [0, 1, 2]),
        (0, 120.000001, [0, 1, 2]),
    ],
)
def test_a_minute_that_a_gap_touches_is_unread(start: float, end: float, unread: list[int]) -> None:
    noon = to_minute(NOON)
    blind = Blindness([Gap("x", moment(start), moment(end), "test")])
    assert [minute - noon for minute in range(noon - 3, noon + 5) if blind.hides("x", minute)] == unread


def test_a_gap_that_lasts_hides_the_minute_in_which_it_began_and_all_after() -> None:
    noon = to_minute(NOON)
    blind = Blindness([Gap("x", moment(30), None, "test")])
    assert [blind.hides("x", minute) for minute in (noon - 1, noon, noon + 1, FOREVER - 1)] == [False, True, True, True]


def test_gaps_within_one_minute_are_one_stretch() -> None:
    noon = to_minute(NOON)
    blind = Blindness([Gap("x", moment(5), moment(10), "test"), Gap("x", moment(50), moment(70), "test")])
    assert blind.changes(noon - 5, noon + 5) == [noon, noon + 2]
    assert blind.ended(noon + 2) == [("x", 2)]
