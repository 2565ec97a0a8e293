"""Asking again: everything in its turn, nothing for ever, and nothing forgotten by a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import rechecks
from ingest.rechecks import Rechecks
from ingest.records import Told

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERY = timedelta(hours=6)
KEPT = timedelta(days=30)


def told(number: int, ago: timedelta = timedelta()) -> Told:
    return Told(f"acme:{number}", "", NOW - ago)


def test_what_was_told_before_a_restart_is_due_at_once_and_then_in_its_turn() -> None:
    one = Rechecks(EVERY, KEPT, [told(1), told(2)])
    assert [each.post for each in one.due(NOW, 10)] == ["acme:1", "acme:2"]
    one.asked(["acme:1", "acme:2"], NOW)
    assert not one.due(NOW + EVERY - timedelta(seconds=1), 10)
    assert len(one.due(NOW + EVERY, 10)) == 2


def test_a_request_that_failed_is_made_again() -> None:
    one = Rechecks(EVERY, KEPT, [told(1)])
    assert one.due(NOW, 10) == one.due(NOW, 10) == [told(1)]


def test_what_is_dropped_or_too_old_is_let_go() -> None:
    one = Rechecks(EVERY, KEPT, [told(1), told(2, KEPT + timedelta(minutes=1))])
    one.drop("acme:1")
    one.drop("acme:1")
    assert not one.due(NOW, 10)
    assert len(one) == 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecks, "LONGEST", 3)
    one = Rechecks(EVERY, KEPT)
    for number in range(9):
        one.add(told(number), NOW)
    assert [number for number in range(9) if f"acme:{number}" in one] == [6, 7, 8]


@given(st.integers(0, 300), st.integers(1, 70))
def test_every_post_is_asked_for_once_in_a_turn(posts: int, at_once: int) -> None:
    one = Rechecks(EVERY, KEPT, [told(number) for number in range(posts)])
    asked: list[str] = []
    while due := one.due(NOW, at_once):
        assert len(due) <= at_once
        one.asked([each.post for each in due], NOW)
        asked += [each.post for each in due]
    assert sorted(asked) == sorted(f"acme:{number}" for number in range(posts))
