"""Publication by generation: whole or not at all, and only what changed is written again."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.errors import UserError
from ingest.records import MINUTE, Delivery, Minute, Post, Score, Voice
from ingest.store import Store
from ingest.store.publish import KEPT, current, folder_for, publish

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
NEXT_DAY = NOON + timedelta(days=1)
OVERVIEW = {"services": pa.table({"service": ["X"]})}


def filled(*moments: datetime) -> Store:
    store = Store(":memory:")
    posts = [Post(f"s:{n}", "s", "a", "X is down", moment, moment) for n, moment in enumerate(moments)]
    store.append(Post, posts)
    store.append_scores([Score(p.id, "X", "m", 0.1, 0.6, 0.1, 0.1, 0.1, 0, 0, reason="news") for p in posts], posts)
    store.append(Voice, [Voice("X", "s", p.seen_at, p.id, 0.5, 0, "first") for p in posts])
    store.append(Minute, [Minute("X", "s", moment, posts=1) for moment in moments])
    return store


def test_a_generation_is_whole_and_pointed_at(tmp_path: Path) -> None:
    generation = publish(filled(NOON, NEXT_DAY), tmp_path, OVERVIEW, {"simulated": True})
    assert current(tmp_path) == generation == "00000001"
    home = tmp_path / generation
    assert json.loads((home / "meta.json").read_text()) == {"simulated": True, "generation": generation}
    assert sorted(p.name for p in (home / "minutes").iterdir()) == ["2026-05-01.parquet", "2026-05-02.parquet"]
    told = pq.read_table(home / "posts" / "2026-05-01.parquet").to_pylist()[0]
    assert (told["kind"], told["counted"], told["reason"]) == ("relay", 0.5, "first; news")
    assert pq.read_table(home / "services.parquet").num_rows == 1


def test_only_days_that_changed_are_written_again(tmp_path: Path) -> None:
    store = filled(NOON, NEXT_DAY)
    first = tmp_path / publish(store, tmp_path, OVERVIEW, {})
    second = tmp_path / publish(store, tmp_path, OVERVIEW, {}, [NEXT_DAY.date()])
    day, other = "posts/2026-05-01.parquet", "posts/2026-05-02.parquet"
    assert (first / day).stat().st_ino == (second / day).stat().st_ino
    assert (first / other).stat().st_ino != (second / other).stat().st_ino


def test_a_reader_of_the_generation_before_is_not_disturbed_and_old_ones_go(tmp_path: Path) -> None:
    store = filled(NOON)
    first = publish(store, tmp_path, OVERVIEW, {})
    with pq.ParquetFile(tmp_path / first / "posts" / "2026-05-01.parquet") as reader:
        names = [publish(store, tmp_path, OVERVIEW, {}, []) for _ in range(KEPT + 2)]
        assert reader.read().num_rows == 1
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == names[-KEPT:]


def test_a_failure_leaves_the_generation_before_in_force(tmp_path: Path) -> None:
    store = filled(NOON)
    first = publish(store, tmp_path, OVERVIEW, {})
    (tmp_path / "CURRENT.new").mkdir()
    with pytest.raises(UserError, match="cannot publish"):
        publish(store, tmp_path, OVERVIEW, {})
    assert current(tmp_path) == first
    assert not (tmp_path / "00000002").exists()


def test_a_half_written_generation_from_a_crash_is_replaced(tmp_path: Path) -> None:
    half = tmp_path / "00000001"
    half.mkdir()
    (half / "rubbish").write_text("")
    publish(filled(NOON), tmp_path, OVERVIEW, {})
    assert not (half / "rubbish").exists()


def test_only_the_newest_bodies_of_alerts_are_published(tmp_path: Path) -> None:
    store = filled(NOON)
    moments = [NOON + MINUTE * number for number in range(301)]
    rows = [Delivery(f"d{at}", "ops", "incident.confirmed", "i", at, at, '{"data": 1}') for at in moments]
    store.upsert(Delivery, rows)
    home = tmp_path / publish(store, tmp_path, OVERVIEW, {})
    assert pq.read_table(home / "deliveries.parquet")["body"].to_pylist() == ["", *['{"data": 1}'] * 300]


def test_before_the_first_there_is_none(tmp_path: Path) -> None:
    assert current(tmp_path) == ""
    assert folder_for("data/a.duckdb") == Path("data/a.published")
