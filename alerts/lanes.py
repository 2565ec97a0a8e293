"""The rows that wait for one channel, in lanes: rows about one incident or source go one after the other.

Only the first row of a lane can go, and not before what became of the last try in its lane is written down: a process
that is killed then repeats at most the last message about an incident, never an older one. A row that was tried in
vain is dropped when a later one makes it stale, so that nobody reads "is having trouble" after "is well again".
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from alerts.events import CONFIRMED, RECOVERING, RESOLVED, SEEING, SUSPECTED, UPDATE_EVERY, UPDATED
from ingest.records import Delivery

_OVERTAKES: Final = {
    CONFIRMED: {SUSPECTED},
    UPDATED: {UPDATED},
    RECOVERING: {UPDATED},
}
REMEMBERED: Final = 20_000
_ORDER: Final = {SUSPECTED: 0, CONFIRMED: 1, UPDATED: 2, RECOVERING: 3, RESOLVED: 4}


class Lanes:
    """Not safe for threads by itself."""

    def __init__(self) -> None:
        self._lanes: dict[str, list[Delivery]] = {}
        self._finished: OrderedDict[str, datetime] = OrderedDict()
        self._updated: OrderedDict[str, datetime] = OrderedDict()
        self._closed: OrderedDict[str, datetime] = OrderedDict()
        self._ids: set[str] = set()
        self._unwritten: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def put(self, row: Delivery) -> list[Delivery]:
        """Take a row in; return those that it, or what was sent before, made stale (maybe itself).

        A row that is waiting already, or was finished, is ignored. An update that comes soon after another is put off,
        and is among those returned.
        """
        if self.knows(row):
            return []
        if self._comes_too_late(row):
            self._remember(row)
            return [_stale(row, RESOLVED)]
        changed: list[Delivery] = []
        if row.event == UPDATED and row.state == "pending":
            put_off = self._spaced(row)
            changed += [put_off] if put_off != row else []
            row = put_off
        stale = [old for old in self._lanes.get(lane_of(row), []) if _overtaken(old, row)]
        for old in stale:
            self.finish(old)
        self._queue(row)
        return changed + [_stale(old, row.event) for old in stale]

    def insist(self, row: Delivery) -> None:
        """Take a row in whatever became of it before, and whatever came after it."""
        self.finish(row)
        self._finished.pop(row.id, None)
        self._queue(row)

    def _queue(self, row: Delivery) -> None:
        lane = self._lanes.setdefault(lane_of(row), [])
        lane.append(row)
        lane.sort(key=in_order)
        self._ids.add(row.id)

    def knows(self, row: Delivery) -> bool:
        """Whether the row is waiting, or was finished."""
        return row.id in self._ids or row.id in self._finished

    def drop(self, row: Delivery) -> list[Delivery]:
        """Take out all that waits in the lane of a row, and leave the row out too; return them all as stale."""
        dropped = [*self._lanes.get(lane_of(row), []), row]
        for old in dropped:
            self.finish(old)
        return [_stale(old, "its end") for old in dropped]

    def tried(self, row: Delivery) -> None:
        """A row was tried: its lane rests until what came of that is written down."""
        self._unwritten[lane_of(row)] = row.id

    def written(self, rows: Iterable[Delivery]) -> None:
        """What became of rows is written down: their lanes go on."""
        for row in rows:
            if self._unwritten.get(lane_of(row)) == row.id:
                del self._unwritten[lane_of(row)]

    def ready(self, now: datetime) -> list[Delivery]:
        """The rows that may go now, those never tried first, then by age."""
        heads = [row for row in self._heads() if row.due_at <= now]
        return sorted(heads, key=lambda row: (row.attempts > 0, row.due_at, row.created_at, row.id))

    def _heads(self) -> Iterator[Delivery]:
        return (lane[0] for key, lane in self._lanes.items() if key not in self._unwritten)

    def has_news(self, now: datetime) -> bool:
        """Whether something is due that was never tried."""
        return any(row.attempts == 0 and row.due_at <= now for row in self._heads())

    def held(self, now: datetime) -> list[Delivery]:
        """All rows that quiet hours held until now."""
        return [row for row in self.ready(now) if row.state == "held"]

    def next_due(self) -> datetime | None:
        """When the next row can go; None if none can."""
        return min((row.due_at for row in self._heads()), default=None)

    def update(self, row: Delivery) -> Delivery:
        """Put a row back that was tried and is to be tried again. Returns it, or its stale form if it was overtaken
        meanwhile.
        """
        lane = self._lanes.get(lane_of(row), [])
        later = next((other for other in lane if other.id != row.id and _overtaken(row, other)), None)
        if later is not None:
            self.finish(row)
            return _stale(row, later.event)
        lane[:] = [row if other.id == row.id else other for other in lane]
        return row

    def finish(self, row: Delivery) -> None:
        """Take a row out for good."""
        key = lane_of(row)
        left = [other for other in self._lanes.get(key, []) if other.id != row.id]
        if left:
            self._lanes[key] = left
        else:
            self._lanes.pop(key, None)
        self._ids.discard(row.id)
        self._remember(row)

    def waiting(self) -> list[Delivery]:
        """All rows that wait, whether due or not."""
        return [row for lane in self._lanes.values() for row in lane]

    def recall(self, rows: Sequence[Delivery]) -> None:
        """Learn which rows were sent before this process began."""
        for row in rows:
            self._remember(row)

    def _remember(self, row: Delivery) -> None:
        self._finished[row.id] = row.due_at
        if row.event in (RESOLVED, SEEING) and row.state == "sent":
            self._closed[lane_of(row)] = row.created_at
        if row.event == UPDATED and row.state == "sent":
            self._updated[lane_of(row)] = row.created_at
        for memory in (self._finished, self._closed, self._updated):
            while len(memory) > REMEMBERED:
                memory.popitem(last=False)

    def _spaced(self, row: Delivery) -> Delivery:
        last = self._updated.get(lane_of(row))
        soonest = last + UPDATE_EVERY if last else row.due_at
        return replace(row, due_at=soonest) if soonest > row.due_at else row

    def _comes_too_late(self, row: Delivery) -> bool:
        closed = self._closed.get(lane_of(row))
        return closed is not None and row.event not in (RESOLVED, SEEING) and row.created_at <= closed


def lane_of(row: Delivery) -> str:
    """What a row is about; a row about nothing in particular has a lane of its own."""
    return row.incident or row.id


def in_order(row: Delivery) -> tuple[datetime, int]:
    """Sorts rows about one thing as they are to be told."""
    return row.created_at, _ORDER.get(row.event, 9)


def _overtaken(old: Delivery, new: Delivery) -> bool:
    if in_order(new) < in_order(old) or old.event == new.event == RESOLVED:
        return False
    if old.state == "held":
        return True
    waits = old.attempts > 0 or old.due_at > old.created_at
    return waits and (new.event in (RESOLVED, SEEING) or old.event in _OVERTAKES.get(new.event, ()))


def _stale(row: Delivery, event: str) -> Delivery:
    return replace(row, state="superseded", last_status=f"not sent any more: {event} came after it")
