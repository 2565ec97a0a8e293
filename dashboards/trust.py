"""Trust: frustration and talk of leaving before, during and after an incident, against the service's own past.

Frustration is the mean over all posts about the service (0 to 1), with a 95 % interval over hours; talk of leaving is
the people who say that they go, or name where to, of all who spoke.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
import pandas as pd

from dashboards.days import parts
from dashboards.published import Published
from dashboards.words import each, known, several

DAY: Final = timedelta(days=1)
PAST: Final = timedelta(days=28)
ENOUGH: Final = 20
"""Posts needed to tell of a stretch of time."""

COLUMNS: Final = ("stretch", "since", "until", "posts", "frustration", "low", "high", "people", "leaving")

_OWN: Final = """
    select onset_at, coalesce(resolved_at, updated_at) as ended_at from incidents
    where service = $service and state <> 'dismissed'"""

_MOOD: Final = """
    select date_trunc('hour', minute) as hour, sum(posts) as posts, sum(posts_frustration) as frustration from minutes m
    where service = $service and minute >= $since and minute < $until
      and not exists (
          select 1 from (select unnest($starts::timestamp[]) as start, unnest($ends::timestamp[]) as "end") i
          where m.minute between i.start and i."end")
    group by all having sum(posts) > 0"""

_LEAVING: Final = """
    select hash(author) as author, bool_or(list_contains(aspects, 'leaving')
        or len(list_filter(aspects, lambda a: a = 'alternative' or a like 'alternative=%')) > 0) as leaving
    from posts p where service = $service and seen_at >= $since and seen_at < $until and kind <> 'relay'
      and not exists (
          select 1 from (select unnest($starts::timestamp[]) as start, unnest($ends::timestamp[]) as "end") i
          where p.seen_at between i.start and i."end")
    group by all"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time to look at; of the past only what was calm."""

    name: str
    since: datetime
    until: datetime
    calm: bool = False


def trust(published: Published, identity: str) -> pd.DataFrame:
    """One row a stretch: its own past (four weeks, no incident), the day before, during it, the day after.

    Returns:
        `stretch`, `since`, `until`, `posts`, `frustration` with its interval `low` to `high` (missing where there are
        fewer than `ENOUGH` posts), `people` who spoke, and of them those `leaving`.
    """
    own = published.frame("select * from incidents where id = $id", {"id": identity}, tables=("incidents",))
    meta = published.meta()
    if own.empty or meta is None:
        return pd.DataFrame(columns=list(COLUMNS))
    told = each(own)[0]
    rows = [_row(published, str(told["service"]), one) for one in _stretches(told, meta.judged_until)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def verdict(found: pd.DataFrame) -> str:
    """Whether trust is back, in words."""
    rows = {str(row["stretch"]): row for row in each(found)}
    past, during, after = (rows.get(name) for name in (_PAST, _DURING, _AFTER))
    if past is None or not known(past["frustration"]):
        return "Not enough posts from calm times to compare with."
    if after is not None and known(after["frustration"]):
        if after["low"] > past["high"]:
            return "After it people were still more frustrated than in calm times."
        return "After it frustration was back to that of calm times, as far as can be told."
    if during is not None and known(during["frustration"]):
        if during["low"] > past["high"]:
            return "People are more frustrated than in calm times. What remains after it is not known yet."
        return "No more frustration than in calm times can be told so far."
    return "Not enough posts to tell."


def rate(people: float, leaving: float) -> str:
    """Talk of leaving, in words."""
    if people < ENOUGH:
        return f"{several(int(leaving), 'person', 'people')} of {int(people):,}"
    return f"{int(leaving):,} of {int(people):,} people ({leaving / people:.1%})"


_PAST, _BEFORE, _DURING, _AFTER = "Calm times, four weeks", "The day before", "During it", "The day after"


def _stretches(told: dict[str, object], now: datetime) -> Iterable[Stretch]:
    onset = pd.Timestamp(told["onset_at"]).to_pydatetime()  # type: ignore[arg-type]  # a row of a frame
    end = pd.Timestamp(told["resolved_at"]).to_pydatetime() if known(told["resolved_at"]) else now  # type: ignore[arg-type]
    yield Stretch(_PAST, onset - DAY - PAST, onset, calm=True)
    yield Stretch(_BEFORE, onset - DAY, onset)
    yield Stretch(_DURING, onset, end)
    if known(told["resolved_at"]) and end < now:
        yield Stretch(_AFTER, end, min(end + DAY, now))


def _row(published: Published, service: str, one: Stretch) -> tuple[object, ...]:
    own = published.frame(_OWN, {"service": service}, tables=("incidents",)) if one.calm else None
    pieces = [(start, end, whole, _trouble(own, start, end)) for start, end, whole in parts(one.since, one.until)]
    hours, spoke = (
        pd.concat(
            published.frame(sql, {"service": service, **spans}, tables=(name,), since=start, until=end, lasting=whole)
            for start, end, whole, spans in pieces
        )
        for sql, name in ((_MOOD, "minutes"), (_LEAVING, "posts"))
    )
    return (
        one.name,
        one.since,
        one.until,
        int(hours["posts"].sum()),
        *_mean(hours),
        spoke["author"].nunique(),
        spoke.loc[spoke["leaving"].astype(bool), "author"].nunique(),
    )


def _trouble(own: pd.DataFrame | None, since: datetime, until: datetime) -> dict[str, list[datetime]]:
    """When the service's own incidents of a stretch of time began and ended; of none where all of it is asked for."""
    if own is None:
        return {"starts": [], "ends": []}
    some = own[(own["onset_at"] < until) & (own["ended_at"] >= since)]
    return {
        "starts": [one.to_pydatetime() for one in some["onset_at"]],
        "ends": [one.to_pydatetime() for one in some["ended_at"]],
    }


def _mean(hours: pd.DataFrame) -> tuple[float, float, float]:
    """The mean over posts, and its interval from how much whole hours differ (posts of one hour are of one mood)."""
    posts, sums = hours["posts"].to_numpy(float), hours["frustration"].to_numpy(float)
    if posts.sum() < ENOUGH:
        return float("nan"), float("nan"), float("nan")
    mean = float(sums.sum() / posts.sum())
    if len(posts) > 1:
        spread = np.sum((sums - mean * posts) ** 2) * len(posts) / (len(posts) - 1)
        error = float(np.sqrt(spread)) / posts.sum()
    else:
        error = float(np.sqrt(mean * (1 - mean) / posts.sum()))
    return mean, max(0.0, mean - 1.96 * error), min(1.0, mean + 1.96 * error)
