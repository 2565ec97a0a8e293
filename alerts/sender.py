"""Sends what is due: a thread per channel, so that one slow endpoint never delays another.

Knows nothing of the database. Whoever does hands pending and held rows over (`submit`) and writes down what comes
back (`collect`). A row is written as sent only after the channel took it: at least once, with an id by which the
receiver can drop repeats. The next row about an incident goes after what became of the one before was written down,
so that a process that is killed repeats the last message about it, and never an older one.

    sender = Sender(channels, clock)
    sender.submit(rows that are pending or held)     # at start all of them, later the new ones; repeats are ignored
    settled = sender.collect()                       # in every cycle
    store(settled, sender.attempts())
    sender.written(settled)
    sender.close()
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Final

from alerts.channels import Channel
from alerts.courier import Courier, Limits, logged
from ingest.records import Attempt, Delivery

_IDLE: Final = 30.0
_BLINK: Final = 0.01


@dataclass(frozen=True, slots=True)
class Health:
    """How a channel is. `problem` is a sentence for a person, empty while all is well."""

    channel: str
    waiting: int
    problem: str


class Sender:
    """Sends rows to channels by name.

    Args:
        channels: ready channels by the names used in the rows.
        clock: aware UTC time.
        limits: by name of channel; others have the ordinary ones.
        chance: gives a number from 0 to 1, for jitter.
        told: called (from a sending thread) after each attempt, for the log.
        threads: False sends only inside `run_due`, for tests and for commands that wait.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        *,
        limits: Mapping[str, Limits] | None = None,
        chance: Callable[[], float] = random.random,
        told: Callable[[Attempt], None] = logged,
        threads: bool = True,
    ) -> None:
        allowed = limits or {}
        self._couriers = {
            name: Courier(name, channel, clock, allowed.get(name, Limits()), chance, told)
            for name, channel in channels.items()
        }
        self._unknown: list[Delivery] = []
        self._stopping = Event()
        self._threads = [Thread(target=self._run, args=(c,), name=f"send {c.name}", daemon=True) for c in self._all()]
        if threads:
            for thread in self._threads:
                thread.start()

    def submit(self, rows: Iterable[Delivery]) -> None:
        """Hand rows over; returns at once. Rows that are finished, and rows known already, are ignored."""
        for name, waiting in _by_channel(row for row in rows if row.state in ("pending", "held")).items():
            if name in self._couriers:
                self._couriers[name].put(waiting)
            else:
                gone = f"there is no channel {name} in the settings"
                self._unknown += [replace(row, state="dead", last_status=gone) for row in waiting]

    def recall(self, rows: Iterable[Delivery]) -> None:
        """Tell at start which rows were sent lately, so that nothing stale follows a resolve."""
        sent = [row for row in rows if row.state == "sent"]
        for name, courier in self._couriers.items():
            courier.recall([row for row in sent if row.channel == name])

    def collect(self) -> list[Delivery]:
        """Rows that changed since the last call (sent, tried and due again, dead, superseded), to be written down."""
        unknown, self._unknown = self._unknown, []
        return [*unknown, *(row for courier in self._all() for row in courier.collect())]

    def written(self, rows: Iterable[Delivery]) -> None:
        """Say that what `collect` gave is written down: more may follow about the incidents it is about."""
        for name, settled in _by_channel(rows).items():
            if name in self._couriers:
                self._couriers[name].written(settled)

    def again(self, rows: Iterable[Delivery]) -> None:
        """Send rows that a person asks for, whatever became of them before; a channel that was disabled is tried."""
        for row in rows:
            if row.channel in self._couriers:
                self._couriers[row.channel].again([row])
            else:
                self.submit([row])

    def attempts(self) -> list[Attempt]:
        """The tries at sending since the last call, to be written down; asked after `collect`, none is missing."""
        return sorted((one for courier in self._all() for one in courier.attempts()), key=lambda one: one.at)

    def run_due(self, most: int = 10_000) -> list[Delivery]:
        """Send in this thread what may go now, at most `most` messages, and collect. Only without threads."""
        for courier in self._all():
            for _ in range(most):
                if courier.step() != 0.0:
                    break
        return self.collect()

    def settle(self, timeout: float) -> list[Delivery]:
        """Wait at most `timeout` seconds (wall clock) until nothing is due, and collect: for the end of a run."""
        ends = monotonic() + timeout
        while monotonic() < ends and any(courier.busy() for courier in self._all()):
            self._stopping.wait(_BLINK)
        return self.collect()

    def health(self) -> list[Health]:
        """How each channel is."""
        dead = {
            t.name for t in self._threads if t.ident is not None and not t.is_alive() and not self._stopping.is_set()
        }
        return [Health(c.name, c.waiting(), c.disabled or _stopped(c, dead) or _resting(c)) for c in self._all()]

    def disabled(self) -> dict[str, str]:
        """The channels to which nothing is sent any more, each with the sentence that says why."""
        return {courier.name: courier.disabled for courier in self._all() if courier.disabled}

    def close(self, timeout: float = 2.0) -> list[Delivery]:
        """Stop the threads, waiting at most `timeout` seconds for those that are sending, and collect. What was not
        sent stays pending.
        """
        self._stopping.set()
        for courier in self._all():
            with courier.changed:
                courier.changed.notify_all()
        ends = monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, ends - monotonic()))
        return self.collect()

    def _all(self) -> list[Courier]:
        return list(self._couriers.values())

    def _run(self, courier: Courier) -> None:
        while not self._stopping.is_set():
            pause = courier.step()
            if pause == 0.0:
                continue
            with courier.changed:
                if not courier.woken() and not self._stopping.is_set():
                    courier.changed.wait(_IDLE if pause is None else min(pause, _IDLE))


def _by_channel(rows: Iterable[Delivery]) -> dict[str, list[Delivery]]:
    sorted_out: dict[str, list[Delivery]] = {}
    for row in rows:
        sorted_out.setdefault(row.channel, []).append(row)
    return sorted_out


def _stopped(courier: Courier, dead: set[str]) -> str:
    gone = f"send {courier.name}" in dead
    return f"channel {courier.name} stopped by a fault of its own; start again and report it" if gone else ""


def _resting(courier: Courier) -> str:
    until = courier.resting_until
    return f"channel {courier.name} keeps failing; next try at {until:%H:%M:%S} UTC" if until else ""
