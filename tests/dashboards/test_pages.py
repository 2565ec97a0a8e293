"""The pages in a real browser: empty, full, during publishes, with hostile posts."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from ingest.notes import folder_beside, waiting

pytestmark = pytest.mark.browser

PAGES = ("", "service", "incident", "brief", "replay", "rules", "health")
SIGNS = {"rules": "Not looked back yet", "health": "What was missed"}
EXCEPTION = '[data-testid="stException"]'
SOON = 60_000

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> Character.AI down",
    "[click](javascript:document.title='owned') **bold** $x^2$ :material/delete: Character.AI",
    "https://evil.test/pixel.png ![](https://evil.test/pixel.png) Character.AI is down",
    "Character.AI is down \u202etxet desrever\u202c \u200bhidden",
    "`code` # heading\n- list\n<b>markup</b> &lt;b&gt;",
)


@pytest.fixture(autouse=True)
def _clean(stage: Any) -> Iterator[None]:
    stage.clear()
    yield
    assert stage.outside == []
    stage.over()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_published_is_told_with_what_to_do(stage: Any, path: str) -> None:
    page = stage.open(path)
    page.get_by_text("Nothing to show yet").wait_for(timeout=SOON)
    expect(page.get_by_text("downchatter run")).to_have_count(1, timeout=SOON)
    assert page.locator(EXCEPTION).count() == 0


def test_every_page_shows_its_part(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("16:00"))
    told = {
        "": ["1 service needs eyes", "Simulated data."],
        "service?service=Character.AI": ["Outage reports against expected", "What was known, and when"],
        "incident?incident=inc-character": ["Who knew when", "Our lead over it", "23 min"],
        "brief?incident=inc-character": ["Potential causes", "We are aware that chats do not load"],
        "replay?incident=inc-character&minute=37": ["Suspected", "Alerts by then", "says nothing yet"],
        "rules": ["Not looked back yet", "at most one false alarm in 1 month per service"],
        "scorecard": ["How good the product is"],
        "health": ["What was missed", "the connection was lost", "Confirmed"],
    }
    for path, words in told.items():
        page = stage.open(path)
        for text in words:
            page.get_by_text(text, exact=False).first.wait_for(timeout=SOON)
        assert page.locator(EXCEPTION).count() == 0


def test_the_outage_appears_by_itself(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("13:30"))
    page = stage.open()
    page.get_by_text("1 service needs eyes").wait_for(timeout=SOON)
    stage.publication.publish(day("14:44"))
    page.get_by_text("Character.AI is down").wait_for(timeout=SOON)
    card = page.locator(".dc-card").first
    expect(card).to_contain_text("Outage", timeout=SOON)
    expect(card).to_contain_text("Identified", timeout=SOON)
    expect(card).to_contain_text("23 min earlier than it", timeout=SOON)


def test_a_page_that_was_open_before_anything_was_published_fills(stage: Any, day: Callable[..., Any]) -> None:
    page = stage.open()
    page.get_by_text("Nothing to show yet").wait_for(timeout=SOON)
    stage.publication.publish(day("02:00", simulated=False))
    page.get_by_text("1 service needs eyes").wait_for(timeout=SOON)
    expect(page.get_by_text("Simulated data.")).to_have_count(0, timeout=SOON)


def test_pages_hold_while_generations_come_and_go(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    stop = threading.Event()
    writer = threading.Thread(target=_republish, args=(stage.publication, stop))
    writer.start()
    try:
        for path in (*PAGES, *PAGES):
            page = stage.open(path)
            page.get_by_text(SIGNS.get(path, "Character.AI")).first.wait_for(timeout=SOON)
            assert page.locator(EXCEPTION).count() == 0
            assert page.get_by_text("Cannot be shown").count() == 0
            page.close()
    finally:
        stop.set()
        writer.join()


def _republish(publication: Any, stop: threading.Event) -> None:
    """Do as the store does, only more often: a new generation, the pointer, the oldest away."""
    while not stop.wait(0.25):
        old = publication.folder / f"{publication.count:08d}"
        publication.count += 1
        new = publication.folder / f"{publication.count:08d}"
        shutil.copytree(old, new)
        pointer = publication.folder / "CURRENT.new"
        pointer.write_text(new.name, encoding="utf8")
        pointer.replace(publication.folder / "CURRENT")
        for stale in sorted(path for path in publication.folder.iterdir() if path.is_dir())[:-4]:
            shutil.rmtree(stale)


def test_what_others_wrote_stays_text(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44", hostile=HOSTILE))
    page = stage.open("service?service=Character.AI&span=1+h&kind=All&order=Newest")
    shown = page.locator('[class*="st-key-post-"] [data-testid="stText"]')
    shown.get_by_text("<img src=x").wait_for(timeout=SOON)
    for text in ("[click](javascript:", "<b>markup</b>"):
        shown.filter(has_text=text).first.wait_for(timeout=SOON)
    texts = "\n".join(shown.all_inner_texts())
    assert "[click](javascript:document.title='owned') **bold** $x^2$ :material/delete:" in texts
    assert "<b>markup</b> &lt;b&gt;" in texts
    assert "\u202e" not in texts
    inside = page.locator('[class*="st-key-post-"]')
    for kind in ("img", "script", "b:has-text('markup')", "strong", "a[href^='javascript']", "h1"):
        assert inside.locator(kind).count() == 0
    assert "owned" not in page.title()


@pytest.mark.parametrize(
    "path",
    [
        "service?service=Character.AI&span=1+h",
        "incident?incident=inc-character",
        "brief?incident=inc-character",
        "rules",
    ],
)
def test_hostile_words_stay_words_wherever_they_come_from(stage: Any, day: Callable[..., Any], path: str) -> None:
    made = day("14:44")
    tables, days = stage.publication.tables(made)
    for row in (*tables["officials"], *tables["notes"]):
        row.update({name: HOSTILE[0] for name in ("title", "text") if name in row}, url="javascript:alert(1)")
    for row in tables["incidents"]:
        row.update(severity_reason=HOSTILE[0], confidence_reason=HOSTILE[1])
    tables["notes"] += [{**tables["notes"][0], "id": "n2", "kind": "rules", "service": "*", "text": HOSTILE[4]}]
    for row in days["posts"]:
        row["aspects"] = [f"cause:{HOSTILE[0]}", f"cause:upstream={HOSTILE[1]}"]
    stage.publication.write(tables, days, stage.publication.meta(made))
    page = stage.open(path)
    words = "<b>markup</b> &lt;b&gt;" if path == "rules" else "<img src=x"
    page.get_by_text(words).first.wait_for(timeout=SOON)
    inside = page.locator('[data-testid="stMain"]')
    for kind in ("img[src='x']", "script", "b:text-is('markup')", "a[href^='javascript']"):
        assert inside.locator(kind).count() == 0
    assert "owned" not in page.title()


@pytest.mark.parametrize("path", ["", "replay?incident=inc-character&minute=70", "health"])
def test_hostile_posts_and_reasons_stay_words(stage: Any, day: Callable[..., Any], path: str) -> None:
    made = day("14:44" if "replay" in path else "14:00", hostile=HOSTILE)
    tables, days = stage.publication.tables(made)
    for row in tables["services"]:
        row.update(official_title=HOSTILE[0])
    for row in (*tables["gaps"], *tables["officials"], *tables["deliveries"]):
        row.update({name: HOSTILE[0] for name in ("reason", "title", "last_status") if name in row})
    for row in days["posts"]:
        row["reason"] = HOSTILE[4]
    stage.publication.write(tables, days, stage.publication.meta(made))
    page = stage.open(path)
    words = "<b>markup</b> &lt;b&gt;" if "replay" in path else "<img src=x"
    page.get_by_text(words).first.wait_for(timeout=SOON)
    inside = page.locator('[data-testid="stMain"]')
    for kind in ("img[src='x']", "script", "b:text-is('markup')", "a[href^='javascript']"):
        assert inside.locator(kind).count() == 0
    assert "owned" not in page.title()


def test_an_incident_tells_how_sure_its_beginning_is_and_what_it_shares(stage: Any, day: Callable[..., Any]) -> None:
    made = day("14:44")
    tables, days = stage.publication.tables(made)
    (one,) = [row for row in tables["incidents"] if row["id"] == "inc-character"]
    onset = one["onset_at"]
    one.update(onset_earliest=onset - timedelta(minutes=4), onset_latest=onset + timedelta(minutes=3))
    story = {"id": "s1", "upstream": "AWS", "onset_at": onset, "opened_at": one["opened_at"], "open": 1}
    tables["shared"] = [
        {**story, "services": ["Slack", "Character.AI"], "incidents": ["x", one["id"]], "resolved_at": None}
    ]
    for row in days["posts"]:
        row["aspects"] = ["work:study"]
    stage.publication.write(tables, days, stage.publication.meta(made))
    page = stage.open("incident?incident=inc-character")
    for words in ("Began between", "AWS", "Which work was hit", "Not yet. In the last 15 minutes"):
        page.get_by_text(words).first.wait_for(timeout=SOON)
    expect(page.locator(".dc-said li").filter(has_text="study")).to_have_count(1, timeout=SOON)


def test_the_view_is_in_the_address(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open("service?service=Slack&span=7+days&search=load")
    page.get_by_text("Slack", exact=True).first.wait_for(timeout=SOON)
    expect(page.get_by_label("Search", exact=True)).to_have_value("load", timeout=SOON)
    page.get_by_text("6 h", exact=True).click()
    page.wait_for_url("**span=6+h**", timeout=SOON)
    assert "service=Slack" in page.url


def test_it_fits_a_phone(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    for path in PAGES:
        page = stage.open(path, width=390, height=844)
        page.get_by_text("Simulated data.").wait_for(timeout=SOON)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.close()


def test_times_are_the_viewers_with_utc_on_hover(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open()
    shown = page.locator(".dc-head time")
    expect(shown).to_have_text("3 Mar 15:44", timeout=SOON)
    assert shown.get_attribute("title") == "2026-03-03 14:44 UTC"


def test_a_mark_reaches_the_writer(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open("incident?incident=inc-character")
    page.get_by_text("Mark this incident").click()
    page.get_by_label("Words").fill("<b>We are on it.</b>")
    page.get_by_label("Your name").fill("ana")
    page.get_by_role("button", name="Mark", exact=True).click()
    page.get_by_text("1 mark waits for the writer").wait_for(timeout=SOON)
    (found,) = [note for _, note in waiting(folder_beside(stage.publication.folder))]
    assert (found.kind, found.incident, found.text) == ("statement", "inc-character", "<b>We are on it.</b>")
    assert found.author == "ana"
    assert f"{found.at:%H:%M}" == "14:44"


def test_blindness_is_told_and_is_not_calm(stage: Any, day: Callable[..., Any]) -> None:
    made = day("14:00")
    stage.publication.publish(made)
    tables, days = stage.publication.tables(made)
    for row in tables["services"]:
        row.update(state="blind", sentiment_60m=None, observed_60m=0.0)
    stage.publication.write(tables, days, stage.publication.meta(made))
    page = stage.open()
    page.get_by_text("Blind: no source can be read").wait_for(timeout=SOON)
    expect(page.get_by_text("reddit cannot be read since")).to_have_count(1, timeout=SOON)
    expect(page.locator(".is-calm")).to_have_count(0, timeout=SOON)


def test_a_channel_is_tried_and_an_alert_sent_again_from_the_page(stage: Any, day: Callable[..., Any]) -> None:
    stage.publication.publish(day("14:44"))
    page = stage.open("health")
    page.get_by_text("channel ops is disabled: 410 gone").wait_for(timeout=SOON)
    page.get_by_text("1 alert was given up").wait_for(timeout=SOON)
    expect(page.get_by_text("503 <b>busy</b>").first).to_be_visible(timeout=SOON)
    expect(page.get_by_text("43 ms").first).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="Send a test").click()
    page.get_by_text("1 request waits for the writer").wait_for(timeout=SOON)
    page.get_by_role("button", name="Send again").click()
    page.get_by_text("2 requests wait for the writer").wait_for(timeout=SOON)
    found = {(note.kind, note.text) for _, note in waiting(folder_beside(stage.publication.folder))}
    assert found == {("test", "console"), ("redeliver", "msg-1")}
    page.get_by_text("What it says").click()
    page.get_by_text("<b>190</b> people report trouble").wait_for(timeout=SOON)
    page.get_by_text("Every try at sending").click()
    expect(page.get_by_role("cell", name="10").last).to_be_visible(timeout=SOON)
    page.get_by_text("held back", exact=True).click()
    page.get_by_text("None in this state").wait_for(timeout=SOON)
