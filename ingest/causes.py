"""What people think is the cause, in words: the one place where a cause that was read gets its noun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NOUNS: Final[Mapping[str, str]] = {
    "attack": "an attack",
    "cable": "a damaged cable",
    "certificate": "a certificate",
    "data center": "a data center",
    "dns": "DNS or routing",
    "maintenance": "maintenance",
    "overload": "too many users",
    "power loss": "a loss of power",
    "update": "an update or a mistake",
    "weather": "the weather",
}


def in_words(cause: str) -> str:
    """A cause as people are told of it; one that has no words yet stays as it is.

    >>> in_words("overload")
    'too many users'
    >>> in_words("upstream=AWS")
    'trouble at AWS'
    """
    kind, _, who = cause.partition("=")
    return f"trouble at {who}" if kind == "upstream" and who else NOUNS.get(cause, cause)
