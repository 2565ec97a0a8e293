"""The rules in force: those of the settings, until a person saves others on the page, which can be taken back.

Rules travel as one JSON object; what it leaves out stays as it was:

    {"promise_days": 14, "min_voices": 6, "times": [10, 50], "people": [30, 150], "minutes": [60, 360]}
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from downchatter.flow import Flow
from ingest.errors import UserError
from ingest.records import Bounds, Note
from nlp.rules import Rules

NUMBERS: Final = {"promise_days": (0.04, 3650.0), "min_voices": (1.0, 10_000.0)}
PAIRS: Final = ("times", "people", "minutes")


def said(rules: Rules) -> dict[str, Any]:
    """Rules as the JSON object above."""
    pairs = {name: list(pair) for name, pair in asdict(rules.bounds).items()}
    return {"promise_days": rules.promise_days, "min_voices": rules.min_voices, **pairs}


def read(text: str, base: Rules) -> Rules:
    """`base` changed as a JSON object tells.

    Raises:
        UserError: it is none, has a key that is not known, or a value that makes no sense.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise UserError(f"rules: not JSON ({error}); write an object such as {{'promise_days': 14}}") from error
    if not isinstance(told, dict):
        raise UserError("rules: must be one JSON object, such as {'promise_days': 14}")
    unknown = sorted(told.keys() - NUMBERS.keys() - set(PAIRS))
    if unknown:
        raise UserError(f"rules.{unknown[0]}: is no rule; there are {', '.join([*NUMBERS, *PAIRS])}")
    numbers: dict[str, Any] = {name: _number(name, told[name], *NUMBERS[name]) for name in NUMBERS if name in told}
    pairs = {name: _pair(name, told[name]) for name in PAIRS if name in told}
    return replace(base, bounds=replace(base.bounds, **pairs), **numbers)


def in_force(notes: Sequence[Note], base: Rules) -> Rules | None:
    """The rules of the newest note of kind ``rules`` that was not taken back; None: those of the settings.

    Args:
        notes: all that there are, in the order of time.
        base: what a note leaves out.
    """
    undone = {note.text for note in notes if note.kind == "undo"}
    for note in reversed(notes):
        if note.kind != "rules" or note.id in undone:
            continue
        try:
            return read(note.text, base)
        except UserError:
            continue  # left by another program: as good as not left
    return None


def govern(flow: Flow, base: Rules) -> bool:
    """Judge by the rules in force from now on; returns whether they are others than before."""
    return flow.judge_by(in_force(flow.store.all(Note, "kind in ('rules', 'undo')", order='"at", id'), base))


def _pair(name: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise UserError(f"rules.{name}: must be two numbers, such as {list(asdict(Bounds())[name])}")
    low, high = (_number(name, one, 1e-9, 1e9) for one in value)
    if low > high:
        raise UserError(f"rules.{name}: the first number must not be above the second ({low:g} > {high:g})")
    return low, high


def _number(name: str, value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UserError(f"rules.{name}: {value!r} is no number")
    if not low <= value <= high:
        raise UserError(f"rules.{name}: {value:g} must lie between {low:g} and {high:g}")
    return float(value)
