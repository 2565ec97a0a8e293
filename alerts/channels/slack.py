"""Slack: an incoming webhook (`url`), or a bot (`token` and `channel`), whose later messages about an incident answer
its first in a thread.

Words of others stand in rich-text elements, which know neither markup nor mentions; the notification's own line is
escaped.

Source: Slack API documentation, "Block Kit", "chat.postMessage", "Formatting text for app surfaces".
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final

from pydantic import Field

from alerts.brief import Brief, Saying, brief
from alerts.messages import JSON
from alerts.options import read_options
from alerts.posting import Posting, compact
from alerts.safety import safe_url, shorten
from alerts.wire import WebOptions, Wire, wire_for
from ingest.errors import SendFailed, UserError
from ingest.records import Delivery

API: Final = "https://slack.com/api/chat.postMessage"
MOST_BLOCKS: Final = 45
_REMEMBERED: Final = 1000
_STAMP: Final = re.compile(r"\bts (\d+\.\d+)")
EXAMPLE: Final = {"url": "https://hooks.slack.com/services/T0/B0/example"}
"""What the settings may say."""


class SlackOptions(WebOptions):
    """Which webhook, or which bot and where."""

    token: str = Field("", description="A bot's token (xoxb-…), from the environment (`token_env`).")
    channel: str = Field("", description="The channel's id, for a bot.")


class SlackBot:
    """Posts as a bot, and answers in the thread of the first message about an incident."""

    def __init__(self, token: str, channel: str, url: str, wire: Wire) -> None:
        self._token = token
        self._channel = channel
        self._url = url
        self._wire = wire
        self._threads: OrderedDict[str, str] = OrderedDict()

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Learn the threads of incidents that were told before this process began."""
        for row in sorted(rows, key=lambda row: row.created_at):
            found = _STAMP.search(row.last_status)
            if found and row.incident:
                self._threads.setdefault(row.incident, found[1])

    def send(self, delivery: Delivery) -> str:
        """Post once; see `Channel.send`. The status holds the stamp by which the thread is found again."""
        thread = self._threads.get(delivery.incident)
        document = {"channel": self._channel, **render(delivery)}
        if thread:
            over = delivery.event == "incident.resolved"
            document |= {"thread_ts": thread, "reply_broadcast": over}
        reply = self._wire.post(self._url, compact(document), {"authorization": f"Bearer {self._token}"})
        stamp = _stamp(reply.text)
        for incident in _incidents(delivery):
            self._threads.setdefault(incident, stamp)
        while len(self._threads) > _REMEMBERED:
            self._threads.popitem(last=False)
        return f"{reply.status} ts {self._threads.get(delivery.incident, stamp)}"


def render(delivery: Delivery) -> dict[str, JSON]:
    """The message for a delivery."""
    told = brief(delivery.body)
    blocks: list[JSON] = [
        {"type": "header", "text": {"type": "plain_text", "text": shorten(told.title, 150), "emoji": False}},
        _rich(_section(told.summary)),
        *_facts(told),
        *(_rich(_linked(_section(f"{member.title}: ", member.summary), member.url)) for member in told.members),
        *(_rich(_quote(saying)) for saying in told.sayings),
    ]
    blocks = blocks[:MOST_BLOCKS]
    if told.url:
        link: JSON = {"type": "link", "url": told.url, "text": f"Open the {told.shows}"}
        blocks.append(_rich({"type": "rich_text_section", "elements": [link]}))
    return {
        "text": shorten(escape(f"{told.title}: {told.summary}"), 1000),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "link_names": False,
        "parse": "none",
    }


def escape(text: str) -> str:
    """Text without markup for Slack: its three special characters are escaped, so no mention and no link can form."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def build(options: Mapping[str, str]) -> Posting | SlackBot:
    """A Slack channel.

    Raises:
        UserError: neither a webhook's URL nor a bot's token and channel are given.
    """
    read = read_options(SlackOptions, options, "slack")
    secrets = tuple(filter(None, (read.token, read.url)))
    if read.token and read.channel:
        return SlackBot(read.token, read.channel, read.url or API, wire_for(read, secrets))
    if read.token or not safe_url(read.url):
        raise UserError("channels (slack): give the webhook's address (url_env), or token_env and channel for a bot")
    return Posting(read.url, wire_for(read, secrets), render)


def _incidents(delivery: Delivery) -> list[str]:
    """What a message is about: what follows on any of it answers in its thread."""
    if delivery.incident:
        return [delivery.incident]
    members = json.loads(delivery.body)["data"].get("members", ())
    return [str(member["incident"]) for member in members if member.get("incident")]


def _facts(told: Brief) -> list[JSON]:
    return [_rich(_section(f"{label}: ", value)) for label, value in told.facts]


def _rich(element: JSON) -> JSON:
    return {"type": "rich_text", "elements": [element]}


def _section(first: str, rest: str = "") -> dict[str, JSON]:
    bold: JSON = {"type": "text", "text": first, "style": {"bold": True}} if rest else {"type": "text", "text": first}
    return {"type": "rich_text_section", "elements": [bold, {"type": "text", "text": rest}] if rest else [bold]}


def _linked(section: dict[str, JSON], url: str) -> dict[str, JSON]:
    if url and isinstance(section["elements"], list):
        section["elements"] += [{"type": "text", "text": " "}, {"type": "link", "url": url, "text": "Open"}]
    return section


def _quote(saying: Saying) -> JSON:
    elements: list[JSON] = [{"type": "text", "text": saying.text or "–"}]
    if saying.url:
        elements += [{"type": "text", "text": " "}, {"type": "link", "url": saying.url, "text": saying.host}]
    return {"type": "rich_text_quote", "elements": elements}


def _stamp(text: str) -> str:
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise SendFailed("Slack answered something that is not JSON", status="200 without JSON") from error
    if not isinstance(answer, dict) or answer.get("ok") is not True:
        said = answer.get("error", "unknown") if isinstance(answer, dict) else "unknown"
        raise SendFailed(f"Slack did not take it: {said}", status=f"200 {said}")
    return str(answer.get("ts", ""))
