"""Hand-written mentions, true and false, against the services that come along."""

from __future__ import annotations

import tracemalloc
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downchatter.services import load_services
from ingest.records import Mention, Service
from nlp.matching import Matching

SERVICES = Path(__file__).parents[2] / "data" / "services.toml"

TRUE = [
    # plain names, any case, at any edge
    ("is chatgpt down?", "ChatGPT"),
    ("ChatGPT won't load since breakfast", "ChatGPT"),
    ("CHATGPT IS DOWN AGAIN", "ChatGPT"),
    ("anyone else's chat gpt stuck on the loading screen", "ChatGPT"),
    ("Chat-GPT hat heute frei", "ChatGPT"),
    ("my essay is due and (ChatGPT) is out", "ChatGPT"),
    ("gpt-4 keeps erroring", "ChatGPT"),
    ("chatgpt.com times out for me", "ChatGPT"),
    ("ChatGPT's servers are melting", "ChatGPT"),
    ("ChatGPT’s servers are melting", "ChatGPT"),
    ("🔥ChatGPT🔥 down", "ChatGPT"),
    ("_ChatGPT_ is not answering", "ChatGPT"),
    ("ChatGPT/Claude both gone", "ChatGPT"),
    ("ChatGPT/Claude both gone", "Claude"),
    ("ChatGPTが落ちた", "ChatGPT"),
    ("오늘 ChatGPT가 안돼요", "ChatGPT"),
    ("chatgptdown trending already", "ChatGPT"),
    ("#ChatGPTDown", "ChatGPT"),
    ("#chatgptoutage day two", "ChatGPT"),
    ("@ChatGPTapp please fix this", "ChatGPT"),
    ("openai api returns 500s", "OpenAI"),
    ("Open AI status page is red", "OpenAI"),
    ("#openai down", "OpenAI"),
    ("claude is overloaded again", "Claude"),
    ("Claude Code stuck at thinking", "Claude"),
    ("claude.ai gives me a white page", "Claude"),
    ("is anthropic having issues", "Claude"),
    ("character.ai is down and so am I", "Character.AI"),
    ("Character AI ate my chats", "Character.AI"),
    ("c.ai won't let me log in", "Character.AI"),
    ("is cai down or is it just me", "Character.AI"),
    ("#characteraidown", "Character.AI"),
    ("@character_ai when will it be back", "Character.AI"),
    ("deepseek server is busy, please try again later", "DeepSeek"),
    ("is gemini down", "Gemini"),
    ("Gemini API keeps returning 503", "Gemini"),
    ("Google Gemini refuses to answer", "Gemini"),
    ("I asked Gemini and ChatGPT the same thing", "Gemini"),
    ("Copilot in Office is not responding", "Copilot"),
    ("grok is down on twitter", "Grok"),
    ("AWS us-east-1 is on fire", "AWS"),
    ("dynamodb throttling everything", "AWS"),
    ("Amazon Web Services having a bad day", "AWS"),
    ("azure is down in west europe", "Azure"),
    ("Azure DevOps pipelines stuck", "Azure"),
    ("cannot open the Azure portal", "Azure"),
    ("google cloud outage in europe-west9", "Google Cloud"),
    ("GCP load balancers return 404", "Google Cloud"),
    ("Cloudflare error 522 everywhere", "Cloudflare"),
    ("cloudflare took half my bookmarks with it", "Cloudflare"),
    ("Fastly is having an incident", "Fastly"),
    ("github actions queued forever", "GitHub"),
    ("is github down? git push hangs", "GitHub"),
    ("Slack is down", "Slack"),
    ("is slack down for everyone?", "Slack"),
    ("slack won't send messages", "Slack"),
    ("can't log in to slack", "Slack"),
    ("cannot connect to Slack since 9", "Slack"),
    ("our slack is down, guess I'll go home", "Slack"),
    ("Slack Outage", "Slack"),
    ("We moved to Slack last year and regret it", "Slack"),
    ("post it in the slack channel", "Slack"),
    ("#SlackDown", "Slack"),
    ("@SlackHQ what is going on", "Slack"),
    ("SLACK IS DOWN", "Slack"),
    ("problems with slack this morning", "Slack"),
    ("discord is down", "Discord"),
    ("discord down?", "Discord"),
    ("Is Discord down for you guys", "Discord"),
    ("discord keeps disconnecting", "Discord"),
    ("join my discord server", "Discord"),
    ("can't get into discord", "Discord"),
    ("Discord落ちてる？", "Discord"),
    ("디스코드 터졌다", "Discord"),
    ("discord ne marche pas", "Discord"),
    ("discord caiu de novo", "Discord"),
    ("zoom is not working, class cancelled", "Zoom"),
    ("the zoom meeting link is dead", "Zoom"),
    ("Zoom crashed mid interview", "Zoom"),
    ("can't join zoom", "Zoom"),
    ("is zoom down", "Zoom"),
    ("Teams is down, long live email", "Microsoft Teams"),
    ("teams is not loading", "Microsoft Teams"),
    ("is teams down for anyone else", "Microsoft Teams"),
    ("Microsoft Teams outage", "Microsoft Teams"),
    ("ms teams frozen on the login page", "Microsoft Teams"),
    ("logged out of Teams in the middle of a call", "Microsoft Teams"),
    ("#MicrosoftTeamsDown", "Microsoft Teams"),
    ("outlook is down", "Microsoft 365"),
    ("Outlook won't sync my inbox", "Microsoft 365"),
    ("Office 365 login loop", "Microsoft 365"),
    ("notion is down and so is my brain", "Notion"),
    ("Notion won't load my workspace", "Notion"),
    ("is notion down?", "Notion"),
    ("gmail bouncing every mail", "Gmail"),
    ("google is down lol", "Google"),
    ("Meta is down: Facebook, Instagram, all of it", "Facebook"),
    ("is meta down?", "Facebook"),
    ("facebook logged everyone out", "Facebook"),
    ("fb won't open", "Facebook"),
    ("insta is not loading stories", "Instagram"),
    ("instagram caiu?", "Instagram"),
    ("#instagramdown", "Instagram"),
    ("whatsapp no funciona", "WhatsApp"),
    ("threads is down", "Threads"),
    ("X is down", "X"),
    ("is x down?", "X"),
    ("X won't load my timeline", "X"),
    ("Elon broke X", "X"),
    ("twitter is dead tonight", "X"),
    ("x.com gives an error", "X"),
    ("#XDown", "X"),
    ("bsky is slow", "Bluesky"),
    ("reddit is down so I went outside", "Reddit"),
    ("tik tok not letting me upload", "TikTok"),
    ("is snap down", "Snapchat"),
    ("Snap ate my streak", "Snapchat"),
    ("signal is down", "Signal"),
    ("Signal won't send messages", "Signal"),
    ("moving our group from WhatsApp to Signal", "Signal"),
    ("is signal down in germany", "Signal"),
    ("telegram down in brazil", "Telegram"),
    ("twitch is down", "Twitch"),
    ("Twitch chat froze", "Twitch"),
    ("yt is down", "YouTube"),
    ("YouTube Music skips every song", "YouTube"),
    ("netflix error code NW-2-5", "Netflix"),
    ("@SpotifyCares nothing plays", "Spotify"),
    ("spotify spotify spotify please", "Spotify"),
    ("Disney+ buffering", "Disney+"),
    ("disney plus stuck on 73", "Disney+"),
    ("hbo max crashed during the finale", "HBO Max"),
    ("iCloud is syncing nothing", "Apple"),
    ("apple music will not open", "Apple"),
    ("psn down again", "PlayStation Network"),
    ("PSN won't let me sign in", "PlayStation Network"),
    ("xbox live is down", "Xbox Live"),
    ("steam is down", "Steam"),
    ("Steam store shows error 118", "Steam"),
    ("are steam servers down", "Steam"),
    ("steam won't launch my game", "Steam"),
    ("roblox kicked us all", "Roblox"),
    ("battle.net login broken", "Call of Duty"),
    ("is ea down? servers unreachable", "EA"),
    ("paypal declined everything", "PayPal"),
    ("cash app is down", "Cash App"),
    ("Square is down, we take only cash", "Square"),
    ("square payments not working at our cafe", "Square"),
    ("stripe is down, checkout fails", "Stripe"),
    ("Chase is down", "Chase"),
    ("chase app is not working", "Chase"),
    ("can't log into chase", "Chase"),
    ("Chase lost my direct deposit", "Chase"),
    ("Chase Bank locked me out", "Chase"),
    ("bank of america zelle is broken", "Bank of America"),
    ("verizon no service since noon", "Verizon"),
    ("AT&T outage in Dallas", "AT&T"),
    ("at&t is down", "AT&T"),
    ("T-Mobile shows SOS only", "T-Mobile"),
    ("comcast internet out again", "Xfinity"),
    ("spectrum is down", "Spectrum"),
    ("Rogers is down across Canada", "Rogers"),
    ("O2 network down, no 4g", "O2"),
    ("amazon is down", "Amazon"),
    ("Amazon won't let me check out", "Amazon"),
    ("alexa is not responding", "Amazon"),
    ("is uber down? app shows no cars", "Uber"),
]

FALSE = [
    # ordinary words
    ("slack off", "Slack"),
    ("Slack off all you want", "Slack"),
    ("cut me some slack", "Slack"),
    ("there is no slack in this schedule", "Slack"),
    ("take up the slack", "Slack"),
    ("she is slacking again", "Slack"),
    ("slackers", "Slack"),
    ("Amazon prices are down", "Amazon"),
    ("prices at the Amazon warehouse store", "AWS"),
    ("fires in the Amazon are down this year", "Amazon"),
    ("get down to Discord", "Discord"),
    ("sowing discord among allies", "Discord"),
    ("Discord and rancour in parliament", "Discord"),
    ("the discord between them grew", "Discord"),
    ("both teams are down to ten men", "Microsoft Teams"),
    ("teams are down 3-0 on aggregate", "Microsoft Teams"),
    ("our teams meet on Sunday", "Microsoft Teams"),
    ("Great Teams Win Titles", "Microsoft Teams"),
    ("zoom in on the map", "Zoom"),
    ("Zoom out and the trend is clear", "Zoom"),
    ("cars zoom past my window", "Zoom"),
    ("x is unknown", "X"),
    ("X is unknown", "X"),
    ("solve for x", "X"),
    ("the X axis is time", "X"),
    ("love you x", "X"),
    ("SpaceX is down range", "X"),
    ("Malcolm X was born today", "X"),
    ("Xodus", "X"),
    ("2 x 4", "X"),
    ("the xbox is down there under the tv", "X"),
    ("no signal in this tunnel", "Signal"),
    ("the signal is weak here", "Signal"),
    ("turn signal is broken", "Signal"),
    ("mixed signals", "Signal"),
    ("Signal processing basics", "Signal"),
    ("I had no notion that he would come", "Notion"),
    ("the very notion of it", "Notion"),
    ("notions", "Notion"),
    ("Times Square is down the road", "Square"),
    ("a square has four sides", "Square"),
    ("square root of two", "Square"),
    ("back to square one", "Square"),
    ("Square Enix announced a remake", "Square"),
    ("chase the dream", "Chase"),
    ("Chase the dream, not the money", "Chase"),
    ("cut to the chase", "Chase"),
    ("police chase ends in a ditch", "Chase"),
    ("Chevy Chase is funny", "Chase"),
    ("Chase Utley hit a homer", "Chase"),
    ("We met Chase yesterday", "Chase"),
    ("purchase", "Chase"),
    ("the meta is stale this season", "Facebook"),
    ("that is so meta", "Facebook"),
    ("a meta analysis of sleep", "Facebook"),
    ("don't shoot the messenger", "Facebook"),
    ("Claude Monet water lilies", "Claude"),
    ("Jean-Claude Van Damme", "Claude"),
    ("I am a Gemini", "Gemini"),
    ("Gemini season is here", "Gemini"),
    ("my copilot fell asleep on the flight", "Copilot"),
    ("hard to grok this paper", "Grok"),
    ("azure skies over Capri", "Azure"),
    ("running out of steam", "Steam"),
    ("Steam rose from the kettle", "Steam"),
    ("steam engines are lovely", "Steam"),
    ("blow off steam", "Steam"),
    ("my eye twitches", "Twitch"),
    ("a nervous twitch", "Twitch"),
    ("oh snap", "Snapchat"),
    ("snapped a picture", "Snapchat"),
    ("loose threads on my jumper", "Threads"),
    ("apple pie for dessert", "Apple"),
    ("an apple a day", "Apple"),
    ("Big Apple in autumn", "Apple"),
    ("the economic outlook is bleak", "Microsoft 365"),
    ("autism spectrum", "Spectrum"),
    ("Mr Rogers was right", "Rogers"),
    ("Steve Rogers is Captain America", "Rogers"),
    ("tickets for the O2 Arena", "O2"),
    ("student visa refused", "Visa"),
    ("a blizzard hit Buffalo", "Call of Duty"),
    ("my uber goal for 2026", "Uber"),
    ("a red stripe on white", "Stripe"),
    ("mouse cursor vanished", "Cursor"),
    ("perplexity crossed his face", "Perplexity"),
    # inside longer words, links, mail addresses, near handles and tags
    ("mychatgpts", "ChatGPT"),
    ("chatgptify", "ChatGPT"),
    ("éclaude", "Claude"),
    ("claudeé", "Claude"),
    ("see https://slack.com/help", "Slack"),
    ("http://www.facebook.com/foo", "Facebook"),
    ("write to help@spotify.com", "Spotify"),
    ("youtube.com/watch?v=1 look", "YouTube"),
    ("@SpotifyCaresALot hello", "Spotify"),
    ("@notspotify hi", "Spotify"),
    ("#spotifywrapped", "Spotify"),
    ("#chasedreams", "Chase"),
    ("zc.ain", "Character.AI"),
    ("cailin", "Character.AI"),
    ("nothing here at all", "ChatGPT"),
    ("", "ChatGPT"),
    ("down down down", "Slack"),
    ("server error 500", "Discord"),
    # a longer name wins
    ("Google Cloud is down", "Google"),
    ("Google Drive is down", "Google"),
    ("Amazon Web Services is down", "Amazon"),
    ("Google Gemini is down", "Google"),
    ("GitHub Copilot is down", "Copilot"),
]


@cache
def matching() -> Matching:
    return Matching(load_services(SERVICES))


def named(text: str) -> set[str]:
    return {mention.service for mention in matching().mentions(text)}


def test_there_are_enough_of_them() -> None:
    assert len(TRUE) + len(FALSE) >= 150
    assert len({*TRUE, *FALSE}) == len(TRUE) + len(FALSE)


@pytest.mark.parametrize(("text", "service"), TRUE)
def test_true_mention(text: str, service: str) -> None:
    assert service in named(text)


@pytest.mark.parametrize(("text", "service"), FALSE)
def test_false_mention(text: str, service: str) -> None:
    assert service not in named(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ChatGPT down, spotify too, ChatGPT!", [("ChatGPT", "ChatGPT"), ("Spotify", "spotify")]),
        ("#SlackDown", [("Slack", "#SlackDown")]),
        ("  is  Google Cloud\tup", [("Google Cloud", "Google Cloud")]),
        ("İs ChatGPT down", [("ChatGPT", "ChatGPT")]),
    ],
)
def test_spans_are_those_of_the_text(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(m.service, text[m.start : m.end]) for m in matching().mentions(text)] == expected


def test_context_alone_makes_plain_names_ambiguous() -> None:
    own = Matching([Service("Porridge", aliases=("porridge.io",), context=("login",))])
    assert own.mentions("porridge for breakfast") == []
    assert own.mentions("porridge.io for breakfast") == [Mention("Porridge", 0, 11)]
    assert own.mentions("the porridge and the login page") == []
    assert own.mentions("the porridge login page") == [Mention("Porridge", 4, 12)]
    assert own.mentions("my porridge login fails") == [Mention("Porridge", 3, 11)]


def test_exclude_wins_over_everything() -> None:
    own = Matching([Service("Acme", exclude=("Acme Anvils",))])
    assert own.mentions("Acme Anvils is down") == []
    assert own.mentions("Acme Anvils is down and Acme is too") == [Mention("Acme", 24, 28)]


PIECES = st.sampled_from(
    [text for text, _ in TRUE + FALSE]
    + [
        "slack",
        "X",
        "x",
        "c.ai",
        "chat",
        "gpt",
        "@slack",
        "#slack",
        "#",
        "@",
        ".",
        "'s",
        "\n",
        "is",
        "down",
        "가",
        "が",
        "é",
        "İ",
        "ß",
        "https://",
        "_",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=6), max_size=12), st.sampled_from(["", " ", "  "]))
def test_the_automaton_changes_nothing(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    assert matching().mentions(text) == matching().spacy_alone(text)


def test_memory_stays_flat() -> None:
    own = Matching([Service("ChatGPT")])

    def feed(start: int) -> None:
        for number in range(start, start + 3_000):
            own.mentions(f"chatgpt broke on word{number} and other{number}")

    feed(0)
    strings = len(own.vocabulary)
    tracemalloc.start()
    feed(10_000)
    feed(20_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(own.vocabulary) <= strings
    assert peak < 5_000_000


def test_a_megabyte_of_text_is_read_at_its_head() -> None:
    assert named("is chatgpt down " + "a" * 1_000_000) == {"ChatGPT"}
