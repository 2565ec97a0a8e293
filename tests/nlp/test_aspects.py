from __future__ import annotations

import doctest
from functools import cache
from pathlib import Path

import pytest

from downchatter.services import load_services
from ingest import causes
from nlp.aspects import Aspects
from nlp.causes import PREFIX
from nlp.lexicon.aspects import CAUSE
from nlp.matching import Matching

SERVICES = Path(__file__).parents[2] / "data" / "services.toml"

POSTS = [
    ("can't log in to Spotify", {"fails:login"}),
    ("Spotify login code never arrives", {"fails:login"}),
    ("Spotify won't send messages", {"fails:messages"}),
    ("WhatsApp calls drop all the time", {"fails:calls"}),
    ("the Spotify app crashes at start", {"fails:app"}),
    ("Spotify website gives 503", {"fails:website"}),
    ("PayPal checkout is broken, payments fail", {"fails:payments"}),
    ("the api of Stripe returns error 500", {"fails:API"}),
    ("Spotify won't play any song", {"fails:playback"}),
    ("can't connect to PSN", {"fails:connection"}),
    ("ChatGPT gives no reply to any prompt", {"fails:answers"}),
    ("Instagram feed won't refresh", {"fails:feed"}),
    ("YouTube search shows no results", {"fails:search"}),
    ("can't upload to Instagram", {"fails:upload"}),
    ("Spotify down, probably too many people online", {"cause:overload"}),
    ("is Spotify under ddos attack?", {"cause:attack"}),
    ("Spotify down for maintenance", {"cause:maintenance"}),
    ("Spotify broken since the latest update", {"cause:update"}),
    ("Spotify is down, someone let the certificate expire", {"cause:certificate"}),
    ("it is always DNS, Spotify", {"cause:dns"}),
    ("Xfinity out, they cut the fiber again", {"cause:cable"}),
    ("no Xfinity since the storm", {"cause:weather"}),
    ("Slack is down because of AWS", {"cause:upstream=AWS"}),
    ("Slack down, AWS outage affecting everyone", {"cause:upstream=AWS"}),
    ("Spotify down, must be cloudflare again", {"cause:upstream=Cloudflare"}),
    ("Spotify down thanks to crowdstrike", {"cause:upstream=CrowdStrike"}),
    ("Spotify not working on my iPhone", {"platform:iOS"}),
    ("Spotify not working on android", {"platform:Android"}),
    ("Spotify won't load in chrome", {"platform:web"}),
    ("Spotify dead on PS5", {"platform:console"}),
    ("Spotify down in London", {"place:London"}),
    ("is Spotify down in Germany and in the UK?", {"place:Germany", "place:United Kingdom"}),
    ("Spotify down again, cancelling my subscription", {"leaving"}),
    ("I'm done with Spotify, switching to Netflix", {"leaving", "alternative=Netflix"}),
    ("ChatGPT is down, switching to Claude", {"alternative=Claude"}),
    ("ChatGPT down again, guess I'll use Claude", {"alternative=Claude"}),
    ("Spotify any update?", {"asks"}),
    ("when will Spotify be back?", {"asks"}),
    ("please fix Spotify now", {"asks"}),
    ("Spotify down, anyone else?", {"asks others"}),
    ("is it just me or is Spotify down", {"asks others"}),
    ("Spotify works fine here", {"works"}),
]

ABSENT = [
    ("Spotify website is down, the app works fine", "fails:app"),
    ("YouTube is down and so is Spotify", "alternative="),
    ("Spotify is down", "cause:"),
    ("Spotify is down", "place:"),
    ("Spotify is down", "leaving"),
    ("AWS is down", "cause:upstream"),
]


@cache
def reader() -> tuple[Matching, Aspects]:
    return Matching(load_services(SERVICES)), Aspects()


def aspects(text: str) -> dict[str, str]:
    matching, reading = reader()
    first, *others = matching.mentions(text)
    return {aspect.name: aspect.words for aspect in reading.read(text, first, others)}


@pytest.mark.parametrize(("text", "expected"), POSTS)
def test_aspects(text: str, expected: set[str]) -> None:
    assert expected <= aspects(text).keys(), aspects(text)


@pytest.mark.parametrize(("text", "start"), ABSENT)
def test_what_is_not_said(text: str, start: str) -> None:
    assert not [name for name in aspects(text) if name.startswith(start)], aspects(text)


def test_each_has_its_words() -> None:
    found = aspects("can't log in to Spotify in London, when will it be back? must be AWS")
    assert found["fails:login"] == "log in"
    assert found["place:London"] == "London"
    assert found["cause:upstream=AWS"] == "must be AWS"
    assert "when will" in found["asks"]


def test_every_cause_has_its_words() -> None:
    assert {PREFIX + cause for cause in causes.NOUNS} == set(CAUSE)
    assert doctest.testmod(causes).failed == 0
