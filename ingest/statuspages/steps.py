"""What every kind of document is read into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ingest.normalise import clean_text
from ingest.records import Stage

SOURCE: Final = "statuspage"
STAGES: Final[Mapping[str, Stage]] = {
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
    "completed": "resolved",
    "update": "identified",
}


def key(*parts: Any) -> str:
    """The id of a step."""
    return clean_text(":".join([SOURCE, *(str(part) for part in parts)]), 500)


def words(value: Any) -> str:
    """`value` if it is text; else nothing."""
    return value if isinstance(value, str) else ""


def link(value: Any) -> str:
    """`value` if it is an address of the web; else nothing."""
    url = clean_text(words(value), 500)
    return url if url.startswith(("https://", "http://")) else ""
