"""Every chart that any page shows has a title, a unit, a legend, and its numbers as a table and as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = 60_000
CHARTS = {
    "service?service=Character.AI&span=6+h": 4,
    "incident?incident=inc-character": 2,
    "incident?incident=inc-hush": 2,
    "replay?incident=inc-character&minute=60": 2,
}

FOUND = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  const parts = [...main.querySelectorAll('.dc-chart, [data-testid="stVegaLiteChart"], [data-testid="stExpander"]')];
  return parts.map((part, place) => ({part, place}))
    .filter(one => one.part.matches('[data-testid="stVegaLiteChart"]'))
    .map(({place}) => {
      const head = parts[place - 1], after = parts[place + 1];
      const said = one => head && head.querySelector(one) ? head.querySelector(one).textContent.trim() : '';
      const files = after ? [...after.querySelectorAll('[data-testid="stDownloadButton"]')] : [];
      return {title: said('strong'), unit: said('.unit'), keys: head ? head.querySelectorAll('li').length : 0,
        table: !!(after && after.querySelector('[data-testid="stDataFrame"]')),
        files: files.map(one => one.textContent.trim())};
    });
}"""


@pytest.fixture(autouse=True)
def _clean(stage: Any, day: Callable[..., Any]) -> Iterator[None]:
    stage.clear()
    made = day("14:44")
    tables, days = stage.publication.tables(made)
    hush = {"id": "inc-hush", "service": "Spotify", "signal": "drop", "severity": "minor", "authors": 0}
    tables["incidents"].append({**tables["incidents"][0], **hush})
    days["expected"] += [
        {**row, "signal": "drop", "mean": 0.3, "upper_1": 2.0}
        for row in days["expected"]
        if row["service"] == "Spotify"
    ]
    stage.publication.write(tables, days, stage.publication.meta(made))
    yield
    stage.over()


@pytest.mark.parametrize("path", CHARTS)
def test_every_chart_is_whole(stage: Any, path: str) -> None:
    page = stage.open(path)
    expect(page.locator('[data-testid="stVegaLiteChart"]')).to_have_count(CHARTS[path], timeout=SOON)
    expect(page.locator('[data-testid="stExpander"] summary', has_text="As a table, or a file")).to_have_count(
        CHARTS[path], timeout=SOON
    )
    for head in page.locator('[data-testid="stExpander"] summary', has_text="As a table, or a file").all():
        head.click()
        stage.whole(page)  # what it opens moves the others away under the pointer
    expect(page.get_by_role("button", name="Download as PNG", exact=True)).to_have_count(CHARTS[path], timeout=SOON)
    expect(page.locator('[data-testid="stDataFrame"]')).to_have_count(CHARTS[path], timeout=SOON)
    found = page.evaluate(FOUND)
    assert len(found) == CHARTS[path]
    for chart in found:
        assert chart["title"], chart
        assert chart["unit"], chart
        assert chart["keys"] >= 1, chart
        assert chart["table"], chart
        assert chart["files"] == ["Download as CSV", "Download as SVG", "Download as PNG"], chart
    if "hush" in path:
        assert "All talk against expected" in [chart["title"] for chart in found]
        page.get_by_text("Talk begins to fall").first.wait_for(timeout=SOON)
        page.get_by_role("heading", name="Spotify: silence").wait_for(timeout=SOON)


def test_a_chart_is_saved_from_the_page(stage: Any) -> None:
    page = stage.open("incident?incident=inc-character")
    head = page.locator(".dc-chart", has_text="Outage reports against expected")
    numbers = head.locator("xpath=following::*[@data-testid='stExpander'][1]")
    numbers.locator("summary").click()
    for form, start in (("CSV", b"\xef\xbb\xbfat,"), ("SVG", b"<svg"), ("PNG", b"\x89PNG")):
        with page.expect_download(timeout=SOON) as waited:
            numbers.get_by_role("button", name=f"Download as {form}", exact=True).click()
        file = waited.value
        assert file.path().read_bytes().startswith(start)
        assert file.suggested_filename == f"downchatter-incident-reports.{form.lower()}"


def test_the_small_charts_of_now_have_a_title_a_unit_a_legend_and_a_table(stage: Any) -> None:
    page = stage.open()
    expect(page.locator(".dc-chart strong")).to_have_text("Reports in the last hour", timeout=SOON)
    expect(page.locator(".dc-chart .unit")).to_have_text("people in 5 min", timeout=SOON)
    expect(page.locator(".dc-chart li")).to_have_count(2, timeout=SOON)
    sparks = page.locator(".dc-spark").all()
    assert len(sparks) == page.locator(".dc-card, .dc-table tbody tr").count() == 8
    for spark in sparks:
        assert (spark.get_attribute("aria-label") or "").startswith("Reports about ")
    page.get_by_text("The last hour as a table, or a file").click()
    expect(page.locator('[data-testid="stDataFrame"]')).to_be_visible(timeout=SOON)
    with page.expect_download(timeout=SOON) as waited:
        page.get_by_role("button", name="Download the last hour as CSV").click()
    lines = waited.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "service,at,reports in 5 min,usual up to"
    assert len(lines) > 60


def test_nothing_else_on_any_page_is_a_chart(stage: Any) -> None:
    for path in ("brief?incident=inc-character", "rules", "scorecard", "health"):
        page = stage.open(path)
        assert page.locator('[data-testid="stVegaLiteChart"], canvas, .dc-spark').count() == 0, path
        page.close()
