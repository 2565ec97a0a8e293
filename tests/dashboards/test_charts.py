"""Charts stay small, break at gaps, and hatch what no source could see."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa
import pytest
import vl_convert

from dashboards import charts, frames
from dashboards.frames import Published

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


def drawn(full: Path, hours: float, source: str | None = None) -> tuple[pd.DataFrame, charts.Window, int]:
    """The day up to 16:00, seen through a window of so many hours."""
    until = MIDNIGHT + timedelta(hours=16)
    since = until - timedelta(hours=hours)
    width = frames.bin_for(since, until)
    frame = frames.minutes(Published(full), "Character.AI", since, until, source=source, width=width)
    return frame, charts.Window(since, until, frames.unseen(frame, width)), width


def points(chart: charts.Spec) -> int:
    """How many rows a chart carries to the browser."""
    return sum(len(rows) for rows in chart["datasets"].values())


def rows(chart: charts.Spec, name: str) -> list[dict[str, Any]]:
    """The rows that a chart draws under a name."""
    found: list[dict[str, Any]] = chart["datasets"][name].to_pylist()
    return found


@pytest.mark.parametrize("hours", [1, 6, 24, 24 * 7, 24 * 30, 24 * 90])
def test_no_chart_carries_more_than_two_thousand_points(full: Path, hours: float) -> None:
    frame, window, _ = drawn(full, hours)
    made = (charts.reports(frame, window), charts.chatter(frame, window), charts.mood(frame, window))
    assert all(points(chart) <= 2000 for chart in made)


def test_a_gap_is_hatched_and_never_drawn_as_zero(full: Path) -> None:
    frame, window, _ = drawn(full, 16, "bluesky")
    assert len(window.gaps) == 1
    told = charts.reports(frame, window)
    assert rows(told, "gaps")
    assert sum(row["reports"] is None for row in rows(told, "rows")) == 6
    seen = charts.Window(window.since, window.until, window.gaps.head(0))
    assert list(charts.reports(frame, seen)["datasets"]) == ["rows"]


@pytest.mark.parametrize("kept", [0, 5])
def test_where_nobody_has_spoken_the_axis_still_counts_people(full: Path, kept: int) -> None:
    frame, window, _ = drawn(full, 1)
    quiet = frame.head(kept).assign(reports=0.0, expected=0.2, upper=0.9)
    for chart in (charts.reports(quiet, window), charts.chatter(quiet.assign(frustration=0.0, recovery=0.0), window)):
        ticks = re.findall(r">([0-9.]+)</text>", charts.drawn(chart, "svg").decode())
        assert {"0.0", "1.0"} <= set(ticks)
        assert "0.000000" not in ticks


def test_every_stretch_ends_with_its_last_bin(full: Path) -> None:
    frame, window, width = drawn(full, 1)
    told = rows(charts.reports(frame, window), "rows")
    assert len(told) == len(frame) + 1
    assert told[-1]["at"] - told[-2]["at"] == width * 60_000
    assert told[-1]["reports"] == told[-2]["reports"]


def test_bins_that_meet_are_never_heaped_up(full: Path) -> None:
    frame, window, _ = drawn(full, 16, "bluesky")
    for chart in (charts.reports(frame, window), charts.chatter(frame, window)):
        datasets = {name: rows(chart, name) for name in chart["datasets"]}
        told = vl_convert.vegalite_to_vega(chart | {"datasets": datasets})
        steps = [step["type"] for data in told["data"] for step in data.get("transform", [])]
        assert "formula" in steps
        assert "stack" not in steps


def test_marks_have_a_lane_each(full: Path) -> None:
    published = Published(full)
    _, window, _ = drawn(full, 6)
    chart = charts.marks(frames.incidents(published), frames.officials(published), frames.notes(published), window)
    assert {row["lane"] for row in rows(chart, "bars") + rows(chart, "steps")} == set(charts.LANES)
    assert {row["step"] for row in rows(chart, "steps")} <= set(charts.SHAPES)


def test_of_too_many_marks_each_kind_is_drawn_where_it_is(full: Path) -> None:
    published = Published(full)
    _, window, _ = drawn(full, 6)
    one = frames.officials(published)
    many = pd.concat([one.assign(at=at) for at in pd.date_range(window.since, window.until, periods=2 * charts.MOST)])
    incidents = frames.incidents(published)
    ends = pd.date_range(window.since, window.until, periods=2 * charts.MOST)
    bars = pd.concat([incidents.assign(onset_at=window.since, resolved_at=end) for end in ends])
    chart = charts.marks(bars, many, frames.notes(published), window)
    told = pd.DataFrame(rows(chart, "steps"))
    assert len(told) <= charts.MOST
    assert set(told["step"]) >= {*one["stage"].str.capitalize(), "Statement"}
    kinds = told[told["lane"] == "Official"].groupby("step")["at"]
    assert ((kinds.max() - kinds.min()) > 0.98 * (window.until - window.since) / timedelta(milliseconds=1)).all()
    assert [row["until"] for row in rows(chart, "bars")] == [window.until.timestamp() * 1000]
    more = told["detail"].str.extract(r"and (\d+) more")[0].astype(float).sum()
    assert more + len(told) == len(charts.steps(bars, many, frames.notes(published)))


def test_empty_frames_draw(tmp_path: Path) -> None:
    published = Published(tmp_path)
    frame = frames.minutes(published, "x", MIDNIGHT, MIDNIGHT + timedelta(hours=1))
    window = charts.Window(MIDNIGHT, MIDNIGHT + timedelta(hours=1), frames.unseen(frame, 1))
    marks = charts.marks(frames.incidents(published), frames.officials(published), frames.notes(published), window)
    for chart in (charts.reports(frame, window), charts.chatter(frame, window), charts.mood(frame, window), marks):
        assert charts.drawn(chart, "svg").startswith(b"<svg")


@pytest.mark.parametrize(("width", "said"), [(1, "minute"), (5, "5 min"), (60, "hour"), (180, "3 h"), (2880, "2 days")])
def test_units_are_said(width: int, said: str) -> None:
    assert charts.per(width) == said


def test_a_chart_is_saved_as_svg_and_png(full: Path) -> None:
    frame, span, _ = drawn(full, 6)
    for chart in (charts.reports(frame, span), charts.chatter(frame, span), charts.mood(frame, span)):
        assert charts.drawn(chart, "svg").startswith(b"<svg")
        assert charts.drawn(chart, "png").startswith(b"\x89PNG")


def test_what_goes_to_the_browser_is_the_chart(full: Path) -> None:
    frame, window, _ = drawn(full, 6, "bluesky")
    for chart in (charts.reports(frame, window), charts.chatter(frame, window), charts.mood(frame, window)):
        sent = charts.sent(chart)
        assert sent | {"datasets": {}} == chart | {"datasets": {}}
        for name, told in sent["datasets"].items():
            assert pa.ipc.open_stream(told).read_all().equals(chart["datasets"][name])


def test_every_chart_is_vega_lite(full: Path) -> None:
    published = Published(full)
    frame, window, _ = drawn(full, 16, "bluesky")
    marks = charts.marks(frames.incidents(published), frames.officials(published), frames.notes(published), window)
    for chart in (charts.reports(frame, window), charts.chatter(frame, window), charts.mood(frame, window), marks):
        datasets = {name: rows(chart, name) for name in chart["datasets"]}
        alt.LayerChart.from_dict(chart | {"datasets": datasets})  # it checks the schema
