"""The page's own markup, with everything that is filled in made inert."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlencode


class Safe(str):
    """Markup that `fill` or `join` made; every other string is text and is escaped when it is filled in."""

    __slots__ = ()


def fill(template: str, **values: object) -> Safe:
    """Fill a template of ours: each value is escaped unless it is markup already."""
    return Safe(template.format(**{name: _inert(value) for name, value in values.items()}))


def join(parts: Iterable[Safe]) -> Safe:
    """Markup set one after the other."""
    return Safe("".join(_inert(part) for part in parts))


def link(page: str, **state: str) -> str:
    """The address of one of our pages with its view state."""
    return f"{page}?{urlencode(state)}"


def outward(address: str) -> str:
    """A link to elsewhere if it is one that a browser may follow, else ""."""
    return address if address.startswith(("https://", "http://")) else ""


def _inert(value: object) -> str:
    return str(value) if isinstance(value, Safe) else escape(str(value), quote=True)
