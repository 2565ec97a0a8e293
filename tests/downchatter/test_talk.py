"""Unusual talk, from what is stored to what is published: the posts behind it, and a state that stays as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from downchatter.flow import states
from downchatter.overview import overview
from downchatter.stories import called
from ingest.records import Incident, Post, Score, Service
from ingest.store import Store
from nlp.evaluation.made import made
from nlp.evaluation.talks import talked

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TALK = Incident("t", "X", "talk", "confirmed", NOON, NOON + timedelta(minutes=15), peak_at=NOON + timedelta(minutes=8))


def said(
    number: int, minute: int, likes: int = 0, author: str = "", words: int = 0, mood: float = 0.0
) -> tuple[Post, Score]:
    seen = NOON + timedelta(minutes=minute)
    post = Post(f"bluesky:{number}", "bluesky", author or f"a{number}", f"words {number}", seen, seen, likes=likes)
    score = Score(post.id, "X", "m", 0.0, 0.0, 0.0, 0.1, 0.9, mood, 0.0, words or number, (), "not about an outage")
    return post, score


def store_with(*readings: tuple[Post, Score]) -> Store:
    store, posts = Store(":memory:"), [post for post, _ in readings]
    store.append(Post, posts)
    store.append_scores([score for _, score in readings], posts)
    return store


def test_the_posts_behind_it_are_liked_ones_by_distinct_people_in_distinct_words() -> None:
    store = store_with(
        said(1, 1, likes=3),
        said(2, 2, likes=90, mood=0.9),
        said(3, 3, likes=50, author="a2"),
        said(4, 4, likes=40, words=2),
        said(5, 7),
        said(6, 14),
        said(7, 40, likes=999),
        said(8, -5, likes=999),
    )
    found = store.evidence(TALK, NOON + timedelta(minutes=15))
    assert [one.post for one in found] == ["bluesky:2", "bluesky:1", "bluesky:5", "bluesky:6"]
    assert found[0].reason == "one of the most liked posts of that time, with 90 likes, in good spirits"
    assert found[2].reason == "one of the posts of that time"
    assert not any("outage" in one.reason for one in found)


@pytest.mark.parametrize("blind", [False, True])
def test_it_leaves_the_state_of_a_service_as_it_is(blind: bool) -> None:
    assert states([TALK], ["X", "Y"], blind) == dict.fromkeys("XY", "blind" if blind else "calm")
    outage = replace(TALK, id="o", signal="outage")
    assert states([TALK, outage], ["X"], blind) == states([outage, TALK], ["X"], blind) == {"X": "outage"}


def test_it_is_published_beside_the_state() -> None:
    rows = overview(Store(":memory:"), [Service("X"), Service("Y")], NOON + timedelta(hours=1), [TALK]).to_pylist()
    assert [(row["state"], row["incident"], row["since"], row["talk"]) for row in rows] == [
        ("calm", "", None, "t"),
        ("calm", "", None, ""),
    ]
    assert called(TALK) == "unusual talk"


def test_what_spreads_in_the_made_weeks_is_told_as_talk_and_outages_are_not() -> None:
    found = talked(made())
    assert found.stretches >= 1
    assert found.told == found.stretches
    assert found.as_trouble == 0
    assert found.around_outages == 0
    assert found.other <= found.service_months
