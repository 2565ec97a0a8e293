"""What a change is held against: the short form measured now, beside the one that comes with the program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from downchatter.proof.card import Row
from downchatter.proof.page import check_name

OWN: Final = ("as shipped", "evidence")
SLACK: Final = 1.05
MINUTE: Final = 1.0
"""A delay may differ by a twentieth and a minute before it counts as another."""


def worse(now: Sequence[Row], before: Sequence[Row]) -> list[str]:
    """One sentence for each figure of the judge's own that has got worse."""
    return [told for row, old in _pairs(now, before) if _ours(row) for told in _worse(row, old)]


def changed(now: Sequence[Row], before: Sequence[Row]) -> list[str]:
    """One sentence for each figure that differs, better or worse, rivals' included; and for rows that came or went."""
    names, old_names = [check_name(row) for row in now], [check_name(row) for row in before]
    told = [f"{name}: measured now, not before" for name in names if name not in old_names]
    told += [f"{name}: measured before, not now" for name in old_names if name not in names]
    for row, old in _pairs(now, before):
        told += _worse(row, old) or _worse(old, row, swapped=True)
    return told


def _pairs(now: Sequence[Row], before: Sequence[Row]) -> list[tuple[Row, Row]]:
    known = {check_name(row): row for row in before}
    return [(row, known[check_name(row)]) for row in now if check_name(row) in known]


def _ours(row: Row) -> bool:
    return row["of"] != "rivals" or row["detector"] in OWN


def _worse(row: Row, old: Row, *, swapped: bool = False) -> list[str]:
    name = check_name(row)
    told = []
    if row["found"] < old["found"] - 1e-9:
        told.append(_told(name, "found", row["found"], old["found"], swapped))
    if row["false_alarms"] > old["false_alarms"]:
        told.append(_told(name, "false alarms", row["false_alarms"], old["false_alarms"], swapped))
    late, usual = row["delay_median"], old["delay_median"]
    if late is not None and usual is not None and late > SLACK * usual + MINUTE:
        told.append(_told(name, "median delay", late, usual, swapped))
    return told


def _told(name: str, what: str, now: float, before: float, swapped: bool) -> str:
    now, before = (before, now) if swapped else (now, before)
    return f"{name}: {what} {now:.3g}, was {before:.3g}"
