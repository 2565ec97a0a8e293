"""What a viewer chose, kept in the address so that any view can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboards.markup import fill
from dashboards.page import show
from dashboards.words import plain


def one_of(label: str, options: Sequence[str], name: str, default: str | None = None) -> str:
    """A choice from a list, under `name` in the address."""
    _prepare(name, options, default or options[0])
    chosen = st.selectbox(label, options, key=name)
    return _kept(name, str(chosen))


def one_of_few(label: str, options: Sequence[str], name: str, default: str) -> str:
    """A choice from a handful, all of them in sight."""
    _prepare(name, options, default)
    chosen = st.segmented_control(label, options, key=name, required=True)
    return _kept(name, str(chosen or default))


def words(label: str, name: str, hint: str) -> str:
    """Words to search for."""
    if name not in st.session_state:
        st.session_state[name] = st.query_params.get(name, "")
    typed = st.text_input(label, key=name, placeholder=hint, max_chars=200)
    return _kept(name, typed or "")


def moment(name: str) -> datetime | None:
    """A time from the address, aware UTC; None where there is none that can be read."""
    try:
        told = datetime.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return None
    return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)


def told_unknown(noun: str, asked: str | None, known: Collection[str], instead: str) -> None:
    """Say so where the address asks for one that is not there, instead of showing another one in its name."""
    if asked and asked not in known and noun not in st.session_state:
        show(
            fill(
                '<div class="dc-notice" role="alert"><strong>This {noun} is not published:</strong> '
                '<span dir="auto">{asked}</span>. What follows is {instead}.</div>',
                noun=noun,
                asked=plain(asked)[:80],
                instead=instead,
            )
        )


def _prepare(name: str, options: Sequence[str], default: str) -> None:
    if st.session_state.get(name) not in options:
        asked = st.query_params.get(name, default)
        st.session_state[name] = asked if asked in options else default


def _kept(name: str, value: str) -> str:
    if value and st.query_params.get(name) != value:
        st.query_params[name] = value
    if not value and name in st.query_params:
        del st.query_params[name]
    return value


def step_of(label: str, steps: Sequence[str], name: str, default: str, *, hint: str = "") -> str:
    """A choice from an ordered few, on a slider."""
    _prepare(name, steps, default)
    chosen = st.select_slider(label, steps, key=name, help=hint or None)
    return _kept(name, str(chosen))


def stretch(label: str, low: int, high: int, name: str, default: tuple[int, int], *, hint: str = "") -> tuple[int, int]:
    """Two whole numbers, the lower first, on one slider; in the address as ``10-50``."""
    if name not in st.session_state:
        st.session_state[name] = _two(st.query_params.get(name, ""), low, high) or default
    shown: Any = st.slider(label, low, high, key=name, help=hint or None)  # a pair, as the state that it starts from
    first, second = shown
    _kept(name, "" if (first, second) == default else f"{first}-{second}")
    return int(first), int(second)


def _two(told: str, low: int, high: int) -> tuple[int, int] | None:
    first, _, second = told.partition("-")
    if not (first.isdigit() and second.isdigit()):
        return None
    one, other = sorted((min(max(int(first), low), high), min(max(int(second), low), high)))
    return one, other


def forget(*names: str) -> None:
    """Go back to what was there before anything was chosen."""
    for name in names:
        st.session_state.pop(name, None)
        if name in st.query_params:
            del st.query_params[name]
