"""Posts in languages that the models were not taught: which language it is, and what multilingual rules make of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]  # it has no py.typed

from ingest.records import Kind, Mention, Post
from nlp.lexicon.foreign import NOT, SAYS
from nlp.lexicon.patternset import PatternSet
from nlp.lexicon.rules import read
from nlp.tokens import bag, blank_pipeline, is_link, words

LANGUAGES: Final = tuple(SAYS)
"""The languages that have rules, by ISO 639-1."""
NAMES: Final = {
    "es": "Spanish",
    "pt": "Portuguese",
    "fr": "French",
    "de": "German",
    "it": "Italian",
    "nl": "Dutch",
    "ja": "Japanese",
    "ko": "Korean",
    "tr": "Turkish",
    "id": "Indonesian",
}
SURE: Final = 0.8
"""The detector's share from which its word is taken."""
FEWEST: Final = 4
"""Fewest words in plain letters about which it is asked at all."""

_KANA: Final = re.compile("[\u3040-\u30ff]")
_HANGUL: Final = re.compile("[\uac00-\ud7a3]")
_ENGLISH: Final = bag("""
    the is are and or not of to in it my for this with on at be have has was i'm can't don't isn't doesn't you your i
    anyone else just again still what why when how down working today please they we me so but if from
""")
_OWN: Final = bag("down server app login error me so in on an was die so no")
"""Of these, words that other languages use as well."""
_SHARED: Final = bag(
    "down offline error errors server servers login app bug bugs internet outage service svc ? ! svc? a in"
)
"""Words of many languages: alone they tell none."""
_SINCE: Final = bag("desde de da dal dalla seit depuis sinds al dari sejak since vanaf")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rules of one language make of a post, and the words on which that rests, if any."""

    language: str
    kind: Kind
    words: str = ""


def language_of(post: Post) -> str:
    """ISO 639-1 of a post's language, or "" where nobody can tell.

    The script decides first (kana, Hangul), then the post's own `lang`, unless that says English and not one English
    word is there (many clients say so of everything), then a detector.
    """
    if _HANGUL.search(post.text):
        return "ko"
    if _KANA.search(post.text):
        return "ja"
    given = post.lang.split("-")[0].split("_")[0].lower()
    tokens = [token.lower() for token in words(post.text) if token[0] not in "@#" and not is_link(token)]
    plain = [token for token in tokens if token.isalpha() or "'" in token]
    english = len(_ENGLISH.intersection(plain))
    if given and not (given == "en" and not english and len(plain) > 2):
        return given
    if english >= 2 and english >= len(_ENGLISH - _OWN & set(plain)):
        return "en"
    return _detected(" ".join(plain)) if len(plain) >= FEWEST or not "".join(plain).isascii() else ""


def _detected(text: str) -> str:
    language, share = _detector().classify(text)
    return str(language) if share >= SURE else ""


@cache
def _detector() -> LanguageIdentifier:
    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(["en", *LANGUAGES, "pl", "ru", "sv", "uk", "ar", "hi", "zh", "th", "vi", "fi", "da", "no"])
    return detector


class Foreign:
    """The rules of all ten languages."""

    def __init__(self) -> None:
        vocab = blank_pipeline().vocab
        self._says = {language: PatternSet(vocab) for language in LANGUAGES}
        self._takes_back = {language: PatternSet(vocab) for language in LANGUAGES}
        for language in LANGUAGES:
            self._says[language].add_table(SAYS[language])
            self._takes_back[language].add_table({"not": NOT[language]})

    def read(self, text: str, mention: Mention | None, language: str) -> Reading | None:
        """What the rules of `language` say; with "" the first language of which any rule holds, else None."""
        tokens = read(text, mention)
        if language:
            return self._in(language, tokens) if language in self._says else None
        readings = (self._in(each, tokens) for each in LANGUAGES)
        return next(
            (each for each in readings if each.kind != "other" and not _SHARED.issuperset(each.words.split())), None
        )

    def _in(self, language: str, tokens: list[str]) -> Reading:
        found: dict[str, tuple[int, int]] = {}
        for kind, start, end in self._says[language].hits(tokens):
            low, high = found.get(kind, (start, start))
            if end - start > high - low:
                found[kind] = (start, end)
        kind = _kind(found, tokens)
        back = next(
            (hit for hit in self._takes_back[language].hits(tokens) if not _since(tokens, hit[1], hit[2])), None
        )
        if back is not None and kind in {"outage", "recovery", "other"}:
            return Reading(language, "other", " ".join(tokens[back[1] : back[2]]))
        start, end = found.get(kind, (0, 0))
        return Reading(language, kind, _joined(tokens[start:end]))


def _kind(found: dict[str, tuple[int, int]], tokens: list[str]) -> Kind:
    """Of several kinds the one that the post is about: news of it, then that it is over, then that it is down."""
    if "relay" in found:
        return "relay"
    if "recovery" in found and not ("?" in tokens or "？" in tokens):
        return "recovery"
    if "outage" in found or "recovery" in found:
        return "outage"
    return "complaint" if "complaint" in found else "other"


def _since(tokens: list[str], start: int, end: int) -> bool:
    """Whether what would take a report back only says since when it has lasted: ``seit gestern``, ``昨日から``."""
    return (start > 0 and tokens[start - 1] in _SINCE) or "".join(tokens[end : end + 2]) in {"から", "부터"}


def _joined(tokens: list[str]) -> str:
    spaced = any(len(token) > 1 for token in tokens)
    return (" " if spaced else "").join(tokens)
