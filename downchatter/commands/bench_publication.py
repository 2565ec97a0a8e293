"""A made-up publication of any size, and its next generations, for `downchatter bench page`."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from downchatter.version import VERSION

END: Final = datetime(2026, 2, 28, 16, tzinfo=UTC)
"""When the first generation is published: eight hours are left of its last day."""

CYCLE: Final = 6.0
"""Seconds from one generation to the next while `downchatter run` watches: it publishes at the end of the first cycle
of a second that ends five seconds or more after it last did."""

_POSTS: Final = """
    copy (
        with made as (
            select i, 'Service ' || lpad((1 + floor($services * power(((hash(i + $seed) % 1000003) / 1000003.0), 3))
                )::int::varchar, 3, '0') as service,
                $day::timestamp + to_microseconds((hash(i * 7 + $seed) % 86400000000)::bigint) as seen_at,
                (hash(i * 13 + $seed) % 100)::int as dice
            from range($first, $last) t(i))
        select 'made:' || i as id, service, 'bluesky' as source, 'a' || (hash(i * 3) % 400000) as author,
            case when dice < 8 then 'is ' || service || ' down for anyone else? number ' || i
                 else 'reading about ' || service || ' over a coffee, number ' || i || ' of many' end as text,
            seen_at as created_at, seen_at, 'en' as lang, '' as thread, 'https://example.org/' || i as url, 0 as likes,
            case when dice < 8 then 'outage' when dice < 14 then 'complaint' when dice < 16 then 'recovery' else 'other'
                end as kind,
            case when dice < 8 then 0.9 else 0.02 end as p_outage, 0.02 as p_relay, 0.02 as p_recovery,
            0.02 as p_complaint, 0.04 as p_other, (dice - 50) / 100.0 as sentiment, dice / 200.0 as frustration,
            case when dice < 3 then ['fails:login'] when dice < 5 then ['cause:overload'] else []::varchar[] end
                as aspects,
            'made' as model, (hash(i) >> 1)::bigint as fingerprint,
            case when dice < 8 then 0.9 else 0.0 end as counted, 0.0 as counted_frustration, 'made' as reason
        from made order by service, seen_at
    ) to '{path}' (format parquet, compression zstd, row_group_size 8192)"""

_MINUTES: Final = """
    copy (
        select service, source, date_trunc('minute', seen_at) as minute, count(*) as posts, count(*) as authors,
            count(*) filter (where kind = 'outage') as outage_authors, 0 as relay_authors,
            count(*) filter (where kind = 'recovery') as recovery_authors,
            count(*) filter (where kind = 'complaint') as complaint_authors, sum(counted) as outage,
            sum(frustration) as frustration, sum(sentiment) as sentiment, sum(frustration) as posts_frustration
        from read_parquet('{posts}') group by all order by service, minute
    ) to '{path}' (format parquet, compression zstd)"""

_EXPECTED: Final = """
    copy (
        select 'Service ' || lpad(s::varchar, 3, '0') as service, 'outage' as signal,
            $day::timestamp + to_hours(h) as hour, 0.01 as mean, 1.0 as upper_1, 1.4 as upper_5, 2.2 as upper_15,
            4.0 as upper_60
        from range(1, $services + 1) a(s), range(24) b(h) order by service, hour
    ) to '{path}' (format parquet, compression zstd)"""

_WHOLE: Final = {
    "services": """
        select 'Service ' || lpad(s::varchar, 3, '0') as service, 'made' as category, '' as status_page,
            case when s % 97 = 1 then 'outage' when s % 31 = 2 then 'elevated' else 'calm' end as state,
            case when s % 97 = 1 then $end - interval 40 minutes end as since, (s % 7)::double as observed_15m,
            0.2 as expected_15m, 2.2 as upper_15m, (s % 13)::double as observed_60m, 0.7 as expected_60m,
            -0.2 as sentiment_60m, 0.3 as frustration_60m, ['bluesky'] as sources, []::varchar[] as blind,
            '' as incident
        from range(1, $services + 1) t(s)""",
    "incidents": """
        select 'made-' || n as id, 'Service ' || lpad((1 + n * 7 % $services)::varchar, 3, '0') as service,
            'outage' as signal, 'resolved' as state, o as onset_at, o + interval 4 minutes as opened_at,
            o + interval 6 minutes as confirmed_at, o + interval 20 minutes as peak_at,
            o + interval 50 minutes as recovering_at, o + interval 80 minutes as resolved_at, 'major' as severity,
            'made' as severity_reason, 0.9 as confidence, 'made' as confidence_reason, 90 as posts, 80 as authors,
            72.0 as observed, 1.0 as expected, 90.0 as evidence, o + interval 80 minutes as updated_at,
            60.0 as peak_ratio
        from (select n, $end - to_hours(3 + n * 9) as o from range(200) t(n))""",
    "whatif": """
        select p::double as promise_days, case when n % 9 = p % 9 then 'vanishes' when n % 4 = 0 then 'moves'
                else 'stays' end as fate, 'Service ' || lpad((1 + n * 7 % $services)::varchar, 3, '0') as service,
            'outage' as signal, 'made-' || n as incident, $end - to_hours(3 + n * 9) as "before",
            $end - to_hours(3 + n * 9) as "after", (n % 4 = 0)::int * 3.0 as minutes, 60.0 as ratio_before,
            80.0 as people_before, 80.0 as lasted_before, 60.0 as ratio_after, 80.0 as people_after,
            80.0 as lasted_after
        from range(200) t(n), (select unnest([1, 3, 7, 14, 30, 60, 90, 180, 365]) as p)""",
    "coverage": """
        select 'bluesky' as source, $end - interval 90 days as since, $end as until, '' as cursor,
            $end as last_post_at""",
    "gaps": """
        select 'bluesky' as source, $end - interval 30 hours as start, $end - interval 29 hours as "end",
            'made' as reason""",
}


def made(published: Path, posts: int, services: int, days: int, seed: int) -> None:
    """Write a publication of made-up posts, the same for the same seed."""
    target = published / "00000001"
    for name in ("posts", "minutes", "expected"):
        (target / name).mkdir(parents=True)
    each = posts // days
    with duckdb.connect() as con:
        con.execute("set preserve_insertion_order = false")
        for number in range(days):
            day = END.date() - timedelta(days=days - 1 - number)
            paths = {name: target / name / f"{day.isoformat()}.parquet" for name in ("posts", "minutes", "expected")}
            about = {"services": services, "day": day.isoformat()}
            span = {"first": number * each, "last": (number + 1) * each, "seed": seed}
            con.execute(_POSTS.format(path=paths["posts"]), about | span)
            con.execute(_MINUTES.format(posts=paths["posts"], path=paths["minutes"]))
            con.execute(_EXPECTED.format(path=paths["expected"]), about)
        for name, sql in _WHOLE.items():
            asked = {"end": END.replace(tzinfo=None), "services": services}
            used = {key: value for key, value in asked.items() if f"${key}" in sql}
            con.execute(f"copy ({sql}) to '{target / name}.parquet' (format parquet)", used)
    _tell(published, target, timedelta(seconds=1), days)


def _tell(published: Path, target: Path, later: timedelta, days: int) -> None:
    end = END.replace(tzinfo=None)
    rules = {"promise_days": 30.0, "min_voices": 6.0, "times": [10, 50], "people": [30, 150], "minutes": [60, 360]}
    meta = {
        "generation": target.name,
        "published_at": end.isoformat(),
        "judged_until": (end + later).replace(second=0).isoformat(),
        "started_at": (end - timedelta(days=days)).isoformat(),
        "simulated": True,
        "version": VERSION,
        "model": "made",
        "promise_days": 30.0,
        "rules": rules,
        "settled": rules,
    }
    (target / "meta.json").write_text(json.dumps(meta), encoding="utf8")
    pointer = published / "CURRENT.new"
    pointer.write_text(target.name, encoding="utf8")
    pointer.replace(published / "CURRENT")


_CHANGED: Final = {
    "services": "select * replace ((observed_15m + 1) % 7 as observed_15m) from read_parquet('{path}')",
    "coverage": "select * replace ($now as until, $now as last_post_at) from read_parquet('{path}')",
}
"""Small tables that say something else in each generation."""


def republish(published: Path, number: int, days: int = 90) -> None:
    """Put the next generation in force as the writer would: the newest day and the small tables are written anew."""
    old = published / (published / "CURRENT").read_text(encoding="utf8").strip()
    new = published / f"{number:08d}"
    shutil.copytree(old, new, copy_function=os.link)
    (new / "meta.json").unlink()
    newest = [max((new / name).iterdir()) for name in ("posts", "minutes", "expected")]
    later = number * timedelta(seconds=CYCLE)
    for file in [*newest, *new.glob("*.parquet")]:
        draft = file.with_suffix(".new")
        if file.stem in _CHANGED:
            sql, now = _CHANGED[file.stem].format(path=file), (END + later).replace(tzinfo=None)
            with duckdb.connect() as con:
                con.execute(f"copy ({sql}) to '{draft}' (format parquet)", {"now": now} if "$now" in sql else None)
        else:
            shutil.copyfile(file, draft)
        draft.replace(file)
    _tell(published, new, later, days)
    for stale in sorted(path for path in published.iterdir() if path.is_dir())[:-4]:
        shutil.rmtree(stale)
