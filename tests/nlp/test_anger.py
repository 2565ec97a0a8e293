"""Complaints that are misread for reports are no outage, and an outage is found all the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from statistics import fmean

import numpy as np
import pytest

from ingest.records import MINUTE, Incident, Kind, Post, Score
from nlp import hubbub
from nlp.evaluation.read_as import READ
from nlp.hubbub import A_MINUTE, MISREAD, Anger
from nlp.judge import Judge
from nlp.voices import Voices, frustration_weight, minutes, outage_weight

START = datetime(2024, 5, 6, tzinfo=UTC)
BEGIN = 4 * 1440 + 600
"""When the anger begins, after days of usual talk."""

END = BEGIN + 240
Said = tuple[Post, Score]


def read(kind: Kind, tenth: int, at: datetime, number: int) -> Said:
    outage, relay, recovery, complaint, other, frustration = READ[kind][tenth]
    post = Post(f"s:{number:06}", "s", f"someone {number}", "", at, at)
    words = random.Random(number).getrandbits(62)
    return post, Score(
        post.id, "A", "s", outage, relay, recovery, complaint, other, 0.0, frustration, fingerprint=words
    )


def crowd(kind: Kind, begin: int, end: int, hourly: float, seed: int) -> list[Said]:
    dice = np.random.default_rng([seed, begin])
    moments = begin + (end - begin) * dice.random(dice.poisson(hourly * (end - begin) / 60))
    return [
        read(kind, int(dice.integers(10)), START + timedelta(minutes=float(moment)), 100_000 * seed + number)
        for number, moment in enumerate(moments)
    ]


def usual() -> list[Said]:
    return [*crowd("outage", 0, END, 0.5, 1), *crowd("complaint", 0, END, 3.0, 2), *crowd("other", 0, END, 12.0, 3)]


def told(said: list[Said]) -> dict[str, Incident]:
    said = sorted(said, key=lambda one: (one[0].seen_at, one[0].id))
    rows = minutes([(*one, voice) for one, voice in zip(said, Voices().fold(said), strict=True)])
    judgement = Judge(["A"]).advance(START + END * MINUTE, rows, [])
    return {one.signal: one for one in judgement.transitions if one.state == "suspected"}


@pytest.mark.parametrize("hourly", [30, 120, 600, 2000, 6000])
def test_anger_about_a_price_is_frustration_and_no_outage(hourly: float, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [*usual(), *crowd("complaint", BEGIN, END, hourly, 4)]
    assert told(said).keys() == {"frustration"}
    monkeypatch.setattr(hubbub, "MISREAD", 0.0)
    assert told(said).keys() == {"frustration", "outage"}


@pytest.mark.parametrize("hourly", [30, 120])
def test_an_outage_amid_anger_is_found(hourly: float) -> None:
    outage = crowd("outage", BEGIN + 90, END, 120, 5)
    alone, amid = (told([*usual(), *outage, *anger]) for anger in ([], crowd("complaint", BEGIN, END, hourly, 4)))
    assert amid["outage"].opened_at > START + (BEGIN + 90) * MINUTE
    assert amid["outage"].opened_at - alone["outage"].opened_at <= 6 * MINUTE


def test_as_much_is_expected_as_the_shipped_reader_misreads() -> None:
    scores = [read("complaint", tenth, START, tenth)[1] for tenth in range(10)]
    measured = fmean(map(outage_weight, scores)) / fmean(map(frustration_weight, scores))
    assert pytest.approx(measured, rel=0.1) == MISREAD


def test_only_what_is_plainly_beyond_the_usual_is_misread_and_it_fades() -> None:
    anger, one, usual_rate = Anger(3), np.array([1]), np.array([0.3])
    anger.hear(0, one, np.array([1.5]), usual_rate)
    assert anger.misread(0, one).tolist() == [0.0]
    anger.hear(30, one, np.array([40.0]), usual_rate)
    (now,) = anger.misread(30, one)
    assert now == pytest.approx(MISREAD * ((40.0 - np.sqrt(40.0)) * A_MINUTE[0] - 0.3))
    assert anger.misread(90, one)[0] == pytest.approx(now / np.e)
    assert anger.misread(30, np.array([0])).tolist() == [0.0]
