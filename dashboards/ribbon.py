"""Who knew when: the steps of one incident as its users, we, and the service told it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pandas as pd

from dashboards.published import Published
from dashboards.signals import telling

COLUMNS: Final = ("at", "who", "what", "detail", "url", "minutes")
REACH: Final = timedelta(hours=2)
"""An official step so long before the onset, or after the end, is still taken to be of the same incident."""


def _steps(signal: str) -> tuple[tuple[str, str, str], ...]:
    words = telling(signal)
    ours = (("opened_at", "us", "Suspected by us"), ("confirmed_at", "us", "Confirmed by us"))
    return (
        ("onset_at", "estimate", words.onset),
        *((("opened_at", "us", "Noticed by us"),) if signal == "talk" else ours),
        ("peak_at", "estimate", words.peak),
        ("recovering_at", "us", words.back),
        ("resolved_at", "us", "Over, as we see it"),
    )


_FIRST = """
    select created_at as "at", text, url from posts
    where service = $service and seen_at >= $since and seen_at < $until
      and case $signal when 'outage' then counted when 'frustration' then counted_frustration else 0 end > 0
      and created_at >= $since
    order by created_at, id limit 1"""


def who_knew_when(published: Published, identity: str) -> pd.DataFrame:
    """The steps of an incident in the order of time.

    Returns:
        `at`; `who` (users, us, official, statement, or estimate for what is seen only afterwards); `what` in words;
        `detail` (a post's or an update's own words: hostile text); `url`; `minutes` since the first post that told of
        it, or since the onset where that post is unknown.
    """
    found = published.frame("select * from incidents where id = $id", {"id": identity}, tables=("incidents",))
    if found.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    told = found.iloc[0]
    rows = [*_first_post(published, told), *_ours(told), *_official(published, told), *_statements(published, told)]
    steps = pd.DataFrame(rows, columns=list(COLUMNS[:-1])).sort_values("at", kind="stable", ignore_index=True)
    users = steps.loc[steps["who"] == "users", "at"]
    start = users.iloc[0] if len(users) else told["onset_at"]
    return steps.assign(minutes=(steps["at"] - start).dt.total_seconds() / 60)


def _first_post(published: Published, told: pd.Series[Any]) -> list[tuple[Any, ...]]:
    first = published.frame(
        _FIRST,
        {"service": told["service"], "signal": told["signal"]},
        tables=("posts",),
        since=told["onset_at"].to_pydatetime(),
        until=told["opened_at"].to_pydatetime() + timedelta(minutes=1),
    )
    return [(row.at, "users", "First post about it", row.text, row.url) for row in first.itertuples()]


def _ours(told: pd.Series[Any]) -> list[tuple[Any, ...]]:
    passed = told["state"] in ("recovering", "resolved")
    named = _steps(str(told["signal"]))
    steps = [step for step in named if passed or step[0] != "peak_at"]  # while reports rise, no peak is known
    return [(told[name], who, what, "", "") for name, who, what in steps if not pd.isna(told[name])]


def _official(published: Published, told: pd.Series[Any]) -> list[tuple[Any, ...]]:
    steps = published.frame(
        """select * from officials where service = $service and "at" >= $after and "at" < $before
           order by "at", id""",
        {"service": told["service"], "after": told["onset_at"] - REACH, "before": _end(told) + REACH},
        tables=("officials",),
    )
    return [(row.at, "official", f"Status page: {row.stage}", row.title, row.url) for row in steps.itertuples()]


def _statements(published: Published, told: pd.Series[Any]) -> list[tuple[Any, ...]]:
    marked = published.frame(
        """select * from notes where kind = 'statement' and service = $service
             and id not in (select text from notes where kind = 'undo')
             and (incident = $id or (incident = '' and "at" >= $after and "at" < $before)) order by "at", id""",
        {"service": told["service"], "id": told["id"], "after": told["onset_at"], "before": _end(told) + REACH},
        tables=("notes",),
    )
    return [(row.at, "statement", "Our statement", row.text, "") for row in marked.itertuples()]


def _end(told: pd.Series[Any]) -> pd.Timestamp:
    return next(
        pd.Timestamp(told[name]) for name in ("resolved_at", "updated_at", "opened_at") if told[name] is not pd.NaT
    )
