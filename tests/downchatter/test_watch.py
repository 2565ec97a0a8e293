"""Reading live sources: back-off, faults, a bounded queue, and a clock that waits for what is yet to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from queue import Queue
from threading import Event

from downchatter.commands.run import SILENCE, Sight
from downchatter.watch import Fault, Reader, Watch
from ingest.errors import SourceRefused, SourceUnreachable
from ingest.records import Item, Mark, Post

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def post(number: int) -> Post:
    return Post(f"s:{number}", "s", "a", "X is down", NOON, NOON)


class Scripted:
    """A source that plays one list of steps per call of `read`: items are yielded, exceptions raised."""

    source = "s"

    def __init__(self, *lives: list[Item | Exception]) -> None:
        self.lives = list(lives)
        self.cursors: list[str] = []
        self.closed = Event()

    def read(self, cursor: str) -> Iterator[Item]:
        self.cursors.append(cursor)
        for step in self.lives.pop(0) if self.lives else []:
            if isinstance(step, Exception):
                raise step
            yield step
        if not self.lives:
            self.closed.wait(10)

    def close(self) -> None:
        self.closed.set()


def drain(source: Scripted, count: int, pause: Callable[[Event, float], object]) -> list[Item | Fault]:
    queue: Queue[Item | Fault] = Queue(2)
    reader = Reader(source, "from-store", queue, pause)
    reader.start()
    found = [queue.get(timeout=10) for _ in range(count)]
    reader.stop()
    reader.join(5)
    return found


def test_it_resumes_after_each_mark_and_backs_off() -> None:
    waits: list[float] = []
    mark = Mark("s", "c1", NOON)
    source = Scripted(
        [post(1), mark, SourceUnreachable("reset")], [SourceUnreachable("again")], [RuntimeError("odd")], [post(2)]
    )
    found = drain(source, 6, lambda _, seconds: waits.append(seconds))
    assert found[:3] == [post(1), mark, Fault("s", "reset")]
    assert found[3:5] == [Fault("s", "again"), Fault("s", "unexpected RuntimeError: odd")]
    assert found[5] == post(2)
    assert source.cursors == ["from-store", "c1", "c1", "c1"]
    assert 1 <= waits[0] <= 2 <= waits[1] <= 4 <= waits[2] <= 8


def test_a_closed_stream_is_a_fault_and_a_refusal_is_final() -> None:
    source = Scripted([], [SourceRefused("no key")], [post(9)])
    found = drain(source, 2, lambda *_: None)
    assert found == [Fault("s", "the source closed the stream"), Fault("s", "no key", final=True)]
    assert source.lives == [[post(9)]]


def test_a_full_queue_makes_the_source_wait_and_loses_nothing() -> None:
    watch = Watch([source := Scripted([post(n) for n in range(50_000)])], {})
    watch.start()
    found: list[Item] = []
    while len(found) < 50_000:
        items, faults = watch.take(5.0)
        assert not faults
        found += items
    watch.stop()
    assert found == [post(n) for n in range(50_000)]
    assert source.closed.is_set()


def test_the_clock_waits_for_a_source_that_begins_and_for_one_that_catches_up() -> None:
    sight = Sight(["s", "t"])
    judged = NOON - 3 * MINUTE
    assert sight.clock(NOON, judged) == judged
    assert sight.hear([Mark("s", "1", NOON - 2 * MINUTE)]) == ["s"]
    assert sight.clock(NOON, judged) == judged
    sight.hear([Mark("t", "1", NOON)])
    assert sight.clock(NOON, judged) == NOON - 2 * MINUTE
    assert sight.hear([Mark("s", "2", NOON)]) == []
    assert sight.clock(NOON, judged) == NOON


def test_a_blind_source_does_not_hold_the_clock_and_is_news_once() -> None:
    sight = Sight(["s", "t"])
    sight.hear([Mark("s", "1", NOON), Mark("t", "1", NOON)])
    later = NOON + 5 * MINUTE
    assert sight.fail("t", later)
    assert not sight.fail("t", later)
    sight.hear([Mark("s", "2", later)])
    assert sight.clock(later, NOON) == later
    assert sight.hear([Mark("t", "2", later)]) == ["t"]


def test_no_sign_of_life_is_noticed_once_per_blindness() -> None:
    ticks = iter([0.0, SILENCE, SILENCE + 1, SILENCE + 2])
    sight = Sight(["s"], lambda: next(ticks))
    assert sight.silent() == []
    assert sight.silent() == ["s"]
    sight.fail("s", NOON)
    assert sight.silent() == []


class Slow(Scripted):
    """A source that takes `seconds` to end after it was asked to."""

    def __init__(self, source: str, seconds: float) -> None:
        super().__init__()
        self.source = source
        self.seconds = seconds
        self.begun = Event()
        self.ended = Event()

    def read(self, cursor: str) -> Iterator[Item]:
        self.begun.set()
        self.closed.wait(10)
        Event().wait(self.seconds)
        self.ended.set()
        yield from ()


def test_every_source_is_asked_to_end_before_any_is_waited_for() -> None:
    stuck, slow = Slow("a", 3.0), Slow("b", 0.3)
    watch = Watch([stuck, slow], {})
    watch.start()
    assert stuck.begun.wait(5)
    assert slow.begun.wait(5)
    watch.stop(1.0)
    assert (stuck.ended.is_set(), slow.ended.is_set()) == (False, True)
