"""The frames that the dashboard and the notebooks share, read from what was published.

    from dashboards.frames import Published, services, minutes, posts
    published = Published("data/downchatter.published")
    services(published)

Every function returns a pandas frame whose times are aware UTC, with the same columns when there is nothing to show.
Reports are weighted distinct voices: one person, thread or wording counts once in a sliding hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboards.beside import beside
from dashboards.copies import fold_copies
from dashboards.days import parts
from dashboards.minutes import BINS, bin_for, minutes, unseen
from dashboards.published import Meta, Published
from dashboards.ribbon import who_knew_when
from dashboards.statement import statement_effect
from dashboards.told import told
from dashboards.trust import trust

__all__ = [
    "BINS",
    "Meta",
    "Published",
    "alert_body",
    "attempts",
    "beside",
    "bin_for",
    "channels",
    "coverage",
    "deliveries",
    "evidence",
    "gaps",
    "incident",
    "incidents",
    "minutes",
    "notes",
    "officials",
    "people",
    "posts",
    "services",
    "sources",
    "sparks",
    "statement_effect",
    "told",
    "trust",
    "unseen",
    "who_knew_when",
]

URGENCY: Final = ("outage", "elevated", "blind", "calm")
SPARK_MINUTES: Final = 60
SPARK_WIDTH: Final = 5

_SERVICES = """
    select s.*, o.stage as official_stage, o."at" as official_at, o.title as official_title, o.url as official_url,
        i.opened_at, i.confirmed_at, i.state as incident_state, i.severity, i.signal, i.cause,
        t.onset_at as talk_since, t.severity_reason as talk_said
    from services s
    left join incidents i on i.id = s.incident and s.incident <> ''
    left join incidents t on t.id = s.talk and s.talk <> ''
    left join (select * from officials
               qualify row_number() over (partition by service order by "at" desc, id desc) = 1) o
        on o.service = s.service and o."at" >= coalesce(s.since, $now) - interval 24 hours"""


def services(published: Published) -> pd.DataFrame:
    """Every service as it stands, the one that needs eyes first.

    The columns of `services.parquet`, the newest official step of the last 24 hours (`official_stage`, `official_at`,
    `official_title`, `official_url`), the open incident's `opened_at`, `confirmed_at`, `incident_state`, `severity`,
    `signal` and `cause`, and `lead_minutes`: how long before the first official step of this incident we told (None
    without one); `talk_since` and `talk_said`, where it is unusually much spoken of.
    """
    meta = published.meta()
    now = meta.judged_until if meta else None
    found = published.frame(_SERVICES, {"now": now}, tables=("services", "incidents", "officials"))
    found["lead_minutes"] = _leads(published, found)
    order = found["state"].map({state: place for place, state in enumerate(URGENCY)}).fillna(len(URGENCY))
    excess = found["observed_60m"].fillna(0) - found["expected_60m"].fillna(0)
    found = found.assign(_order=order, _excess=-excess).sort_values(["_order", "_excess", "service"], kind="stable")
    return found.drop(columns=["_order", "_excess"]).reset_index(drop=True)


def _leads(published: Published, found: pd.DataFrame) -> list[float | None]:
    steps = officials(published)
    leads: list[float | None] = []
    for service, onset, opened in zip(found["service"], found["since"], found["opened_at"], strict=True):
        if pd.isna(opened):
            leads.append(None)
            continue
        told = steps[(steps["service"] == service) & (steps["at"] >= _or_never(onset) - timedelta(hours=2))]
        leads.append((told["at"].min() - opened).total_seconds() / 60 if len(told) else None)
    return leads


def _or_never(moment: Any) -> pd.Timestamp:
    return pd.Timestamp.max.tz_localize("UTC") if pd.isna(moment) else moment


def sparks(published: Published) -> dict[str, list[float]]:
    """The last hour of each service that anyone spoke of: the reports of the last five minutes, every two minutes."""
    meta = published.meta()
    if meta is None:
        return {}
    until = meta.judged_until.replace(second=0, microsecond=0)
    since = until - timedelta(minutes=SPARK_MINUTES + SPARK_WIDTH)
    found = published.frame(
        """select service, date_diff('minute', $since, minute) as place, sum(outage) as reports from minutes
           where minute >= $since and minute < $until group by all""",
        tables=("minutes",),
        since=since,
        until=until,
    )
    names, rows = np.unique(found["service"], return_inverse=True)
    dense = np.zeros((len(names), SPARK_MINUTES + SPARK_WIDTH))
    dense[rows, found["place"]] = found["reports"]
    sums = np.lib.stride_tricks.sliding_window_view(dense, SPARK_WIDTH, axis=1).sum(axis=2)
    return dict(zip(names.tolist(), sums[:, 2::2].tolist(), strict=True))


def sources(published: Published, service: str, since: datetime, until: datetime) -> list[str]:
    """The sources that had posts about a service in a stretch of time."""
    found = published.frame(
        """select distinct source from minutes where service = $service and minute >= $since and minute < $until
           order by source""",
        {"service": service},
        tables=("minutes",),
        since=since,
        until=until,
    )
    return [str(source) for source in found["source"]]


def incidents(
    published: Published, service: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> pd.DataFrame:
    """Incidents that touch a stretch of time, the newest first; a column for each field of `Incident`."""
    return published.frame(
        """select * from incidents where ($service is null or service = $service)
             and ($after is null or coalesce(resolved_at, updated_at, opened_at) >= $after)
             and ($before is null or onset_at < $before) order by opened_at desc, id""",
        {"service": service, "after": since, "before": until},
        tables=("incidents",),
    )


def incident(published: Published, identity: str) -> pd.Series | None:
    """One incident by its id, or None."""
    found = published.frame("select * from incidents where id = $id", {"id": identity}, tables=("incidents",))
    return None if found.empty else found.iloc[0]


def evidence(published: Published, identity: str) -> pd.DataFrame:
    """The posts that tell most about an incident, strongest first."""
    return published.frame(
        "select * from evidence where incident = $id order by rank", {"id": identity}, tables=("evidence",)
    )


def officials(
    published: Published, service: str | None = None, since: datetime | None = None, until: datetime | None = None
) -> pd.DataFrame:
    """What status pages said, in the order of time; a column for each field of `Official`."""
    return published.frame(
        """select * from officials where ($service is null or service = $service)
             and ($after is null or "at" >= $after) and ($before is null or "at" < $before) order by "at", id""",
        {"service": service, "after": since, "before": until},
        tables=("officials",),
    )


def notes(published: Published, service: str | None = None, incident: str | None = None) -> pd.DataFrame:
    """What people marked and did not take back, in the order of time; a column for each field of `Note`."""
    return published.frame(
        """select * from notes where ($service is null or service = $service)
             and ($incident is null or incident = $incident)
             and kind <> 'undo' and id not in (select text from notes where kind = 'undo') order by "at", id""",
        {"service": service, "incident": incident},
        tables=("notes",),
    )


def gaps(published: Published, since: datetime | None = None, until: datetime | None = None) -> pd.DataFrame:
    """Stretches in which a source could not be read: source, start, end (NaT while it lasts), reason."""
    return published.frame(
        """select * from gaps where ($after is null or "end" is null or "end" > $after)
             and ($before is null or start < $before) order by start desc, source""",
        {"after": since, "before": until},
        tables=("gaps",),
    )


def coverage(published: Published) -> pd.DataFrame:
    """Every source: since when and until when it was read, its last post, and why it cannot be read now, if so."""
    return published.frame(
        """select c.*, g.start as blind_since, g.reason from coverage c
           left join gaps g on g.source = c.source and g."end" is null order by c.source""",
        tables=("coverage", "gaps"),
    )


def deliveries(published: Published, limit: int = 200) -> pd.DataFrame:
    """The newest alerts, sent or not; a column for each field of `Delivery` but its body, `seconds`, which the last
    attempt took, and the `service` that it is about, where it is about one.
    """
    return published.frame(
        """select d.* exclude (body), a.seconds, i.service from deliveries d
           left join incidents i on i.id = d.incident
           left join (select delivery, arg_max(seconds, "at") as seconds from attempts group by all) a
             on a.delivery = d.id
           order by d.created_at desc, d.id limit $limit""",
        {"limit": limit},
        tables=("deliveries", "attempts", "incidents"),
    )


def alert_body(published: Published, identity: str) -> str:
    """What an alert says, as JSON; empty where that is no longer kept."""
    found = published.frame(
        "select body from deliveries where id = $identity", {"identity": identity}, tables=("deliveries",)
    )
    return str(found["body"].iloc[0] or "") if len(found) else ""


def channels(published: Published) -> pd.DataFrame:
    """Every channel of the settings: `waiting` alerts, its `problem` if it has one, its last attempt (`at`, `status`,
    `seconds`), `sent` alerts and `dead` ones.
    """
    return published.frame(
        """select c.*, a."at", a.status, a.seconds, coalesce(d.sent, 0) as sent, coalesce(d.dead, 0) as dead
           from channels c
           left join (select channel, max("at") as "at", arg_max(status, "at") as status,
                        arg_max(seconds, "at") as seconds from attempts group by all) a on a.channel = c.channel
           left join (select channel, count(*) filter (state = 'sent') as sent,
                        count(*) filter (state = 'dead') as dead from deliveries group by all) d
             on d.channel = c.channel
           order by c.channel""",
        tables=("channels", "attempts", "deliveries"),
    )


def attempts(published: Published, limit: int = 200) -> pd.DataFrame:
    """The newest tries at sending, newest first: a column for each field of `Attempt`, and the alert's `incident`."""
    return published.frame(
        """select a.*, d.incident from attempts a left join deliveries d on d.id = a.delivery
           order by a."at" desc, a.delivery limit $limit""",
        {"limit": limit},
        tables=("attempts", "deliveries"),
    )


def people(published: Published, service: str, since: datetime, until: datetime, signal: str = "outage") -> int:
    """How many distinct people had a post that counted, in a stretch of time; for all talk, any post."""
    found = published.frame(
        """select count(distinct author) as people from posts
           where service = $service and seen_at >= $since and seen_at < $until
             and case $signal when 'outage' then counted > 0 when 'frustration' then counted_frustration > 0
                   else true end""",
        {"service": service, "signal": signal},
        tables=("posts",),
        since=since,
        until=until,
    )
    return int(found["people"].iloc[0])


_POSTS = """
    select * from posts
    where service = $service and seen_at >= $since and seen_at < $until
      and ($source is null or source = $source)
      and (len($kinds::varchar[]) = 0 or list_contains($kinds::varchar[], kind))
      and ($words = '' or contains(lower(text), lower($words)))
      and (not $counted or counted > 0 or counted_frustration > 0)
    order by case when $newest then 0 else -(counted * p_outage + counted_frustration * p_complaint / 4) end,
        created_at desc, id
    limit $limit"""


def posts(
    published: Published,
    service: str,
    since: datetime,
    until: datetime,
    *,
    kinds: Sequence[str] = (),
    source: str | None = None,
    search: str = "",
    counted: bool = False,
    newest: bool = False,
    fold: bool = True,
    limit: int = 200,
) -> pd.DataFrame:
    """The posts behind a stretch of time, the most telling first.

    Args:
        kinds: outage, relay, recovery, complaint, other; none means all.
        source: only this one's.
        search: only posts whose text contains this, in any case.
        counted: only posts that counted towards outage or frustration.
        newest: the newest first instead.
        fold: show near-copies once; `copies` says how many more there are among the rows read.
        limit: read at most so many.

    Returns:
        The columns of `posts/<day>.parquet` and `copies`.
    """
    asked = {
        "service": service,
        "source": source,
        "kinds": list(kinds),
        "words": search.strip(),
        "counted": counted,
        "newest": newest,
        "limit": limit,
    }
    found = [
        published.frame(_POSTS, asked, tables=("posts",), since=start, until=end, lasting=whole)
        for start, end, whole in parts(since, until)
    ]
    full = [one for one in found if len(one)] or found[:1]
    first = full[0] if len(full) == 1 else _foremost(pd.concat(full), newest, limit)
    return fold_copies(first) if fold else first.assign(copies=0)


def _foremost(found: pd.DataFrame, newest: bool, limit: int) -> pd.DataFrame:
    """The first of the firsts of several parts, in the order of `_POSTS`."""
    weight = found["counted"] * found["p_outage"] + found["counted_frustration"] * found["p_complaint"] / 4
    ordered = found.assign(_rank=0.0 if newest else -weight)
    ordered = ordered.sort_values(["_rank", "created_at", "id"], ascending=[True, False, True])
    return ordered.drop(columns="_rank").head(limit).reset_index(drop=True)
