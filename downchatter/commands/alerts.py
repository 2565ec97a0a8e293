"""`downchatter alerts`: try a channel, see what was sent, send again."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.sender import Sender
from alerts.trial import try_out
from downchatter.alerting import channel, page
from downchatter.assembly import utc_now
from downchatter.commands.incidents import published
from downchatter.settings import Settings
from downchatter.stories import iso
from ingest.errors import UserError
from ingest.records import Delivery
from ingest.store import Store
from ingest.store.tables import records


def try_channel(settings: Settings, name: str) -> None:
    """Send an alarm that says that it is a test, and its end.

    Raises:
        UserError: there is no such channel, or it did not take the messages.
    """
    if name not in settings.channels:
        known = ", ".join(settings.channels) or "none"
        raise UserError(f"channels: there is no channel {name!r}; those in the settings are: {known}")
    trial = try_out(channel(name, settings.channels[name]), name, utc_now(), page(settings))
    if not trial.taken:
        raise UserError(f"channels.{name}: the test was not taken ({trial.error}); correct its settings and try again")
    Console(stderr=True).print(f"{name}: taken ({', '.join(trial.statuses)})", markup=False, highlight=False)


def log(settings: Settings, *, limit: int = 50, as_json: bool = False) -> None:
    """Print what was sent, newest first, from what is published."""
    rows = records(Delivery, pq.read_table(published(settings.database) / "deliveries.parquet"))
    rows = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)[:limit]
    if as_json:
        for row in rows:
            sys.stdout.write(json.dumps(_as_json(row), ensure_ascii=False) + "\n")
        return
    table = Table(title="alerts", title_justify="left")
    for heading in ("when (UTC)", "channel", "event", "about", "state", "tries", "last answer", "id"):
        table.add_column(heading)
    for row in rows:
        cells = (f"{row.created_at:%Y-%m-%d %H:%M}", row.channel, row.event, row.incident, row.state, str(row.attempts))
        table.add_row(*map(Text, (*cells, row.last_status, row.id)))
    Console().print(table)


def show(settings: Settings, identity: str) -> None:
    """Print the body of one delivery. The database must not be in use.

    Raises:
        UserError: there is none of that id, or the database is in use.
    """
    store = Store(settings.database)
    body = json.loads(_one(store, identity).body)
    store.close()
    sys.stdout.write(json.dumps(body, indent=2, ensure_ascii=True) + "\n")


def redeliver(settings: Settings, identity: str) -> None:
    """Send one delivery again now, whatever became of it. The database must not be in use.

    Raises:
        UserError: there is none of that id, it was not taken, or the database is in use.
    """
    store = Store(settings.database)
    row = _one(store, identity)
    now = utc_now()
    sender = Sender({row.channel: channel(row.channel, settings.channels.get(row.channel, {}))}, utc_now, threads=False)
    sender.submit([replace(row, state="pending", attempts=0, due_at=now, created_at=now)])
    done = [replace(one, created_at=row.created_at) for one in sender.run_due()]
    store.upsert(Delivery, done)
    store.close()
    told = done[0] if done else row
    if told.state != "sent":
        raise UserError(
            f"{identity}: it was not taken ({told.last_status}); it will be tried again by `downchatter run`"
        )
    Console(stderr=True).print(f"{identity}: sent ({told.last_status})", markup=False, highlight=False)


def _one(store: Store, identity: str) -> Delivery:
    found = store.all(Delivery, "id = ?", [identity])
    if not found:
        store.close()
        raise UserError(f"{identity}: there is no such delivery; `downchatter alerts log` lists them")
    return found[0]


def _as_json(row: Delivery) -> dict[str, object]:
    return {
        "id": row.id,
        "channel": row.channel,
        "event": row.event,
        "incident": row.incident,
        "created_at": iso(row.created_at),
        "due_at": iso(row.due_at),
        "state": row.state,
        "attempts": row.attempts,
        "last_status": row.last_status,
        "sent_at": iso(row.sent_at),
    }
