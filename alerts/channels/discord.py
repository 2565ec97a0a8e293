"""Discord, through a webhook of a channel: one embed, no mention ever allowed.

Source: Discord developer documentation, "Execute Webhook" and "Embed Limits".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from alerts.brief import Brief, brief
from alerts.messages import JSON
from alerts.posting import Posting, read_web
from alerts.safety import shorten
from alerts.wire import WebOptions, wire_for
from ingest.records import Delivery

TOTAL_LIMIT: Final = 5500
FIELD_LIMIT: Final = 1024
_SPECIAL: Final = re.compile(r"([\\*_~`|>#\-\[\]()<:@])")
_COLOURS: Final = {"minor": 0xE0A030, "major": 0xD9632B, "critical": 0xC0302B}
_GREEN: Final = 0x2E8B57
EXAMPLE: Final = {"url": "https://discord.com/api/webhooks/1/example"}
"""What the settings may say."""


def escape(text: str, limit: int) -> str:
    """Text that Discord shows as it is: every character with a meaning in its markdown is escaped. At most `limit`
    characters, escapes included.
    """
    escaped = _SPECIAL.sub(r"\\\1", text)
    while len(escaped) > limit:
        text = shorten(text, max(1, len(text) - max(1, (len(escaped) - limit) // 2)))
        escaped = _SPECIAL.sub(r"\\\1", text)
    return escaped


def render(delivery: Delivery) -> dict[str, JSON]:
    """The message for a delivery."""
    told = brief(delivery.body)
    embed: dict[str, JSON] = {
        "title": escape(told.title, 256),
        "description": escape(told.summary, 1000),
        "color": _GREEN if told.over else _COLOURS.get(told.severity, _COLOURS["minor"]),
        "timestamp": told.at,
        "fields": list(_fields(told)),
    }
    if told.url:
        embed["url"] = told.url
    return {"content": "", "embeds": [embed], "allowed_mentions": {"parse": []}}


def build(options: Mapping[str, str]) -> Posting:
    """A Discord channel.

    Raises:
        UserError: the URL of the webhook is missing or wrong.
    """
    read, url = read_web(WebOptions, options, "discord")
    return Posting(url, wire_for(read, (url,)), render)


def _fields(told: Brief) -> list[JSON]:
    found = [(label, escape(value, 300), len(value) <= 40) for label, value in told.facts]
    found += [(member.title, _saying(member.summary, member.url), False) for member in told.members]
    found += [("Post", _saying(saying.text, saying.url), False) for saying in told.sayings]
    fields: list[JSON] = []
    room = TOTAL_LIMIT - 1256
    for label, value, inline in found[:25]:
        room -= len(label) * 2 + len(value)
        if room < 0:
            break
        fields.append({"name": escape(label, 256), "value": value or "–", "inline": inline})
    return fields


def _saying(text: str, url: str) -> str:
    link = f"\n<{url}>" if url and len(url) < 500 else ""
    return escape(text, min(500, FIELD_LIMIT - len(link))) + link
