"""The one writer of the database: keyed appends and the few reads that the main flow needs.

DuckDB lets a single process open a file for writing and shuts everyone else out meanwhile, so other processes read what
`ingest.store.publish` lays out. Every append is keyed: doing a cycle again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final, TypeVar

import duckdb
import pyarrow as pa

from ingest.errors import InUse, UserError
from ingest.pseudonym import key_beside, veils
from ingest.records import (
    Attempt,
    Blame,
    Coverage,
    Delivery,
    Evidence,
    Expected,
    Gap,
    Incident,
    Minute,
    Note,
    Official,
    Post,
    Removal,
    Score,
    SharedStory,
    Spike,
    Told,
    Voice,
)
from ingest.store import forgetting
from ingest.store.migrations import migrate
from ingest.store.tables import aware, naive, records, table
from ingest.store.talked import talked

Noun = TypeVar("Noun")

TABLES: Final[dict[type, str]] = {
    Post: "posts",
    Score: "scores",
    Voice: "voices",
    Minute: "minutes",
    Spike: "spikes",
    Expected: "expected",
    Incident: "incidents",
    SharedStory: "shared_stories",
    Official: "officials",
    Note: "notes",
    Gap: "gaps",
    Coverage: "coverages",
    Delivery: "deliveries",
    Attempt: "attempts",
}

LAST_WORDS: Final = timedelta(hours=6)
"""A silence is shown by what was said in this time before it."""

REDELIVERY: Final = timedelta(days=2)
"""A source hands a post out again at most this long after its first `created_at` may have been guessed."""

STRETCH: Final = timedelta(hours=6)
"""Posts to be purged are looked for in so much time at once."""

PATIENCE: Final = 60.0
"""Seconds for which the database is waited for where another process took it while it was opened anew."""


class Store:
    """The database. One instance per process; not for sharing between threads.

    Args:
        path: the file, or ":memory:".

    Raises:
        InUse: another process has the file open.
        UserError: it is not a DuckDB file, or its folder cannot be written.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = str(path)
        self._con = _open(self.path)
        migrate(self._con)

    def close(self) -> None:
        """Write everything out and let others in."""
        self._con.close()

    def shed(self) -> None:
        """Close the file and open it anew, for DuckDB gives back only then what it keeps of every transaction.

        Not within a transaction. Who opens the file in between is waited for.

        Raises:
            InUse: another process has held the file for `PATIENCE` seconds.
        """
        if self.path == ":memory:":
            return
        self._con.close()
        until = monotonic() + PATIENCE
        while True:
            try:
                self._con = _open(self.path)
                return
            except InUse:
                if monotonic() >= until:
                    raise
                sleep(0.1)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the writes inside, or none."""
        self._con.begin()
        try:
            yield
        except BaseException:
            self._con.rollback()
            raise
        self._con.commit()

    def query(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> pa.Table:
        """Run a read and return its rows as an Arrow table."""
        rows: pa.Table = self._con.sql(sql, params=parameters).to_arrow_table()
        return rows

    # Writing

    def unseen(self, posts: Sequence[Post]) -> list[Post]:
        """Those of `posts` that are not stored yet, with or without their words; each id once, in order."""
        first = {post.id: post for post in reversed(posts)}
        batch = [post for post in posts if first[post.id] is post]
        if not batch:
            return []
        names = {stored: post.id for post in batch for stored in (post.id, self._veil(post.source, post.id))}
        with self._registered(pa.table({"id": list(names.values()), "stored": list(names)})) as rows:
            known = self._con.execute(
                f"select x.id from posts p join {rows} x on p.id = x.stored where p.created_at >= ?",
                [naive(min(post.created_at for post in batch)) - REDELIVERY],
            ).fetchall()
        seen = {row[0] for row in known}
        return [post for post in batch if post.id not in seen]

    def append(self, noun: type[Noun], rows: Iterable[Noun]) -> None:
        """Insert rows of a noun whose keys are known to be new.

        Raises:
            duckdb.ConstraintException: a key is there already (the safety net behind `unseen`).
        """
        self._insert("insert", noun, rows)

    def upsert(self, noun: type[Noun], rows: Iterable[Noun]) -> None:
        """Insert rows of a noun, replacing those of the same key."""
        self._insert("insert or replace", noun, rows)

    def add(self, noun: type[Noun], rows: Iterable[Noun]) -> None:
        """Insert rows of a noun, leaving those of the same key as they are."""
        self._insert("insert or ignore", noun, rows)

    def append_scores(self, scores: Sequence[Score], posts: Sequence[Post]) -> None:
        """Insert new scores, filed under the time at which their posts were seen so that no read scans all of them."""
        seen = {post.id: naive(post.seen_at) for post in posts}
        moments = pa.array([seen[score.post] for score in scores], pa.timestamp("us"))
        self._take("insert", "scores", table(Score, scores).append_column("seen_at", moments))

    def remove(self, removals: Sequence[Removal]) -> list[date]:
        """Forget posts and what was thought of them, as their sources ask; counts per minute stay.

        Returns:
            The day on which each forgotten post was seen.
        """
        return forgetting.remove(self._con, removals, self._veil) if removals else []

    def refresh(self, posts: Sequence[Post]) -> list[date]:
        """Take over newer votes, and edited words, of posts that are stored; readings of them stay as they were.

        Returns:
            The day on which each changed post was seen.
        """
        if not posts:
            return []
        newest = {post.id: post for post in posts}
        with self._registered(table(Post, newest.values())) as rows:
            changed = self._con.execute(
                f"""select p.id, p.seen_at::date from posts p join {rows} x on p.id = x.id
                where p.created_at >= ? and p.text <> '' and (p.likes <> x.likes or p.text <> x.text)""",
                [naive(min(post.created_at for post in posts)) - REDELIVERY],
            ).fetchall()
            if changed:
                self._con.execute(
                    f"""update posts set likes = x.likes, text = x.text from {rows} x
                    where posts.id = x.id and posts.id in (select unnest(?::varchar[]))""",
                    [[row[0] for row in changed]],
                )
        return [row[1] for row in changed]

    def purge(self, before: datetime, at_once: int = 500) -> Generator[list[datetime]]:
        """Blank the text and addresses of posts seen before `before`, veil their ids and threads, which may name their
        authors, and take their words out of alerts; what was thought of the posts stays, and joined to them.

        It goes from the oldest on, a transaction for each `at_once` posts at most, and may be left off after any.

        Yields:
            When each of the posts that were purged just now was seen, in order; nothing where none had to be.
        """
        forgetting_them = forgetting.Purge(lambda: self._con, before, self._veil)
        for since, until in self.spans("posts", "seen_at", before, STRETCH):
            seen: list[datetime] = []
            while True:
                with self.transaction():
                    seen = forgetting_them.some(seen[-1] if seen else since, until, at_once)
                yield seen
                if len(seen) < at_once:
                    break
        with self.transaction():
            forgetting_them.rest()

    def services(self) -> set[str]:
        """The names of services of which anything is stored."""
        rows = self._con.execute("select service from minutes union select service from incidents").fetchall()
        return {row[0] for row in rows}

    def rename(self, old: str, new: str) -> None:
        """Call a service otherwise, in everything that is stored."""
        for name in ("posts", "scores", "voices", "minutes", "spikes", "expected", "incidents", "officials", "notes"):
            self._con.execute(f"update {name} set service = ? where service = ?", [new, old])
        self._con.execute(
            "update shared_stories set services = [case when one = ? then ? else one end for one in services]",
            [old, new],
        )

    def set_fact(self, name: str, value: str) -> None:
        """Write down one named fact about the database as a whole ("judged_until", "simulated")."""
        self._con.execute("insert or replace into facts values (?, ?)", [name, value])

    # Reading

    def fact(self, name: str) -> str | None:
        """A named fact, or None."""
        rows = self._con.execute("select value from facts where name = ?", [name]).fetchall()
        return str(rows[0][0]) if rows else None

    def all(
        self, noun: type[Noun], where: str = "true", parameters: Sequence[Any] = (), order: str = "all"
    ) -> list[Noun]:
        """Rows of a noun as records, ordered by all columns unless told otherwise. For the small nouns."""
        return records(noun, self.query(f"select * from {TABLES[noun]} where {where} order by {order}", parameters))

    def spans(self, name: str, column: str, until: datetime, step: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """The time from a table's first row to `until`, cut into stretches of `step`; nothing for an empty table."""
        first = self._con.execute(f"select min({column}) from {name} where {column} < ?", [naive(until)]).fetchall()[0][
            0
        ]
        start = until if first is None else aware(first)
        while start < until:
            end = min(start + step, until)
            yield start, end
            start = end

    def tail(self, since: datetime) -> list[tuple[Post, Score, Voice]]:
        """What was seen at or after `since`, in the order (seen_at, id): what a restart needs."""
        window = [naive(since)]
        posts = {p.id: p for p in self.all(Post, "seen_at >= ?", window)}
        scores = {(s.post, s.service): s for s in self.all(Score, "seen_at >= ?", window)}
        voices = self.all(Voice, "minute >= date_trunc('minute', ?::timestamp)", window)
        found = [(posts[v.post], scores[v.post, v.service], v) for v in voices if v.post in posts]
        return sorted(found, key=lambda row: (row[0].seen_at, row[0].id, row[2].service))

    def told(self, source: str, since: datetime, limit: int = 200_000) -> list[Told]:
        """What a source told since `since` and is still kept with its words, the latest first."""
        rows = self._con.execute(
            """select id, place, seen_at from posts where source = ? and seen_at >= ? and text <> ''
            order by seen_at desc limit ?""",
            [source, naive(since), limit],
        ).fetchall()
        return [Told(identity, place, aware(seen_at)) for identity, place, seen_at in rows]

    def blames(self, start: datetime, end: datetime) -> list[Blame]:
        """The causes named in posts that counted as reports, from `start` to `end`."""
        found = self.query(
            """select v.service, v.minute, p.author, substr(a.aspect, 7) as cause
            from voices v
            join (select post, service, unnest(aspects) as aspect from scores
                where seen_at >= $start and seen_at < $end) a on a.post = v.post and a.service = v.service
            join posts p on p.id = v.post
            where v.minute >= $start and v.minute < $end and v.outage > 0 and starts_with(a.aspect, 'cause:')
            order by all""",
            {"start": naive(start), "end": naive(end)},
        )
        return records(Blame, found)

    def evidence(self, incident: Incident, until: datetime, limit: int = 5) -> list[Evidence]:
        """The most telling posts behind an incident, of distinct people, seen before `until`; strongest first.

        The reason why each counted is given in words. For a silence they are the last before it, for
        unusual talk the most liked.
        """
        if incident.signal == "drop":
            return self._last_words(incident, limit)
        if incident.signal == "talk":
            return talked(self.query, incident, until, limit)
        weight = "outage" if incident.signal == "outage" else "frustration"
        found = self.query(
            f"""select p.id as post, p.author, p.url, p.text, p.created_at, v.reason || case when s.reason = '' then ''
                    else '; ' || s.reason end as reason, s.aspects, v.{weight} as weight
            from voices v
            join posts p on p.id = v.post and p.seen_at >= $start and p.seen_at < $until
            join scores s on s.post = v.post and s.service = v.service and s.seen_at >= $start and s.seen_at < $until
            where v.service = $service and v.minute >= $start and v.minute < $until and v.{weight} > 0
            qualify row_number() over (partition by p.author order by v.{weight} desc, p.seen_at, p.id) = 1
            order by weight desc, p.seen_at, p.id limit $limit""",
            {
                "service": incident.service,
                "start": naive(incident.onset_at),
                "until": naive(until),
                "limit": limit,
            },
        )
        return records(Evidence, found)

    def _last_words(self, incident: Incident, limit: int) -> list[Evidence]:
        found = self.query(
            """select p.id as post, p.author, p.url, p.text, p.created_at,
                'one of the last posts before the silence' as reason, s.aspects
            from scores s join posts p on p.id = s.post and p.seen_at >= $start and p.seen_at < $end
            where s.service = $service and s.seen_at >= $start and s.seen_at < $end
            qualify row_number() over (partition by p.author order by p.seen_at desc, p.id) = 1
            order by p.seen_at desc, p.id limit $limit""",
            {
                "service": incident.service,
                "start": naive(incident.onset_at - LAST_WORDS),
                "end": naive(incident.onset_at),
                "limit": limit,
            },
        )
        return records(Evidence, found)

    def counts(self) -> dict[str, int]:
        """Rows per table."""
        return {name: self._count(f"select count(*) from {name}") for name in TABLES.values()}

    def used_bytes(self) -> int:
        """How much of the file holds something."""
        return self._count("select used_blocks * block_size from pragma_database_size() limit 1")

    @cached_property
    def _veil(self) -> Callable[[str, str], str]:
        return veils(key_beside(self.path))

    def _count(self, sql: str) -> int:
        return int(self._con.execute(sql).fetchall()[0][0])

    def _insert(self, how: str, noun: type[Noun], rows: Iterable[Noun]) -> None:
        self._take(how, TABLES[noun], table(noun, rows))

    def _take(self, how: str, name: str, rows: pa.Table) -> None:
        if rows.num_rows:
            with self._registered(rows) as incoming:
                self._con.execute(f"{how} into {name} by name select * from {incoming}")

    @contextmanager
    def _registered(self, rows: pa.Table) -> Iterator[str]:
        self._con.register("incoming", rows)
        yield "incoming"
        self._con.unregister("incoming")  # after a failure nothing may be done but to roll back


def _open(path: str) -> duckdb.DuckDBPyConnection:
    if path != ":memory:":
        _make_folder(Path(path).parent)
    try:
        con = duckdb.connect(path)
    except duckdb.IOException as error:
        raise _why_not(path, str(error)) from error
    con.execute("set timezone = 'UTC'")
    return con


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{folder}: cannot make the folder for the database ({error.strerror}); name another with --db"
        ) from error


def _why_not(path: str, message: str) -> UserError:
    if "lock" in message.lower():
        return InUse(
            f"{path}: another downchatter has this database open; stop it first, or name another file with --db"
        )
    if "not a valid DuckDB" in message:
        return UserError(f"{path}: this is not a DuckDB database; name another file with --db")
    return UserError(
        f"{path}: cannot open the database ({message.splitlines()[0]}); check the path and its permissions"
    )
