"""Runs recorded or simulated posts through the main flow by their own clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from downchatter.flow import Cycle, Flow
from ingest.collectors import Collector
from ingest.records import Incident, Item, Mark, Post


def batches(collector: Collector, cursor: str = "") -> Iterator[tuple[list[Item], datetime]]:
    """What a collector yields, cut after each run of marks, with the clock that they tell."""
    batch: list[Item] = []
    for item in collector.read(cursor):
        if batch and isinstance(batch[-1], Mark) and not isinstance(item, Mark):
            yield batch, _clock(batch)
            batch = []
        batch.append(item)
    if batch:
        yield batch, _clock(batch)


def run_through(
    collector: Collector,
    flow: Flow,
    progress: Callable[[int, datetime, Sequence[Incident]], None],
    each: Callable[[], None],
) -> list[Cycle]:
    """Absorb everything that a collector yields.

    Args:
        collector: a source that ends.
        flow: where it goes.
        progress: told after each batch how many posts were in it, the clock, and what changed state.
        each: called after each batch, to publish when it is due.
    """
    cycles = []
    for items, clock in batches(collector):
        cycle = flow.absorb(items, clock)
        progress(sum(isinstance(item, Post) for item in items), clock, cycle.transitions)
        each()
        cycles.append(cycle)
    return cycles


def _clock(batch: list[Item]) -> datetime:
    marks = [item.at for item in batch if isinstance(item, Mark)]
    return max(marks) if marks else max(item.seen_at for item in batch if isinstance(item, Post))
