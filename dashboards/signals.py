"""What each kind of incident is called, and what is counted for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Telling:
    """The words for one signal, and the column of `frames.minutes` that it is judged by.

    `expected` is the signal under which is published what would be usual.
    """

    name: str
    column: str
    expected: str
    title: str
    heard: str
    people: str
    onset: str
    peak: str
    back: str
    doing: str


TELLINGS: Final = {
    "outage": Telling(
        "outage",
        "reports",
        "outage",
        "Outage reports against expected",
        "reports",
        "People reporting",
        "Reports begin to rise",
        "Reports peak",
        "Recovery seen by us",
        "report trouble",
    ),
    "frustration": Telling(
        "frustration",
        "frustration",
        "frustration",
        "Frustration against expected",
        "frustration",
        "People frustrated",
        "Frustration begins to rise",
        "Frustration peaks",
        "Frustration eases, as we see it",
        "voice frustration",
    ),
    "drop": Telling(
        "silence",
        "people",
        "drop",
        "All talk against expected",
        "people who speak of it",
        "People speaking of it",
        "Talk begins to fall",
        "Least talk",
        "Talk comes back, as we see it",
        "speak of it",
    ),
    "talk": Telling(
        "unusual talk",
        "people",
        "drop",
        "All talk against expected",
        "people who speak of it",
        "People speaking of it",
        "Talk begins to rise",
        "Most talk",
        "Talk calms down, as we see it",
        "speak of it",
    ),
}


def telling(signal: str) -> Telling:
    """The words for a signal; for one that is not known, those for an outage."""
    return TELLINGS.get(signal, TELLINGS["outage"])
