"""The made-up world: seeded, resumable, in order of time."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from ingest.collectors import Tools
from ingest.collectors.simulate import Simulate, build
from ingest.errors import UserError
from ingest.records import Item, Mark, Official, Post
from ingest.simulation.stages import IDENTIFIED, course, drawn
from ingest.simulation.texts import NOUNS, write
from ingest.simulation.world import daily, poisson

NOW = datetime(2024, 3, 1, 12, 34, tzinfo=UTC)
TOOLS = Tools(wanted=lambda _: True, pseudonym=lambda name: f"hash of {name}", clock=lambda: NOW)


def world(**options: Any) -> Simulate:
    return build({"hours": 6, **options}, TOOLS)


def items(**options: Any) -> list[Item]:
    return list(world(**options).read(""))


def test_the_same_seed_gives_the_same_posts_and_another_other_ones() -> None:
    assert items() == items()
    assert {item.id for item in items() if isinstance(item, Post)}.isdisjoint(
        item.id for item in items(seed=8) if isinstance(item, Post)
    )


def test_everything_comes_in_order_of_time_between_marks() -> None:
    last = datetime(2024, 2, 29, tzinfo=UTC)
    for item in items():
        at = item.created_at if isinstance(item, Post) else item.at  # type: ignore[union-attr]
        if isinstance(item, Mark):
            assert item.at.second == 0
        assert at >= last
        last = at if isinstance(item, Mark) else last


def test_a_mark_comes_at_least_each_half_hour_and_at_the_end() -> None:
    marks = [item.at for item in items(background=5, rise=0, events=()) if isinstance(item, Mark)]
    assert all(later - earlier <= timedelta(minutes=90) for earlier, later in pairwise(marks))
    assert marks[-1] == datetime(2024, 2, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize("stop", [0, 3, 7])
def test_reading_on_from_a_mark_gives_the_rest(stop: int) -> None:
    whole = items()
    place = [number for number, item in enumerate(whole) if isinstance(item, Mark)][stop]
    mark = whole[place]
    assert isinstance(mark, Mark)
    other = build({"hours": 6}, Tools(TOOLS.wanted, TOOLS.pseudonym, lambda: NOW + timedelta(days=9)))
    assert list(other.read(mark.cursor)) == whole[place + 1 :]


def test_closing_ends_it() -> None:
    source = world()
    reading = source.read("")
    next(reading)
    source.close()
    assert list(reading) == []


def test_what_spreads_does_so_near_the_end_and_is_no_outage() -> None:
    usual, viral = (
        [item for item in items(hours=48, background=5, rise=0, events=events) if isinstance(item, Post)]
        for events in ((), ("viral",))
    )
    more = viral[int(len(usual) * 0.5) :]
    late = [post for post in more if post.seen_at >= datetime(2024, 2, 29, tzinfo=UTC) + timedelta(hours=48 * 0.93)]
    assert len(viral) - len(usual) == pytest.approx(400, abs=60)
    assert len(late) >= 380
    assert len({post.author for post in late}) >= 300


def test_the_status_page_lags_behind_the_users() -> None:
    source = world(hours=24)
    assert source.course is not None
    officials = [item for item in source.read("") if isinstance(item, Official)]
    assert [item.stage for item in officials] == ["investigating", "identified", "monitoring", "resolved"]
    assert officials[0].at - source.course.onset >= timedelta(minutes=8)
    assert all("simulated" in item.title for item in officials)


def test_an_outage_raises_its_service_only() -> None:
    source = world(hours=24, events=(), duration=60)
    assert source.course is not None
    posts = [item for item in source.read("") if isinstance(item, Post)]
    during = [post for post in posts if source.course.onset <= post.seen_at < source.course.mended]
    assert source.course.mended - source.course.onset == timedelta(hours=1)
    named = Counter("haracter" in post.text or "c.ai" in post.text.lower() for post in during)
    assert named[True] > 120
    assert named[True] > 2 * named[False]


def test_without_a_rise_there_is_no_outage() -> None:
    source = world(rise=0)
    assert source.course is None
    assert not [item for item in source.read("") if isinstance(item, Official)]


def test_a_wrong_option_is_one_sentence() -> None:
    with pytest.raises(UserError, match="did you mean seed"):
        world(seeds=3)


def test_stages_last_as_long_as_real_ones() -> None:
    dice = random.Random(1)
    minutes = sorted(drawn(IDENTIFIED, dice).total_seconds() / 60 for _ in range(2000))
    assert minutes[0] >= IDENTIFIED[0]
    assert minutes[-1] <= IDENTIFIED[-1]
    assert 8.5 <= minutes[1000] <= 10
    told = course("A", NOW, timedelta(minutes=40), dice)
    assert told.onset < told.investigating < told.identified < told.monitoring < told.resolved
    assert told.mended - told.onset == pytest.approx(timedelta(minutes=40), abs=timedelta(seconds=1))


def test_no_slot_stays_empty_and_texts_differ() -> None:
    dice = random.Random(2)
    for tone in NOUNS:
        texts = [write(tone, "Character.AI", dice) for _ in range(80)]
        assert not any("{" in text or "}" in text for text in texts)
    assert len({write("outage", "GitHub", dice) for _ in range(300)}) > 250


def test_the_day_swings_around_one_and_counts_have_their_mean() -> None:
    start = datetime(2024, 2, 29, tzinfo=UTC)
    assert sum(daily(start + timedelta(minutes=k)) for k in range(1440)) / 1440 == pytest.approx(1)
    dice = random.Random(3)
    assert sum(poisson(2.5, dice) for _ in range(4000)) / 4000 == pytest.approx(2.5, abs=0.1)
