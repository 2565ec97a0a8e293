"""Sixty hand-written posts that name several services: whose is the trouble?"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from downchatter.services import load_services
from nlp.matching import Matching
from nlp.whose import Whose

SERVICES = Path(__file__).parents[2] / "data" / "services.toml"

# post, services whose trouble it is, services that are spared (works, or only named by the way)
POSTS = [
    ("YouTube is down but Spotify works", "YouTube", "Spotify"),
    ("Spotify works but YouTube is down", "YouTube", "Spotify"),
    ("ChatGPT is down, switching to Claude", "ChatGPT", "Claude"),
    ("claude is down again, back to chatgpt", "Claude", "ChatGPT"),
    ("came to Reddit to see if Discord is down", "Discord", "Reddit"),
    ("is discord down? asking on reddit because nobody answers", "Discord", "Reddit"),
    ("Instagram and Facebook are down", "Instagram Facebook", ""),
    ("Facebook, Instagram and WhatsApp are all down", "Facebook Instagram WhatsApp", ""),
    ("Facebook, Instagram and WhatsApp are all down but Telegram works", "Facebook Instagram WhatsApp", "Telegram"),
    ("WhatsApp is down, everyone is on Telegram", "WhatsApp", "Telegram"),
    ("can't log in to Netflix, Hulu is fine", "Netflix", "Hulu"),
    ("Netflix keeps buffering while YouTube loads fine", "Netflix", "YouTube"),
    ("at least Spotify is up while Netflix is down", "Netflix", "Spotify"),
    ("thank god for Telegram, WhatsApp is dead", "WhatsApp", "Telegram"),
    ("Gmail is down so use Slack instead please, Slack works", "Gmail", "Slack"),
    ("GitHub is down, AWS is fine", "GitHub", "AWS"),
    ("github actions is stuck but gitlab and AWS are working", "GitHub", "AWS"),
    ("ran to twitter to check if instagram is down", "Instagram", "X"),
    ("everyone ran to Twitter because Instagram crashed", "Instagram", "X"),
    ("Instagram not loading, hello Twitter", "Instagram", "X"),
    ("PSN is down but Xbox Live is working", "PlayStation Network", "Xbox Live"),
    ("Xbox Live is down, PSN players laughing", "Xbox Live", ""),
    ("is it only Venmo or is PayPal down too", "PayPal Venmo", ""),
    ("paypal won't load, paid with cash app instead", "PayPal", ""),
    ("T-Mobile has no service but Verizon works here", "T-Mobile", "Verizon"),
    ("no signal on Verizon, my wife's T-Mobile is fine", "Verizon", "T-Mobile"),
    ("switched from Verizon to T-Mobile and now T-Mobile is down", "T-Mobile", ""),
    ("Slack is down because AWS is down", "Slack AWS", ""),
    ("AWS outage takes down Slack", "AWS Slack", ""),
    ("Cloudflare is down and took ChatGPT down with it", "Cloudflare ChatGPT", ""),
    ("ChatGPT is down because of Cloudflare", "ChatGPT Cloudflare", ""),
    ("Claude isn't down, ChatGPT is down", "ChatGPT", "Claude"),
    ("ChatGPT down, Claude down, Gemini API down", "ChatGPT Claude Gemini", ""),
    ("ChatGPT and Claude both down?", "ChatGPT Claude", ""),
    ("Only YouTube works, Netflix and Hulu are both broken", "Netflix Hulu", "YouTube"),
    ("Spotify is down so I am watching YouTube", "Spotify", ""),
    ("reddit is down, whole subreddit moved to discord server", "Reddit", "Discord"),
    ("Discord is down, thank goodness for Telegram", "Discord", "Telegram"),
    ("roblox is down, at least minecraft works", "Roblox", "Minecraft"),
    ("Roblox won't load, Fortnite is working fine", "Roblox", "Fortnite"),
    ("can't connect to Fortnite servers, roblox is ok", "Fortnite", "Roblox"),
    ("why is Instagram down and not TikTok", "Instagram", ""),
    ("TikTok is fine, it's Instagram that is down", "Instagram", "TikTok"),
    ("Facebook is down. Twitter is fine.", "Facebook", "X"),
    ("Twitter is fine. Facebook is down.", "Facebook", "X"),
    ("unlike ChatGPT, Claude keeps timing out", "Claude", "ChatGPT"),
    ("deepseek server is down, chatgpt never goes down like that", "DeepSeek", "ChatGPT"),
    ("Hulu stopped working, going back to Netflix", "Hulu", "Netflix"),
    ("Coinbase is down while Robinhood is working", "Coinbase", "Robinhood"),
    ("bank of america app won't open, wells fargo works", "Bank of America", "Wells Fargo"),
    ("wells fargo down? bank of america is fine", "Wells Fargo", "Bank of America"),
    ("Azure is down, AWS customers are smiling", "Azure", ""),
    ("Google Cloud is having issues, AWS is fine", "Google Cloud", "AWS"),
    ("posting on Bluesky because Twitter is down", "X", "Bluesky"),
    ("Bluesky is down so I had to go back to Twitter", "Bluesky", "X"),
    ("saw on Twitter that WhatsApp is down", "WhatsApp", "X"),
    ("no problems with Spotify here, YouTube is dead though", "YouTube", "Spotify"),
    ("Comcast is out again, Starlink works great", "Xfinity", "Starlink"),
    ("Teams is down, use Zoom", "Microsoft Teams", ""),
    ("Zoom won't start, moving the meeting to Teams", "Zoom", "Microsoft Teams"),
    ("YouTube and Spotify work fine, Netflix doesn't load", "Netflix", "YouTube Spotify"),
    ("Disney+ is down and Netflix is not", "Disney+", ""),
]


@cache
def reader() -> tuple[Matching, Whose]:
    return Matching(load_services(SERVICES)), Whose()


def standings(text: str) -> dict[str, str]:
    matching, whose = reader()
    return {share.service: share.standing for share in whose.shares(text, matching.mentions(text))}


def test_there_are_sixty() -> None:
    assert len({text for text, *_ in POSTS}) >= 60


@pytest.mark.parametrize(("text", "troubled", "spared"), POSTS)
def test_whose(text: str, troubled: str, spared: str) -> None:
    found = standings(text)
    assert sum(troubled.count(name) for name, standing in found.items() if standing == "troubled")
    for name, standing in found.items():
        if name in troubled:
            assert standing == "troubled", found
        if name in spared:
            assert standing == "spared", found
        if name not in troubled:
            assert standing != "troubled", found


def test_one_service_is_left_alone() -> None:
    assert standings("YouTube is down") == {"YouTube": "open"}


def test_praise_of_two_is_open() -> None:
    assert "troubled" not in standings("I love YouTube and Spotify").values()


def test_the_words_are_named() -> None:
    matching, whose = reader()
    text = "YouTube is down but Spotify works"
    assert [share.words for share in whose.shares(text, matching.mentions(text))] == [
        "YouTube is down",
        "Spotify works",
    ]
