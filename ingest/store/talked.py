"""The posts behind unusual talk: the most liked, then those from when most people spoke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pyarrow as pa

from ingest.records import Evidence, Incident
from ingest.store.tables import naive, records

_POSTS = """
    select p.id as post, p.author, p.url, p.text, p.created_at, s.aspects, s.fingerprint,
        case when p.likes > 0 then 'one of the most liked posts of that time, with ' || p.likes || ' likes'
            else 'one of the posts of that time' end || case when s.sentiment > 1.0 / 3 then ', in good spirits'
            when s.sentiment < -1.0 / 3 then ', in bad spirits' else '' end as reason
    from scores s join posts p on p.id = s.post and p.seen_at >= $start and p.seen_at < $until
    where s.service = $service and s.seen_at >= $start and s.seen_at < $until and p.text <> ''
    qualify row_number() over (partition by p.author order by p.likes desc, p.seen_at, p.id) = 1
        and row_number() over (partition by s.fingerprint order by p.likes desc, p.seen_at, p.id) = 1
    order by p.likes desc, abs(date_diff('second', p.seen_at, $peak)), p.id limit $limit"""


def talked(
    query: Callable[[str, dict[str, Any]], pa.Table], incident: Incident, until: datetime, limit: int
) -> list[Evidence]:
    """Up to `limit` posts by distinct people, none like another, from the onset until `until`."""
    told = {
        "service": incident.service,
        "start": naive(incident.onset_at),
        "until": naive(until),
        "peak": naive(incident.peak_at or until),
        "limit": limit,
    }
    return records(Evidence, query(_POSTS, told).drop_columns(["fingerprint"]))
