"""Microsoft Teams, through a workflow ("When a Teams webhook request is received"): one adaptive card.

Words of others stand in text runs, which know no markdown. The old connectors and their cards are gone.

Source: Adaptive Cards 1.4; Microsoft Teams documentation, "Format cards" (size at most 28 KB).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from alerts.brief import Brief, brief
from alerts.messages import JSON
from alerts.posting import Posting, compact, read_web
from alerts.wire import WebOptions, wire_for
from ingest.records import Delivery

SIZE_LIMIT: Final = 26_000
_COLOURS: Final = {"minor": "Warning", "major": "Attention", "critical": "Attention"}
EXAMPLE: Final = {"url": "https://example.logic.azure.com/workflows/example"}
"""What the settings may say."""


def render(delivery: Delivery) -> dict[str, JSON]:
    """The message for a delivery, without its last parts where it would be too large."""
    told = brief(delivery.body)
    parts = [*_facts(told), *_members(told), *_sayings(told)]
    message = _message(told, parts)
    while parts and len(compact(message)) > SIZE_LIMIT:
        parts.pop()
        message = _message(told, parts)
    return message


def build(options: Mapping[str, str]) -> Posting:
    """A Teams channel.

    Raises:
        UserError: the URL of the workflow is missing or wrong.
    """
    read, url = read_web(WebOptions, options, "teams")
    return Posting(url, wire_for(read, (url,)), render)


def _message(told: Brief, parts: Sequence[JSON]) -> dict[str, JSON]:
    colour = "Good" if told.over else _COLOURS.get(told.severity, "Warning")
    title = _rich([_run(told.title, weight="Bolder", size="Large", color=colour)])
    card: dict[str, JSON] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": "Downchatter",
        "body": [title, _rich([_run(told.summary)]), *parts],
        "msteams": {"width": "Full"},
    }
    if told.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": f"Open the {told.shows}", "url": told.url}]
    attachment: JSON = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return {"type": "message", "attachments": [attachment]}


def _facts(told: Brief) -> list[JSON]:
    return [_rich([_run(f"{label}: ", weight="Bolder"), _run(value)]) for label, value in told.facts]


def _members(told: Brief) -> list[JSON]:
    return [
        _rich(
            [
                _run(f"{member.title}: ", weight="Bolder"),
                _run(f"{member.summary} "),
                *([_link("Open", member.url)] if member.url else []),
            ]
        )
        for member in told.members
    ]


def _sayings(told: Brief) -> list[JSON]:
    return [
        _rich([_run(f"“{saying.text}” ", italic=True), *([_link(saying.host, saying.url)] if saying.url else [])])
        for saying in told.sayings
    ]


def _rich(runs: Sequence[JSON]) -> JSON:
    return {"type": "RichTextBlock", "inlines": list(runs), "separator": False, "spacing": "Small"}


def _run(text: str, **style: JSON) -> JSON:
    return {"type": "TextRun", "text": text, **style}


def _link(text: str, url: str) -> JSON:
    return _run(text, color="Accent", selectAction={"type": "Action.OpenUrl", "url": url})
