"""What other rules would have made of the past: which incidents would appear, vanish, move, or be more or less severe.

The writer judges all of the past by the rules in force and by a row of promises, and publishes what becomes of each
incident. How severe it is follows from its size, so that every bound can be tried here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from dashboards.published import Published
from dashboards.words import each, several, span
from ingest.records import Bounds

FATES: Final = {
    "appears": "Would appear",
    "vanishes": "Would vanish",
    "moves": "Would be told at another time",
    "severity": "Would be more or less severe",
    "stays": "Would stay as it is",
}

COLUMNS: Final = (
    "fate",
    "service",
    "signal",
    "incident",
    "before",
    "after",
    "minutes",
    "severity_before",
    "severity_after",
    "people",
)


def promises(published: Published) -> list[float]:
    """The promises, in days, for which it is known what they would have made of the past."""
    found = published.frame("select distinct promise_days from whatif order by 1", tables=("whatif",))
    return [float(days) for days in found["promise_days"]]


def changes(published: Published, promise_days: float, old: Bounds, new: Bounds) -> pd.DataFrame:
    """What becomes of each incident under another promise and other bounds of severity, the newest first.

    Args:
        promise_days: one of `promises`.
        old: the bounds in force.
        new: those to try.

    Returns:
        `fate` (one of `FATES`), `service`, `signal`, `incident` (the id; "" where it appears), `before` and `after`
        (when it was and would be told), `minutes` (by how much later), `severity_before`, `severity_after` ("" where
        there is none), `people`.
    """
    found = published.frame(
        """select * from whatif where promise_days = $days
           order by coalesce("before", "after") desc, service, signal""",
        {"days": promise_days},
        tables=("whatif",),
    )
    rows = [_change(row, old, new) for row in each(found)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def bounds(told: Mapping[str, Any]) -> Bounds:
    """The bounds that published rules tell; the usual ones where they tell none."""
    pairs = {
        name: (float(told[name][0]), float(told[name][1])) for name in ("times", "people", "minutes") if name in told
    }
    return Bounds(**pairs)


def summary(found: pd.DataFrame) -> str:
    """How many incidents would meet each fate, in one sentence."""
    numbers = found["fate"].value_counts()
    words = {
        "appears": "would appear",
        "vanishes": "would vanish",
        "moves": "would be told sooner or later",
        "severity": "would only change severity",
        "stays": "would stay",
    }
    told = [f"{numbers[fate]:,} {said}" for fate, said in words.items() if fate in numbers]
    if not told:
        return "Nothing to compare: there was no incident under either rules."
    return f"Of {several(len(found), 'incident', 'incidents')}, {', '.join(told)}."


def moved(minutes: Any) -> str:
    """By how much an incident moves, in words."""
    if pd.isna(minutes) or not minutes:
        return ""
    return f"{span(pd.Timedelta(minutes=float(minutes)))} {'later' if minutes > 0 else 'sooner'}"


def _change(row: dict[str, Any], old: Bounds, new: Bounds) -> tuple[Any, ...]:
    was, would = row["fate"] != "appears", row["fate"] != "vanishes"
    before = old.level(row["ratio_before"], row["people_before"], row["lasted_before"]) if was else ""
    after = new.level(row["ratio_after"], row["people_after"], row["lasted_after"]) if would else ""
    fate = "severity" if row["fate"] == "stays" and before != after else row["fate"]
    people = row["people_after"] if would else row["people_before"]
    return (
        fate,
        row["service"],
        row["signal"],
        row["incident"],
        row["before"],
        row["after"],
        row["minutes"],
        before,
        after,
        people,
    )
