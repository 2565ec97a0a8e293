"""Brings one channel's rows to it, one at a time: order, retries, the breaker, the limit per minute, bundling."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Condition
from time import monotonic
from typing import Final

from alerts import retry
from alerts.breaker import Breaker
from alerts.bundle import bundle
from alerts.channels import Channel, Recalling
from alerts.flapping import Flapping
from alerts.lanes import Lanes, in_order
from alerts.masking import mask
from alerts.safety import plain, shorten
from alerts.shared import Shared, kin, note
from ingest.errors import SendError, SendFailed, SendRefused
from ingest.records import Attempt, Delivery

_LOG: Final = logging.getLogger("downchatter.alerts")

PER_MINUTE: Final = 20
TOGETHER: Final = 5
"""So many messages of one event due at once are told as one."""

INCIDENTS: Final = 6
"""So many incidents of one service an hour are told; further ones wait, and are not told if they end before."""

MOST_TOGETHER: Final = 100
"""A message that stands for more would be too large for many endpoints."""

_WINDOW: Final = timedelta(minutes=1)
_FAULTS: Final = (OSError, ValueError, TypeError, LookupError, AttributeError, RuntimeError)
"""A mistake in a channel fails one message; it must not end the thread that serves all of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one channel is told: messages a minute; so many of one event at once become one (0 never does so);
    so many incidents of one service an hour (0 sets no limit).
    """

    per_minute: int = PER_MINUTE
    together: int = TOGETHER
    incidents: int = INCIDENTS


def logged(attempt: Attempt) -> None:
    """Writes an attempt to the log `downchatter.alerts`, at level INFO."""
    _LOG.info(
        "%s %s to %s, attempt %d: %s in %.0f ms",
        attempt.event,
        attempt.delivery,
        attempt.channel,
        attempt.number,
        attempt.status,
        attempt.seconds * 1000,
    )


def limits(options: Mapping[str, str]) -> Limits:
    """The limits among the options of a channel (`per_minute`, `together`, `incidents`)."""
    return Limits(
        int(options.get("per_minute", PER_MINUTE)),
        int(options.get("together", TOGETHER)),
        int(options.get("incidents", INCIDENTS)),
    )


class Courier:
    """Owns what waits for one channel. `put` and `collect` may be called from any thread; `step` from one at a time."""

    def __init__(
        self,
        name: str,
        channel: Channel,
        clock: Callable[[], datetime],
        limits: Limits,
        chance: Callable[[], float],
        told: Callable[[Attempt], None],
    ) -> None:
        self.name = name
        self.changed = Condition()
        self._channel = channel
        self._clock = clock
        self._limits = limits
        self._chance = chance
        self._told = told
        self._lanes = Lanes()
        self._shared = Shared()
        self._flapping = Flapping(limits.incidents)
        self._alone: frozenset[str] = getattr(channel, "one_by_one", frozenset())
        self._breaker = Breaker()
        self._recent: deque[datetime] = deque()
        self._results: list[Delivery] = []
        self._attempts: list[Attempt] = []
        self._disabled = ""
        self._sending = False
        self._news = False

    def put(self, rows: Sequence[Delivery]) -> None:
        """Take rows in; those known already are ignored."""
        with self.changed:
            for row in sorted(rows, key=in_order):
                if self._disabled:
                    self._results.append(replace(row, state="dead", last_status=self._disabled))
                elif not self._lanes.knows(row):
                    self._take(row)
            self._wake()

    def again(self, rows: Sequence[Delivery]) -> None:
        """Send rows because a person asks for it: though they were finished, came too late, or the channel rests."""
        with self.changed:
            self._disabled, self._breaker = "", Breaker()
            for row in rows:
                self._lanes.insist(row)
            self._wake()

    def _wake(self) -> None:
        self._news = True
        self.changed.notify_all()

    def _take(self, row: Delivery) -> None:
        judged = self._flapping.judged(row)
        if judged is None:
            self._flapping.forget(row.incident)
            self._results += self._lanes.drop(row)
            return
        if judged != row:
            self._results.append(judged)
        self._results += self._lanes.put(judged)

    def woken(self) -> bool:
        """Whether rows came in since the last look (to be asked holding `changed`)."""
        news, self._news = self._news, False
        return news

    def busy(self) -> bool:
        """Whether something is being sent, or is due."""
        with self.changed:
            pause = self._pause(self._clock())
            return self._sending or (pause is not None and pause <= 0)

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Learn what was sent before this process began."""
        with self.changed:
            self._lanes.recall(rows)
            self._shared.recall(rows)
            self._flapping.recall(rows)
            if isinstance(self._channel, Recalling):
                self._channel.recall(rows)

    def collect(self) -> list[Delivery]:
        """The rows that changed since the last call, each in its latest form."""
        with self.changed:
            changed, self._results = self._results, []
        return list({row.id: row for row in changed}.values())

    def written(self, rows: Sequence[Delivery]) -> None:
        """What became of these rows is written down, so that more may follow about what they are about."""
        with self.changed:
            self._lanes.written(rows)
            self._wake()

    def attempts(self) -> list[Attempt]:
        """The tries since the last call, oldest first."""
        with self.changed:
            made, self._attempts = self._attempts, []
        return made

    def waiting(self) -> int:
        """How many rows wait, due or not."""
        with self.changed:
            return len(self._lanes)

    @property
    def disabled(self) -> str:
        """Why nothing is sent here any more; empty while all is well."""
        return self._disabled

    @property
    def resting_until(self) -> datetime | None:
        """Until when the breaker keeps everything back; None while all is well."""
        return self._breaker.open_until

    def step(self) -> float | None:
        """Send at most one message. Returns the seconds until there may be another, None if nothing waits."""
        with self.changed:
            now = self._clock()
            pause = self._pause(now)
            if pause is not None and pause <= 0:
                rows = self._pick(now)
                self._sending = True
            else:
                return pause
        self._attempt(rows)
        return 0.0

    def _pause(self, now: datetime) -> float | None:
        due = self._lanes.next_due()
        if due is None or self._disabled:
            return None
        while self._recent and self._recent[0] <= now - _WINDOW:
            self._recent.popleft()
        room = self._room(now)
        free = self._recent[-room] + _WINDOW if len(self._recent) >= room else now
        return max((moment - now).total_seconds() for moment in (due, free, self._breaker.open_until or now))

    def _room(self, now: datetime) -> int:
        """How many messages a minute may go now: half of it is kept for news while only retries are due."""
        news = self._limits.per_minute == 1 or self._lanes.has_news(now)
        return self._limits.per_minute if news else self._limits.per_minute // 2

    def _pick(self, now: datetime) -> list[Delivery]:
        """What goes as one message: all that was held and is due, what must go together, or the first."""
        ready = self._lanes.ready(now)
        first = ready[0]
        if first.event in self._alone or (first.state == "held" and self._alone):
            return [first]
        if first.state == "held":
            return self._lanes.held(now)
        alike = [row for row in ready if row.event == first.event and row.incident][:MOST_TOGETHER]
        if self._limits.together and first in alike and len(related := kin(alike, first)) > 1:
            return related
        crowded = len(self._recent) >= self._limits.per_minute - 1 and len(alike) > 1
        if self._limits.together and (len(alike) >= self._limits.together or crowded) and first in alike:
            return alike
        return [first]

    def _attempt(self, rows: list[Delivery]) -> None:
        now = self._clock()
        alone = len(rows) == 1 and (rows[0].state != "held" or bool(self._alone))
        parcel = self._shared.marked(rows[0]) if alone else bundle(rows, now, quiet=rows[0].state == "held")
        began = monotonic()
        error: SendError | None = None
        status = ""
        try:
            status = self._channel.send(parcel)
        except SendError as failure:
            error, status = failure, failure.status or str(failure)
        except _FAULTS as failure:
            status = f"{type(failure).__name__}: {failure}"
            error = SendFailed(status)
        seconds = monotonic() - began
        status = shorten(mask(plain(status)), 160)
        made = [
            Attempt(
                row.id,
                self.name,
                row.event,
                now,
                row.attempts + 1,
                status,
                seconds,
                error is None,
                "" if alone else parcel.id,
            )
            for row in rows
        ]
        with self.changed:
            ended = self._clock()
            self._recent.append(now)
            self._sending = False
            self._attempts += made
            self._settle(rows, status if alone else status + note(parcel), error, ended)
            if error is None and not alone:
                self._shared.told(parcel.id, rows)
        for attempt in made:
            self._told(attempt)

    def _settle(self, rows: Sequence[Delivery], status: str, error: SendError | None, now: datetime) -> None:
        if error is None:
            self._breaker.succeeded()
        else:
            self._breaker.failed(now)
        for row in rows:
            self._lanes.tried(row)
            self._results.append(self._settled(replace(row, attempts=row.attempts + 1, last_status=status), error, now))
        if isinstance(error, SendRefused):
            self._disable(f"channel {self.name} is disabled: {status}; set it right and start again")

    def _settled(self, row: Delivery, error: SendError | None, now: datetime) -> Delivery:
        if error is None:
            done = replace(row, state="sent", sent_at=now)
            self._lanes.finish(done)
            self._shared.sent(done)
            self._flapping.sent(done)
            return done
        due = (
            None
            if isinstance(error, SendRefused)
            else retry.next_due(row.attempts, now, error.retry_after, self._chance)
        )
        if due is None:
            self._lanes.finish(row)
            return replace(row, state="dead")
        return self._lanes.update(replace(row, due_at=due))

    def _disable(self, why: str) -> None:
        self._disabled = why
        for row in self._lanes.waiting():
            self._lanes.finish(row)
            self._results.append(replace(row, state="dead", last_status=why))
