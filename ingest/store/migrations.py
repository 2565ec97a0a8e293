"""The shape of the database as numbered steps, each applied once and in a transaction of its own.

A released step is never edited: a change of shape is a new function at the end of `STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import duckdb

from ingest.errors import UserError


def _first_tables(con: duckdb.DuckDBPyConnection) -> None:
    for statement in (
        """create table posts (
            id varchar primary key, source varchar not null, author varchar not null, text varchar not null,
            created_at timestamp not null, seen_at timestamp not null, lang varchar not null, thread varchar not null,
            url varchar not null, likes bigint not null, service varchar not null)""",
        """create table scores (
            post varchar not null, service varchar not null, model varchar not null,
            p_outage double, p_relay double, p_recovery double, p_complaint double, p_other double,
            sentiment double, frustration double, fingerprint bigint, aspects varchar[], reason varchar,
            seen_at timestamp not null, primary key (post, service, model))""",
        """create table voices (
            service varchar not null, source varchar not null, minute timestamp not null, post varchar not null,
            outage double, frustration double, reason varchar, primary key (post, service))""",
        """create table minutes (
            service varchar not null, source varchar not null, minute timestamp not null, posts bigint, authors bigint,
            outage_authors bigint, relay_authors bigint, recovery_authors bigint, complaint_authors bigint,
            outage double, frustration double, sentiment double, posts_frustration double,
            primary key (service, source, minute))""",
        """create table spikes (
            service varchar not null, signal varchar not null, minute timestamp not null, observed double,
            expected double, evidence double, onset timestamp, primary key (service, signal, minute))""",
        """create table expected (
            service varchar not null, signal varchar not null, hour timestamp not null, mean double, upper_1 double,
            upper_5 double, upper_15 double, upper_60 double, primary key (service, signal, hour))""",
        """create table incidents (
            id varchar primary key, service varchar not null, signal varchar not null, state varchar not null,
            onset_at timestamp, opened_at timestamp, confirmed_at timestamp, peak_at timestamp,
            recovering_at timestamp, resolved_at timestamp, severity varchar, severity_reason varchar,
            confidence double, confidence_reason varchar, posts bigint, authors bigint, observed double,
            expected double, evidence double, updated_at timestamp)""",
        """create table officials (
            id varchar primary key, service varchar not null, stage varchar not null, "at" timestamp not null,
            title varchar, text varchar, url varchar, seen_at timestamp)""",
        """create table notes (
            id varchar primary key, "at" timestamp not null, kind varchar not null, service varchar not null,
            incident varchar, text varchar, author varchar)""",
        """create table gaps (
            source varchar not null, start timestamp not null, "end" timestamp, reason varchar,
            primary key (source, start))""",
        """create table coverages (
            source varchar primary key, since timestamp not null, until timestamp not null, cursor varchar,
            last_post_at timestamp)""",
        """create table deliveries (
            id varchar primary key, channel varchar not null, event varchar not null, incident varchar,
            created_at timestamp not null, due_at timestamp not null, body varchar, state varchar not null,
            attempts bigint, last_status varchar, sent_at timestamp)""",
        "create table facts (name varchar primary key, value varchar)",
    ):
        con.execute(statement)


def _attempts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """create table attempts (
            delivery varchar not null, channel varchar not null, event varchar not null, "at" timestamp not null,
            number bigint, status varchar, seconds double, sent boolean, parcel varchar,
            primary key (delivery, "at"))"""
    )


def _ratio_at_the_peak(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table incidents add column peak_ratio double default 0.0")


def _onset_interval(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table incidents add column onset_earliest timestamp")
    con.execute("alter table incidents add column onset_latest timestamp")


def _places_and_notes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table posts add column place varchar default ''")
    con.execute("alter table coverages add column note varchar default ''")


def _causes_and_shared_stories(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("alter table incidents add column cause varchar default ''")
    con.execute("alter table incidents add column shared varchar default ''")
    con.execute(
        """create table shared_stories (
            id varchar primary key, upstream varchar not null, onset_at timestamp, opened_at timestamp,
            resolved_at timestamp, services varchar[], incidents varchar[], open bigint, updated_at timestamp)"""
    )


STEPS: Final[tuple[Callable[[duckdb.DuckDBPyConnection], None], ...]] = (
    _first_tables,
    _attempts,
    _ratio_at_the_peak,
    _onset_interval,
    _places_and_notes,
    _causes_and_shared_stories,
)


def migrate(con: duckdb.DuckDBPyConnection) -> None:
    """Bring the database to the newest shape.

    Raises:
        UserError: the file was written by a newer version of the program.
    """
    con.execute("create table if not exists migrations (version integer primary key, applied_at timestamp)")
    version = int(con.execute("select coalesce(max(version), 0) from migrations").fetchall()[0][0])
    if version > len(STEPS):
        raise UserError(
            f"the database is of version {version}, newer than this program's {len(STEPS)}: upgrade downchatter "
            "or name another file with --db"
        )
    for number, step in enumerate(STEPS[version:], start=version + 1):
        con.begin()
        step(con)
        con.execute("insert into migrations values (?, now()::timestamp)", [number])
        con.commit()
