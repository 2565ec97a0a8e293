"""The database: keyed appends, forgetting, one writer, and clear words when it cannot be opened."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from ingest.errors import InUse, UserError
from ingest.records import Delivery, Incident, Minute, Post, Removal, Score, Voice
from ingest.store import Store, database
from ingest.store.migrations import STEPS

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def post(number: int, author: str = "", seen: datetime = NOON, source: str = "bluesky") -> Post:
    return Post(f"{source}:{number}", source, author or f"a{number}", f"is X down? {number}", seen, seen)


def score(one: Post, service: str = "X") -> Score:
    return Score(
        one.id, service, "m", 0.9, 0.02, 0.02, 0.03, 0.03, -0.5, 0.4, aspects=("fails:login",), reason="is down"
    )


def voice(one: Post, weight: float = 1.0, service: str = "X") -> Voice:
    return Voice(
        service, one.source, one.seen_at.replace(second=0, microsecond=0), one.id, weight, 0.0, "first by this author"
    )


def filled(posts: list[Post]) -> Store:
    store = Store(":memory:")
    with store.transaction():
        store.append(Post, posts)
        store.append_scores([score(one) for one in posts], posts)
        store.append(Voice, [voice(one) for one in posts])
    return store


def test_unseen_drops_what_is_stored_and_repeats_within_the_batch() -> None:
    store = filled([post(1), post(2)])
    again = [post(2), post(3), replace(post(3), text="edited"), post(1, seen=NOON + timedelta(hours=3))]
    assert store.unseen(again) == [post(3)]
    assert store.unseen([]) == []


def test_a_post_redelivered_with_a_later_guessed_time_is_still_known() -> None:
    store = filled([post(1)])
    assert store.unseen([post(1, seen=NOON + timedelta(hours=36))]) == []


def test_the_key_is_the_safety_net() -> None:
    store = filled([post(1)])
    with pytest.raises(duckdb.ConstraintException):
        store.append(Post, [post(1)])


def test_a_failed_transaction_leaves_nothing() -> None:
    store = Store(":memory:")
    with pytest.raises(duckdb.ConstraintException), store.transaction():  # noqa: PT012  # the second of two must fail
        store.append(Post, [post(1)])
        store.append(Post, [post(1)])
    assert store.counts()["posts"] == 0


def test_removing_a_post_and_an_author_forgets_their_words_but_not_the_counts() -> None:
    posts = [post(1), post(2, author="gone"), post(3, author="gone"), post(4, author="gone", source="other")]
    store = filled(posts)
    store.upsert(Minute, [Minute("X", "bluesky", NOON, posts=3)])
    days = store.remove([Removal("bluesky", NOON, post="bluesky:1"), Removal("bluesky", NOON, author="gone")])
    assert days == [NOON.date()] * 3
    assert {p.id for p in store.all(Post)} == {"other:4"}
    assert {s.post for s in store.all(Score)} == {v.post for v in store.all(Voice)} == {"other:4"}
    assert store.counts()["minutes"] == 1
    assert store.remove([]) == []


def test_upsert_replaces_and_add_keeps() -> None:
    store = Store(":memory:")
    first, second = Minute("X", "bluesky", NOON, posts=1), Minute("X", "bluesky", NOON, posts=2)
    store.upsert(Minute, [first])
    store.add(Minute, [second])
    assert store.all(Minute) == [first]
    store.upsert(Minute, [second])
    assert store.all(Minute) == [second]


def test_evidence_is_by_distinct_people_strongest_first_and_never_from_later() -> None:
    posts = [post(n, author=f"a{n % 3}", seen=NOON + timedelta(seconds=n)) for n in range(6)]
    store = Store(":memory:")
    store.append(Post, posts)
    store.append_scores([score(one) for one in posts], posts)
    store.append(Voice, [voice(one, weight=n / 10) for n, one in enumerate(posts)])
    incident = Incident("i", "X", "outage", "confirmed", NOON, NOON)
    assert [e.post for e in store.evidence(incident, NOON + timedelta(minutes=1))] == [
        "bluesky:5",
        "bluesky:4",
        "bluesky:3",
    ]
    assert [e.post for e in store.evidence(incident, NOON + timedelta(seconds=3))] == ["bluesky:2", "bluesky:1"]
    told = store.evidence(incident, NOON + timedelta(minutes=1))[0]
    assert (told.reason, told.aspects) == ("first by this author; is down", ("fails:login",))


def test_tail_gives_what_a_restart_needs_in_order() -> None:
    posts = [post(n, seen=NOON + timedelta(minutes=n)) for n in (5, 3, 1)]
    assert [row[0].id for row in filled(posts).tail(NOON + timedelta(minutes=3))] == ["bluesky:3", "bluesky:5"]


def test_a_second_process_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "one.duckdb"
    store = Store(path)
    attempt = f"from ingest.store import Store\nfrom pathlib import Path\nStore(Path({str(path)!r}))"
    done = subprocess.run([sys.executable, "-c", attempt], capture_output=True, text=True)
    store.close()
    assert "another downchatter has this database open" in done.stderr


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("dear diary " * 1000)
    with pytest.raises(UserError, match=r"notes\.duckdb: .*not a DuckDB database"):
        Store(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot make the folder"):
        Store(tmp_path / "file" / "x.duckdb")


def test_a_database_from_the_future_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.duckdb"
    Store(path).close()
    with duckdb.connect(str(path)) as con:
        con.execute("insert into migrations values (?, now()::timestamp)", [len(STEPS) + 1])
    with pytest.raises(UserError, match="upgrade downchatter"):
        Store(path)


def test_opening_again_keeps_everything(tmp_path: Path) -> None:
    path = tmp_path / "one.duckdb"
    store = Store(path)
    store.append(Post, [post(1)])
    store.set_fact("judged_until", "x")
    store.close()
    store = Store(path)
    assert store.all(Post) == [post(1)]
    assert store.fact("judged_until") == "x"
    assert store.fact("unheard") is None
    store.close()


def test_time_is_cut_into_spans_from_the_first_row() -> None:
    store = Store(":memory:")
    day = timedelta(days=1)
    assert list(store.spans("minutes", "minute", NOON, day)) == []
    store.upsert(Minute, [Minute("X", "s", NOON - 2.5 * day), Minute("X", "s", NOON)])
    starts = [NOON - 2.5 * day, NOON - 1.5 * day, NOON - 0.5 * day]
    assert list(store.spans("minutes", "minute", NOON, day)) == list(zip(starts, [*starts[1:], NOON], strict=True))


def test_alerts_stop_quoting_posts_that_are_to_be_forgotten() -> None:
    store = Store(":memory:")
    store.append(Post, [post(1), post(2)])
    quotes = [{"id": post(1).id, "text": "a"}, {"id": post(2).id, "text": "b"}]
    body = json.dumps({"data": {"evidence": quotes, "members": [{"evidence": quotes[:1]}]}})
    store.upsert(Delivery, [Delivery("d", "ops", "incident.confirmed", "i", NOON, NOON, body, "sent")])
    store.remove([Removal(post(1).source, NOON, post=post(1).id)])
    (left,) = store.all(Delivery)
    assert json.loads(left.body) == {"data": {"evidence": quotes[1:], "members": [{"evidence": []}]}}
    list(store.purge(NOON + timedelta(days=99)))
    assert [one.body for one in store.all(Delivery)] == [""]


def quoting(name: str, *quoted: Post) -> Delivery:
    body = json.dumps({"data": {"evidence": [{"id": one.id, "text": one.text} for one in quoted]}})
    return Delivery(name, "ops", "incident.confirmed", "i", NOON, NOON, body, "sent")


def test_words_go_so_many_posts_at_a_time_and_a_purge_left_off_is_taken_up() -> None:
    store = Store(":memory:")
    posts = [replace(post(number), seen_at=NOON + timedelta(seconds=number)) for number in range(5)]
    store.append(Post, posts)
    store.append(Delivery, [quoting("first", posts[0], posts[3])])
    purging = store.purge(NOON + timedelta(seconds=4), at_once=2)
    assert next(purging) == [posts[0].seen_at, posts[1].seen_at]
    store.append(Delivery, [quoting("between", posts[2], posts[4])])
    assert next(purging) == [posts[2].seen_at, posts[3].seen_at]
    left = {one.id: json.loads(one.body)["data"]["evidence"] for one in store.all(Delivery)}
    assert left == {"first": [], "between": [{"id": posts[4].id, "text": posts[4].text}]}
    purging.close()
    assert [one.text for one in store.all(Post, order="seen_at")] == ["", "", "", "", posts[4].text]
    assert [seen for seen in store.purge(NOON + timedelta(hours=9), at_once=2) if seen] == [[posts[4].seen_at]]


def test_what_is_kept_in_memory_is_shed_and_nothing_but_that(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.duckdb")
    store.append(Post, [replace(post(number), text=f"{number} " * 500) for number in range(20_000)])
    before, known = held(store), store.counts()
    store.shed()
    assert held(store) < before / 10
    assert store.counts() == known
    with store.transaction():
        assert store.unseen([post(7), post(20_000)]) == [post(20_000)]
        store.append(Post, [post(20_000)])
    assert len(store.all(Post, "id = ?", [post(20_000).id])) == 1
    store.close()


def test_a_purge_goes_on_over_a_shedding(tmp_path: Path) -> None:
    store = Store(tmp_path / "d.duckdb")
    store.append(Post, [replace(post(number), seen_at=NOON + timedelta(seconds=number)) for number in range(5)])
    for _ in store.purge(NOON + timedelta(hours=1), at_once=2):
        store.shed()
    assert {one.text for one in store.all(Post)} == {""}
    store.close()


def test_one_who_took_the_database_while_it_was_shed_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "d.duckdb"
    store = Store(path)
    store.append(Post, [post(1)])
    taker = "import sys, duckdb; con = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"
    waits: list[float] = []
    with taken(path, store, taker) as other:

        def let_go(seconds: float) -> None:
            waits.append(seconds)
            other.communicate()

        monkeypatch.setattr(database, "sleep", let_go)
        store.shed()
    assert waits == [0.1]
    assert store.all(Post) == [post(1)]
    with taken(path, store, taker):
        monkeypatch.setattr(database, "sleep", lambda _: None)
        monkeypatch.setattr(database, "PATIENCE", 0.0)
        with pytest.raises(InUse, match=f"{path}: another downchatter has this database open"):
            store.shed()


@contextmanager
def taken(path: Path, store: Store, code: str) -> Iterator[subprocess.Popen[str]]:
    """Another process has opened the database just after the store closed it."""
    store.close()
    words = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "\n"
        yield other
        other.kill()


def held(store: Store) -> int:
    rows = store.query("select sum(memory_usage_bytes)::bigint as held from duckdb_memory()").to_pylist()
    return int(rows[0]["held"])
