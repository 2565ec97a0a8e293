"""Small parts that pages share: state marks, spark lines, lists of facts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from dashboards.markup import Safe, fill, join
from dashboards.told import HEADS
from dashboards.words import STATE_MEANING, STATES, each, plain

STACKED: Final = 5
"""Tables of so many columns are too wide for a phone."""

STYLE: Final = Path(__file__).with_name("look.css")


def mark(state: str) -> Safe:
    """A state's shape, in the colour of the text around it."""
    return fill('<i class="dc-mark {state}" aria-hidden="true"></i>', state=state if state in STATES else "blind")


def state_word(state: str) -> Safe:
    """A state as a shape, a colour and a word: any one of them tells."""
    return fill(
        '<span class="word is-{state}" title="{meaning}">{mark}{word}</span>',
        mark=mark(state),
        state=state if state in STATES else "blind",
        meaning=STATE_MEANING.get(state, ""),
        word=STATES.get(state, state),
    )


def spark(heard: Sequence[float], usual: float, label: str) -> Safe:
    """A spark line: what was heard over what is usual.

    Args:
        heard: evenly spaced values, the newest last; empty for silence.
        usual: the upper bound of what is usual, in the same unit.
        label: what it shows, for those who cannot see it.
    """
    top = max([*heard, usual, 1.0]) * 1.05
    low = 100 * (1 - usual / top)
    return fill(
        '<div class="dc-spark" role="img" aria-label="{label}"><i class="usual" style="top:{low}%"></i>'
        '<i class="heard" style="clip-path:polygon({points})"></i></div>',
        label=label,
        low=f"{low:.1f}",
        points=_outline(heard or [0.0, 0.0], top),
    )


def _outline(heard: Sequence[float], top: float) -> str:
    last = max(1, len(heard) - 1)
    line = [f"{100 * place / last:.1f}% {min(99.0, 100 * (1 - value / top)):.1f}%" for place, value in enumerate(heard)]
    return ",".join(["0% 100%", *line, "100% 100%"])


def facts(pairs: Iterable[tuple[str, object]], *, large: bool = False) -> Safe:
    """A list of named facts."""
    size = Safe(' class="large"' if large else "")
    rows = [fill("<div><dt>{name}</dt><dd{size}>{value}</dd></div>", name=n, size=size, value=v) for n, v in pairs]
    return fill('<dl class="dc-facts">{rows}</dl>', rows=join(rows))


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: Sequence[int] = (),
    *,
    wide: str = "",
    stacked: bool = False,
) -> Safe:
    """A plain table; the columns whose places are in `numbers` stand to the right.

    On a phone the cells of a row stand below one another, each after its head, where they are many or `stacked` says
    so. A table that may be wider than a screen has a name, `wide`, and scrolls in itself.
    """
    head = join(fill('<th class="{way}">{text}</th>', way=_way(i, numbers), text=text) for i, text in enumerate(heads))
    body = join(fill("<tr>{cells}</tr>", cells=_cells(heads, row, numbers)) for row in rows)
    made = fill(
        '<table class="dc-table{stacks}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>',
        stacks=" stacks" if stacked or len(heads) >= STACKED else "",
        head=head,
        body=body,
    )
    if not wide:
        return made
    return fill(
        '<div class="dc-wide" role="region" tabindex="0" aria-label="{name}">{made}</div>', name=wide, made=made
    )


def _cells(heads: Sequence[str], row: Sequence[object], numbers: Sequence[int]) -> Safe:
    return join(
        fill('<td class="{way}" data-head="{head}">{value}</td>', way=_way(i, numbers), head=heads[i], value=v)
        for i, v in enumerate(row)
    )


def _way(place: int, numbers: Sequence[int]) -> str:
    return "num" if place in numbers else ""


def chart_head(title: str, unit: str, keys: Iterable[tuple[str, str]] = ()) -> Safe:
    """A chart's title, unit and legend. Each key is a name and how its sign is painted (a CSS background of ours)."""
    signs = [fill('<li><i style="background:{paint}"></i>{name}</li>', paint=paint, name=name) for name, paint in keys]
    return fill(
        '<div class="dc-chart"><strong>{title}</strong><span class="unit">{unit}</span><ul>{signs}</ul></div>',
        title=title,
        unit=unit,
        signs=join(signs),
    )


def sayings(told: pd.DataFrame, most: int = 6) -> Safe:
    """What people say, one list of counted words for each head. Takes the rows of `frames.told`."""
    groups = [(name, told[told["head"] == head].head(most)) for head, name in HEADS.items()]
    return fill(
        '<div class="dc-said">{groups}</div>',
        groups=join(_saying(name, rows) for name, rows in groups if len(rows)),
    )


def _saying(name: str, rows: pd.DataFrame) -> Safe:
    items = join(
        fill("<li>{what} <b>{people}</b></li>", what=plain(row["what"]), people=f"{row['people']:,}")
        for row in each(rows)
    )
    return fill("<div><h4>{name}</h4><ul>{items}</ul></div>", name=name, items=items)
