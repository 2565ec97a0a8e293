"""Keeps what strangers wrote from doing anything: posts are quoted in alerts, and some are written to harm.

`plain` takes out what is invisible or steers a terminal; each channel then escapes for its own notation.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

_BLANKS: Final = re.compile(r"\s+")
_ESCAPES: Final = re.compile(
    r"\x1b[\]PX^_][^\x07\x1b\x9c]{0,2000}(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b(?=[0-?]))[0-?]{0,64}[ -/]{0,8}[@-~]"
)
"""What steers a terminal, whole, so that no crumbs of it are left to read. Source: ECMA-48, 5.4 and 5.6."""

_URL_UNSAFE: Final = re.compile(r"[\s<>\"'`|\\^{}\[\]()*]|[^\x21-\x7e]")
_HOOKS: Final = re.compile(r"[@<\]]")
_SCHEME: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_MARKS: Final = 4


def plain(text: str) -> str:
    """`text` on one line without controls, escapes, directional tricks, invisible letters or stacked marks.

    >>> plain("a\\x1b[31mb\\r\\nBcc: c\\u202e")
    'ab Bcc: c'
    """
    kept: list[str] = []
    run = 0
    for character in _BLANKS.sub(" ", _ESCAPES.sub("", text)):
        if _invisible(character):
            continue
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS:
            kept.append(character)
    return _BLANKS.sub(" ", "".join(kept)).strip()


def shorten(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, cut at a word where one ends near, with a mark of the cut.

    >>> shorten("one two three", 9)
    'one two…'
    """
    if len(text) <= limit:
        return text
    if limit <= 1:
        return "…"[:limit]
    cut = text[: limit - 1]
    word = cut.rsplit(" ", 1)[0]
    kept = word if len(word) > len(cut) * 0.6 else cut
    while kept and (
        unicodedata.combining(text[len(kept)]) or text[len(kept)] in "\u200d\ufe0f" or kept[-1] == "\u200d"
    ):
        kept = kept[:-1]
    return kept.rstrip() + "…"


def defang(text: str) -> str:
    """`text` in which no common notation finds a mention or a link with other words: an invisible space follows each
    ``@``, ``<`` and ``]``, and addresses lose their scheme.

    >>> defang("@everyone [ok](https://evil.example)").replace("\\u200b", "|")
    '@|everyone [ok]|(evil.example)'
    """
    return _HOOKS.sub("\\g<0>\u200b", _SCHEME.sub("", text))


def safe_url(url: str) -> str:
    """`url` if it is http(s), names a host, hides nothing (no user part, no odd characters) and is short; else nothing.

    >>> safe_url("https://bsky.app/profile/x"), safe_url("https://bank.example@evil.example/"), safe_url("javascript:1")
    ('https://bsky.app/profile/x', '', '')
    """
    if not url or len(url) > 1000 or _URL_UNSAFE.search(url):
        return ""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return ""
    fine = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if fine else ""


def host_of(url: str) -> str:
    """The host that a safe address leads to, to be shown as its link's words."""
    return urlsplit(url).hostname or ""


def _invisible(character: str) -> bool:
    if " " <= character <= "~":
        return False
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Co", "Cn"):
        return character != "\u200d"
    return "\ufe00" <= character <= "\ufe0e" or character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
