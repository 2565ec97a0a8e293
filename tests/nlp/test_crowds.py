"""Crowds that are none, counted and judged: alone they open nothing, and they hide no real outage."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.records import MINUTE, Gap, Incident, Minute, Post, Score, Voice
from nlp.fingerprint import fingerprint
from nlp.judge import Judge
from nlp.voices import Voices, minutes

START = datetime(2024, 2, 28, 12, tzinfo=UTC)
BEGIN = 26 * 60
"""The crowd comes on the leap day, after a day of usual talk."""

END = 32 * 60
SHARED = Path(os.environ.get("DOWNCHATTER_SHARED", Path(__file__).parents[3] / "shared")) / "corpora"
Said = tuple[Post, Score]


def say(minute: float, number: int, author: str = "", text: str = "", thread: str = "", late: float = 0.0) -> Said:
    seen = START + timedelta(minutes=minute)
    text = text or f"number {number}: it is broken and {random.Random(number).getrandbits(99):x} happened"
    post = Post(
        f"s:{number:06}", "s", author or f"a{number}", text, seen - timedelta(minutes=late), seen, thread=thread
    )
    return post, Score(post.id, "A", "test", 0.9, 0, 0, 0, 0.1, -0.5, 0.5, fingerprint(text))


def usual() -> list[Said]:
    dice = random.Random(1)
    return [say(dice.uniform(0, END), 10_000 + n) for n in range(END // 15)]


def outage() -> list[Said]:
    return [say(BEGIN + 45 + n / 3, 20_000 + n) for n in range(120)]


def brigade() -> list[Said]:
    return [say(BEGIN + n / 8, 30_000 + n, author=f"brigade-{n % 5}") for n in range(500)]


def copies() -> list[Said]:
    text = "The app has been down for hours, nobody answers, and we are paying customers of this company"
    near = [text, f"{text}!!", text.upper(), f"{text} \U0001f621", text.replace(",", "")]
    return [say(BEGIN + n / 5, 40_000 + n, text=near[n % len(near)]) for n in range(300)]


def thread() -> list[Said]:
    return [say(BEGIN + n / 12, 50_000 + n, thread="t") for n in range(800)]


def bot() -> list[Said]:
    return [say(BEGIN + n, 60_000 + n, author="bot", text=f"check {n}: the site is down {n * n}") for n in range(300)]


def counted(said: Sequence[Said]) -> tuple[list[Voice], list[Minute]]:
    said = sorted(said, key=lambda one: (one[0].seen_at, one[0].id))
    voices = Voices().fold(said)
    return voices, minutes([(*one, voice) for one, voice in zip(said, voices, strict=True)])


def incidents(said: Sequence[Said], gaps: Sequence[Gap] = ()) -> list[Incident]:
    judgement = Judge(["A"]).advance(START + END * MINUTE, counted(said)[1], gaps)
    return [one for one in judgement.transitions if one.state == "suspected"]


CROWDS = [brigade, copies, thread, bot]


@pytest.mark.parametrize("crowd", CROWDS)
def test_alone_it_is_no_incident(crowd: Callable[[], list[Said]]) -> None:
    assert incidents([*usual(), *crowd()]) == []


@pytest.mark.parametrize("crowd", CROWDS)
def test_an_outage_beside_it_is_found_all_the_same(crowd: Callable[[], list[Said]]) -> None:
    (found,) = incidents([*usual(), *crowd(), *outage()])
    (alone,) = incidents([*usual(), *outage()])
    assert abs(found.opened_at - alone.opened_at) <= 2 * MINUTE
    assert START + BEGIN * MINUTE < found.opened_at <= START + (BEGIN + 55) * MINUTE


def test_near_copies_are_shown_as_such() -> None:
    voices = counted(copies())[0]
    assert sum(voice.outage > 0 for voice in voices) == 1
    assert all("nearly the same words as s:" in voice.reason for voice in voices if voice.outage == 0)


def test_what_an_incident_says_is_the_sum_of_the_posts_that_counted_each_with_its_reason() -> None:
    said = [*usual(), *brigade(), *outage()]
    (first,) = incidents(said)
    voices = [one for one in counted(said)[0] if first.onset_at <= one.minute < first.opened_at]
    assert first.observed == pytest.approx(sum(voice.outage for voice in voices))
    assert first.posts == len(voices)
    assert all(voice.reason for voice in voices)
    assert first.expected < first.observed / 5
    assert first.evidence > 5


@pytest.mark.parametrize("late", [1.0, 5.9])
def test_the_backlog_of_a_source_that_comes_back_fakes_no_spike(late: float) -> None:
    """Six hours of posts arrive within two minutes: those of long ago do not count, the last of them a little."""
    back = BEGIN + 60
    gap = Gap("s", START + (back - 360) * MINUTE, START + back * MINUTE, "test")
    talk = [one for one in usual() if not gap.start <= one[0].seen_at < (gap.end or gap.start)]
    backlog = [say(back + n / 200, 70_000 + n, late=360 - 0.9 * n) for n in range(390)]
    assert incidents([*talk, *backlog], [gap]) == []
    (found,) = incidents([*talk, *backlog, *(say(back + 20 + n / late, 80_000 + n) for n in range(90))], [gap])
    assert found.opened_at > START + (back + 20) * MINUTE


def test_order_and_repeats_of_rows_make_no_difference() -> None:
    rows = counted([*usual(), *outage()])[1]
    shuffled = random.Random(2).sample(rows, len(rows))
    whole = Judge(["A"]).advance(START + END * MINUTE, rows, [])
    assert list(Judge(["A"]).advance(START + END * MINUTE, shuffled, []).transitions) == list(whole.transitions)
    judge = Judge(["A"])
    halves = [judge.advance(START + end * MINUTE, shuffled, []).transitions for end in (END // 2, END)]
    assert [one for half in halves for one in half] == list(whole.transitions)


@pytest.mark.corpus
@pytest.mark.skipif(not SHARED.is_dir(), reason="the corpora are not here; set DOWNCHATTER_SHARED")
def test_verdicts_on_a_prefix_of_real_posts_equal_the_prefix_of_the_verdicts() -> None:
    posts = pq.read_table(SHARED / "bluesky" / "posts_sample.parquet").to_pylist()[:6000]
    said = [replace_text(n, row["text"]) for n, row in enumerate(posts)]
    rows = counted([*said, *outage()])[1]
    whole = Judge(["A"]).advance(START + END * MINUTE, rows, [])
    for cut in (BEGIN + 47, BEGIN + 50, BEGIN + 120):
        prefix = Judge(["A"]).advance(START + cut * MINUTE, rows, [])
        known = [one for one in whole.transitions if one.updated_at and one.updated_at <= START + cut * MINUTE]
        assert list(prefix.transitions) == known
    assert whole.transitions


def replace_text(number: int, text: str) -> Said:
    """A real wording at a time of ours; one in forty counts as a report."""
    post, score = say(number % END + number / 6000, 100_000 + number, text=text or "-")
    return post, score if number % 40 == 0 else replace(score, p_outage=0.05, p_other=0.95)
