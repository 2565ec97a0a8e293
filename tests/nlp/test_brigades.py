"""Crowds that are none, alone and together with a real outage, read by the real reader."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from ingest.collectors import Tools
from ingest.collectors.simulate import Simulate, build
from ingest.records import Incident, Post, Service
from nlp import scorers
from nlp.evaluation.replays import judged, readings
from nlp.matching import Matching
from nlp.scorers import Scorer

SERVICES = [Service("Character.AI", ("c.ai", "CharacterAI", "Character AI", "character.ai")), Service("GitHub")]
NOW = datetime(2024, 3, 1, 12, tzinfo=UTC)


@cache
def scorer() -> Scorer:
    return scorers.load("lexicon")


def world(**options: Any) -> Simulate:
    matching = Matching(SERVICES)
    told = {"services": ["Character.AI", "GitHub"], "hours": 16, **options}
    return build(told, Tools(matching.wanted, lambda name: name, lambda: NOW))


def incidents(source: Simulate) -> list[Incident]:
    posts = [item for item in source.read("") if isinstance(item, Post)]
    found = readings(posts, Matching(SERVICES), scorer())
    return [one for one in judged(found, [service.name for service in SERVICES]).incidents if one.signal == "outage"]


@pytest.mark.parametrize("event", ["brigade", "copies", "thread", "bot", "praise", "shares", "news"])
def test_it_alone_is_no_incident(event: str) -> None:
    assert incidents(world(rise=0, events=(event,))) == []


@pytest.mark.parametrize("event", ["brigade", "copies", "thread", "bot"])
def test_a_real_outage_beside_it_is_found(event: str) -> None:
    source = world(events=(event,), onset=0.3, duration=60)
    assert source.course is not None
    found = [one for one in incidents(source) if one.opened_at > source.course.onset]
    assert [one.service for one in found] == ["Character.AI"]
    assert found[0].opened_at < source.course.investigating
