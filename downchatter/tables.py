"""Tables on the screen, readable at 80 columns: long cells wrap, what is wider still is told in two lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

Row = Mapping[str, Any]


def print_table(title: str, rows: Sequence[Row], columns: Iterable[str] | Mapping[str, str] | None = None) -> None:
    """Print rows under a title, nothing where there are none.

    Args:
        title: what they are, or the command behind them.
        rows: each with all of `columns`.
        columns: which, in order; a mapping gives their headings.
    """
    if not rows:
        return
    names = list(columns or rows[0])
    headings = columns if isinstance(columns, Mapping) else {name: name.replace("_", " ") for name in names}
    table = Table(title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        number = all(isinstance(row[name], (int, float)) or row[name] is None for row in rows)
        table.add_column(headings[name], justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(row[name])) for name in names))
    Console().print(table)


def cell(value: object) -> str:
    """A value as a cell shows it: – for none, three digits of a number, times to the minute."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return (
        f"{value:.3g}"
        if isinstance(value, float) and abs(value) < 1000
        else f"{value:.0f}"
        if isinstance(value, float)
        else str(value)
    )
