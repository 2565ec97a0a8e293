from __future__ import annotations

import pytest

from nlp.places import places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Outage in Leeds?", ["Leeds"]),
        ("is spotify down in london", ["London"]),
        ("no internet in North York, Ontario", ["York", "Ontario"]),
        ("down in Germany and the UK", ["Germany", "United Kingdom"]),
        ("Dallas here, nothing works", ["Dallas"]),
        ("#Chicago power out", ["Chicago"]),
        ("fiber cut near San Francisco", ["San Francisco"]),
        ("is it down in Sao Paulo", ["São Paulo"]),
        ("nothing works across Europe", ["Europe"]),
        ("the app is down, Bristol, UK", ["Bristol", "United Kingdom"]),
        ("down for us in the US", ["United States"]),
        ("outage in Nice, France", ["Nice", "France"]),
        ("Reading this book on a nice mobile app", []),
        ("Paris Hilton is on Spotify", []),
        ("can't log in since May", []),
        ("New York Times reports an outage", []),
        ("I hate this in general", []),
        ("it told us nothing", []),
        ("", []),
    ],
)
def test_places_are_named_as_places(text: str, names: list[str]) -> None:
    assert [place.name for place in places(text)] == names


def test_the_words_are_kept() -> None:
    assert places("outage in the uk")[0].words == "uk"
