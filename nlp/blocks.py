"""How time is cut: into blocks within an hour, finer while something is new."""

from __future__ import annotations

from typing import Final

from nlp.baseline import Ints

BLOCKS: Final = ((60, 5), (1440, 15))
"""Until a service has been known for so many minutes, learn in blocks of so many."""

USUAL: Final = 60


def block_end(minute: int, started: Ints) -> int:
    """Where the block that contains `minute` ends.

    Args:
        minute: in the block.
        started: the first minute of each service that has one, else −1.
    """
    known = started[(started >= 0) & (started <= minute)]
    youngest = int(known.max()) if len(known) else minute
    length = next((size for age, size in BLOCKS if minute - youngest < age), USUAL)
    return (minute // length + 1) * length
