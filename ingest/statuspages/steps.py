"""What every kind of document is read into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ingest.normalise import clean_text
from ingest.records import Stage
from ingest.refusals import Refuse

SOURCE: Final = "statuspage"
STAGES: Final[Mapping[str, Stage]] = {
    "investigating": "investigating",
    "identified": "identified",
    "monitoring": "monitoring",
    "resolved": "resolved",
    "completed": "resolved",
    "update": "identified",
}

LEFT_OUT: Final = frozenset({"postmortem", "post-mortem", "scheduled", "in_progress", "in progress", "verifying"})
"""What pages tell besides: works that were planned, and what was written afterwards."""

STEP: Final = "step of an unknown kind"
INCIDENT: Final = "incident that is no object"


def stage_of(value: Any, refuse: Refuse, item: object) -> Stage | None:
    """The stage that `value` names; None where it is left out, or unknown: then `item` is refused."""
    name = words(value).lower()
    stage = STAGES.get(name)
    if stage is None and name not in LEFT_OUT:
        refuse(STEP, item)
    return stage


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
