"""The publication that the page is measured on is one, and the same for the same seed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq

from dashboards import frames, whatif
from dashboards.published import Published
from downchatter.commands.bench_publication import END, made, republish


def test_what_is_made_can_be_read_and_comes_out_the_same(tmp_path: Path) -> None:
    one, other = tmp_path / "one.published", tmp_path / "other.published"
    for folder in (one, other):
        made(folder, posts=3000, services=8, days=30, seed=4)
    first, second = (Published(folder) for folder in (one, other))
    assert len(frames.services(first)) == 8
    assert len(frames.incidents(first)) == 200
    assert whatif.promises(first)[-1] == 365.0
    window = END - timedelta(days=7), END
    posts, again = (frames.posts(each, "Service 001", *window, fold=False) for each in (first, second))
    assert len(posts) > 50
    assert posts.equals(again)
    counted = frames.minutes(first, "Service 001", *window)["posts"].sum()
    everything = len(frames.posts(first, "Service 001", *window, fold=False, limit=10_000))
    assert 0.95 * everything <= counted <= everything


def test_the_newest_day_is_written_anew_and_the_others_are_linked(tmp_path: Path) -> None:
    folder = tmp_path / "one.published"
    made(folder, posts=3000, services=8, days=30, seed=4)
    republish(folder, 2)
    old, new = folder / "00000001", folder / "00000002"
    days = sorted((old / "posts").iterdir())
    assert len(days) == 30
    assert [(new / "posts" / day.name).samefile(day) for day in days] == [True] * 29 + [False]
    assert not (new / "incidents.parquet").samefile(old / "incidents.parquet")
    assert (new / "incidents.parquet").read_bytes() == (old / "incidents.parquet").read_bytes()
    services, changed = (pq.read_table(each / "services.parquet").to_pylist() for each in (old, new))
    assert changed == [{**row, "observed_15m": (row["observed_15m"] + 1) % 7} for row in services]
    until = [pq.read_table(each / "coverage.parquet")["until"].to_pylist() for each in (old, new)]
    assert until[1] > until[0]


def test_it_is_published_again_and_again_and_old_ones_go(tmp_path: Path) -> None:
    folder = tmp_path / "one.published"
    made(folder, posts=3000, services=8, days=30, seed=4)
    for number in range(2, 9):
        republish(folder, number)
    assert Published(folder).generation == "00000008"
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 4
    assert not frames.services(Published(folder)).empty
