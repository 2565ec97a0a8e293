"""How posts are cut into words: one small tokenizer for every rule in this room.

spaCy's own English tokenizer glues ``ChatGPTが`` into one word and cuts handles apart. Here a link, a handle and a
hashtag are one token each; scripts that are written without spaces (Chinese, Japanese, Korean, Thai …) give one token a
character, so that a name is found inside a run of them; underscores separate; ``can't`` and ``I'll`` stay whole and
``Slack's`` is two tokens.
"""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Final

import spacy
from spacy.attrs import LOWER  # type: ignore[import-not-found]  # a compiled module without stubs
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

# Written without spaces, or (Korean) with particles glued to the noun: Thai to Khmer, CJK and kana, Hangul.
UNSPACED: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff66-\uff9f"
)
_RANGES: Final = [(pair[0], pair[2]) for pair in re.findall(".-.", UNSPACED)]
LETTER: Final = rf"(?:[^\W_{UNSPACED}]|[\u0300-\u036f])"
MAX_CHARS: Final = 5_000
"""Nothing that people post about outages is longer; what lies beyond is not read."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_TOKEN: Final = re.compile(
    rf"""(?P<link>(?:https?://|www\.)\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+/\S+)
    |(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)
    |(?P<handle>@\w(?:[\w.\-@]*\w)?)
    |(?P<tag>(?<![\w&])[#＃]\w+)
    |[{UNSPACED}]
    |{LETTER}+(?:['’](?:t|ll|ve|re|m|d)\b)?
    |['’]s\b
    |\S""",
    re.VERBOSE | re.IGNORECASE,
)


def bag(text: str) -> frozenset[str]:
    """The words of a table in this room, as a set."""
    return frozenset(text.split())


def words(text: str) -> list[str]:
    """The tokens of `text`, in order, without spaces."""
    return [match.group() for match in _TOKEN.finditer(readable(text))]


def readable(text: str) -> str:
    """The part of `text` that is read, as long as before but without lone surrogates, which spaCy cannot store."""
    return _SURROGATE.sub("\ufffd", text[:MAX_CHARS])


def is_unspaced(char: str) -> bool:
    """Whether a character belongs to a script that is written without spaces between words."""
    return char > "\u0dff" and any(low <= char <= high for low, high in _RANGES)


def is_link(token: str) -> bool:
    """Whether a token is a web address."""
    return token[:4].lower() in {"http", "www."} or ("/" in token and "." in token and len(token) > 3)


class Tokenizer:
    """The tokenizer in the form that a spaCy pipeline calls.

    Offsets (`Token.idx`) are those of the original text as long as its white space is kept, so runs of spaces become
    tokens of their own, as in spaCy.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        text = readable(text)
        found: list[str] = []
        spaces: list[bool] = []
        end = 0
        for match in _TOKEN.finditer(text):
            start = match.start()
            if start == end + 1 and found and text[end] == " ":
                spaces[-1] = True
            elif start > end:
                _fill(text[end:start], found, spaces)
            found.append(match.group())
            spaces.append(False)
            end = match.end()
        _fill(text[end:], found, spaces)
        return Doc(self.vocab, words=found, spaces=spaces)


def _fill(blank: str, found: list[str], spaces: list[bool]) -> None:
    """Give white space back: a single space belongs to the word before it, anything else is a token."""
    if not blank:
        return
    if found and blank[0] == " ":
        spaces[-1] = True
        blank = blank[1:]
    if blank:
        found.append(blank)
        spaces.append(False)


def blank_pipeline() -> Language:
    """A spaCy pipeline that only cuts words; rules may look at a token's text and `LOWER`, nothing else is computed."""
    pipeline = spacy.blank("xx")
    pipeline.tokenizer = Tokenizer(pipeline.vocab)
    pipeline.vocab.lex_attr_getters = {LOWER: str.lower}  # type: ignore[attr-defined]  # the stub lacks it
    return pipeline


class Reader:
    """Turns texts into Docs with memory that stays flat.

    Posts bring new strings without end, so they live in a spaCy memory zone; leaving it after each post would throw
    the common words away as well, so it is left every `ZONE` posts. A Doc must not be kept beyond the next call.
    """

    ZONE: Final = 1_000

    def __init__(self, pipeline: Language) -> None:
        self._pipeline = pipeline
        self._zone = ExitStack()
        self._read = 0

    def __call__(self, text: str) -> Doc:
        if self._read % self.ZONE == 0:
            self._zone.close()
            self._zone.enter_context(self._pipeline.memory_zone())
        self._read += 1
        return self._pipeline.make_doc(text[:MAX_CHARS])
