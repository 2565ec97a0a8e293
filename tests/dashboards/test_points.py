"""However much is published, no chart of any page is handed more than 2,000 points."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import frames
from dashboards.views.service import SPANS

MOST = 2000
MANY = 3000
END = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
SERVICE = "Character.AI"
START = END - timedelta(days=90, hours=16)


@pytest.fixture(scope="module")
def crowded(full: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety days in which a service is spoken of every minute, with thousands of posts, incidents, steps and notes."""
    folder = tmp_path_factory.mktemp("crowded") / "watch.published"
    shutil.copytree(full, folder)
    here = newest(folder)
    crowd_days(here)
    crowd_marks(here)
    services = table(here / "services.parquet")
    put(here, "services", pd.concat([services, *_others(services.tail(1).assign(state="outage"))]))
    put(here, "coverage", table(here / "coverage.parquet").assign(since=START.replace(tzinfo=None)))
    return folder


def crowd_days(here: Path) -> None:
    """Minutes, posts and what is expected, over all the days."""
    rng = np.random.default_rng(5)
    for name, key, step in (("minutes", "minute", "1min"), ("posts", "seen_at", "10min"), ("expected", "hour", "1h")):
        (pattern,) = [table(file) for file in (here / name).iterdir()]
        times = pd.date_range(START, END, freq=step, inclusive="left", unit="us").tz_localize(None)
        rows = _repeated(pattern, len(times)).assign(**{key: times})
        if name == "posts":
            rows = rows.assign(id=[f"bluesky:{place}" for place in range(len(rows))], created_at=times)
        if name == "minutes":
            rows = rows.assign(outage=rng.gamma(2, 2, len(rows)), posts=9, sentiment=rng.normal(0, 3, len(rows)))
            rows = pd.concat([rows, *_others(rows.tail(65))], ignore_index=True)
        for date, some in rows.groupby(rows[key].dt.date):
            put(here / name, str(date), some)


def crowd_marks(here: Path) -> None:
    """Official steps, notes and short incidents over all the days, and one incident that lasts."""
    moments = pd.date_range(START, END, periods=MANY, unit="us").tz_localize(None)
    names = [f"one-{place}" for place in range(MANY)]
    officials, notes = (_repeated(table(here / f"{name}.parquet"), MANY) for name in ("officials", "notes"))
    put(here, "officials", officials.assign(at=moments, id=names))
    put(here, "notes", notes.assign(at=moments, id=names, incident="another"))
    pattern = table(here / "incidents.parquet")
    late = moments - pattern["onset_at"].iloc[0]
    times = {name: pattern[name].iloc[0] + late for name in pattern.columns if name.endswith("_at")}
    short = _repeated(pattern, MANY).assign(**times, id=names)
    long = pattern.assign(id="long", state="confirmed", onset_at=moments[30], opened_at=moments[31])
    never = pd.Series([pd.NaT], dtype=moments.dtype)
    long = long.assign(confirmed_at=moments[31], peak_at=never, recovering_at=never, resolved_at=never)
    put(here, "incidents", pd.concat([short, long.assign(updated_at=moments[-1])]))


def _repeated(pattern: pd.DataFrame, count: int) -> pd.DataFrame:
    """So many rows about the one service, made after others."""
    mine = pattern[pattern["service"] == SERVICE]
    return mine.iloc[np.arange(count) % len(mine)].reset_index(drop=True)


def _others(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """The same rows about many other services."""
    return [rows.assign(service=f"Service {place}") for place in range(150)]


def newest(folder: Path) -> Path:
    """The generation in force."""
    return folder / (folder / "CURRENT").read_text(encoding="utf8").strip()


def table(file: Path) -> pd.DataFrame:
    """What a file holds."""
    return pq.read_table(file).to_pandas()


def put(folder: Path, name: str, rows: pd.DataFrame) -> None:
    """Write a table."""
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / f"{name}.parquet")


def with_gaps(folder: Path, width: int) -> None:
    """Publish anew with every other bin of so many minutes unseen, which makes the most of a chart's points."""
    old = newest(folder)
    new = folder / f"{int(old.name) + 1:08d}"
    shutil.copytree(old, new, copy_function=os.link)
    (new / "gaps.parquet").unlink()
    starts = pd.date_range(START, END, freq=f"{2 * width}min", unit="us").tz_localize(None)
    spans = {"start": starts, "end": starts + pd.Timedelta(minutes=width), "reason": "the connection was lost"}
    put(new, "gaps", pd.concat(pd.DataFrame({"source": source, **spans}) for source in ("bluesky", "reddit")))
    (folder / "CURRENT").write_text(new.name, encoding="utf8")


@pytest.fixture
def page(crowded: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Lays out a page of the crowded publication."""

    def lay_out(name: str, **chosen: str) -> AppTest:
        monkeypatch.setattr(sys, "argv", ["app", str(crowded)])
        app = AppTest.from_string(f"from dashboards.views import {name}\n{name}.page()", default_timeout=600)
        for key, value in chosen.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app

    return lay_out


def handed(app: AppTest) -> dict[str, int]:
    """How many points each chart of a page is handed, by what it shows."""
    return {chart.proto.alt: _points(chart.proto) for chart in app.get("vega_lite_chart")}


def _points(proto: Any) -> int:
    tables = [one.data for one in proto.datasets] + [proto.data]
    rows = sum(pa.ipc.open_stream(one.data).read_all().num_rows for one in tables if one.data)
    return rows + sum(len(found) for found in _inline(json.loads(proto.spec)))


def _inline(part: Any) -> list[list[Any]]:
    """The rows that stand in a specification itself."""
    if isinstance(part, list):
        return [rows for one in part for rows in _inline(one)]
    if not isinstance(part, dict):
        return []
    data = part.get("data")
    mine = [data["values"]] if isinstance(data, dict) and "values" in data else []
    return mine + [rows for one in part.values() for rows in _inline(one)]


@pytest.mark.parametrize("span", SPANS)
def test_a_service_over_any_time(page: Any, crowded: Path, span: str) -> None:
    with_gaps(crowded, frames.bin_for(END - SPANS[span], END))
    found = handed(page("service", service=SERVICE, span=span))
    assert len(found) == 4
    assert all(found.values()), found
    assert max(found.values()) <= MOST, found


@pytest.mark.parametrize("name", ["incident", "replay"])
def test_a_long_incident(page: Any, crowded: Path, name: str) -> None:
    with_gaps(crowded, 720)
    found = handed(page(name, incident="long", minute="1000000"))
    assert len(found) == 2
    assert all(found.values()), found
    assert max(found.values()) <= MOST, found


def test_the_small_charts_of_now(page: Any) -> None:
    app = page("now")
    assert handed(app) == {}
    bodies = "".join(part.proto.body for part in app.get("html"))
    lines = [line.count(",") + 1 for line in re.findall(r"clip-path:polygon\(([^)]*)\)", bodies)]
    assert len(lines) > 100
    assert max(lines) <= MOST
