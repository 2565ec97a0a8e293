"""What `sources` and `doctor` say of sources, and what `run` does about one that lacks its keys."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jetstream_server import jetstream_server
from rich.console import Console

from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.commands.doctor import examine
from downchatter.commands.run import Live, live_sources
from downchatter.commands.sources import sources
from downchatter.flow import Flow
from downchatter.settings import Settings, load_settings
from ingest.collectors.reddit import Reddit
from ingest.errors import UserError
from ingest.records import Gap, Mark, Post, Told

NOW = datetime.now(UTC).replace(microsecond=0)
REDDIT = {"client_id_env": "REDDIT_ID", "client_secret_env": "REDDIT_SECRET", "subreddits": ["aws"]}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def opened(settings: Settings) -> tuple[Flow, Alerts]:
    home = house(settings)
    alerts = Alerts(settings, home.services)
    return home.flow(alerts), alerts


def published(settings: Settings, *items: Mark | Gap | Post) -> None:
    """Publish a database that has absorbed `items`."""
    home = house(settings)
    flow, alerts = opened(settings)
    live = Live(home, flow, alerts, [], Console(file=io.StringIO()))
    flow.absorb(items, NOW)
    live.publish()
    flow.close()


def listed(settings: Settings, capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, object]]:
    capsys.readouterr()
    sources(settings, as_json=True, clock=lambda: NOW)
    return {row["source"]: row for row in json.loads(capsys.readouterr().out)}


def post(number: int, ago: timedelta) -> Post:
    return Post(f"reddit:t3_{number}", "reddit", "a", "Is Slack down for anyone?", NOW - ago, NOW - ago, place="x")


def test_sources_tell_state_pace_lag_gaps_and_budget(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDDIT_ID", "i")
    monkeypatch.setenv("REDDIT_SECRET", "s")
    settings = load_settings(sources={"reddit": REDDIT, "bluesky": {}})
    gap = Gap("reddit", NOW - timedelta(hours=2), NOW - timedelta(hours=1), "the network was gone")
    told = [post(number, timedelta(minutes=9)) for number in range(60)]
    mark = Mark(
        "reddit",
        "{}",
        NOW - timedelta(seconds=40),
        "41 requests left for 300 s, 59 used; 2 items could not be read (2 × thing without text)",
    )
    published(settings, gap, *told, mark)
    rows = listed(settings, capsys)
    reddit = rows["reddit"]
    assert (reddit["state"], reddit["gap_minutes"], reddit["budget"]) == ("seen", 60.0, mark.note)
    assert reddit["posts_per_minute"] == 1.0
    assert reddit["lag"] == "40 s"
    assert (rows["bluesky"]["state"], rows["mastodon"]["state"]) == ("on", "off")
    assert "add [sources.mastodon]" in str(rows["mastodon"]["why"])
    sources(settings)
    assert "budget" in capsys.readouterr().out
    (check,) = (one for one in examine(settings, lambda: NOW) if one.part == "source reddit")
    assert check.health == "ok"
    assert mark.note in check.seen


def test_a_source_without_its_keys_is_off_and_says_what_it_takes(capsys: pytest.CaptureFixture[str]) -> None:
    settings = load_settings(sources={"reddit": REDDIT, "bluesky": {}})
    published(settings, Mark("bluesky", "", NOW))
    row = listed(settings, capsys)["reddit"]
    assert row["state"] == "off"
    assert "REDDIT_ID is not set" in str(row["why"])
    unlisted = load_settings(sources={"bluesky": {}})
    assert "ask Reddit for API access" in str(listed(unlisted, capsys)["reddit"]["why"])
    (check,) = (one for one in examine(settings, lambda: NOW) if one.part == "source reddit")
    assert (check.health, "REDDIT_ID" in check.seen) == ("off", True)


def test_wrong_options_are_a_fault_and_not_off() -> None:
    settings = load_settings(sources={"bluesky": {"hosst": "x"}})
    (check,) = (one for one in examine(settings, lambda: NOW) if one.part == "source bluesky")
    assert (check.health, "did you mean hosts" in check.seen) == ("fail", True)


def test_run_goes_on_with_the_others() -> None:
    with jetstream_server() as server:
        settings = load_settings(sources={"reddit": REDDIT, "bluesky": {"hosts": [server.address]}})
        off: list[str] = []
        (one,) = live_sources(house(settings, memory=True), off.append)
        one.close()
    assert one.source == "bluesky"
    assert off == [
        "sources.reddit.client_id_env: the environment variable REDDIT_ID is not set; export it and start again"
    ]


def test_run_with_nothing_to_read_is_one_sentence() -> None:
    with pytest.raises(UserError, match=r"every source is off; .*REDDIT_ID"):
        list(live_sources(house(load_settings(sources={"reddit": REDDIT}), memory=True)))


def test_what_was_told_before_is_handed_to_a_source_that_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDDIT_ID", "i")
    monkeypatch.setenv("REDDIT_SECRET", "s")
    settings = load_settings(sources={"reddit": REDDIT}, retention_days=3)
    flow, alerts = opened(settings)
    flow.absorb([post(1, timedelta(hours=50)), post(2, timedelta(hours=1)), post(3, timedelta(days=4))], NOW)
    home = house(settings)
    (reddit,) = live_sources(home)
    assert isinstance(reddit, Reddit)
    Live(home, flow, alerts, [reddit], Console(file=io.StringIO()))
    told = home.tools.told("reddit")
    flow.close()
    assert told == [
        Told("reddit:t3_2", "x", post(2, timedelta(hours=1)).seen_at),
        Told("reddit:t3_1", "x", NOW - timedelta(hours=50)),
    ]
    assert home.tools.told("bluesky") == ()
