"""The columns of every published table, so that one that is missing or from an older version still reads as empty."""

from __future__ import annotations

from typing import Final

BY_DAY: Final = frozenset({"minutes", "expected", "spikes", "posts"})
"""Tables that are folders of one file a day; the others are single files."""

EVER_NEW: Final = frozenset({"services", "coverage"})
"""Small tables that say something else in each generation."""

SHAPES: Final[dict[str, str]] = {
    "services": """service varchar, category varchar, status_page varchar, state varchar, since timestamp,
        observed_15m double, expected_15m double, upper_15m double, observed_60m double, expected_60m double,
        sentiment_60m double, frustration_60m double, sources varchar[], blind varchar[], incident varchar,
        talk varchar""",
    "minutes": """service varchar, source varchar, minute timestamp, posts bigint, authors bigint,
        outage_authors bigint, relay_authors bigint, recovery_authors bigint, complaint_authors bigint, outage double,
        frustration double, sentiment double, posts_frustration double""",
    "expected": """service varchar, signal varchar, hour timestamp, mean double, upper_1 double, upper_5 double,
        upper_15 double, upper_60 double""",
    "spikes": """service varchar, signal varchar, minute timestamp, observed double, expected double, evidence double,
        onset timestamp""",
    "posts": """id varchar, service varchar, source varchar, author varchar, text varchar, created_at timestamp,
        seen_at timestamp, lang varchar, thread varchar, url varchar, likes bigint, kind varchar, p_outage double,
        p_relay double, p_recovery double, p_complaint double, p_other double, sentiment double, frustration double,
        aspects varchar[], model varchar, fingerprint bigint, counted double, counted_frustration double,
        reason varchar""",
    "incidents": """id varchar, service varchar, signal varchar, state varchar, onset_at timestamp,
        opened_at timestamp, confirmed_at timestamp, peak_at timestamp, recovering_at timestamp,
        resolved_at timestamp, severity varchar, severity_reason varchar, confidence double, confidence_reason varchar,
        posts bigint, authors bigint, observed double, expected double, evidence double, updated_at timestamp,
        peak_ratio double, onset_earliest timestamp, onset_latest timestamp, cause varchar, shared varchar,
        merged_into varchar""",
    "whatif": """promise_days double, fate varchar, service varchar, signal varchar, incident varchar,
        "before" timestamp, "after" timestamp, minutes double, ratio_before double, people_before double,
        lasted_before double, ratio_after double, people_after double, lasted_after double""",
    "evidence": """incident varchar, rank bigint, post varchar, author varchar, url varchar, text varchar,
        created_at timestamp, reason varchar, aspects varchar[]""",
    "shared": """id varchar, upstream varchar, onset_at timestamp, opened_at timestamp, resolved_at timestamp,
        services varchar[], incidents varchar[], open bigint, updated_at timestamp""",
    "officials": """id varchar, service varchar, stage varchar, "at" timestamp, title varchar, text varchar,
        url varchar, seen_at timestamp""",
    "notes": """id varchar, "at" timestamp, kind varchar, service varchar, incident varchar, text varchar,
        author varchar""",
    "gaps": 'source varchar, start timestamp, "end" timestamp, reason varchar',
    "coverage": "source varchar, since timestamp, until timestamp, cursor varchar, last_post_at timestamp",
    "deliveries": """id varchar, channel varchar, event varchar, incident varchar, created_at timestamp,
        due_at timestamp, body varchar, state varchar, attempts bigint, last_status varchar, sent_at timestamp""",
    "channels": "channel varchar, waiting bigint, problem varchar",
    "attempts": """delivery varchar, channel varchar, event varchar, "at" timestamp, number bigint, status varchar,
        seconds double, sent boolean, parcel varchar""",
}
