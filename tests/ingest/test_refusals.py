"""What a source sent and could not be read is counted, and the count is put into words."""

from __future__ import annotations

from ingest.refusals import Refusals, noted


def test_each_item_counts_once_and_the_most_frequent_kind_comes_first() -> None:
    refusals = Refusals()
    assert refusals.note == ""
    refusals.refuse("page", {"id": 1})
    assert refusals.note == "1 item could not be read (1 × page)"
    for item in ({"a": 1}, {"a": 2}, {"a": 1}, None):
        refusals.refuse("status", item)
    refusals.count("frame")
    refusals.count("frame")
    assert refusals.note == "6 items could not be read (3 × status, 2 × frame, 1 × page)"


def test_an_item_that_is_too_deep_to_be_shown_counts() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    refusals = Refusals()
    refusals.refuse("status", deep)
    assert refusals.note == "1 item could not be read (1 × status)"


def test_notes_are_joined_and_empty_ones_left_out() -> None:
    assert noted("", "a", "", "b") == "a; b"
    assert noted("", "") == ""
