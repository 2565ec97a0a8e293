"""A channel whose endpoint says that it is gone is told of, once, through the channels that are left."""

from __future__ import annotations

import io
import json
from pathlib import Path
from time import monotonic

import pytest
from alert_samples import SECRET
from faulty_server import Answer, FaultyServer
from rich.console import Console

from alerts.outbox import Outbox
from alerts.routing import Routing
from downchatter.alerting import Alerts
from downchatter.assembly import house
from downchatter.commands.run import Live
from downchatter.settings import load_settings


def _told(server: FaultyServer) -> list[str]:
    return [json.loads(seen.body)["type"] for seen in server.seen]


def test_what_is_gone_is_told_of_once_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KEY", SECRET)
    with FaultyServer([Answer(410)]) as gone, FaultyServer() as well:
        local = {"kind": "webhook", "secret_env": "KEY", "allow": ["127.0.0.1"]}
        settings = load_settings(channels={"gone": {**local, "url": gone.url}, "well": {**local, "url": well.url}})
        home = house(settings)
        alerts = Alerts(settings, home.services)
        flow = home.flow(alerts)
        live = Live(home, flow, alerts, [], Console(file=io.StringIO()))
        live._send(Outbox(Routing(["gone"])).blind("bluesky", home.tools.clock(), "x"))
        ends = monotonic() + 60
        while not well.seen and monotonic() < ends:
            live.cycle(0.01)
        for _ in range(3):
            live.cycle(0.0)
        live.end()
        assert (_told(gone), _told(well)) == (["collector.blind"], ["channel.disabled"])
        (body,) = [json.loads(seen.body) for seen in well.seen]
    assert body["data"]["channel"] == "gone"
    assert body["data"]["summary"].startswith("channel gone is disabled: 410")
