"""The stream's benchmark measures what it says: every post read, every one that names a service written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from downchatter.commands import bench_stream
from downchatter.settings import load_settings
from ingest.errors import DownchatterError


def test_every_post_is_read_and_all_that_name_a_service_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = {what: measured for what, measured, _ in bench_stream.stream(load_settings(), 3_000)}
    assert rows["posts offered, all of them read"] == 3_000
    assert 15 < rows["posts that name a service, all of them written"] < 60
    assert rows["by processor time: one core to itself"] > 0
    assert rows["peak memory"] >= rows["memory after 3,000 posts"] > 0
    assert "3,000 posts read" in capsys.readouterr().err


def test_a_post_that_went_missing_fails_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(bench_stream, "_named", lambda posts: 10**6)
    with pytest.raises(DownchatterError, match="1000000 posts named a service and"):
        bench_stream.stream(load_settings(), 200)
