"""The published quality figures, as the program brings them: sections of measured rows, and what each means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ingest.errors import UserError

HOME: Final = Path(__file__).parents[1]
FILE: Final = HOME / "nlp" / "evaluation" / "scorecard.json"
PAGE: Final = HOME / "docs" / "scorecard.md"

MEANS: Final[Mapping[str, str]] = {
    "summary": "What was asked of the product, what was measured, and whether it is met.",
    "power": "Rises of known size in drawn counts: how surely and how soon they are found. “Bound” or “least” is the "
    "mean delay that no method can beat at the same rate of false alarms; the ratio to it says what is left to gain.",
    "calm": "False alarms in calm traffic, against the promise. Below the promise is kept; above it is not.",
    "rivals": "Other methods at the same rate of false alarms: the share of rises found, the median delay in minutes.",
    "comparators": "Other methods at the same rate of false alarms: the share of rises found, and the delay.",
    "parts": "The same made weeks, judged with one part taken out: what each part adds.",
    "recordings": "Recorded posts judged as if live, against outages with a public post-mortem. A “false” incident may "
    "be an outage that nobody wrote up.",
    "frustration": "Anger at airlines in a winter storm: whether rising frustration is told, and when.",
    "nab": "The Numenta Anomaly Benchmark, scored as its authors do (0 to 100): how well anything unusual is announced "
    "once. It is another question than an outage.",
    "what-if": "How long it takes to judge a month anew by other rules: what the page for rules waits for.",
    "reading": "How well single posts are read: of those called an outage, how many are (precision), and of those that "
    "are, how many are called so (recall).",
    "posts": "How well single posts are read: of those called an outage, how many are (precision), and of those that "
    "are, how many are called so (recall).",
    "check": "A small part, measured again on every change: the build fails when it gets worse.",
}
"""What the figures of a section mean to a reader who did not make them, by its key."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of figures: what gives them, when they were measured, by which version."""

    key: str
    title: str
    command: str = ""
    measured: str = ""
    version: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def means(self) -> str:
        """What its figures mean."""
        return MEANS.get(self.key, "")


def sections(file: Path = FILE) -> list[Section]:
    """The sections in the order in which they are kept; none where the program brings no figures.

    Raises:
        UserError: the file is there and cannot be read.
    """
    if not file.is_file():
        return []
    try:
        told = json.loads(file.read_text(encoding="utf8"))
        found = [_section(str(key), dict(one)) for key, one in told["sections"].items()]
        first = [Section("summary", "At a glance", rows=list(told["summary"]))] if told.get("summary") else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{file}: the scorecard cannot be read ({error}); `downchatter evaluate` makes it") from error
    return [*first, *found]


def words(page: Path = PAGE) -> str:
    """The page of the documentation that tells the same, in a checkout; "" elsewhere."""
    return page.read_text(encoding="utf8") if page.is_file() else ""


def _section(key: str, one: dict[str, Any]) -> Section:
    told = {name: str(one.get(name, "")) for name in ("command", "measured", "version")}
    return Section(key, str(one["title"]), rows=[dict(row) for row in one["rows"]], **told)
