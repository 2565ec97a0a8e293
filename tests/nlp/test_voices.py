"""Who counts: once per author, thread and wording within a sliding hour."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from ingest.records import MINUTE, Post, Score, Voice
from nlp.fingerprint import fingerprint
from nlp.voices import MEMORY, Voices, frustration_weight, minutes, outage_weight, votes

START = datetime(2024, 2, 28, 23, 30, tzinfo=UTC)


def reading(
    number: int,
    text: str = "",
    author: str = "",
    thread: str = "",
    *,
    after: timedelta | None = None,
    late: timedelta = timedelta(),
    likes: int = 0,
    service: str = "A",
    outage: float = 0.9,
    complaint: float = 0.0,
) -> tuple[Post, Score]:
    seen = START + (timedelta(seconds=number) if after is None else after)
    text = text or f"number {number}: it is broken and {random.Random(number).getrandbits(99):x} happened"
    name = author or f"author-{number}"
    post = Post(f"s:{number:06}", "s", name, text, seen - late, seen, thread=thread, likes=likes)
    score = Score(post.id, service, "test", outage, 0, 0, complaint, 1 - outage - complaint, 0, 0.5, fingerprint(text))
    return post, score


def total(voices: list[Voice]) -> float:
    return sum(voice.outage for voice in voices)


def test_each_of_many_people_counts_in_full() -> None:
    voices = Voices().fold([reading(number) for number in range(40)])
    assert total(voices) == 40
    assert {voice.reason for voice in voices} == {"first report by this author"}


def test_short_identical_questions_by_different_people_count_separately() -> None:
    assert total(Voices().fold([reading(number, "is A down?") for number in range(20)])) == 20


def test_a_pasted_text_is_one_voice_and_says_so() -> None:
    text = "Everyone is leaving A because it has been down all week and nobody there cares, copy and paste this now"
    voices = Voices().fold([reading(number, text) for number in range(300)])
    assert total(voices) == 1
    assert voices[-1].reason == "not counted: nearly the same words as s:000298"


def test_a_thread_is_one_voice() -> None:
    voices = Voices().fold([reading(number, thread="t1") for number in range(800)])
    assert total(voices) == 1
    assert voices[5].reason == "not counted: the same thread as s:000004"


def test_five_insistent_accounts_end_up_as_nobody() -> None:
    voices = Voices().fold([reading(number, author=f"brigade-{number % 5}") for number in range(500)])
    assert total(voices) == pytest.approx(0)
    assert sum("taken back" in voice.reason for voice in voices) == 5


def test_an_author_may_speak_anew_after_an_hour_of_silence() -> None:
    times = (timedelta(), timedelta(minutes=59), timedelta(minutes=118), timedelta(minutes=179))
    voices = Voices().fold([reading(k, author="one", after=after) for k, after in enumerate(times)])
    assert [voice.outage > 0 for voice in voices] == [True, False, False, True]


def test_services_are_counted_apart() -> None:
    voices = Voices().fold([reading(1, author="one"), reading(2, author="one", service="B")])
    assert total(voices) == 2


def test_what_was_written_long_before_it_was_seen_does_not_count() -> None:
    (voice,) = Voices().fold([reading(1, late=timedelta(hours=5))])
    assert voice.outage == 0
    assert voice.reason == "not counted: it was written 5 hours before it could be seen"


def test_a_complaint_before_does_not_cost_a_report_its_say() -> None:
    voices = Voices().fold([reading(1, author="one", outage=0.0, complaint=0.9), reading(2, author="one")])
    assert [voice.outage for voice in voices] == [0, 1]
    assert voices[0].frustration == pytest.approx(0.9 * 0.75)


def test_votes_corroborate_and_are_capped() -> None:
    assert votes(0) == 0
    assert votes(10) == pytest.approx(2)
    assert votes(10**9) == 6
    assert votes(-5) == 0
    (voice,) = Voices().fold([reading(1, likes=30)])
    assert voice.outage == pytest.approx(5)
    assert voice.reason == "first report by this author, corroborated by 30 votes"


@pytest.mark.parametrize(
    ("outage", "relay", "recovery", "low", "high"),
    [(0.9, 0, 0, 1, 1), (0.56, 0, 0, 1, 1), (0.02, 0.95, 0, 0.2, 0.35), (0.1, 0.1, 0.1, 0, 0), (0.3, 0, 0.6, 0, 0.1)],
)
def test_first_hand_counts_fully_relays_little_recovery_against(
    outage: float, relay: float, recovery: float, low: float, high: float
) -> None:
    score = Score("p", "A", "m", outage, relay, recovery, 0, 1 - outage - relay - recovery, 0, 0)
    assert low <= outage_weight(score) <= high
    assert frustration_weight(score) == 0


def test_feeding_the_last_two_hours_again_rebuilds_it() -> None:
    dice = random.Random(4)
    readings = []
    for number in range(900):
        text = "A is down and this is a long text that several people paste about it" if dice.random() < 0.1 else ""
        author, thread = f"a{dice.randrange(60)}", f"t{dice.randrange(40)}" if dice.random() < 0.5 else ""
        after = timedelta(seconds=number * 30)
        readings.append(reading(number, text, author, thread, after=after, outage=dice.choice((0.0, 0.9))))
    whole = Voices().fold(readings)
    for cut in (200, 333, 600, 777):
        now = readings[cut][0].seen_at
        again = Voices()
        again.fold([row for row in readings[:cut] if row[0].seen_at >= now - MEMORY])
        assert again.fold(readings[cut:]) == whole[cut:]


def test_minutes_add_up_per_source_and_service() -> None:
    rows = [reading(number, after=timedelta(seconds=20 * number)) for number in range(7)]
    voices = Voices().fold(rows)
    counted = minutes([(post, score, voice) for (post, score), voice in zip(rows, voices, strict=True)])
    assert [(row.minute - START, row.posts, row.authors, row.outage) for row in counted] == [
        (0 * MINUTE, 3, 3, 3.0),
        (1 * MINUTE, 3, 3, 3.0),
        (2 * MINUTE, 1, 1, 1.0),
    ]
    assert counted[0].outage_authors == 3
    assert counted[0].posts_frustration == pytest.approx(1.5)
