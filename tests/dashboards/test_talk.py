"""Unusual talk is shown quietly, as what it is: no state changes, and no word of an outage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from playwright.sync_api import expect

from dashboards import frames
from dashboards.brief import Facts, Saying, brief
from dashboards.published import Published
from ingest.records import Incident

SOON = 60_000
ONSET = datetime(2026, 3, 3, 14, 1, tzinfo=UTC)
SAID = "340 people spoke of it where 41 usually do, 12 times the usual rate at its peak, lasting 50 minutes"
TALK = Incident(
    "inc-talk",
    "ChatGPT",
    "talk",
    "confirmed",
    ONSET,
    ONSET + timedelta(minutes=15),
    confirmed_at=ONSET + timedelta(minutes=15),
    updated_at=ONSET + timedelta(minutes=15),
    severity="major",
    severity_reason=f"{SAID}; hardly anyone complains or reports trouble; the mood is better than usual",
    confidence=0.99,
    confidence_reason="so much talk is all but impossible at the usual rate",
    posts=360,
    authors=340,
    observed=340.0,
    expected=41.0,
)


def talked_of(publication: Any, day: Any) -> None:
    """A generation in which ChatGPT is unusually much spoken of, and calm."""
    tables, days = publication.tables(day)
    row = {name: _naive(getattr(TALK, name)) for name in TALK.__dataclass_fields__}
    tables["incidents"] = [*tables["incidents"], row]
    for service in tables["services"]:
        service["talk"] = TALK.id if service["service"] == TALK.service else ""
    publication.write(tables, days, publication.meta(day))


def _naive(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def test_the_frame_of_services_tells_of_talk_and_leaves_the_state(publication: Any, day: Callable[..., Any]) -> None:
    talked_of(publication, day("15:00"))
    found = frames.services(Published(publication.folder)).set_index("service")
    assert found.loc["ChatGPT", "state"] == "calm"
    assert str(found.loc["ChatGPT", "talk_said"]).startswith(SAID)
    assert found.loc["ChatGPT", "talk_since"] == pd.Timestamp(ONSET)
    assert found["talk_since"].isna()["Character.AI"]


def test_a_publication_from_before_there_was_such_talk_reads_as_none(publication: Any, day: Callable[..., Any]) -> None:
    publication.publish(day("15:00"))
    assert frames.services(Published(publication.folder))["talk_since"].isna().all()


def test_its_brief_says_what_is_known_and_nothing_of_an_outage() -> None:
    told = replace(TALK, state="resolved", resolved_at=ONSET + timedelta(minutes=170))
    known = Facts(told, ONSET + timedelta(hours=4), sayings=[Saying("fails", "login", 5, "bluesky:3")])
    draft = brief(known)
    assert [part.title for part in draft.parts] == ["Summary", "Timeline", "What is said", "Not known"]
    said = "\n".join([draft.title, *(one.text for part in draft.parts for one in part.sentences)])
    assert draft.title == "ChatGPT: unusual talk of 03 March 2026"
    for words in ("far more people than usual spoke of ChatGPT", "we noticed it", "the mood is better than usual"):
        assert words in said
    assert "outage" not in said
    assert "suspected" not in said


def test_the_steps_of_it_are_named_for_what_they_are(publication: Any, day: Callable[..., Any]) -> None:
    talked_of(publication, day("15:00"))
    steps = frames.who_knew_when(Published(publication.folder), TALK.id)
    assert [*steps["what"]] == ["Talk begins to rise", "Noticed by us"]


@pytest.fixture
def pages(stage: Any) -> Iterator[Any]:
    stage.clear()
    yield stage
    assert stage.outside == []
    stage.over()


@pytest.mark.browser
def test_pages_show_it_quietly(pages: Any, day: Callable[..., Any]) -> None:
    talked_of(pages.publication, day("15:40"))
    page = pages.open()
    page.get_by_text("Unusually much spoken of").wait_for(timeout=SOON)
    expect(page.locator(".dc-head h1")).not_to_contain_text("down", timeout=SOON)
    expect(page.get_by_text("340 people spoke of it")).to_have_count(1, timeout=SOON)
    page = pages.open("service?service=ChatGPT")
    page.get_by_text("Unusually much spoken of since").wait_for(timeout=SOON)
    expect(page.locator(".dc-title")).to_contain_text("Calm", timeout=SOON)
    page = pages.open(f"incident?incident={TALK.id}")
    page.get_by_text("ChatGPT: unusual talk").first.wait_for(timeout=SOON)
    page.get_by_text("All talk against expected").wait_for(timeout=SOON)
    expect(page.locator(".dc-title .word")).to_have_class("word is-calm", timeout=SOON)
    expect(page.locator(".dc-title .word")).to_contain_text("Goes on", timeout=SOON)
    expect(page.get_by_text("Status page moved after")).to_have_count(0, timeout=SOON)


@pytest.mark.browser
def test_its_replay_is_as_quiet(pages: Any, day: Callable[..., Any]) -> None:
    talked_of(pages.publication, day("15:40"))
    for minute, word in {"40": "Nothing noticed yet", "60": "Goes on"}.items():
        page = pages.open(f"replay?incident={TALK.id}&minute={minute}")
        expect(page.locator(".dc-title .word")).to_have_class("word is-calm", timeout=SOON)
        expect(page.locator(".dc-title .word")).to_contain_text(word, timeout=SOON)
        expect(page.get_by_text("The newest posts by then")).to_have_count(1, timeout=SOON)
        expect(page.locator(".dc-meta")).not_to_have_count(0, timeout=SOON)
        expect(page.locator(".dc-facts").get_by_text("Status page")).to_have_count(0, timeout=SOON)
