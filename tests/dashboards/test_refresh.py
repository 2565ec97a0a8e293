"""A page follows what is published in place: it stays where it was scrolled to, and nothing on it goes and comes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = 60_000
CHART = '[data-testid="stVegaLiteChart"]'

WATCH = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  main.scrollTop = 400;
  window.seen = {lost: 0, faded: 0, rounds: 0, top: main.scrollTop};
  const charts = main.querySelectorAll('[data-testid="stVegaLiteChart"]');
  const look = () => {
    window.seen.rounds += 1;
    if ([...charts].some(one => !one.isConnected)) window.seen.lost += 1;
    for (let part = charts[0]; part; part = part.parentElement)
      if (parseFloat(getComputedStyle(part).opacity) < 1) window.seen.faded += 1;
    requestAnimationFrame(look);
  };
  look();
}"""


@pytest.fixture(autouse=True)
def _clean(stage: Any) -> Iterator[None]:
    stage.clear()
    yield
    stage.over()


def test_news_come_in_place_without_flicker(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open("service?service=Character.AI&span=6+h&search=down")
    expect(page.locator(f"{CHART} :is(canvas, svg)").nth(3)).to_be_attached(timeout=SOON)
    before = page.locator(".dc-facts").first.inner_text()
    page.evaluate(WATCH)
    stage.publication.publish(day("14:58"))
    page.wait_for_function("was => document.querySelector('.dc-facts').innerText !== was", arg=before, timeout=SOON)
    page.wait_for_function("rounds => window.seen.rounds > rounds", arg=page.evaluate("window.seen.rounds") + 30)
    seen = page.evaluate("window.seen")
    assert seen["top"] == 400
    assert page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollTop") == 400
    assert (seen["lost"], seen["faded"]) == (0, 0)
    assert "span=6+h" in page.url
    assert page.get_by_label("Search", exact=True).input_value() == "down"


def test_words_that_are_being_typed_stay(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open("service?service=Character.AI&span=6+h")
    field = page.get_by_label("Search", exact=True)
    field.click()
    field.press_sequentially("half a wo")
    before = page.locator(".dc-facts").first.inner_text()
    stage.publication.publish(day("14:58"))
    page.wait_for_function("was => document.querySelector('.dc-facts').innerText !== was", arg=before, timeout=SOON)
    assert field.input_value() == "half a wo"
    expect(field).to_be_focused()


def test_nothing_is_sent_while_nothing_changed(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.context.new_page()
    frames: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda told: frames.append(len(told))))
    asked: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda told: asked.append(len(told))))
    page.goto(f"{stage.address}/service?service=Character.AI")
    expect(page.locator(f"{CHART} :is(canvas, svg)").nth(3)).to_be_attached(timeout=SOON)
    stage.whole(page)
    whole, looks = sum(frames), len(asked)
    while len(asked) < looks + 2:
        page.wait_for_timeout(100)
    assert sum(frames) - whole < whole / 20
