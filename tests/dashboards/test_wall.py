"""Now on a wall screen: what needs eyes is on top, and what is said is large enough to read from three metres.

On a screen of 55 inches and 1920 x 1080 a pixel is 0.63 mm wide. From three metres print is read without effort from a
height of about 20 minutes of arc, and can be read from about 10: capitals of 28 and 14 pixels, type of 38 and 20.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = 60_000
EASY = 36
READABLE = 20
LARGE = (".dc-head h1", ".dc-card .name", ".dc-card .word", ".dc-card .big")
SMALLEST = """() => [...document.querySelectorAll('.dc-head *, .dc-card *, .dc-table *, .dc-unread *, .dc-chart *')]
  .filter(one => [...one.childNodes].some(part => part.nodeType === 3 && part.textContent.trim()))
  .map(one => [parseFloat(getComputedStyle(one).fontSize), one.textContent.trim().slice(0, 30)])
  .sort((one, other) => one[0] - other[0])[0]"""


@pytest.fixture(autouse=True)
def _clean(stage: Any, day: Callable[..., Any]) -> Iterator[None]:
    stage.clear()
    stage.publication.publish(day("14:44"))
    yield
    stage.over()


def test_what_needs_eyes_is_on_top_and_large(stage: Any) -> None:
    page = stage.open(width=1920, height=1080)
    expect(page.locator(".dc-card .name").first).to_have_text("Character.AI", timeout=SOON)
    expect(page.locator(".dc-card").first).to_be_in_viewport(ratio=1, timeout=SOON)
    for part in LARGE:
        size = page.locator(part).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        assert size >= EASY, (part, size)
    size, words = page.evaluate(SMALLEST)
    assert size >= READABLE, (size, words)


def test_a_wall_screen_is_not_wider_than_itself(stage: Any) -> None:
    page = stage.open(width=1920, height=1080)
    page.locator(".dc-card").first.wait_for(timeout=SOON)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1920
    assert page.locator(".dc-card").evaluate_all("all => all.every(one => one.scrollWidth <= one.clientWidth)")
