"""Makes one message of many: services that fail together, or what was held in quiet hours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.events import RESOLVED, SEEING, TALK, event_of_many, rank
from alerts.messages import digest, digest_message, encode
from ingest.records import Delivery

_TALKED = {TALK: "unusually much spoken of", RESOLVED: "no longer unusually much spoken of"}


def bundle(rows: Sequence[Delivery], now: datetime, quiet: bool) -> Delivery:
    """One delivery that stands for `rows` of one channel. The same rows give the same id and body, but for the time.

    Args:
        rows: at least one; where several are about the same incident only the latest is told.
        quiet: they were held in quiet hours, rather than happening at once.
    """
    latest = {row.incident or row.id: row for row in sorted(rows, key=lambda row: row.created_at)}
    members = [{"event": row.event, "message": row.id, **json.loads(row.body)["data"]} for row in latest.values()]
    members.sort(key=lambda member: (-rank(str(member.get("severity", ""))), str(member["since"]), member["message"]))
    event = event_of_many([row.event for row in latest.values()])
    since = min(row.created_at for row in rows)
    body = digest_message(now, since, members, _said(members, event, quiet), event=event, page=_page(members))
    story = story_of(rows)
    if story and isinstance(body["data"], dict):
        body["data"]["story"] = story
    key = digest(sorted(row.id for row in rows))
    return Delivery(f"msg_{key}", rows[0].channel, event, "", now, now, encode(body))


def story_of(rows: Sequence[Delivery]) -> dict[str, Any]:
    """The shared story of which all of the incidents are part, as its latest member tells it; else nothing."""
    told = [json.loads(row.body)["data"].get("story") for row in sorted(rows, key=lambda row: row.created_at)]
    same = bool(told) and all(told) and len({story["id"] for story in told}) == 1
    return dict(told[-1]) if same else {}


def _page(members: Sequence[dict[str, Any]]) -> str:
    """The dashboard's address, from a link to one of the incidents."""
    links = (str(member.get("url", "")).partition("/incident?incident=")[0] for member in members)
    return next((link for link in links if link), "")


def _about(member: Mapping[str, Any]) -> str:
    return str(member.get("service") or member.get("source") or member.get("channel", ""))


def _said(members: Sequence[dict[str, Any]], event: str, quiet: bool) -> str:
    services = list(dict.fromkeys(_about(member) for member in members))
    named = ", ".join(services[:5]) + (f" and {len(services) - 5} more" if len(services) > 5 else "")
    if quiet:
        return f"In the quiet hours: {named}"
    blamed = {str(member["story"]["upstream"]) for member in members if member.get("story")}
    cause = f"; people blame {blamed.pop()}" if len(blamed) == 1 and all(m.get("story") for m in members) else ""
    signals = {str(member.get("signal", "")) for member in members}
    verb = _TALKED.get(event, "") if signals == {"talk"} else ""
    verb = verb or ("well again" if event in (RESOLVED, SEEING) else "in trouble")
    kinds = {str(member["kind"]) for member in members}
    noun = f"{kinds.pop()}s" if len(kinds) == 1 and "incident" not in kinds else "services"
    return f"{len(services)} {noun} {verb} at once: {named}{cause}"
