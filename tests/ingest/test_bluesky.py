"""The Bluesky source and the SDK's own client against a Jetstream v2 server on loopback, with what can go wrong."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import reading
from atproto import JetstreamClient  # type: ignore[import-untyped]
from jetstream_server import BEGIN, Faults, JetstreamServer, dictionary, did, jetstream_server
from reading import Enough
from web_server import FAULTS, web_server

from ingest.bluesky.position import Position, micros
from ingest.collectors import Tools
from ingest.collectors.bluesky import Bluesky, build
from ingest.errors import SourceUnreachable, UserError
from ingest.records import Gap, Item, Mark, Post, Removal

LONGEST = 20.0
QUICK = {"retry": 0.01, "patience": 5.0, "heartbeat": 0.1, "compress": False}


def tools(now: Callable[[], datetime] | None = None) -> Tools:
    return Tools(
        wanted=lambda text: "down" in text,
        pseudonym=lambda name: f"#{name}",
        clock=now or (lambda: datetime.now(UTC)),
    )


def source(server: JetstreamServer, now: Callable[[], datetime] | None = None, **options: Any) -> Bluesky:
    # The clock keeps pace with the server's: what is in its log has just been witnessed.
    return build({"hosts": [server.address], **QUICK, **options}, tools(now or (lambda: server.now)))


def take(bluesky: Bluesky, cursor: str, enough: Enough) -> list[Item]:
    return reading.take(bluesky, cursor, enough, LONGEST)


def posts(items: list[Item]) -> list[str]:
    return [item.text for item in items if isinstance(item, Post)]


def gaps(items: list[Item]) -> list[Gap]:
    return [item for item in items if isinstance(item, Gap)]


def last_mark(items: list[Item]) -> Mark:
    return next(item for item in reversed(items) if isinstance(item, Mark))


def reached(server: JetstreamServer) -> Callable[[list[Item]], bool]:
    """Enough when a mark stands behind all that the server has."""

    def enough(items: list[Item]) -> bool:
        mark = items[-1]
        place = Position.load(mark.cursor) if isinstance(mark, Mark) else None
        return place is not None and place.seq == server.next_seq - 1

    return enough


def from_start(server: JetstreamServer) -> str:
    return Position(server.address, 0, micros(BEGIN)).dump()


@pytest.fixture(autouse=True)
def _marks_come_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.02)
    monkeypatch.setattr("ingest.bluesky.feed.TICK", 0.02)


@pytest.fixture
def server() -> Iterator[JetstreamServer]:
    with jetstream_server() as running:
        yield running


@pytest.mark.parametrize("compressed", [False, True])
def test_posts_that_name_a_service_come_with_all_their_fields(server: JetstreamServer, compressed: bool) -> None:
    server.dictionary = dictionary(7)
    server.post("lunch was good")
    rkey = server.post("Slack is down", author=5, langs=["en-GB", "de"])
    items = take(source(server, compress=compressed), from_start(server), reached(server))
    (post,) = (item for item in items if isinstance(item, Post))
    identity = f"bluesky:{did(5)}/{rkey}"
    assert post == Post(
        id=identity,
        source="bluesky",
        author=f"#{did(5)}",
        text="Slack is down",
        created_at=BEGIN + server.step,
        seen_at=server.now,
        lang="en",
        thread=identity,
        url=f"https://bsky.app/profile/{did(5)}/post/{rkey}",
    )
    assert not gaps(items)
    assert server.dictionaries_fetched == int(compressed)
    assert ("zstdDictionary" in server.handshakes[0]) == compressed
    assert server.handshakes[0]["collections"] == ["app.bsky.feed.post"]


def test_embeds_tags_and_alt_texts_are_words_and_threads_are_told(server: JetstreamServer) -> None:
    root = f"at://{did(9)}/app.bsky.feed.post/3kroot"
    link = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://x.y", "title": "AWS down", "description": "us-east"},
    }
    image = {"$type": "app.bsky.embed.images", "images": [{"alt": "a page that is down", "image": _blob()}]}
    quote = {"$type": "app.bsky.embed.record", "record": {"uri": root, "cid": CID}}
    both = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": {"record": {"uri": root, "cid": CID}, "media": {}},
        "media": link,
    }
    ref = {"uri": root, "cid": CID}
    server.post("look", embed=link)
    server.post("", embed=image)
    server.post("it is down too", embed=quote)
    server.post("see", embed=both)
    server.post(
        "down here", reply={"root": ref, "parent": {"uri": f"at://{did(3)}/app.bsky.feed.post/3kx", "cid": CID}}
    )
    server.post("ugh", tags=["slackdown"])
    items = take(source(server), from_start(server), reached(server))
    assert posts(items) == [
        "look\nAWS down\nus-east",
        "a page that is down",
        "it is down too",
        "see\nAWS down\nus-east",
        "down here",
        "ugh\n#slackdown",
    ]
    threads = [item.thread for item in items if isinstance(item, Post)]
    rooted = f"bluesky:{did(9)}/3kroot"
    assert [thread == rooted for thread in threads] == [False, False, True, True, True, False]


def test_hostile_records_never_stop_the_stream(server: JetstreamServer) -> None:
    for record in (
        {}, {"text": 5}, {"$type": "app.bsky.feed.post"}, {"$type": "x.y", "text": "down"}, None,
        {"text": "down", "embed": "no", "langs": "en", "tags": {"a": 1}, "reply": [1], "createdAt": 7},
        {"text": "down " * 300_000}, {"text": "do\x00wn \u202eevil"}, {"text": "down\ud800"},
        {"text": "down", "embed": {"images": [None, 3, {"alt": ["x"]}], "record": {"record": 5}}},
        {"text": "@ann.test " * 10_000 + "down"}, {"text": "d\u043ewn, in disguise"}, {"text": "d\u200bown, hidden"},
    ):  # fmt: skip
        server.commit("create", 1, record)
    server.post("down later", createdAt="2999-01-01T00:00:00Z")
    server.post("down earlier", createdAt="1970-01-01T00:00:00Z")
    server.post("the end is down")
    items = take(source(server), from_start(server), reached(server))
    told = posts(items)
    assert told[-1] == "the end is down"
    assert {"down evil", "down, in disguise", "down, hidden"} <= set(told)
    assert max(map(len, told)) <= 5_000
    for post in items:
        if isinstance(post, Post):
            post.text.encode()
            assert post.created_at <= post.seen_at
            assert post.created_at >= BEGIN


def test_deletions_and_account_removals_are_passed_on_as_ids(server: JetstreamServer) -> None:
    rkey = server.post("down", author=4)
    server.commit("delete", 4, rkey=rkey)
    for status in ("deleted", "takendown", "suspended", "deactivated", "throttled"):
        server.account(8, status)
    server.account(8, "", active=True)
    items = take(source(server), from_start(server), reached(server))
    removals = [item for item in items if isinstance(item, Removal)]
    assert removals[0].post == f"bluesky:{did(4)}/{rkey}"
    assert [removal.author for removal in removals[1:]] == [f"#{did(8)}"] * 4
    assert items.index(removals[0]) > 0


def test_an_edit_is_the_post_again_or_its_removal(server: JetstreamServer) -> None:
    record = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-24T12:00:00Z"}
    rkey = server.post("down")
    server.commit("update", 1, record | {"text": "still down"}, rkey)
    server.commit("update", 1, record | {"text": "fine now"}, rkey)
    items = take(source(server), from_start(server), reached(server))
    first, second, gone = (item for item in items if not isinstance(item, Mark))
    assert isinstance(first, Post)
    assert isinstance(second, Post)
    assert isinstance(gone, Removal)
    assert first.id == second.id == gone.post


@pytest.mark.parametrize("how", ["abort_after", "close_after", "slow_consumer_after"])
@pytest.mark.parametrize("compressed", [False, True])
def test_interruptions_lose_nothing_and_bring_nothing_twice(
    server: JetstreamServer, how: str, compressed: bool
) -> None:
    server.dictionary = dictionary(7)
    setattr(server.faults, how, [1, 40, 3, 100, 17, 2] * 3)
    for number in range(900):
        server.post(f"down {number}")
    items = take(source(server, compress=compressed), from_start(server), reached(server))
    assert posts(items) == [f"down {number}" for number in range(900)]
    assert not gaps(items)
    assert len(server.handshakes) > 15 or compressed


def test_a_frame_sent_twice_is_read_once(server: JetstreamServer) -> None:
    server.faults.twice = True
    for number in range(50):
        server.post(f"down {number}")
    assert posts(take(source(server), from_start(server), reached(server))) == [f"down {n}" for n in range(50)]


def test_resuming_from_any_mark_loses_nothing_and_brings_nothing_twice(
    server: JetstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.0)
    for number in range(300):
        server.post(f"down {number}")
    cursor, told = from_start(server), list[str]()
    for kill_after in (1, 7, 50, 2, 90):

        def enough(items: list[Item], least: int = kill_after) -> bool:
            return len(posts(items)) >= least and isinstance(items[-1], Post)

        items = take(source(server), cursor, enough)
        kept = items[: items.index(last_mark(items))] if kill_after > 1 else []
        cursor = last_mark(items).cursor if kept else cursor
        told += posts(kept)
        assert len(posts(items)) == kill_after
    told += posts(take(source(server), cursor, reached(server)))
    assert told == [f"down {number}" for number in range(300)]


@pytest.mark.parametrize(
    "frame",
    [
        "this is not JSON",
        "[]",
        "[" * 200_000,
        '{"$type":"message","payload":' + '{"a":' * 50_000 + "1" + "}" * 50_002,
        '{"$type":"message"}',
        '{"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#commit","seq":"x"}}',
        '{"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#commit","seq":2,"did":5}}',
    ],
)
def test_a_frame_that_cannot_be_read_is_stepped_over_and_its_minute_is_a_gap(
    server: JetstreamServer, frame: str
) -> None:
    server.post("down before")
    server.raw(frame)
    server.post("down after")
    items = take(source(server), from_start(server), reached(server))
    assert posts(items) == ["down before", "down after"]
    (gap,) = gaps(items)
    assert gap.start <= server.now < (gap.end or gap.start)
    assert "cannot be read" in gap.reason
    assert [item.note for item in items if isinstance(item, Mark)][-1] == "1 item could not be read (1 × frame)"
    assert len(server.handshakes) == 1


def test_a_post_without_text_is_counted_and_is_no_gap(server: JetstreamServer) -> None:
    for operation in ("create", "update"):
        server.commit(operation, 1, {"$type": "app.bsky.feed.post", "text": 5, "tags": ["down"]})
    server.post("")
    server.post("down")
    items = take(source(server), from_start(server), reached(server))
    assert (posts(items), gaps(items)) == (["down"], [])
    told = "2 items could not be read (2 × post without text)"
    assert [item.note for item in items if isinstance(item, Mark)][-1] == told


def test_the_sdk_makes_models_of_those_posts_only_that_name_a_service(
    server: JetstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    decode = JetstreamClient._decode_frame

    def counted(self: JetstreamClient, raw: str) -> Any:
        made.append(raw)
        return decode(self, raw)

    monkeypatch.setattr(JetstreamClient, "_decode_frame", counted)
    for number in range(40):
        server.post(f"lunch {number}")
    server.post("it is down")
    server.post("see", embed={"$type": "app.bsky.embed.external", "external": {"uri": "x:y", "title": "down"}})
    items = take(source(server), from_start(server), reached(server))
    assert len(posts(items)) == len(made) == 2


def test_frames_of_a_newer_server_are_no_loss(server: JetstreamServer) -> None:
    server.raw('{"$type":"message","payload":{"$type":"network.bsky.jetstream.subscribeEvents#novelty"}}')
    server.post("down")
    items = take(source(server), from_start(server), reached(server))
    assert posts(items) == ["down"]
    assert not gaps(items)


def test_a_cursor_that_is_too_old_is_a_gap_and_the_tip_follows(server: JetstreamServer) -> None:
    for number in range(10):
        server.post(f"down {number}")
    server.floor = 8
    old = Position(server.address, 3, micros(BEGIN + 2 * server.step)).dump()
    bluesky = source(server)
    items = take(bluesky, old, lambda items: _then(server, items, isinstance(items[-1], Mark)))
    assert posts(items) == ["down at last"]
    (gap,) = gaps(items)
    assert (gap.start, gap.end) == (BEGIN + 2 * server.step, BEGIN + 10 * server.step)


def test_a_time_that_is_too_old_is_a_gap_up_to_what_the_server_still_has(server: JetstreamServer) -> None:
    for number in range(10):
        server.post(f"down {number}")
    server.floor = 8
    items = take(source(server), from_start(server), reached(server))
    assert posts(items) == ["down 7", "down 8", "down 9"]
    (gap,) = gaps(items)
    assert (gap.start, gap.end) == (BEGIN, BEGIN + 7 * server.step)


def test_a_server_that_counts_anew_is_a_gap(server: JetstreamServer) -> None:
    server.post("down")
    ahead = Position(server.address, 10_000, micros(BEGIN)).dump()
    items = take(source(server), ahead, lambda items: _then(server, items, isinstance(items[-1], Mark)))
    assert posts(items) == ["down at last"]
    assert len(gaps(items)) == 1


def test_a_backlog_beyond_what_is_caught_up_is_a_gap_and_the_rest_comes_when_it_was_witnessed() -> None:
    with jetstream_server(step=timedelta(minutes=30)) as server:
        for number in range(10):
            server.post(f"down {number}")
        items = take(source(server, catch_up_hours=2), from_start(server), reached(server))
    assert posts(items) == [f"down {number}" for number in range(6, 10)]
    (gap,) = gaps(items)
    assert (gap.start, gap.end) == (BEGIN, BEGIN + timedelta(hours=3))
    seen = [item.seen_at for item in items if isinstance(item, Post)]
    assert seen == [BEGIN + server.step * number for number in range(6, 10)]


def test_after_a_mark_comes_no_post_that_was_seen_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.bluesky.feed.MARK_EVERY", 0.0)
    with jetstream_server(step=timedelta(seconds=10)) as server:
        for number in range(200):
            server.post(f"down {number}")
        items = take(source(server), from_start(server), reached(server))
    told = BEGIN
    marks = 0
    for item in items:
        if isinstance(item, Post):
            assert item.seen_at >= told
        elif isinstance(item, Mark):
            told, marks = item.at, marks + 1
    assert marks > 50
    assert told == server.now or told >= server.now - timedelta(seconds=60)


def test_another_host_is_tried_and_resumed_by_time() -> None:
    with jetstream_server() as first, jetstream_server(first_seq=5_000) as second:
        for server in (first, second):
            for number in range(60):
                server.post(f"down {number}", author=number)
        first.faults = Faults(abort_after=[30], refuse=100)
        bluesky = build({"hosts": [first.address, second.address], **QUICK, "rewind": 0.05}, tools(lambda: first.now))
        first.faults.refuse = 0
        cursor = from_start(first)

        def refuse_then_enough(items: list[Item]) -> bool:
            first.faults.refuse = 100
            return reached(second)(items)

        items = take(bluesky, cursor, refuse_then_enough)
        assert {f"down {number}" for number in range(60)} == set(posts(items))
        ids = [item.id for item in items if isinstance(item, Post)]
        assert 60 < len(ids) <= 66
        assert len(set(ids)) == 60
        assert int(second.handshakes[0]["cursor"][0]) > 10**15
        assert not gaps(items)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_host_that_answers_something_else_is_passed_by(server: JetstreamServer, fault: str) -> None:
    for number in range(20):
        server.post(f"down {number}")
    with web_server() as odd:
        odd.faults.extend([fault] * 100)
        hosts = [odd.address.replace("http", "ws"), server.address]
        bluesky = build({"hosts": hosts, **QUICK}, tools(lambda: server.now))
        items = take(bluesky, Position(hosts[0], 0, micros(BEGIN)).dump(), reached(server))
    assert set(posts(items)) == {f"down {number}" for number in range(20)}
    assert odd.requests


def test_a_rotated_dictionary_is_fetched_anew(server: JetstreamServer) -> None:
    server.dictionary = dictionary(7)
    server.faults.abort_after = [5]
    for number in range(20):
        server.post(f"down {number}")

    def rotate_then_enough(items: list[Item]) -> bool:
        server.dictionary = dictionary(8)
        return reached(server)(items)

    items = take(source(server, compress=True), from_start(server), rotate_then_enough)
    assert posts(items) == [f"down {number}" for number in range(20)]
    assert not gaps(items)


def test_a_slow_reader_holds_the_socket_and_nothing_is_dropped(server: JetstreamServer) -> None:
    for number in range(3_000):
        server.post(f"down {number} {'.' * 2_000}")
    bluesky = source(server, queue=5)
    told: list[Item] = []
    stream = bluesky.read(from_start(server))
    told.append(next(stream))
    waiting = [thread for thread in threading.enumerate() if thread.name == "bluesky"]
    time.sleep(0.5)
    assert len(waiting) == 1
    for item in stream:
        told.append(item)
        if reached(server)(told):
            break
    stream.close()  # type: ignore[attr-defined]
    assert [text.split(" .")[0] for text in posts(told)] == [f"down {number}" for number in range(3_000)]
    assert not gaps(told)


def test_quiet_is_not_blind(server: JetstreamServer) -> None:
    beginning = time.monotonic()
    now = lambda: BEGIN + timedelta(seconds=time.monotonic() - beginning)  # noqa: E731
    items = take(source(server, now, patience=0.2), "", lambda items: len(items) >= 3)
    marks = [item for item in items if isinstance(item, Mark)]
    assert len(marks) == len(items)
    assert marks[0].at < marks[1].at < marks[2].at
    assert len(server.handshakes) == 1


def test_a_mark_made_before_the_first_event_resumes_without_loss(server: JetstreamServer) -> None:
    cursor = last_mark(take(source(server), "", lambda items: bool(items))).cursor
    server.post("down while away")
    assert posts(take(source(server), cursor, reached(server))) == ["down while away"]


def test_a_server_that_no_longer_answers_pings_is_left(server: JetstreamServer) -> None:
    server.faults.deaf = True
    with pytest.raises(SourceUnreachable):
        take(source(server, patience=0.3), "", lambda items: False)
    assert len(server.handshakes) >= 1


def test_no_server_is_unreachable() -> None:
    with jetstream_server() as gone:
        pass
    with pytest.raises(SourceUnreachable, match="cannot be read"):
        take(source(gone), "", lambda items: False)


def test_a_server_that_comes_back_within_patience_is_no_fault(server: JetstreamServer) -> None:
    server.post("down before")

    def refuse_then_enough(items: list[Item]) -> bool:
        if posts(items) == ["down before"] and not server.faults.refuse and len(server.log) == 1:
            server.faults.refuse = 3
            server.faults.abort_after = [1]
            server.post("down after")
        return reached(server)(items) and len(server.log) == 2

    server.faults.abort_after = [1]
    items = take(source(server), from_start(server), refuse_then_enough)
    assert posts(items) == ["down before", "down after"]


def test_a_fault_of_ours_is_raised_and_not_only_printed(server: JetstreamServer) -> None:
    server.post("down")

    def broken(text: str) -> bool:
        raise ZeroDivisionError

    bluesky = build({"hosts": [server.address], **QUICK}, Tools(broken, str, lambda: server.now))
    with pytest.raises(ZeroDivisionError):
        take(bluesky, from_start(server), lambda items: False)


def test_close_ends_a_read_in_another_thread(server: JetstreamServer) -> None:
    bluesky = source(server)
    ended = threading.Event()

    def read() -> None:
        list(bluesky.read(""))
        ended.set()

    thread = threading.Thread(target=read)
    thread.start()
    while not server.handshakes:
        time.sleep(0.01)
    bluesky.close()
    bluesky.close()
    assert ended.wait(3)
    thread.join()
    assert list(bluesky.read("")) == []


@pytest.mark.parametrize("cursor", ["nonsense", "{}", "[]", '{"host":"x","seq":"y","time_us":1}', "null"])
def test_a_cursor_that_is_not_ours_is_one_sentence(cursor: str) -> None:
    with pytest.raises(UserError, match="is not a cursor of this source"):
        Position.load(cursor)


def test_wrong_options_are_one_sentence() -> None:
    with pytest.raises(UserError, match=r"sources\.bluesky: there is no option host; did you mean hosts\?"):
        build({"host": "x"}, tools())
    with pytest.raises(UserError, match=r"sources\.bluesky\.queue: .* \(found -1\)"):
        build({"queue": -1}, tools())
    assert build({"hosts": "a.example, b.example"}, tools()).source == "bluesky"


CID = "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgmtp3oixjnvgyjhcq"


def _blob() -> dict[str, Any]:
    return {"$type": "blob", "ref": {"$link": CID}, "mimeType": "image/png", "size": 3}


def _then(server: JetstreamServer, items: list[Item], connected: bool) -> bool:
    """Publish one more post once the stream is up; enough when it came."""
    if connected and not posts(items):
        server.post("down at last")
    return bool(posts(items))
