"""Every page says plainly how things stand when they stand badly: unreadable, gone, old, or asked for in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = 60_000
PAGES = ("", "service", "incident", "brief", "replay", "rules", "health")
EXCEPTION = '[data-testid="stException"]'


@pytest.fixture(autouse=True)
def _clean(stage: Any) -> Iterator[None]:
    stage.clear()
    yield
    assert stage.outside == []
    stage.over()


def newest(folder: Path) -> Path:
    """The generation in force."""
    return folder / (folder / "CURRENT").read_text(encoding="utf8").strip()


def test_files_cut_short_are_told_with_what_to_do(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    cut = [*newest(stage.publication.folder).rglob("*.parquet")]
    assert len(cut) > 8
    for file in cut:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    for path in (*(page for page in PAGES if page != "rules"), "incident?incident=inc-character"):
        page = stage.open(path)
        page.get_by_text("Cannot be shown.").first.wait_for(timeout=SOON)
        page.get_by_text("publish anew by running downchatter on its database").first.wait_for(timeout=SOON)
        assert page.locator(EXCEPTION).count() == 0, path
        page.close()


def test_files_with_other_bytes_in_them_never_show_a_trace(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    for file in newest(stage.publication.folder).rglob("*.parquet"):
        told = bytearray(file.read_bytes())
        told[4 : len(told) // 2] = bytes(len(told) // 2 - 4)
        file.write_bytes(told)
    for path in PAGES:
        page = stage.open(path)
        page.get_by_text("Cannot be shown.").or_(page.locator(".dc-title, .dc-head")).first.wait_for(timeout=SOON)
        assert page.locator(EXCEPTION).count() == 0, path
        page.close()


def test_a_pointer_to_nothing_and_no_pointer_are_told_apart(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    pointer = stage.publication.folder / "CURRENT"
    for path in PAGES:
        pointer.write_text("00000000", encoding="utf8")
        page = stage.open(path)
        page.get_by_text("Cannot be shown.").first.wait_for(timeout=SOON)
        assert page.locator(EXCEPTION).count() == 0, path
        pointer.unlink()
        page.goto(f"{stage.address}/{path}")
        page.get_by_text("Nothing to show yet").first.wait_for(timeout=SOON)
        assert page.locator(EXCEPTION).count() == 0, path
        page.close()


def test_with_the_writer_dead_every_page_says_how_old_it_is(stage: Any, day: Callable[..., Any]) -> None:
    told = day("14:44")
    for path in PAGES:
        stage.publication.publish(told, ago=3 * 3600 - 20)  # three hours for the next 50 seconds
        page = stage.open(path)
        page.get_by_text("Last published 3 h ago").wait_for(timeout=SOON)
        page.close()


@pytest.mark.parametrize(
    ("path", "noun", "instead"),
    [
        ("service?service=%3Cb%3ENobody%3C%2Fb%3E", "service", "Character.AI"),
        ("incident?incident=inc-%3Cb%3Egone", "incident", "Character.AI: outage"),
        ("brief?incident=inc-%3Cb%3Egone", "incident", "Character.AI: outage"),
        ("replay?incident=inc-%3Cb%3Egone&minute=minus", "incident", "Character.AI: outage"),
    ],
)
def test_what_the_address_asks_for_in_vain_is_told(
    stage: Any, day: Callable[..., Any], path: str, noun: str, instead: str
) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open(path)
    said = page.locator(".dc-notice")
    expect(said).to_contain_text(f"This {noun} is not published:", timeout=SOON)
    expect(said).to_contain_text("<b>", timeout=SOON)
    expect(said).to_contain_text(instead, timeout=SOON)
    page.locator(".dc-title, .dc-brief").first.wait_for(timeout=SOON)
    assert page.locator(EXCEPTION).count() == 0
