"""Takes secrets out of whatever is logged, stored as a status or shown."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_URL: Final = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"<>]+", re.IGNORECASE)
_SECRET: Final = re.compile(
    r"(whsec_|whsk_|xox[a-z]-|xapp-|(?:Authorization:\s*)?(?:Bearer|Basic)\s+|Authorization:\s*)[A-Za-z0-9+/=_.\-]{4,}",
    re.IGNORECASE,
)
_PAIR: Final = re.compile(
    r"((?:token|secret|password|passwd|api_?key|routing_key)\"?\s*[=:]\s*\"?)[^\s\"&,}]+", re.IGNORECASE
)


def mask_url(url: str) -> str:
    """A URL with everything hidden that may let someone in: the user part, the path (many webhooks carry their token
    there), the query and the fragment.

    >>> mask_url("https://user:pw@hooks.example.com/services/T0/B0/xyz?token=1#f")
    'https://hooks.example.com/…'
    """
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "…"
    if parts.scheme.lower() not in ("http", "https", "ws", "wss"):
        return f"{parts.scheme}://…"
    rest = "/…" if parts.path not in ("", "/") or parts.query or parts.fragment else parts.path
    return f"{parts.scheme}://{parts.hostname or ''}{port}{rest}"


def mask(text: str, secrets: tuple[str, ...] = ()) -> str:
    """`text` without secrets: those given, URLs' telling parts, and what looks like a token.

    >>> mask("POST https://h.example/a?b=c failed, Bearer abcdefgh")
    'POST https://h.example/… failed, Bearer …'
    """
    for secret in sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True):
        text = text.replace(secret, "…")
    text = _URL.sub(lambda found: mask_url(found[0]), text)
    return _PAIR.sub(r"\1…", _SECRET.sub(r"\1…", text))
