"""What rose beside an incident, and how much of it people put down to an upstream."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import pandas as pd

from dashboards.published import Published
from dashboards.words import each, known

APART: Final = timedelta(minutes=90)
"""Two incidents that begin so far apart may be of one cause."""

_BESIDE: Final = """
    select i.id, i.service, i.severity, i.state, i.onset_at, i.resolved_at,
        date_diff('minute', $onset, i.onset_at) as minutes
    from incidents i where i.id <> $id and i.service <> $service and i.state <> 'dismissed' and i.signal = $signal
      and i.onset_at between $earliest and $latest order by i.onset_at, i.service"""

_UPSTREAM: Final = """
    , counted as (
        select service, author, aspects from posts
        where list_contains($services::varchar[], service) and seen_at >= $since and seen_at < $until
          and (counted > 0 or counted_frustration > 0)),
    blamed as (
        select service, author, unnest(list_filter(aspects, lambda a: a like 'cause:upstream=%')) as cause from counted)
    select t.service, t.people, split_part(b.cause, '=', 2) as upstream, count(distinct b.author) as blaming
    from (select service, count(distinct author) as people from counted group by all) t
    left join blamed b on b.service = t.service group by all order by blaming desc, upstream"""


def beside(published: Published, identity: str) -> pd.DataFrame:
    """Incidents of other services that began at about the same time, the earliest first.

    Returns:
        `id`, `service`, `severity`, `state`, `onset_at`, `minutes` (after this one's onset), `people`, and of them
        those `blaming` the `upstream` that they blame most; missing where nobody blames one.
    """
    own = published.frame("select * from incidents where id = $id", {"id": identity}, tables=("incidents",))
    if own.empty:
        return pd.DataFrame(columns=["id", "service", "severity", "state", "onset_at", "minutes", *_BLAME])
    told = each(own)[0]
    onset = told["onset_at"].to_pydatetime()
    found = published.frame(
        _BESIDE,
        {
            "id": identity,
            "service": told["service"],
            "signal": told["signal"],
            "onset": onset,
            "earliest": onset - APART,
            "latest": onset + APART,
        },
        tables=("incidents",),
    )
    ends = [row["resolved_at"] if known(row["resolved_at"]) else row["onset_at"] + APART for row in each(found)]
    until = max([onset + APART, *(pd.Timestamp(end).to_pydatetime() for end in ends)])
    blame = upstream(published, [str(name) for name in found["service"]], onset - APART, until)
    return found.merge(blame.drop_duplicates("service"), on="service", how="left").fillna({"people": 0, "blaming": 0})


_BLAME: Final = ("people", "upstream", "blaming")


def upstream(published: Published, services: list[str], since: datetime, until: datetime) -> pd.DataFrame:
    """Whom people blame who said that a service fails: `service`, `people` who counted, `upstream`, `blaming` of them.

    A row for each service and upstream, the most blamed first; where nobody blames one, `upstream` is missing.
    """
    return published.frame(_UPSTREAM, {"services": services}, tables=("posts",), since=since, until=until)


def shared(published: Published, identity: str) -> dict[str, Any] | None:
    """The shared story that an incident belongs to: a row of `shared.parquet`, or None."""
    found = published.frame(
        "select * from shared where list_contains(incidents, $id) order by opened_at limit 1",
        {"id": identity},
        tables=("shared",),
    )
    return None if found.empty else each(found)[0]
