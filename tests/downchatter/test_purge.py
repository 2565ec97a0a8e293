"""`purge` removes the words of old posts from wherever they lie, and counts what is left."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.cli import app
from downchatter.commands.run import Live
from downchatter.settings import load_settings
from ingest.records import Post
from ingest.store import Store

NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "quetzalcoatl"


def post(number: int, ago: timedelta, words: str) -> Post:
    seen = NOW - ago
    return Post(
        f"x:{number}", "x", "a", f"Is Slack down for anyone? {words}", seen, seen, url="https://x.y/z", place="p"
    )


def holding(word: str) -> list[Path]:
    """The files of this folder in which a word can be found."""
    return [path for path in Path().rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def test_words_of_old_posts_are_gone_from_every_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(sources={"bluesky": {}})
    home = house(settings)
    alerts = Alerts(settings, home.services)
    flow = home.flow(alerts)
    live = Live(home, flow, alerts, [], Console(file=io.StringIO()))
    flow.absorb([post(1, timedelta(days=40), SECRET), post(2, timedelta(days=1), "xochipilli")], NOW)
    live.publish()
    flow.close()
    assert holding(SECRET)
    told = CliRunner().invoke(app, ["purge"])
    assert (told.exit_code, holding(SECRET)) == (0, [])
    said = " ".join(told.output.split())
    assert "The words of 1 posts seen before" in said
    assert "0 older posts in the database and 0 in what is published still have theirs" in said
    store = Store(settings.database)
    kept = {one.id: (one.text, one.url, one.thread, one.place) for one in store.all(Post)}
    store.close()
    assert kept["x:1"] == ("", "", "", "")
    assert "xochipilli" in kept["x:2"][0]
    assert CliRunner().invoke(app, ["purge"]).exit_code == 0


def test_purge_before_anything_was_read_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["purge"])
    assert (told.exit_code, list(tmp_path.rglob("*.duckdb"))) == (0, [])
    assert "There is no database" in " ".join(told.output.split())
