"""Everyone can use every page: axe-core finds nothing serious, in light and dark, on a phone, with all opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from ingest.notes import folder_beside, waiting

pytestmark = pytest.mark.browser

SOON = 60_000
PAGES = {
    "": "Character.AI is down",
    "service?service=Character.AI&span=6+h": "The posts behind it",
    "incident?incident=inc-character": "Who knew when",
    "brief?incident=inc-character": "Potential causes",
    "replay?incident=inc-character&minute=37": "Alerts by then",
    "rules": "Try others",
    "scorecard": "Scorecard",
    "health": "What was missed",
}


@pytest.fixture(autouse=True)
def _clean(stage: Any, day: Callable[..., Any]) -> Iterator[None]:
    stage.clear()
    with_rules(stage, day)
    yield
    stage.over()


LOOKS = {
    "light": ("light", 1440, 900),
    "dark": ("dark", 1440, 900),
    "phone": ("light", 390, 844),
    "dark phone": ("dark", 390, 844),
}
GROUND = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 21, 27)"}
SETTLED = """ground => getComputedStyle(document.querySelector('.stApp')).backgroundColor === ground
  && document.fonts.status === 'loaded' && !document.querySelector('[data-testid="stSkeleton"]')
  && document.getAnimations().every(one => one.playState !== 'running')"""


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_in_light_dark_or_on_a_phone_and_with_all_opened(stage: Any, path: str) -> None:
    found: list[str] = []
    page = stage.open(path)
    page.get_by_text(PAGES[path]).first.wait_for(timeout=SOON)
    for look, (scheme, width, height) in LOOKS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(SETTLED, arg=GROUND[scheme], timeout=SOON)
        found += serious(page, f"{path or 'now'}, {look}")
        if look == "dark":
            heads = page.locator('[data-testid="stExpander"] summary')
            for head in heads.all():
                head.click()
                stage.whole(page)  # what it opens moves the others away under the pointer
            expect(page.locator('[data-testid="stExpander"] details:not([open])')).to_have_count(0, timeout=SOON)
    assert found == []


def test_axe_finds_nothing_serious_in_an_open_list_and_menu(stage: Any) -> None:
    page = stage.open("service?service=Character.AI&span=6+h")
    page.get_by_text("The posts behind it").first.wait_for(timeout=SOON)
    page.get_by_label("Source").first.click()
    page.get_by_role("option", name="bluesky").wait_for(timeout=SOON)
    page.wait_for_function(SETTLED, arg=GROUND["light"], timeout=SOON)
    found = serious(page, "open list")
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="Scorecard").wait_for(timeout=SOON)
    page.wait_for_function(SETTLED, arg=GROUND["light"], timeout=SOON)
    assert found + serious(page, "open menu on a phone") == []


def serious(page: Any, where: str) -> list[str]:
    """What axe-core calls serious or critical, with where it is."""
    return [
        f"{where}: {one['id']}: {node['html'][:200]}"
        for one in Axe().run(page).response["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]


def test_an_incident_is_marked_by_keyboard_alone(stage: Any) -> None:
    page = stage.open("incident?incident=inc-character")
    page.get_by_text("Mark this incident").wait_for(timeout=SOON)
    reach(page, "Mark this incident")
    page.keyboard.press("Enter")
    page.get_by_label("Your name").wait_for(timeout=SOON)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("by hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("1 mark waits for the writer").wait_for(timeout=SOON)
    (note,) = [note for _, note in waiting(folder_beside(stage.publication.folder))]
    assert (note.kind, note.text) == ("statement", "by hand")


def test_rules_are_moved_by_keyboard_and_the_view_is_in_the_address(stage: Any) -> None:
    page = stage.open("rules")
    slider = page.get_by_role("slider").first
    slider.wait_for(timeout=SOON)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("1 would vanish").wait_for(timeout=SOON)
    page.wait_for_url("**promise=1+year**", timeout=SOON)
    save = page.get_by_role("button", name="Save these rules")
    expect(save).to_be_enabled(timeout=SOON)
    save.focus()
    page.keyboard.press("Enter")
    page.get_by_text("waits for the writer").wait_for(timeout=SOON)
    (note,) = [note for _, note in waiting(folder_beside(stage.publication.folder))]
    assert note.kind == "rules"
    assert '"promise_days": 365' in note.text


def test_discarding_goes_back_to_the_rules_in_force(stage: Any) -> None:
    page = stage.open("rules?promise=1+year")
    page.get_by_text("1 would vanish").wait_for(timeout=SOON)
    discard = page.get_by_role("button", name="Discard")
    expect(discard).to_be_enabled(timeout=SOON)
    discard.click()
    page.get_by_text("Of 1 incident, 1 would stay").wait_for(timeout=SOON)
    expect(discard).to_be_disabled(timeout=SOON)
    assert "1+year" not in page.url
    assert list(waiting(folder_beside(stage.publication.folder))) == []


def with_rules(stage: Any, day: Callable[..., Any]) -> None:
    """Publish a day with what two promises would have made of it."""
    made = day("14:44")
    tables, days = stage.publication.tables(made)
    then = {"before": tables["incidents"][0]["opened_at"], "service": "Character.AI", "signal": "outage"}
    size = {"ratio_before": 60.0, "people_before": 190.0, "lasted_before": 79.0}
    same = {"ratio_after": 60.0, "people_after": 190.0, "lasted_after": 79.0}
    gone = {"ratio_after": 0.0, "people_after": 0.0, "lasted_after": 0.0}
    whose = {**then, **size, "incident": "inc-character"}
    tables["whatif"] = [
        {"promise_days": 30.0, "fate": "stays", **whose, "after": then["before"], "minutes": 0.0, **same},
        {"promise_days": 365.0, "fate": "vanishes", **whose, "after": None, "minutes": None, **gone},
    ]
    rules = {"promise_days": 30.0, "min_voices": 6.0, "times": [10, 50], "people": [30, 150], "minutes": [60, 360]}
    stage.publication.write(tables, days, {**stage.publication.meta(made), "rules": rules, "settled": rules})


def reach(page: Any, words: str, most: int = 80) -> None:
    """Press Tab until what holds these words has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.matches('a, button, summary') && document.activeElement.innerText")
        if (said or "").strip().endswith(words):
            return
    raise AssertionError(f"{words} cannot be reached by keyboard")
