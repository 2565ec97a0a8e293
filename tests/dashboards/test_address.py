"""Any view can be sent to a colleague: what was chosen is in the address, and the address alone brings it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = 60_000


@pytest.fixture(autouse=True)
def _clean(stage: Any, day: Callable[..., Any]) -> Iterator[None]:
    stage.clear()
    stage.publication.publish(day("14:44"))
    yield
    stage.over()


def colleague(stage: Any, address: str) -> Any:
    """Someone else's browser, at an address."""
    page = stage.stranger()
    page.goto(address)
    page.locator(".dc-head, .dc-title").first.wait_for(timeout=SOON)
    stage.whole(page)
    return page


def test_now_as_it_was_filtered_and_sorted(stage: Any) -> None:
    page = stage.open()
    rows = page.locator(".dc-table .who")
    page.get_by_role("radio", name="Calm").or_(page.get_by_role("button", name="Calm")).first.click()
    page.wait_for_url("**state=Calm**", timeout=SOON)
    page.get_by_label("Find", exact=True).fill("o")
    page.keyboard.press("Enter")
    page.wait_for_url("**find=o**", timeout=SOON)
    expect(rows).to_have_count(3, timeout=SOON)
    page.get_by_label("Order").first.click()
    page.get_by_role("option", name="By name").click()
    page.wait_for_url("**order=By+name**", timeout=SOON)
    expect(rows).to_have_text(["Cloudflare", "Discord", "Spotify"], timeout=SOON)
    other = colleague(stage, page.url)
    expect(other.locator(".dc-table .who")).to_have_text(["Cloudflare", "Discord", "Spotify"], timeout=SOON)
    expect(other.locator(".dc-card .name").first).to_have_text("Character.AI", timeout=SOON)
    expect(other.get_by_label("Find", exact=True)).to_have_value("o", timeout=SOON)
    other.context.close()


def test_one_section_of_the_scorecard(stage: Any) -> None:
    page = stage.open("scorecard")
    page.get_by_label("Section").first.click()
    page.get_by_role("option", name="Rises of known size").click()
    page.wait_for_url("**section=Rises+of+known+size**", timeout=SOON)
    other = colleague(stage, page.url)
    expect(other.get_by_role("heading", name="Rises of known size")).to_be_visible(timeout=SOON)
    expect(other.get_by_role("heading", name="At a glance")).to_have_count(0, timeout=SOON)
    other.context.close()


def test_the_alert_log_as_it_was_filtered(stage: Any) -> None:
    page = stage.open("health")
    page.get_by_text("held back", exact=True).click()
    page.wait_for_url("**alerts=held+back**", timeout=SOON)
    other = colleague(stage, page.url)
    other.get_by_text("None in this state").wait_for(timeout=SOON)
    other.context.close()


def test_a_service_an_incident_and_a_minute_of_a_replay(stage: Any) -> None:
    for path, words in {
        "service?service=Slack&span=1+h&kind=Complaints&order=Newest&search=slow&at=2026-03-03T12:00:00Z": "up to",
        "incident?incident=inc-character": "Who knew when",
        "replay?incident=inc-character&minute=37": "Suspected",
    }.items():
        other = colleague(stage, f"{stage.address}/{path}")
        other.get_by_text(words).first.wait_for(timeout=SOON)
        if path.startswith("service"):
            expect(other.get_by_label("Search", exact=True)).to_have_value("slow", timeout=SOON)
            expect(other.locator(".dc-title h1")).to_have_text("Slack", timeout=SOON)
        other.context.close()
