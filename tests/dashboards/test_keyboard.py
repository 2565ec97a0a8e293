"""Everything works by keyboard alone: Tab, Enter, Space, arrows and typing; what has the focus is seen, in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ingest.notes import folder_beside, waiting

pytestmark = pytest.mark.browser

SOON = 60_000
FOCUS = """(peek) => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  let ring = false;
  for (let near = one, depth = 0; near && depth < 5; near = near.parentElement, depth++) {
    const style = getComputedStyle(near);
    const drawn = near.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && near.offsetWidth > 4
      && style.clipPath === 'none' && style.clip === 'auto';
    ring = ring || (drawn && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
  }
  const last = window.lastFocus;
  if (!peek) window.lastFocus = one;
  const picture = one.closest('canvas');
  const box = (picture || one).getBoundingClientRect();
  const label = one.id ? document.querySelector(`label[for="${CSS.escape(one.id)}"]`) : null;
  const words = [one.getAttribute('aria-label'), label && label.innerText, one.innerText, one.title];
  const said = one.tagName === 'MAIN' ? 'main' : words.find(Boolean) || one.tagName;
  return {
    name: said.trim(), ring, role: one.getAttribute('role') || one.tagName,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    forward: !last || !last.isConnected || (last === one && picture)
      || !!(last.compareDocumentPosition(one) & 4),
  };
}"""

FADED = """() => Promise.allSettled(document.getAnimations()
  .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime)).map(one => one.finished))
  .then(() => true)"""


@pytest.fixture(autouse=True)
def _clean(stage: Any, day: Callable[..., Any]) -> Iterator[None]:
    stage.clear()
    publish(stage, day)
    yield
    stage.over()


def publish(stage: Any, day: Callable[..., Any]) -> None:
    """A day with two incidents, and rules to try."""
    made = day("14:44")
    tables, days = stage.publication.tables(made)
    (one,) = tables["incidents"]
    later = {"onset_at": one["onset_at"] + timedelta(minutes=5), "opened_at": one["opened_at"] - timedelta(minutes=1)}
    tables["incidents"].append({**one, **later, "id": "inc-slack", "service": "Slack"})
    whose = {"before": one["opened_at"], "service": "Character.AI", "signal": "outage", "incident": "inc-character"}
    size = {"ratio_before": 60.0, "people_before": 190.0, "lasted_before": 79.0}
    same = {"ratio_after": 60.0, "people_after": 190.0, "lasted_after": 79.0}
    gone = {"ratio_after": 0.0, "people_after": 0.0, "lasted_after": 0.0}
    tables["whatif"] = [
        {"promise_days": 30.0, "fate": "stays", **whose, "after": whose["before"], "minutes": 0.0, **size, **same},
        {"promise_days": 365.0, "fate": "vanishes", **whose, "after": None, "minutes": None, **size, **gone},
    ]
    rules = {"promise_days": 30.0, "min_voices": 6.0, "times": [10, 50], "people": [30, 150], "minutes": [60, 360]}
    stage.publication.write(tables, days, {**stage.publication.meta(made), "rules": rules, "settled": rules})


def reach(page: Any, name: str, role: str = "", most: int = 90) -> None:
    """Press Tab until what has this name has the focus; on the way each focus is seen, and none goes backwards.

    It sets out once the page is drawn: a walk that is faster than the page passes what is not there yet. A table of
    numbers, drawn on a canvas, may take more than one Tab, and after a while its cell has the focus, which is seen
    where the table is; one that never lets go is told as what cannot be reached.
    """
    page.evaluate("window.sameFrames = 0")
    page.wait_for_function("whole(30)", timeout=SOON)
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS, False)
        if found is None:
            continue
        if not found["ring"]:  # it may fade in
            page.evaluate(FADED)
            found = {**page.evaluate(FOCUS, True), "forward": found["forward"]}
        assert found["ring"], f"no focus to be seen on {found}"
        if not found["seen"]:  # what is drawn above may have pushed it away since
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Tab")
            found = {**page.evaluate(FOCUS, True), "forward": found["forward"]}
        assert found["seen"], f"the focus is off the screen on {found}"
        assert found["forward"], f"the focus jumps back on {found}"
        if name in found["name"] and role in found["role"]:
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def back(page: Any, kind: str, most: int = 20) -> None:
    """Press Shift and Tab until an input of this kind has the focus."""
    for _ in range(most):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.type") == kind:
            page.evaluate("window.lastFocus = document.activeElement")
            return
    raise AssertionError(f"no {kind} can be reached backwards")


def left(stage: Any) -> list[tuple[str, str]]:
    """The kind and the words of every note that waits for the writer."""
    return sorted((note.kind, note.text) for _, note in waiting(folder_beside(stage.publication.folder)))


def test_from_now_to_a_service_and_through_it(stage: Any) -> None:
    page = stage.open()
    page.get_by_text("Character.AI is down").wait_for(timeout=SOON)
    reach(page, "Character.AI")
    page.keyboard.press("Enter")
    page.wait_for_url("**/service?service=Character.AI**", timeout=SOON)
    page.get_by_text("What others wrote; not verified").wait_for(timeout=SOON)
    reach(page, "1 h")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url("**span=6+h**", timeout=SOON)
    reach(page, "Source")
    page.keyboard.type("bluesky")
    page.keyboard.press("Enter")
    page.wait_for_url("**source=bluesky**", timeout=SOON)
    reach(page, "As a table, or a file")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Download as SVG").wait_for(timeout=SOON)
    page.get_by_test_id("stDataFrame").locator("canvas").first.wait_for(timeout=SOON)
    reach(page, "Download as SVG")
    with page.expect_download(timeout=SOON) as waited:
        page.keyboard.press("Enter")
    assert waited.value.path().read_bytes().startswith(b"<svg")
    reach(page, "Reports of an outage")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url("**kind=Recovery**", timeout=SOON)
    reach(page, "Search")
    page.keyboard.type("works again")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=works+again**", timeout=SOON)
    expect(page.locator(".dc-meta").first).to_contain_text("no report of an outage", timeout=SOON)
    reach(page, "open")


def test_an_incident_is_opened_and_marked_in_every_way(stage: Any) -> None:
    page = stage.open("service?service=Character.AI&span=6+h")
    page.get_by_text("Open the incident").wait_for(timeout=SOON)
    reach(page, "Open the incident")
    page.keyboard.press("Enter")
    page.wait_for_url("**/incident?incident=inc-character**", timeout=SOON)
    page.get_by_text("Mark this incident").wait_for(timeout=SOON)
    reach(page, "Take back")
    page.keyboard.press("Enter")
    page.get_by_text("1 mark waits for the writer").wait_for(timeout=SOON)
    reach(page, "Mark this incident")
    page.keyboard.press("Enter")
    for number, text in enumerate(("We know.", "Seen.", "None.", "", "Told.")):
        if number == 0:
            reach(page, "", role="INPUT")
        else:
            back(page, "radio")
            page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio").nth(number)).to_be_checked(timeout=SOON)
        if text:
            page.get_by_label("Words").wait_for(timeout=SOON)
            reach(page, "Words")
            page.keyboard.type(text)
        else:
            page.get_by_label("Which").first.wait_for(timeout=SOON)
        reach(page, "Mark", role="BUTTON")
        page.keyboard.press("Enter")
        page.get_by_text(f"{number + 2} marks wait for the writer").wait_for(timeout=SOON)
    assert left(stage) == [
        ("confirm", "Seen."),
        ("dismiss", "None."),
        ("merge", "inc-slack"),
        ("note", "Told."),
        ("statement", "We know."),
        ("undo", "note-1"),
    ]


def test_the_time_of_a_statement_is_typed(stage: Any) -> None:
    page = stage.open("incident?incident=inc-character")
    page.get_by_text("Mark this incident").wait_for(timeout=SOON)
    reach(page, "Mark this incident")
    page.keyboard.press("Enter")
    page.get_by_label("Words").wait_for(timeout=SOON)
    reach(page, "Time", role="spinbutton")
    page.keyboard.type("1520")
    reach(page, "Words")
    page.keyboard.type("We know.")
    reach(page, "Mark", role="BUTTON")
    page.keyboard.press("Enter")
    page.get_by_text("1 mark waits for the writer").wait_for(timeout=SOON)
    (note,) = [note for _, note in waiting(folder_beside(stage.publication.folder))]
    assert f"{note.at:%H:%M}" == "14:20"


def test_a_brief_is_downloaded(stage: Any) -> None:
    page = stage.open("brief?incident=inc-character")
    page.get_by_text("Download as Word").wait_for(timeout=SOON)
    for form in ("Markdown", "HTML", "Word"):
        reach(page, f"Download as {form}")
        with page.expect_download(timeout=SOON) as waited:
            page.keyboard.press("Enter")
        assert waited.value.suggested_filename.startswith("brief-inc-character.")


def test_a_replay_is_stepped_and_played(stage: Any) -> None:
    page = stage.open("replay?incident=inc-character&minute=36")
    page.get_by_text("Suspected").first.wait_for(timeout=SOON)
    reach(page, "Minute")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**minute=37**", timeout=SOON)
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**minute=36**", timeout=SOON)
    back(page, "checkbox")
    page.keyboard.press("Space")
    expect(page.get_by_role("slider")).not_to_have_attribute("aria-valuenow", "36", timeout=SOON)
    page.keyboard.press("Space")
    expect(page.get_by_role("switch").or_(page.get_by_role("checkbox")).first).not_to_be_checked(timeout=SOON)


def test_rules_are_tried_saved_and_discarded(stage: Any) -> None:
    page = stage.open("rules")
    page.get_by_text("Of 1 incident").wait_for(timeout=SOON)
    reach(page, "At most one false alarm", role="INPUT")
    page.keyboard.press("ArrowRight")
    page.get_by_text("1 would vanish").wait_for(timeout=SOON)
    expect(page.get_by_role("button", name="Discard")).to_be_enabled(timeout=SOON)
    reach(page, "Save these rules")
    page.keyboard.press("Enter")
    page.get_by_text("waits for the writer").wait_for(timeout=SOON)
    reach(page, "Discard")
    page.keyboard.press("Enter")
    page.get_by_text("Of 1 incident, 1 would stay").wait_for(timeout=SOON)
    assert [kind for kind, _ in left(stage)] == ["rules"]


def test_a_channel_is_tried_and_an_alert_sent_again(stage: Any) -> None:
    page = stage.open("health")
    page.get_by_text("1 alert was given up").wait_for(timeout=SOON)
    reach(page, "Send a test")
    page.keyboard.press("Enter")
    page.get_by_text("1 request waits for the writer").wait_for(timeout=SOON)
    reach(page, "Send again")
    page.keyboard.press("Enter")
    page.get_by_text("2 requests wait for the writer").wait_for(timeout=SOON)
    reach(page, "What it says")
    page.keyboard.press("Enter")
    page.get_by_text("people report trouble").wait_for(timeout=SOON)
    assert left(stage) == [("redeliver", "msg-1"), ("test", "console")]


def test_a_section_of_the_scorecard_is_chosen(stage: Any) -> None:
    page = stage.open("scorecard")
    page.get_by_label("Section").first.wait_for(timeout=SOON)
    reach(page, "Section")
    page.keyboard.type("Rises of known")
    page.keyboard.press("Enter")
    page.wait_for_url("**section=Rises+of+known+size**", timeout=SOON)
    page.get_by_role("heading", name="Rises of known size").wait_for(timeout=SOON)
    reach(page, "Download as CSV")
