"""Reports, recovery and mood of one service over time, dense and against what was expected.

Silence is zero; a stretch that no source could see is missing, never zero.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from dashboards.days import parts
from dashboards.published import Published

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

BINS: Final = (1, 5, 15, 60, 180, 720)
"""The widths of a bin, in minutes; wider ones are of whole days."""

DAY: Final = 1440
"""Minutes of a day."""

LAG: Final = timedelta(hours=1)
"""A source's bookmark may lag so far behind what was judged: an open gap, not a late bookmark, means blind."""

COLUMNS: Final = (
    "reports",
    "recovery",
    "complaints",
    "relays",
    "frustration",
    "posts",
    "people",
    "sentiment",
    "mood",
    "expected",
    "upper",
)

_COUNTED = """
    select date_diff('minute', timestamp '1970-01-01', minute) // $width as place, sum(outage) as reports,
        sum(recovery_authors) as recovery, sum(complaint_authors) as complaints, sum(relay_authors) as relays,
        sum(frustration) as frustration, sum(posts) as posts, sum(authors) as people, sum(sentiment) as sentiment,
        sum(posts_frustration) as mood
    from minutes
    where service = $service and minute >= $since and minute < $until and ($source is null or source = $source)
    group by place order by place"""

_EXPECTED = """
    select hour as "at", mean, upper_1, upper_5, upper_15, upper_60 from expected
    where service = $service and signal = $signal and hour >= $since and hour < $until order by hour"""


def bin_for(since: datetime, until: datetime, most: int = 300) -> int:
    """The narrowest bin, in minutes, with which a stretch has at most so many points."""
    span = (until - since) / timedelta(minutes=1)
    return next((width for width in BINS if span / width <= most), DAY * ceil(span / most / DAY))


def minutes(
    published: Published,
    service: str,
    since: datetime,
    until: datetime,
    *,
    source: str | None = None,
    signal: str = "outage",
    width: int | None = None,
) -> pd.DataFrame:
    """One row per bin from `since` to `until` (aware UTC).

    Args:
        service: its name.
        source: only this one's posts; None means all. What is expected is of all sources together.
        signal: outage, frustration, or drop (all talk), for `expected` and `upper`.
        width: of a bin in minutes; None takes `bin_for`.

    Returns:
        `at` (the bin's first instant), the sums over the bin `reports`, `recovery`, `complaints`, `relays`,
        `frustration`, `posts` and `people` (who say anything); `sentiment` (mean, −1 to 1) and `mood` (mean frustration
        of a post, 0 to 1), missing where nobody spoke; `expected` and `upper` (99 %) of what the signal counts in such
        a bin; `seen`, the share of the time in which a source could be read. Where that is zero every count is missing.
    """
    width = width or bin_for(since, until)
    first = _floor(since, width)
    count = max(0, int(np.ceil((until - first) / timedelta(minutes=width))))
    at = pd.date_range(first, periods=count, freq=pd.Timedelta(minutes=width), name="at", unit="us")
    dense = pd.DataFrame(0.0, index=range(count), columns=list(COLUMNS))
    counted = _counted(published, service, source, width, since, until)
    counted.index -= (first - _EPOCH) // timedelta(minutes=width)
    dense.loc[counted.index, list(counted.columns)] = counted.astype(float)
    dense[["sentiment", "mood"]] = dense[["sentiment", "mood"]].div(dense["posts"].replace(0, np.nan), axis=0)
    dense.insert(0, "at", at)
    dense["seen"] = _seen(published, first, count, width, source)
    dense.loc[dense["seen"] <= 0, list(COLUMNS[:9])] = np.nan
    dense[["expected", "upper"]] = _baseline(published, service, signal, dense["at"], width)
    return dense


def _counted(
    published: Published, service: str, source: str | None, width: int, since: datetime, until: datetime
) -> pd.DataFrame:
    """The sums of each bin that anyone spoke in, by the number of the bin."""
    asked = {"service": service, "source": source, "width": width}
    found = [
        published.frame(_COUNTED, asked, tables=("minutes",), since=start, until=end, lasting=whole)
        for start, end, whole in parts(since, until)
    ]
    return pd.concat(found).astype(float).astype({"place": int}).groupby("place").sum()


def _floor(moment: datetime, width: int) -> datetime:
    step = timedelta(minutes=width)
    return _EPOCH + ((moment - _EPOCH) // step) * step


def _seen(published: Published, first: datetime, count: int, width: int, source: str | None) -> npt.NDArray[np.float64]:
    until = first + timedelta(minutes=width * count)
    meta = published.meta()
    judged = meta.judged_until if meta else first
    covered = published.frame(
        """select source, since as start, case when until >= $late then greatest(until, $judged) else until end as until
           from coverage where $source is null or source = $source""",
        {"source": source, "late": judged - LAG, "judged": judged},
        tables=("coverage",),
    )
    gaps = published.frame(
        """select source, start, coalesce("end", $late) as until from gaps
           where ($source is null or source = $source) and start < $late""",
        {"source": source, "late": until},
        tables=("gaps",),
    )
    best = np.zeros(count)
    for name in covered["source"]:
        share = _share(covered[covered["source"] == name], first, count, width)
        best = np.maximum(best, share - _share(gaps[gaps["source"] == name], first, count, width))
    return np.clip(best, 0, 1)


def _share(spans: pd.DataFrame, first: datetime, count: int, width: int) -> npt.NDArray[np.float64]:
    """The share of each bin that lies in one of the spans."""
    total = np.zeros(count)
    places = np.arange(count)
    for start, until in zip(spans["start"], spans["until"], strict=True):
        low = (start - first) / pd.Timedelta(minutes=width)
        high = (until - first) / pd.Timedelta(minutes=width)
        total += np.clip(np.minimum(places + 1, high) - np.maximum(places, low), 0, 1)
    return np.minimum(total, 1)


def _baseline(
    published: Published, service: str, signal: str, at: pd.Series[pd.Timestamp], width: int
) -> npt.NDArray[np.float64]:
    if at.empty:
        return np.empty((0, 2))
    since, until = (
        at.iloc[0].to_pydatetime() - timedelta(days=2),
        at.iloc[-1].to_pydatetime() + timedelta(minutes=1),
    )
    asked = {"service": service, "signal": signal}
    hours = pd.concat(
        published.frame(_EXPECTED, asked, tables=("expected",), since=start, until=end, lasting=whole)
        for start, end, whole in parts(since, until)
    )
    known = pd.merge_asof(at.to_frame(), hours, on="at", tolerance=pd.Timedelta(days=2))
    return np.column_stack([known["mean"] * width, _upper(known, width)])


def _upper(known: pd.DataFrame, width: int) -> pd.Series[float]:
    """The 99 % bound of a bin. Beyond an hour it widens with the root of the time, as for independent hours."""
    if f"upper_{width}" in known:
        return known[f"upper_{width}"].astype(float)
    hours = width / 60
    return known["mean"] * width + (known["upper_60"] - known["mean"] * 60) * float(np.sqrt(hours))


def unseen(frame: pd.DataFrame, width: int) -> pd.DataFrame:
    """The stretches of a frame of `minutes` in which nothing could be seen: `start` and `end`."""
    blind = frame["seen"] <= 0
    runs = (blind != blind.shift()).cumsum()[blind]
    spans = frame.loc[blind, "at"].groupby(runs).agg(["min", "max"])
    ends = spans["max"] + pd.Timedelta(minutes=width)
    return pd.DataFrame({"start": spans["min"], "end": ends}).reset_index(drop=True)
