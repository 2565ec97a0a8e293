"""Did our statement help: frustration before and after it, against what similar incidents did then without one.

The measure is the mean frustration (0 to 1) of posts about the service in the half hour before the statement and in the
half hour after it. Incidents calm down by themselves; so the change is set against those of similar incidents (the
same signal, no statement) at the same distance from their onset. With too few posts or incidents it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from dashboards.published import Published
from dashboards.words import several

HALF: Final = timedelta(minutes=30)
ENOUGH: Final = 20
"""Posts needed on either side of the statement."""

SIMILAR: Final = 3
"""Similar incidents needed to call a change an effect."""

_Z: Final = 1.96
_ALIKE: Final = 50

Sides = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement did to frustration, as far as it can be told.

    `change` is after minus before; `beyond` is that change less what similar incidents did. `low` and `high` bound
    `beyond` (`change` where there is nothing to compare with) at 95 %. What cannot be told is None.
    """

    words: str
    posts_before: int
    posts_after: int
    similar: int
    before: float | None = None
    after: float | None = None
    change: float | None = None
    beyond: float | None = None
    low: float | None = None
    high: float | None = None


def effect(sides: Sides, similar: Sequence[Sides]) -> Effect:
    """The effect from the frustration of single posts.

    Args:
        sides: that of the posts before and after the statement.
        similar: the same of incidents without one; those with too few posts are left out.
    """
    before, after = (np.asarray(side, dtype=float) for side in sides)
    others = [_change(one) for one in similar if min(len(one[0]), len(one[1])) >= ENOUGH]
    seen = (len(before), len(after), len(others))
    if min(seen[:2]) < ENOUGH:
        told = several(min(seen[:2]), "post", "posts")
        return Effect(f"Not enough posts to tell: {told} on one side, {ENOUGH} are needed.", *seen)
    change, variance = _change(sides)
    means = float(before.mean()), float(after.mean())
    if len(others) < SIMILAR:
        low, high = _around(change, variance)
        told = several(len(others), "similar incident", "similar incidents")
        words = f"{_moved(low, high)} Whether the statement did it cannot be told: {told}, {SIMILAR} are needed."
        return Effect(words, *seen, *means, change, None, low, high)
    usual = np.array([one for one, _ in others])
    beyond = change - float(usual.mean())
    low, high = _around(beyond, variance + float(usual.var(ddof=1)) * (1 + 1 / len(usual)))
    return Effect(_verdict(low, high), *seen, *means, change, beyond, low, high)


def _change(sides: Sides) -> tuple[float, float]:
    before, after = (np.asarray(side, dtype=float) for side in sides)
    variance = before.var(ddof=1) / len(before) + after.var(ddof=1) / len(after)
    return float(after.mean() - before.mean()), float(variance)


def _around(value: float, variance: float) -> tuple[float, float]:
    half = _Z * float(np.sqrt(variance))
    return value - half, value + half


def _moved(low: float, high: float) -> str:
    if high < 0:
        return "Frustration fell after it."
    return "Frustration rose after it." if low > 0 else "No change of frustration can be told."


def _verdict(low: float, high: float) -> str:
    if high < 0:
        return "Frustration fell more than in similar incidents without a statement."
    if low > 0:
        return "Frustration fell less, or rose more, than in similar incidents without a statement."
    return "No difference from similar incidents without a statement can be told."


def statement_effect(published: Published, identity: str, at: datetime) -> Effect:
    """The effect of a statement that went out `at` (aware UTC) in an incident."""
    found = published.frame(
        """select i.id, i.service, i.onset_at, coalesce(i.resolved_at, i.updated_at) as until from incidents i
           where i.signal = (select signal from incidents where id = $id) and i.state <> 'dismissed'
             and (i.id = $id or not exists (select 1 from notes n where n.kind = 'statement' and (n.incident = i.id
                  or (n.service = i.service and n."at" between i.onset_at and coalesce(i.resolved_at, i.updated_at)))))
           order by i.opened_at desc""",
        {"id": identity},
        tables=("incidents", "notes"),
    )
    mine = found[found["id"] == identity]
    if mine.empty:
        return effect(([], []), [])
    since_onset = pd.Timestamp(at) - mine["onset_at"].iloc[0]
    others = found[(found["id"] != identity) & (found["onset_at"] + since_onset <= found["until"])].head(_ALIKE)
    sides = [
        _sides(published, str(service), (onset + since_onset).to_pydatetime())
        for service, onset in zip(others["service"], others["onset_at"], strict=True)
    ]
    return effect(_sides(published, str(mine["service"].iloc[0]), at), sides)


def _sides(published: Published, service: str, at: datetime) -> Sides:
    rows = published.frame(
        """select created_at >= $at as after, frustration from posts where service = $service
             and seen_at >= $since and seen_at < $until and created_at >= $since and kind <> 'relay'""",
        {"service": service, "at": at},
        tables=("posts",),
        since=at - HALF,
        until=at + HALF,
    )
    later = rows["after"].astype(bool)
    return rows.loc[~later, "frustration"].tolist(), rows.loc[later, "frustration"].tolist()
