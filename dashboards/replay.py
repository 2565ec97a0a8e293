"""An incident as it was known at a moment: nothing of what came later is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pandas as pd

from dashboards import frames
from dashboards.published import Published
from dashboards.words import each, known

TURNS: Final = (
    ("resolved_at", "resolved"),
    ("recovering_at", "recovering"),
    ("confirmed_at", "confirmed"),
    ("opened_at", "suspected"),
)

_TIMES: Final = ("opened_at", "confirmed_at", "recovering_at", "resolved_at", "onset_at", "peak_at")


@dataclass(frozen=True, slots=True)
class Then:
    """What was known at `at`. `state` is "" before anything was suspected; the frames are as in `frames`."""

    at: datetime
    state: str
    incident: pd.DataFrame
    officials: pd.DataFrame
    notes: pd.DataFrame
    alerts: pd.DataFrame


def known_then(published: Published, identity: str, at: datetime) -> Then:
    """An incident as it was known at `at` (aware UTC).

    The onset is shown once the incident was suspected, as it is only then estimated; the peak once recovery was seen.
    """
    rows = frames.incidents(published)
    told = rows[rows["id"] == identity]
    service = str(told["service"].iloc[0]) if len(told) else ""
    steps, notes, alerts = (
        frames.officials(published, service),
        frames.notes(published, service),
        frames.deliveries(published, limit=10_000),
    )
    state = _state(each(told)[0], at) if len(told) else ""
    return Then(
        at=at,
        state=state,
        incident=_then(told, at, state) if state else told.head(0),
        officials=steps[steps["at"] <= at],
        notes=notes[notes["at"] <= at],
        alerts=alerts[(alerts["incident"] == identity) & (alerts["created_at"] <= at)].sort_values("created_at"),
    )


def up_to(minutes: pd.DataFrame, at: datetime, width: int) -> pd.DataFrame:
    """A frame of `frames.minutes` in which every bin that had not ended by `at` is missing."""
    shown = minutes.copy()
    late = shown["at"] + pd.Timedelta(minutes=width) > at
    shown.loc[late, [name for name in shown.columns if name not in ("at", "seen")]] = float("nan")
    return shown


def _state(row: dict[str, Any], at: datetime) -> str:
    return next((state for name, state in TURNS if known(row[name]) and row[name] <= at), "")


def _then(told: pd.DataFrame, at: datetime, state: str) -> pd.DataFrame:
    shown = told.copy()
    for name in _TIMES:
        shown[name] = shown[name].where(shown[name] <= at)
    if state in ("suspected", "confirmed"):
        shown["peak_at"] = pd.Series(pd.NaT, index=shown.index, dtype=shown["peak_at"].dtype)
    return shown.assign(state=state)
