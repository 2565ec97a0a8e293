"""Which minutes of which sources could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from ingest.records import MINUTE, Gap

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER: Final = 1 << 40


def to_minute(moment: datetime) -> int:
    """Whole minutes since 1970, UTC."""
    return (moment - EPOCH) // MINUTE


class Blindness:
    """The unreadable minutes of each source. A minute counts as read only if its source was read throughout."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {}
        for gap in gaps:
            first, last = to_minute(gap.start), FOREVER if gap.end is None else _begun(gap.end)
            if gap.end is None or gap.start < gap.end:
                self._spans.setdefault(gap.source, []).append((first, last))
        for source, spans in self._spans.items():
            self._spans[source] = _merged(spans)

    def sources(self) -> list[str]:
        """The sources that have any gap, sorted."""
        return sorted(self._spans)

    def at(self, minute: int) -> frozenset[str]:
        """The sources that cannot be read in a minute."""
        return frozenset(
            source for source, spans in self._spans.items() if any(first <= minute < last for first, last in spans)
        )

    def hides(self, source: str, minute: int) -> bool:
        """Whether a source could not be read in a minute."""
        return any(first <= minute < last for first, last in self._spans.get(source, ()))

    def changes(self, first: int, last: int) -> list[int]:
        """The minutes in (first, last) at which a source goes blind or sees again, sorted."""
        edges = {edge for spans in self._spans.values() for span in spans for edge in span}
        return sorted(edge for edge in edges if first < edge < last)

    def ended(self, minute: int) -> list[tuple[str, int]]:
        """The sources whose gap ends with `minute`, with how many minutes it lasted."""
        return [
            (source, last - first) for source in self.sources() for first, last in self._spans[source] if last == minute
        ]


def _begun(moment: datetime) -> int:
    """How many minutes have begun before a moment."""
    return -to_minute(EPOCH - (moment - EPOCH))


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
