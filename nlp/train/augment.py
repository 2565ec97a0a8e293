"""Other wordings of the same post: the service masked or swapped, the case changed."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Final

from ingest.records import Mention

NAMES: Final = tuple(
    line for line in (Path(__file__).parent / "names.txt").read_text("utf-8").splitlines() if line and line[0] != "#"
)
_LOOSE: Final = re.compile(
    rf"(?<![\w@#])(?:{'|'.join(re.escape(n) for n in NAMES if n.islower())})(?!\w)", re.IGNORECASE
)
_STRICT: Final = re.compile(rf"(?<![\w@#])(?:{'|'.join(n for n in NAMES if not n.islower())})(?!\w)")
_HANDLE: Final = re.compile(r"@[A-Za-z]\w{3,}")
_STARTS: Final = ("open", "net", "sky", "data", "cloud", "link", "stream", "pay", "mail", "chat", "play", "zen", "nova")
_ENDS: Final = ("book", "board", "hub", "ly", "ify", "view", "box", "deck", "arc", "flux", "desk", "space", "review")
SLOT: Final = "{s}"
"""Where a sentence of our own takes the name of any service."""


def name_in(text: str, handles: bool = True) -> Mention | None:
    """The first service that a short list of names finds, or the first handle that reads like a company's."""
    found = _LOOSE.search(text) or _STRICT.search(text) or (_HANDLE.search(text) if handles else None)
    return Mention(found.group().lower(), found.start(), found.end()) if found else None


def invented(chance: random.Random) -> str:
    """A name that no service has, so that the wording must decide."""
    return (chance.choice(_STARTS) + chance.choice(_ENDS)).capitalize()


def any_name(chance: random.Random) -> str:
    """A known name or an invented one."""
    return chance.choice(NAMES) if chance.random() < 0.6 else invented(chance)


def varied(text: str, chance: random.Random) -> tuple[str, Mention | None]:
    """`text` as it is, or with its service masked, renamed, or in another case. A mention says: mask this."""
    if SLOT in text:
        return _filled(text, chance)
    mention = name_in(text)
    roll = chance.random()
    if mention and roll < 0.35:
        return text, mention
    if mention and roll < 0.55:
        at = "@" if text[mention.start] == "@" else ""
        return text[: mention.start] + at + any_name(chance) + text[mention.end :], None
    if roll > 0.95:
        return text.title() if chance.random() < 0.5 else text.lower(), None
    return text, None


def _filled(text: str, chance: random.Random) -> tuple[str, Mention | None]:
    """The sentence with a name in its slot, masked half the time, sometimes addressed as a handle."""
    name = any_name(chance)
    start = text.index(SLOT)
    tagged = start > 0 and text[start - 1] in "#$"
    name = name.replace(" ", "") if tagged else f"@{name.replace(' ', '')}" if chance.random() < 0.1 else name
    full = text.replace(SLOT, name)
    full = full.lower() if chance.random() < 0.3 else full
    return full, Mention(name, start, start + len(name)) if not tagged and chance.random() < 0.5 else None
