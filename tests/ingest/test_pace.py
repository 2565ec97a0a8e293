"""Signs of life while a source waits."""

from __future__ import annotations

import threading
import time

from ingest.pace import Beat


def test_a_sign_is_due_every_so_often_while_waiting() -> None:
    began = time.monotonic()
    signs = sum(1 for _ in Beat(threading.Event(), every=0.1).waits(0.55))
    assert 3 <= signs <= 5
    assert 0.5 <= time.monotonic() - began < 5


def test_a_short_wait_gives_none_and_a_negative_one_does_not_wait() -> None:
    beat = Beat(threading.Event(), every=60)
    assert not list(beat.waits(0.01))
    assert not list(beat.waits(-5))
    assert not beat.due()


def test_due_tells_once() -> None:
    beat = Beat(threading.Event(), every=0.01)
    time.sleep(0.02)
    assert beat.due()
    assert not Beat(threading.Event(), every=60).due()


def test_closing_ends_a_wait() -> None:
    closed = threading.Event()
    threading.Timer(0.05, closed.set).start()
    began = time.monotonic()
    assert not list(Beat(closed).waits(60))
    assert time.monotonic() - began < 5
