"""The form in which the model reads a post: one function, the same in training and in scoring.

What must not change a verdict is taken out before the model sees it: who is addressed, where a link leads, and which
service is meant. What carries meaning but is unreadable to the model's vocabulary is spelt out: emoji, hashtags,
letters drawn with digits, shouting.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from ingest.records import Mention

SERVICE: Final = "[unused1]"
"""Stands for the service that the mention names. A reserved entry of the vocabulary, taught in training."""
SHOUT: Final = "[unused2]"
"""Put first where a post is written in capitals: the vocabulary itself knows no case."""
MAX_CHARS: Final = 5_000
"""Nothing that people post about outages is longer; what lies beyond is not read."""
USER: Final = "@user"
LINK: Final = "http"

_INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e007f]"
)
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+|\bpic\.twitter\.com/\S+", re.IGNORECASE)
_HANDLE: Final = re.compile(r"(?<![\w@])@\w(?:[\w.\-]*\w)?(?:@[\w.\-]*\w)?")
_TAG: Final = re.compile(r"[#＃](\w+)")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_+")
_LONG_LETTER: Final = re.compile(r"([^\W\d])\1{2,}")
_LONG_SIGN: Final = re.compile(r"([^\w\s])\1{3,}")
_DRAWN_WORD: Final = re.compile(r"\w*[^\W\d_][013457][^\W\d_]\w*")
_PICTURE: Final = re.compile("[\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]")
_SPACE: Final = re.compile(r"\s+")
_ENDINGS: Final = r"(?:is)?_?(?P<ending>down|outage|fail|issues|problems|back|broken)"
_DRAWN: Final = str.maketrans("013457", "oieast")


def as_read(text: str, mention: Mention | None = None) -> str:
    """The wording of `text` as the model reads it.

    With a `mention` whose span is not empty, the service's name is replaced by a sign that says "the service", wherever
    it occurs, so that neither its case nor the brand can weigh. Links and handles are masked as in TweetEval
    ("http", "@user").
    """
    if mention is not None and mention.end > mention.start:
        text = _without_name(text[:MAX_CHARS], mention)
    text = _INVISIBLE.sub("", text[:MAX_CHARS])
    text = unicodedata.normalize("NFKC", text)
    text = _LINK.sub(f" {LINK} ", text)
    text = _HANDLE.sub(f" {USER} ", text)
    text = _TAG.sub(_as_words, text)
    shout = f"{SHOUT} " if _shouted(text) else ""
    text = _PICTURE.sub(_named, text)
    text = _LONG_LETTER.sub(r"\1\1", text)
    text = _LONG_SIGN.sub(r"\1\1\1", text)
    text = _DRAWN_WORD.sub(lambda drawn: drawn.group().translate(_DRAWN), text)
    return shout + _SPACE.sub(" ", text).strip()


def _without_name(text: str, mention: Mention) -> str:
    """`text` with every occurrence of the words that the mention spans replaced by `SERVICE`."""
    name = re.sub(f"(?<=.){_ENDINGS}$", "", text[mention.start : mention.end].strip("@#＃ "), flags=re.IGNORECASE)
    return _occurrences(name).sub(_unnamed, text) if name else text


@lru_cache(maxsize=1024)
def _occurrences(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:[@#＃]|(?<!\w)){re.escape(name)}(?:{_ENDINGS})?(?!\w)", re.IGNORECASE)


def _unnamed(name: re.Match[str]) -> str:
    """The sign for the service, and what was glued to its name ("#SlackDown", "slackisdown")."""
    return f" {SERVICE} {(name['ending'] or '').lower()} "


def _as_words(tag: re.Match[str]) -> str:
    return f" {_HUMP.sub(' ', tag.group(1))} "


def _named(picture: re.Match[str]) -> str:
    return f" {_name_of(picture.group())} "


@lru_cache(maxsize=4096)
def _name_of(sign: str) -> str:
    """An emoji's Unicode name in lower case; letters' box drawings and the like have one too."""
    return unicodedata.name(sign, "").lower()


def _shouted(text: str) -> bool:
    """Whether most letters of more than a word or two are capitals, names and masks aside."""
    plain = text.replace(SERVICE, "").replace(USER, "").replace(LINK, "")
    upper = sum(map(str.isupper, plain))
    return upper >= 10 and upper > 0.6 * sum(map(str.isalpha, plain))
