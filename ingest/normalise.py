"""Makes hostile text and doubtful times safe to store, match and show. Every collector passes its posts through here.

Text stays what a reader would have seen: what is removed is invisible or would disguise the rest.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

TEXT_LIMIT: Final = 5_000
"""Characters kept of one post."""

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)

_RAW_FACTOR: Final = 4
_CUT_NOTE: Final = " … ({} characters left out)"
_NOTE_ROOM: Final = len(_CUT_NOTE) + 18

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UNITS: Final = (1, 1_000, 1_000_000, 1_000_000_000)
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")

# Styled alphabets (mathematical bold, full width, circled) read as plain letters to people and should to us.
_STYLED: Final = re.compile("[\U0001d400-\U0001d7ff\uff01-\uff5e\u24b6-\u24e9]+")
# A joiner is part of an emoji or of Persian and Indic spelling; beside ASCII it only hides a word from a search.
_JOINERS: Final = re.compile("[\u200c\u200d]+")
_JOINER_KEPT: Final = re.compile(r"(?<=[^\x00-\x7f\s])([\u200c\u200d])(?=[^\x00-\x7f\s])")
_STRAY_JOINER: Final = re.compile(r"(?<![^\x00-\x7f\s])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f\s])")
# Letters of other alphabets that look like Latin ones. Beside Latin letters they only hide a word from a search.
_LOOKALIKES: Final = str.maketrans(
    "АВЕКМНОРСТХУІЈЅԌаеорсухіјѕкһӏԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABEKMHOPCTXYIJSGaeopcyxijskhldqwABEZHIKMNOPTYXo",
)
_WORD: Final = re.compile("[A-Za-z\u0370-\u0482\u048a-\u052f]+")
_LATIN: Final = re.compile("[A-Za-z]")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_BLANK_LINES: Final = re.compile(r" ?\n(?: ?\n)* ?")
# What may need work: anything but plain letters, punctuation and emoji, or blanks in a row. Most posts have none of it.
_ODD: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u0300-\u036f\u0483-\u0489\u0590-\u1fff\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u20d0-\u20ff\u24b6-\u24e9\u2c00-\u2dff\u3000\u302a-\u302f\u3099\u309a\u3164\ua640-\uabff"
    "\ud800-\udfff\ufb1e\ufe00-\ufe0d\ufe10-\ufe2f\ufeff-\uff5e\uffa0\ufff0-\uffff"
    "\U00010000-\U0001efff\U0001fb00-\U0010ffff]"
    "|[\u0370-\u0482\u048a-\u052f](?:(?=[A-Za-z])|(?<=[A-Za-z][\u0370-\u0482\u048a-\u052f]))"
    "|  |\n | \n|\n{3}|^[ \n]|[ \n]\\Z"
)
_MARKS_IN_A_ROW: Final = 4


def clean_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """`text` as a reader sees it, in NFC, at most `limit` characters long. Cleaning twice changes nothing.

    Removed: NUL and other controls, lone surrogates (pairs are joined), bidirectional and zero-width controls, soft
    hyphens, tag characters, variation selectors other than the two for emoji, combining marks beyond four in a row,
    joiners beside ASCII. Folded: styled alphabets to plain letters, Greek and Cyrillic letters that look like Latin
    ones to those where they stand in a word with Latin letters, every kind of blank to a space, runs of blanks to one,
    runs of empty lines to one. What is too long is cut and says how many characters were left out.

    >>> clean_text("Spo\\u200btify\\x00 is\\u202e down")
    'Spotify is down'
    """
    if len(text) <= limit and not _ODD.search(text) and unicodedata.is_normalized("NFC", text):
        return text
    cleaned = _clean(text[: limit * _RAW_FACTOR])
    if len(cleaned) <= limit and len(text) <= limit * _RAW_FACTOR:
        return cleaned
    kept = cleaned[: max(0, limit - _NOTE_ROOM)].rstrip(" \n\u200c\u200d")
    return f"{kept}{_CUT_NOTE.format(len(text) - len(kept))}"[:limit].strip()


def _clean(text: str) -> str:
    """Everything that `clean_text` does except the cut."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    text = _STYLED.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.replace("\r\n", "\n"))
    text = unicodedata.normalize("NFC", "".join(map(_character, text)))
    text = _JOINERS.sub(lambda found: found[0][0], text)
    text = _WORD.sub(_without_lookalikes, _thin_marks(_STRAY_JOINER.sub("", text)))
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub(_lines, _BLANKS.sub(" ", text)).strip()


def _without_lookalikes(found: re.Match[str]) -> str:
    return found[0].translate(_LOOKALIKES) if _LATIN.search(found[0]) else found[0]


def _character(character: str) -> str:
    """`character` as it is kept: itself, a blank, or nothing."""
    if " " <= character <= "~" or character in "\n\u200c\u200d\ufe0e\ufe0f":
        return character
    if character in "\r\x85\u2028\u2029":
        return "\n"
    category = unicodedata.category(character)
    if category == "Zs" or character in "\t\v\f":
        return " "
    hidden = category in ("Cc", "Cf", "Cs") or "\ufe00" <= character <= "\ufe0d" or character >= "\U000e0000"
    return "" if hidden or character in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffe\uffff" else character


def _thin_marks(text: str) -> str:
    """`text` with at most four combining marks on one letter: more is decoration that spills over its neighbours."""
    if text.isascii():
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.combining(character) else 0
        if run <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def _lines(found: re.Match[str]) -> str:
    return "\n" if found[0].count("\n") == 1 else "\n\n"


def parse_time(value: object) -> datetime:
    """The aware UTC time that `value` tells: a datetime, ISO 8601, RFC 2822, or an epoch in s, ms, µs or ns.

    A time without a zone is taken as UTC. The unit of an epoch is the one that gives a year from 2000 to 2099.

    Raises:
        ValueError: one sentence; `value` is no time, or lies outside 2000 to 2099.

    >>> parse_time("2026-11-24T10:00:00+02:00").isoformat()
    '2026-11-24T08:00:00+00:00'
    """
    moment = _moment(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    if not EARLIEST - timedelta(days=1) <= moment.replace(tzinfo=UTC) < LATEST + timedelta(days=1):
        raise ValueError(_refusal(value))
    moment = moment.astimezone(UTC)
    if not EARLIEST <= moment < LATEST:
        raise ValueError(_refusal(value))
    return moment


def _moment(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(value, value)
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError(f"{_shown(value)} is not a time: give ISO 8601 text or an epoch")
    text = value.strip()
    for read in (datetime.fromisoformat, _from_number, parsedate_to_datetime):
        try:
            return read(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
    raise ValueError(f"{_shown(value)} is not a time: give ISO 8601 text or an epoch")


def _from_number(text: str) -> datetime:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return _from_epoch(int(text) if text.lstrip("+-").isdigit() else float(text), text)


def _from_epoch(number: float, value: object) -> datetime:
    if math.isfinite(number):
        for unit in _EPOCH_UNITS:
            seconds = number // unit
            if EARLIEST.timestamp() <= seconds < LATEST.timestamp():
                rest = number - seconds * unit
                return _EPOCH + timedelta(seconds=int(seconds), microseconds=int(rest * 1_000_000 // unit))
    raise ValueError(_refusal(value))


def _refusal(value: object) -> str:
    return f"{_shown(value)} is not a time between the years 2000 and 2099"


def _shown(value: object) -> str:
    text = ascii(value) if isinstance(value, (str, int, float, datetime)) else type(value).__name__
    return text if len(text) <= 44 else f"{text[:40]}…"


def created_or_seen(value: object, seen_at: datetime) -> datetime:
    """When a post says that it was written, if that can be true; else when it was seen.

    Authors choose `value` freely on some networks: what is unreadable, before 2000 or after `seen_at` is not believed.
    """
    try:
        return min(parse_time(value), seen_at)
    except ValueError:
        return seen_at


class _Words(HTMLParser):
    _BREAKS: Final = frozenset({"br", "p", "div", "li", "blockquote", "pre", "h1", "h2", "h3", "tr"})
    _SILENT: Final = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silence = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the base's name
        self._silence += tag in self._SILENT
        if tag in self._BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silence = max(0, self._silence - (tag in self._SILENT))
        if tag == "p":
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silence:
            self.words.append(data)


def text_of_html(html: str, limit: int = TEXT_LIMIT) -> str:
    """The words of a scrap of HTML, cleaned: some sources give their posts as HTML.

    >>> text_of_html("<p>Is <b>GitHub</b> down?</p><p>500 &amp; 502</p>")
    'Is GitHub down?\\n\\n500 & 502'
    """
    reader = _Words()
    reader.feed(html[: limit * _RAW_FACTOR])
    reader.close()
    return clean_text("".join(reader.words), limit)
