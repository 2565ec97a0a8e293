"""`downchatter alerts`: try a channel, see what was sent, send again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

import pyarrow.parquet as pq
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.exchange import Exchange
from alerts.retry import anew
from alerts.safety import plain, shorten
from alerts.sender import Sender
from alerts.trial import try_out
from dashboards import marks
from downchatter.alerting import channel, page
from downchatter.clock import utc_now
from downchatter.commands.incidents import published
from downchatter.settings import Settings
from downchatter.stories import iso
from ingest.errors import InUse, UserError
from ingest.records import Attempt, Delivery
from ingest.store import Store
from ingest.store.publish import folder_for
from ingest.store.tables import records

Noun = TypeVar("Noun")
WORD: Final = 12
"""So much of an id is shown: enough to name it."""


def try_channel(settings: Settings, name: str) -> None:
    """Send an alarm that says that it is a test, and its end; print what was sent and what was answered.

    Raises:
        UserError: there is no such channel, or it did not take the messages.
    """
    if name not in settings.channels:
        known = ", ".join(settings.channels) or "none"
        raise UserError(f"channels: there is no channel {name!r}; those in the settings are: {known}")
    trial = try_out(channel(name, settings.channels[name]), name, utc_now(), page(settings))
    for exchange in trial.exchanges:
        sys.stdout.write(_told(exchange))
    if not trial.taken:
        raise UserError(f"channels.{name}: the test was not taken ({trial.error}); correct its settings and try again")
    _say(f"{name}: taken ({', '.join(trial.statuses)})")


def log(settings: Settings, *, limit: int = 50, state: str = "", attempts: bool = False, as_json: bool = False) -> None:
    """Print what was sent, newest first: from the database; while another process has it, from what that has published.

    Args:
        state: only those in this state, such as ``dead``.
        attempts: every try at sending instead.

    Raises:
        UserError: nothing was ever watched here.
    """
    if not Path(settings.database).exists():
        published(settings.database)
    every, tries = _everything(settings)
    if attempts:
        _print_attempts(sorted(tries, key=lambda one: one.at, reverse=True)[:limit], as_json)
        return
    rows = [row for row in every if state in ("", row.state)]
    rows = sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)[:limit]
    last = {one.delivery: one for one in sorted(tries, key=lambda one: one.at)}
    if as_json:
        _lines({**_as_json(row), "seconds": last[row.id].seconds if row.id in last else None} for row in rows)
    else:
        Console().print(_table(_row(row, last.get(row.id)) for row in rows))


def show(settings: Settings, identity: str, *, as_json: bool = False) -> None:
    """Print what one alert says, on standard output, and what became of it, on standard error; with `as_json` all of it
    as one object.

    Raises:
        UserError: there is none of that id, or several whose ids begin so.
    """
    row, tries = _found(settings, identity)
    body = json.loads(row.body) if row.body else None
    if as_json:
        whole = {**_as_json(row), "tries": [_attempt_json(one) for one in tries], "body": body}
        sys.stdout.write(json.dumps(whole, indent=2) + "\n")
        return
    _say(f"{row.id} to {row.channel}: {row.event}, {row.state}" + (f" ({row.last_status})" if row.last_status else ""))
    if tries:
        Console(stderr=True).print(_attempt_table(tries))
    if body is None:
        _say("Its words are no longer kept.")
    else:
        sys.stdout.write(json.dumps(body, indent=2) + "\n")


def redeliver(settings: Settings, identity: str) -> None:
    """Send one alert again now, whatever became of it. While `downchatter run` holds the database, it is asked to.

    Raises:
        UserError: there is none of that id, its words are no longer kept, or it was not taken.
    """
    row, _ = _found(settings, identity)
    if row.state == "recorded" or not row.body:
        raise UserError(f"{row.id}: cannot be sent again: {row.last_status or 'its words are no longer kept'}")
    try:
        store = Store(settings.database)
    except InUse:
        note = marks.new("redeliver", "", utc_now(), incident=row.incident, text=row.id)
        marks.leave(folder_for(settings.database), note)
        _say(f"{row.id}: `downchatter run` was asked to send it again; `downchatter alerts show {row.id}` tells")
        return
    sender = Sender({row.channel: channel(row.channel, settings.channels.get(row.channel, {}))}, utc_now, threads=False)
    sender.again([anew(row, utc_now())])
    done = sender.run_due()
    store.upsert(Delivery, done)
    store.add(Attempt, sender.attempts())
    store.close()
    told = done[0] if done else row
    if told.state != "sent":
        raise UserError(f"{row.id}: it was not taken ({told.last_status}); it will be tried again by `downchatter run`")
    _say(f"{row.id}: sent ({told.last_status})")


def _found(settings: Settings, identity: str) -> tuple[Delivery, list[Attempt]]:
    rows, tries = _everything(settings)
    found = [row for row in rows if row.id == identity] or [row for row in rows if row.id.startswith(identity)]
    if not found:
        raise UserError(f"{identity}: there is no such delivery; `downchatter alerts log` lists them")
    if len(found) > 1:
        raise UserError(f"{identity}: {len(found)} deliveries begin so; give more of the id")
    return found[0], sorted((one for one in tries if one.delivery == found[0].id), key=lambda one: one.at)


def _everything(settings: Settings) -> tuple[list[Delivery], list[Attempt]]:
    """From the database; while another process has it, from what that has published."""
    if not Path(settings.database).exists():
        return [], []
    try:
        store = Store(settings.database)
    except InUse:
        return _published(settings, Delivery, "deliveries"), _published(settings, Attempt, "attempts")
    rows, tries = store.all(Delivery), store.all(Attempt)
    store.close()
    return rows, tries


def _published(settings: Settings, noun: type[Noun], name: str) -> list[Noun]:
    path = published(settings.database) / f"{name}.parquet"
    return records(noun, pq.read_table(path)) if path.exists() else []


def _print_attempts(tries: Sequence[Attempt], as_json: bool) -> None:
    if as_json:
        _lines(_attempt_json(one) for one in tries)
    else:
        Console().print(_attempt_table(tries))


def _table(rows: Iterable[Sequence[str]]) -> Table:
    return _plain_table(("when (UTC)", "id", "channel", "what", "what became of it"), rows)


def _row(row: Delivery, last: Attempt | None) -> Sequence[str]:
    took = f" in {_milliseconds(last.seconds)}" if last and row.last_status.startswith(last.status) else ""
    tries = f", {row.attempts} tries" if row.attempts > 1 else ""
    became = f"{row.state}{tries}: {row.last_status}{took}" if row.last_status else row.state
    what = row.event + (f" {_about(row)}" if _about(row) else "")
    return _clock(row.created_at), row.id[:WORD], row.channel, what, shorten(became, 160)


def _about(row: Delivery) -> str:
    data = json.loads(row.body)["data"] if row.body else {}
    return shorten(plain(str(data.get("service") or data.get("source") or data.get("channel") or "")), 40)


def _attempt_table(tries: Iterable[Attempt]) -> Table:
    cells = (
        (
            _clock(one.at, seconds=True),
            one.delivery[:WORD],
            one.channel,
            f"{one.number}",
            one.status,
            f"{one.seconds:.3f} s",
        )
        for one in tries
    )
    return _plain_table(("when (UTC)", "id", "channel", "try", "answer", "took"), cells)


def _plain_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, no_wrap=number < 2, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _told(exchange: Exchange) -> str:
    try:
        sent = json.dumps(json.loads(exchange.sent), indent=2, ensure_ascii=True)
    except ValueError:
        sent = "\n".join(plain(line) for line in exchange.sent.splitlines())
    return f"to {exchange.to}\n{sent}\nanswered: {shorten(plain(exchange.answered), 500)}\n\n"


def _clock(moment: datetime, *, seconds: bool = False) -> str:
    return f"{moment:%d %b %H:%M:%S}" if seconds else f"{moment:%d %b %H:%M}"


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


def _lines(objects: Iterable[dict[str, object]]) -> None:
    for one in objects:
        sys.stdout.write(json.dumps(one, ensure_ascii=False) + "\n")


def _say(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def _attempt_json(one: Attempt) -> dict[str, object]:
    return {
        "id": one.delivery,
        "channel": one.channel,
        "event": one.event,
        "at": iso(one.at),
        "number": one.number,
        "status": one.status,
        "seconds": round(one.seconds, 4),
        "sent": one.sent,
        "together": one.parcel,
    }


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
