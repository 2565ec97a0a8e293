"""Forgets posts: whole when their source asks for it, their words and whom they name once they are old.

Ids of Bluesky and Mastodon name the author, and so do threads and addresses. When the words go, an id is replaced by
what `ingest.pseudonym.veils` makes of it, wherever it stands, so that readings and counts stay joined to the post, and
a deletion or a second delivery that comes later still finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

import duckdb
import pyarrow as pa

from ingest.pseudonym import VEIL
from ingest.records import Removal
from ingest.store.quotes import quoted, without
from ingest.store.tables import naive

NAMED: Final = f"(text <> '' or not starts_with(id, source || ':{VEIL}'))"
"""Holds for a row of posts that still has its words, or an id that may name its author."""

Veil = Callable[[str, str], str]


def remove(con: duckdb.DuckDBPyConnection, removals: Sequence[Removal], veil: Veil) -> list[date]:
    """Forget posts and what was thought of them; see `Store.remove`."""
    names = [name for one in removals if one.post for name in (one.post, veil(one.source, one.post))]
    con.execute(
        """create or replace temp table doomed as select id, seen_at::date as day from posts
        where id in (select unnest(?::varchar[])) or (source || ' ' || author) in (select unnest(?::varchar[]))""",
        [names, [f"{one.source} {one.author}" for one in removals if one.author]],
    )
    for name, key in (("posts", "id"), ("scores", "post"), ("voices", "post")):
        con.execute(f"delete from {name} where {key} in (select id from doomed)")
    _unquote_removed(con)
    return [row[0] for row in con.execute("select day from doomed").fetchall()]


def purge(con: duckdb.DuckDBPyConnection, before: datetime, veil: Veil) -> list[date]:
    """Forget the words of old posts and whom they name; see `Store.purge`."""
    doomed = con.sql(
        f"select source, id, thread, seen_at::date as day from posts where seen_at < ? and {NAMED}",
        params=[naive(before)],
    ).to_arrow_table()
    if not doomed.num_rows:
        return []
    _veil(con, doomed, veil)
    con.execute("update scores set reason = '' where seen_at < ? and reason <> ''", [naive(before)])
    con.execute(
        "update deliveries set body = '' where created_at < ? and state not in ('pending', 'held')", [naive(before)]
    )
    _unquote_veiled(con)
    days: list[date] = doomed["day"].to_pylist()
    return days


def _veil(con: duckdb.DuckDBPyConnection, doomed: pa.Table, veil: Veil) -> None:
    rows: list[dict[str, str]] = doomed.select(["source", "id", "thread"]).to_pylist()
    columns = {
        "old": [row["id"] for row in rows],
        "id": [veil(row["source"], row["id"]) for row in rows],
        "thread": [veil(row["source"], row["thread"]) for row in rows],
    }
    con.register("incoming", pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns])))
    con.execute("create or replace temp table veiled as select * from incoming")
    con.unregister("incoming")
    con.execute(
        """update posts set id = v.id, thread = v.thread, text = '', url = '', place = ''
        from veiled v where posts.id = v.old"""
    )
    con.execute("update scores set post = v.id from veiled v where post = v.old")
    con.execute(
        r"""update voices set post = v.id,
            reason = regexp_replace(reason, '(author|thread|words) as .*$', '\1 as an earlier post')
        from veiled v where post = v.old"""
    )


def _unquote_removed(con: duckdb.DuckDBPyConnection) -> None:
    quoting = con.execute(
        "select distinct b.id, b.body, d.id from deliveries b join doomed d on contains(b.body, d.id)"
    ).fetchall()
    for identity in {row[0] for row in quoting}:
        posts = {row[2] for row in quoting if row[0] == identity}
        body = next(row[1] for row in quoting if row[0] == identity)
        con.execute("update deliveries set body = ? where id = ?", [without(body, posts), identity])


def _unquote_veiled(con: duckdb.DuckDBPyConnection) -> None:
    bodies = con.execute("select id, body from deliveries where body <> ''").fetchall()
    quotes = {identity: quoted(body) for identity, body in bodies}
    names = sorted(set().union(*quotes.values()))
    found = con.execute("select old from veiled where old in (select unnest(?::varchar[]))", [names]).fetchall()
    gone = {row[0] for row in found}
    for identity, body in bodies:
        if quotes[identity] & gone:
            con.execute("update deliveries set body = ? where id = ?", [without(body, gone), identity])
