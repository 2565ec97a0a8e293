"""Counts what a source sent that could not be read, so that nothing is passed over in silence."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from typing import Final

REMEMBERED: Final = 10_000
"""Items of which is known that they were counted; a source may send the same ones again and again."""

Refuse = Callable[[str, object], None]
"""Told what kind of item could not be read, and the item."""


def unheard(reason: str, item: object) -> None:
    """Counts nothing: for those who read a document by itself."""


class Refusals:
    """How many items of which kind could not be read since the start."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._known: OrderedDict[int, None] = OrderedDict()

    def refuse(self, reason: str, item: object) -> None:
        """Count an item, unless it was counted before. `reason` says what it is, in the singular."""
        key = hash((reason, _shown(item)))
        if key in self._known:
            return
        self._known[key] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        self.count(reason)

    def count(self, reason: str) -> None:
        """Count an item that does not come twice."""
        self._counts[reason] += 1

    @property
    def note(self) -> str:
        """What a person should know of it: "3 items could not be read (2 × …, 1 × …)"; empty if there were none."""
        counts = self._counts.most_common()
        if not counts:
            return ""
        total = sum(count for _, count in counts)
        told = ", ".join(f"{count} × {reason}" for reason, count in counts)
        return f"{total} {'item' if total == 1 else 'items'} could not be read ({told})"


def noted(*notes: str) -> str:
    """Several notes as one; empty ones are left out."""
    return "; ".join(note for note in notes if note)


def _shown(item: object) -> str:
    try:
        return repr(item)
    except RecursionError:
        return ""
