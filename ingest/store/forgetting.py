"""Forgets posts: whole when their source asks for it, their words and whom they name once they are old.

Ids of Bluesky and Mastodon name the author, and so do threads and addresses. When the words go, an id is replaced by
what `ingest.pseudonym.veils` makes of it, wherever it stands, so that readings and counts stay joined to the post, and
a deletion or a second delivery that comes later still finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import duckdb
import pyarrow as pa

from ingest.pseudonym import VEIL
from ingest.records import Removal
from ingest.store.quotes import quoted, without
from ingest.store.tables import aware, naive

NAMED: Final = f"(text <> '' or not starts_with(id, source || ':{VEIL}'))"
"""Holds for a row of posts that still has its words, or an id that may name its author."""

COUNTED_LATE: Final = timedelta(hours=1)
"""A post counts in the minute in which it was seen, or in one that began at most so much later."""

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


class Purge:
    """Forgets the words of posts seen before a time and whom they name, so many at once, the oldest first."""

    def __init__(self, con: Callable[[], duckdb.DuckDBPyConnection], before: datetime, veil: Veil) -> None:
        self._con = con
        self._before = naive(before)
        self._veil = veil
        self._quotes: dict[str, set[str]] = {}

    def some(self, since: datetime, until: datetime, limit: int) -> list[datetime]:
        """Forget at most `limit` of the posts seen from `since` to `until`. Returns when they were seen, in order."""
        doomed = (
            self._con()
            .sql(
                f"""select source, id, thread, seen_at from posts
            where seen_at >= $since and seen_at < least($until, $before) and {NAMED}
            order by seen_at, id limit $limit""",
                params={"since": naive(since), "until": naive(until), "before": self._before, "limit": limit},
            )
            .to_arrow_table()
        )
        if not doomed.num_rows:
            return []
        seen: list[datetime] = doomed["seen_at"].to_pylist()
        self._cover(doomed.select(["source", "id", "thread"]).to_pylist(), seen[0], seen[-1])
        self._unquote(doomed["id"].to_pylist())
        return [aware(moment) for moment in seen]

    def rest(self) -> None:
        """Forget what alerts said before that time, and why older readings were as they are."""
        self._con().execute("update scores set reason = '' where seen_at < ? and reason <> ''", [self._before])
        self._con().execute(
            """update deliveries set body = ''
            where created_at < ? and body <> '' and state not in ('pending', 'held')""",
            [self._before],
        )

    def _cover(self, rows: list[dict[str, str]], first: datetime, last: datetime) -> None:
        columns = {
            "old": [row["id"] for row in rows],
            "id": [self._veil(row["source"], row["id"]) for row in rows],
            "thread": [self._veil(row["source"], row["thread"]) for row in rows],
        }
        self._con().register("incoming", pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns])))
        seen = {"first": first, "last": last}  # so that no statement looks through all there is
        self._con().execute(
            """update posts set id = v.id, thread = v.thread, text = '', url = '', place = ''
            from incoming v where posts.id = v.old and seen_at between $first and $last""",
            seen,
        )
        self._con().execute(
            """update scores set post = v.id, reason = '' from incoming v
            where post = v.old and seen_at between $first and $last""",
            seen,
        )
        seen = {"first": first, "last": last + COUNTED_LATE}
        self._con().execute(
            r"""update voices set post = v.id,
                reason = regexp_replace(reason, '(author|thread|words) as .*$', '\1 as an earlier post')
            from incoming v where post = v.old and minute between date_trunc('minute', $first) and $last""",
            seen,
        )
        self._con().unregister("incoming")

    def _unquote(self, gone: list[str]) -> None:
        stored = self._con().execute("select id from deliveries").fetchall()
        if fresh := [row[0] for row in stored if row[0] not in self._quotes]:
            told = (
                self._con()
                .execute("select id, body from deliveries where id in (select unnest(?::varchar[]))", [fresh])
                .fetchall()
            )
            self._quotes |= {identity: quoted(body) if body else set() for identity, body in told}
        names = set(gone)
        for identity in [identity for identity, quotes in self._quotes.items() if quotes & names]:
            body = self._con().execute("select body from deliveries where id = ?", [identity]).fetchall()[0][0]
            if body:
                self._con().execute("update deliveries set body = ? where id = ?", [without(body, names), identity])


def _unquote_removed(con: duckdb.DuckDBPyConnection) -> None:
    quoting = con.execute(
        "select distinct b.id, b.body, d.id from deliveries b join doomed d on contains(b.body, d.id)"
    ).fetchall()
    for identity in {row[0] for row in quoting}:
        posts = {row[2] for row in quoting if row[0] == identity}
        body = next(row[1] for row in quoting if row[0] == identity)
        con.execute("update deliveries set body = ? where id = ?", [without(body, posts), identity])
