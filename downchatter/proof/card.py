"""The scorecard: what was measured, by which command, when; kept in `nlp/evaluation/scorecard.json`.

A section is a table. Seeded sections come out the same wherever they are run. A section that needs recordings is kept
from the run that had them, with its date and version, where they are absent. `check` is the short form that every
change is held against.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from downchatter.version import VERSION
from ingest.errors import UserError

Row = dict[str, Any]
NAME: Final = "scorecard.json"
FILE: Final = Path(__file__).parents[2] / "nlp" / "evaluation" / NAME
PAGE: Final = Path(__file__).parents[2] / "docs" / "scorecard.md"
CHECK: Final = "check"
DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the scorecard.

    Attributes:
        key: its name on the command line (`--only`) and in the file.
        title: what it shows.
        command: what gives each of its rows, unless a row names its own.
        measured: the day, and `version` the program's.
        seconds: how long it took, on one core; 0 where it was not timed.
        seeded: whether it comes out the same anywhere.
        rows: plain values; times as ISO 8601 text.
    """

    key: str
    title: str
    command: str
    measured: str
    version: str
    seconds: float
    seeded: bool
    rows: list[Row]


def section(key: str, title: str, rows: Sequence[Row], seconds: float, *, seeded: bool = True) -> Section:
    """A section measured now."""
    command = "downchatter evaluate --short" if key == CHECK else f"downchatter evaluate --only {key}"
    today = datetime.now(UTC).date().isoformat()
    plain = [{"command": command, **{name: _plain(value) for name, value in row.items()}} for row in rows]
    return Section(key, title, command, today, VERSION, round(seconds, 1), seeded, plain)


def committed() -> dict[str, Section]:
    """The sections that come with the program, by key; none where there is no file.

    Raises:
        UserError: the file is broken.
    """
    try:
        told = json.loads((files("nlp.evaluation") / NAME).read_text(encoding="utf8"))
        return {key: Section(**value) for key, value in told["sections"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{FILE}: the scorecard cannot be read ({error}); `downchatter evaluate --write` makes it"
        ) from error


def keep(sections: Mapping[str, Section], summary: Sequence[Row], page: str) -> None:
    """Write the file, with its rows at a glance, and the page of the documentation.

    Raises:
        UserError: this is no checkout.
    """
    if not PAGE.parent.is_dir():
        raise UserError(f"{PAGE.parent}: there is no such folder; --write works in a checkout of the project")
    told = {key: asdict(one) for key, one in sections.items()}
    FILE.write_text(
        json.dumps({"summary": summary, "sections": told}, indent=1, ensure_ascii=False) + "\n", encoding="utf8"
    )
    PAGE.write_text(page, encoding="utf8")


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value
