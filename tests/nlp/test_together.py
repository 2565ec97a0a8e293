"""Services that fail at once with one upstream blamed are one story; what people blame is told, and told anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from ingest.records import MINUTE, Blame, Incident, Minute, Post, Score
from nlp.causes import blames
from nlp.judge import Judge, Judgement
from nlp.voices import Voices

START = datetime(2026, 3, 2, tzinfo=UTC)
BEGIN = 2 * 1440
END = BEGIN + 400


def at(minute: int) -> datetime:
    return START + minute * MINUTE


def trouble(service: str, begin: int, minutes: int = 60) -> list[Minute]:
    usual = np.random.default_rng(len(service)).poisson(4 / 60, END)
    usual[begin : begin + minutes] += 3
    return [
        Minute(service, "x", at(k), posts=int(n), authors=int(n), outage_authors=int(n), outage=float(n))
        for k, n in enumerate(usual)
        if n
    ]


def blamed(service: str, begin: int, cause: str, people: int = 4, who: str = "p") -> list[Blame]:
    return [Blame(service, at(begin + k), f"{who}{k}", cause) for k in range(people)]


def judged(rows: Sequence[Minute], named: Sequence[Blame], step: int = END) -> Judgement:
    judge = Judge(sorted({row.service for row in rows}))
    parts = [
        judge.advance(
            at(min(end, END)),
            [row for row in rows if at(end - step) <= row.minute < at(end)],
            [],
            [one for one in named if at(end - step) <= one.minute < at(end)],
        )
        for end in range(step, END + step, step)
    ]
    transitions = [one for part in parts for one in part.transitions]
    return Judgement([], transitions, [], parts[-1].standing, [one for part in parts for one in part.shared])


def last(judgement: Judgement) -> dict[str, Incident]:
    return {one.service: one for one in judgement.transitions}


def world() -> tuple[list[Minute], list[Blame]]:
    rows = trouble("Slack", BEGIN) + trouble("Zoom", BEGIN + 6) + trouble("Else", BEGIN + 3)
    named = blamed("Slack", BEGIN + 1, "upstream=AWS") + blamed("Zoom", BEGIN + 7, "upstream=AWS", who="q")
    return rows, named + blamed("Else", BEGIN + 4, "overload")


def test_services_that_blame_one_upstream_are_one_story_with_its_members() -> None:
    judgement = judged(*world())
    first, final = judgement.shared[0], judgement.shared[-1]
    assert {story.id for story in judgement.shared} == {first.id}
    assert first.upstream == "AWS"
    assert set(first.services) == {"Slack", "Zoom"}
    assert (first.open, final.open) == (2, 0)
    assert final.resolved_at is not None
    found = last(judgement)
    assert found["Slack"].shared == found["Zoom"].shared == first.id
    assert set(final.incidents) == {found["Slack"].id, found["Zoom"].id}
    assert (found["Else"].shared, found["Else"].cause) == ("", "overload")
    assert found["Slack"].cause == "upstream=AWS"


@pytest.mark.parametrize("step", [1, 7, 60])
def test_chunks_leave_no_trace(step: int) -> None:
    rows, named = world()
    whole, parts = judged(rows, named), judged(rows, named, step)
    assert list(whole.shared) == list(parts.shared)
    assert list(whole.transitions) == list(parts.transitions)


def test_the_upstream_itself_belongs_to_it() -> None:
    rows = trouble("AWS", BEGIN) + trouble("Slack", BEGIN + 4)
    judgement = judged(rows, blamed("Slack", BEGIN + 5, "upstream=AWS"))
    assert set(judgement.shared[-1].services) == {"AWS", "Slack"}


def test_one_who_says_so_is_not_enough_and_neither_is_a_day_between() -> None:
    rows = trouble("Slack", BEGIN) + trouble("Zoom", BEGIN + 3)
    one = blamed("Slack", BEGIN + 1, "upstream=AWS") + blamed("Zoom", BEGIN + 4, "upstream=AWS", people=1)
    assert not judged(rows, one).shared
    apart = trouble("Slack", BEGIN - 1440) + trouble("Zoom", BEGIN)
    named = blamed("Slack", BEGIN - 1439, "upstream=AWS") + blamed("Zoom", BEGIN + 1, "upstream=AWS")
    assert not judged(apart, named).shared


def test_one_that_rises_later_joins() -> None:
    rows, named = world()
    rows += trouble("Trello", BEGIN + 30)
    named += blamed("Trello", BEGIN + 31, "upstream=AWS", who="r")
    judgement = judged(rows, named)
    assert {story.id for story in judgement.shared} == {judgement.shared[0].id}
    assert judgement.shared[-1].services[-1] == "Trello"
    assert last(judgement)["Trello"].shared == judgement.shared[0].id


def test_a_cause_that_changes_is_told_but_not_more_often_than_every_15_minutes() -> None:
    rows = trouble("Slack", BEGIN, 120)
    named: list[Blame] = []
    for number, cause in enumerate(("overload", "attack", "upstream=AWS", "maintenance", "overload", "attack")):
        named += blamed("Slack", BEGIN + 8 * number, cause, 3 * 2**number, f"{cause}{number}-")
    told = [one for one in judged(rows, named).transitions if one.state == "confirmed"]
    changes = [later for former, later in pairwise(told) if former.cause != later.cause]
    assert len(changes) >= 3
    moments = [one.updated_at for one in changes if one.updated_at]
    assert all(later - former >= 15 * MINUTE for former, later in pairwise(moments))


def test_only_posts_that_counted_blame() -> None:
    def say(number: int, author: str) -> tuple[Post, Score]:
        post = Post(f"x:{number}", "x", author, "Slack is down, AWS again", at(number), at(number))
        score = Score(post.id, "Slack", "m", 0.9, 0, 0, 0, 0.1, 0, 0, aspects=("cause:upstream=AWS", "fails:login"))
        return post, score

    said = [say(0, "a"), say(1, "a"), say(2, "b")]
    rows = [(*one, voice) for one, voice in zip(said, Voices().fold(said), strict=True)]
    assert [(one.author, one.cause) for one in blames(rows)] == [("a", "upstream=AWS"), ("b", "upstream=AWS")]
