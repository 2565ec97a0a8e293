"""What people say besides that it is broken: what fails, which work it hits, why, on what, where, who means to go."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import pandas as pd

from dashboards.published import Published
from ingest.causes import in_words

HEADS: Final = {
    "fails": "What fails",
    "work": "Which work was hit",
    "cause": "Causes, as users tell them",
    "platform": "On what",
    "place": "Where",
    "leaving": "Talk of leaving",
}

_TOLD: Final = """
    , said as (
        select unnest(aspects) as aspect, author, text, url, id, counted, created_at from posts
        where service = $service and seen_at >= $since and seen_at < $until
          and (counted > 0 or counted_frustration > 0))
    select case when aspect in ('leaving', 'alternative') or aspect like 'alternative=%' then 'leaving'
                else split_part(aspect, ':', 1) end as head,
        case when aspect = 'leaving' then 'means to leave'
             when aspect like 'alternative=%' then 'names ' || split_part(aspect, '=', 2)
             else split_part(aspect, ':', 2) end as what,
        count(distinct author) as people, arg_min(text, (-counted, created_at)) as example,
        arg_min(id, (-counted, created_at)) as post, arg_min(url, (-counted, created_at)) as url
    from said group by all having what <> '' order by head, people desc, what"""


def told(published: Published, service: str, since: datetime, until: datetime) -> pd.DataFrame:
    """What counted posts say about a service in a stretch of time.

    Returns:
        `head` (see `HEADS`), `what` in words, `people` (distinct authors), and one `example` with its `post` id and
        `url`; within a head the most told first. What users say of causes is talk, not finding.
    """
    found = published.frame(_TOLD, {"service": service}, tables=("posts",), since=since, until=until)
    causes = found["head"] == "cause"
    found.loc[causes, "what"] = found.loc[causes, "what"].map(in_words)
    return found[found["head"].isin(list(HEADS))].reset_index(drop=True)
