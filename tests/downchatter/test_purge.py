"""`purge` removes the words of old posts from wherever they lie, and counts what is left."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from typer.testing import CliRunner

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.cli import app
from downchatter.commands.run import Live
from downchatter.settings import load_settings
from ingest.records import Delivery, Minute, Post, Removal, Score, Voice
from ingest.store import Store

DID = "did:plc:z72i7hdynmk6r22z27h6tvur"
NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "quetzalcoatl"


def post(number: int, ago: timedelta, words: str) -> Post:
    seen = NOW - ago
    return Post(
        f"x:{number}",
        "x",
        f"a{number}",
        f"Is Slack down for anyone? {words}",
        seen,
        seen,
        url="https://x.y/z",
        place="p",
    )


def holding(word: str) -> list[Path]:
    """The files of this folder in which a word can be found."""
    return [
        path
        for path in Path().rglob("*")
        if path.is_file() and (word.encode() in path.read_bytes() or shown(path, word))
    ]


def shown(path: Path, word: str) -> bool:
    """Whether a word is among the values of a table or a database, however they are packed."""
    if path.suffix == ".parquet":
        return word in str(pq.read_table(path).to_pylist())
    if path.suffix != ".duckdb":
        return False
    with duckdb.connect(str(path), read_only=True) as con:
        names = [row[0] for row in con.execute("select table_name from duckdb_tables()").fetchall()]
        return any(word in str(con.execute(f'select * from "{name}"').fetchall()) for name in names)


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
    assert re.search(r"100% .*1/1 .*The database took [\d.]+ MB and takes [\d.]+ MB", said)
    store = Store(settings.database)
    kept = {one.author: (one.text, one.url, one.thread, one.place) for one in store.all(Post)}
    store.close()
    assert kept["a1"] == ("", "", "", "")
    assert "xochipilli" in kept["a2"][0]
    assert CliRunner().invoke(app, ["purge"]).exit_code == 0


def by_one_author(number: int, ago: timedelta) -> Post:
    seen, name = NOW - ago, f"bluesky:{DID}/{number}"
    url = f"https://bsky.app/profile/{DID}/post/{number}"
    words = f"Is Slack down for anyone? It does not load since {number} o'clock"
    return Post(name, "bluesky", "hash", words, seen, seen, thread=f"bluesky:{DID}/1", url=url, place=DID)


def quoting(name: str, state: str, posts: list[Post]) -> Delivery:
    quotes = [{"id": one.id, "url": one.url, "text": one.text} for one in posts]
    body = json.dumps({"id": "evt", "data": {"evidence": [*quotes, {"id": "bluesky:other/1", "text": "kept"}]}})
    return Delivery(name, "ops", "incident.updated", "i", NOW, NOW, body, state)  # type: ignore[arg-type]


def test_what_names_an_author_goes_with_the_words_and_the_post_is_still_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(sources={"bluesky": {}})
    home = house(settings)
    alerts = Alerts(settings, home.services)
    flow = home.flow(alerts)
    old = [by_one_author(number, timedelta(days=40) - timedelta(seconds=number)) for number in (1, 2, 3)]
    flow.absorb(old, NOW)
    flow.write([quoting("sent", "sent", old), quoting("waits", "pending", old[:1])])
    Live(home, flow, alerts, [], Console(file=io.StringIO())).publish()
    counted = flow.store.all(Minute)
    assert [bool(voice.outage) for voice in flow.store.all(Voice, order="post")] == [True, False, False]
    flow.close()
    assert {path.suffix for path in holding(DID)} >= {".duckdb", ".parquet"}
    assert CliRunner().invoke(app, ["purge"]).exit_code == 0
    assert holding(DID) == []

    flow = home.flow(alerts)
    kept = {post.id for post in flow.store.all(Post)}
    assert all(re.fullmatch("bluesky:~[0-9a-f]{32}", name) for name in kept)
    assert {post.thread for post in flow.store.all(Post)} < kept
    assert kept == {score.post for score in flow.store.all(Score)} == {voice.post for voice in flow.store.all(Voice)}
    assert [json.loads(one.body)["data"]["evidence"] for one in flow.store.all(Delivery)] == [
        [{"id": "bluesky:other/1", "text": "kept"}]
    ] * 2
    again = flow.absorb([replace(old[0], likes=9), old[1]], NOW)
    assert (again.posts, flow.store.all(Minute)) == (0, counted)
    gone = flow.absorb([Removal("bluesky", NOW, post=old[2].id)], NOW)
    assert (gone.removed, len(flow.store.all(Post)), len(flow.store.all(Voice))) == (1, 2, 2)
    flow.close()
    assert holding(DID) == []


def test_posts_whose_words_went_before_ids_were_veiled_lose_theirs_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(sources={"bluesky": {}})
    store = Store(settings.database)
    store.append(Post, [replace(by_one_author(1, timedelta(days=40)), text="", url="", thread="", place="")])
    store.close()
    told = CliRunner().invoke(app, ["purge"])
    assert (told.exit_code, holding(DID)) == (0, [])
    assert "The words of 1 posts" in " ".join(told.output.split())
    assert "The words of 0 posts" in " ".join(CliRunner().invoke(app, ["purge"]).output.split())


def test_purge_before_anything_was_read_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["purge"])
    assert (told.exit_code, list(tmp_path.rglob("*.duckdb"))) == (0, [])
    assert "There is no database" in " ".join(told.output.split())


def test_a_purge_of_many_posts_goes_on_over_cycles_of_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("downchatter.commands.run.PURGE_FOR", 0.0)
    settings = load_settings(sources={"bluesky": {}})
    home = house(settings)
    flow = home.flow(Alerts(settings, home.services))
    live = Live(home, flow, Alerts(settings, home.services), [], Console(file=io.StringIO()))
    flow.store.append(Post, [by_one_author(number, timedelta(days=40)) for number in range(1_500)])
    left: list[int] = []
    while not left or left[-1]:
        live.cycle(0.0)
        left.append(len(flow.store.all(Post, "text <> ''")))
    live.end()
    assert left == [1_000, 500, 0]
