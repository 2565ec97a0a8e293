"""From a transition to the first byte at a healthy endpoint, with many channels and a long queue of retries."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alert_samples import SECRET, incident, outbox, posts
from faulty_server import Answer, FaultyServer, Seen

from alerts.channels import load
from alerts.courier import Limits
from alerts.sender import Sender

CHANNELS, RETRIES, NEWS = 20, 1000, 25


def test_news_is_not_kept_waiting_by_retries() -> None:
    came: dict[str, float] = {}

    def judge(seen: Seen) -> Answer:
        came.setdefault(seen.headers["webhook-id"], time.monotonic())
        return Answer(204)

    def down(seen: Seen) -> Answer:
        return Answer(503)

    names = [f"hook{number}" for number in range(CHANNELS)]
    with FaultyServer(judge=judge) as healthy, FaultyServer(judge=down) as ill:
        options = {"secret": SECRET, "allow": "127.0.0.1", "timeout": "5"}
        channels = {
            name: load("webhook", {**options, "url": (healthy if number % 2 else ill).url})
            for number, name in enumerate(names)
        }
        limits = dict.fromkeys(names, Limits(600, 0, 0))
        sender = Sender(channels, lambda: datetime.now(UTC), limits=limits)
        past = datetime.now(UTC) - timedelta(minutes=1)
        old = outbox(*names).changed(incident(), posts())
        sender.submit(
            replace(old[number % CHANNELS], id=f"msg_old{number}", incident=f"old{number}", attempts=1, due_at=past)
            for number in range(RETRIES)
        )
        handed: dict[str, float] = {}
        for number in range(NEWS):
            now = datetime.now(UTC)
            one = incident(id=f"inc_{number}", opened_at=now, confirmed_at=now, updated_at=now)
            rows = outbox(*names).changed(one, posts())
            handed |= {row.id: time.monotonic() for row in rows}
            sender.submit(rows)
            time.sleep(0.1)  # the wall clock is the thing measured here
        sender.settle(20)
        sender.close()
    waits = sorted(came[identity] - at for identity, at in handed.items() if identity in came)
    assert len(waits) == NEWS * CHANNELS // 2
    figure = waits[int(len(waits) * 0.99)]
    print(f"first byte: median {waits[len(waits) // 2] * 1000:.0f} ms, 99th percentile {figure * 1000:.0f} ms")
    assert figure < 1.0
