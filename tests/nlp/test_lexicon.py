"""What the rules must read rightly whatever their weights: hand-written posts."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import KINDS, Mention, Post, Score
from nlp.scorers import load
from nlp.scorers.lexicon import Lexicon

NOW = datetime(2026, 1, 1, tzinfo=UTC)

OUTAGE = [
    "is Spotify down?",
    "Spotify is down",
    "Spotify down?",
    "Spotify is down again",
    "spotify won't load",
    "Spotify has been down for two hours",
    "is anyone else having problems with Spotify?",
    "can't log in to Spotify, anyone else?",
    "Spotify not working for me",
    "Spotify keeps crashing since this morning",
    "Spotify app gives error 503",
    "Spotify servers are down",
    "I can't connect to Spotify",
    "Spotify won't let me sign in",
    "nothing plays on Spotify right now",
    "is it just me or is Spotify broken",
    "Spotify stopped working",
    "Spotify says try again later",
    "Spotify outage?",
    "Spotify is not responding",
    "why is Spotify not loading",
    "still no Spotify, tried reinstalling",
    "Spotify can't connect to server",
    "Spotify is offline for everyone here",
]
NOT_OUTAGE = [
    # hypotheticals
    "if Spotify goes down I will cry",
    "What if Spotify goes down during the party",
    "imagine if Spotify went down",
    "I hope Spotify never goes down",
    "when Spotify goes down I just sing",
    "Spotify could go down any day",
    "unless Spotify crashes we are fine",
    "if Spotify ever has an outage use your CDs",
    "what would you do if Spotify went down for a day",
    "in case Spotify goes down I have records",
    "pray that Spotify does not go down tonight",
    "Spotify would be down all day if that happened",
    "what happens when Spotify goes down?",
    "next time Spotify goes down call me",
    "if Spotify stops working I'll use the radio",
    "should Spotify go down, we play vinyl",
    # denied
    "Spotify hasn't been down in months",
    "Spotify doesn't seem to be down",
    "no, Spotify is not broken",
    "Spotify loads fine for me",
    "I can log in to Spotify just fine",
    "Spotify is up, no issues at all",
    "nobody has trouble with Spotify",
    "Spotify without any problems today",
    "Spotify is not down",
    "Spotify isn't down, works fine for me",
    "Spotify works fine here",
    "no outage at Spotify",
    "no problems with Spotify here",
    "never had any issues with Spotify",
    "Spotify was never down",
    # past
    "Spotify was down yesterday",
    "remember when Spotify went down last year",
    "Spotify was down last week",
    "Spotify had an outage in 2022",
    "two years ago Spotify was down for a whole day",
    "Spotify went down once in 2019",
    "back when Spotify was down we sang",
    "the other day Spotify was down for an hour",
    # shares and prices
    "Spotify is down 12 points in after-hours trading",
    "Spotify closed down 2%",
    "Spotify user numbers are down this quarter",
    "Spotify trending down on the charts",
    "Spotify is down 3%",
    "Spotify is down 3 % today",
    "Spotify shares are down after earnings",
    "Spotify stock down 5 percent",
    "Spotify prices are down",
    "$SPOT down 4% Spotify investors sell",
    # sports, dancing, manners
    "get down to Spotify",
    "Spotify's CEO is so down to earth",
    "turn Spotify down, I'm sleeping",
    "calm down, it is only Spotify",
    "I'm down for a Spotify session",
    "don't let me down Spotify",
    "the team is down 2-0 and I listen to Spotify",
    "sit down and listen to Spotify",
    "writing down my Spotify playlists",
    "scroll down on Spotify",
    "Spotify party down the street",
    "boil it down: Spotify won",
    "Spotify is going down in history",
    "hands down Spotify is the best",
    "she broke down listening to Spotify",
    "Spotify is my number one, hands down",
    "put your phone down and turn off Spotify",
    # back again
    "Spotify is back",
    "Spotify is working again",
    "Spotify is back up",
    # plain
    "I love Spotify",
    "Spotify has a new logo",
    "listening to jazz on Spotify",
    "my Spotify wrapped is embarrassing",
]
RECOVERY = [
    "Spotify is back",
    "Spotify is back up",
    "it's back! thanks Spotify",
    "Spotify is working again",
    "ok Spotify works again now",
    "@SpotifyCares it's working now, thanks!",
    "@SpotifyCares fixed, thank you",
    "Spotify is fixed now",
    "finally, Spotify is back online",
    "service restored, thanks Spotify",
]
RELAY = [
    "Spotify explains Monday's outage",
    "Massive Spotify outage hits thousands of users worldwide",
    "Post-mortem of the Spotify outage",
    "We are investigating elevated error rates on Spotify",
    "Spotify outage caused by expired certificate",
    "Spotify down: thousands of users report outage across Europe",
    "Spotify apologizes for yesterday's outage",
]
COMPLAINT = [
    "Spotify charged me twice and support ignores me",
    "the new Spotify update is awful",
    "Spotify shuffle plays the same ten songs, worst algorithm",
    "cancelling Spotify, too expensive",
]


@cache
def scorer() -> Lexicon:
    return Lexicon()


def read(text: str) -> Score:
    at = text.find("Spotify") if "Spotify" in text else text.find("spotify")
    mention = Mention("Spotify", at, at + 7) if at >= 0 else Mention("Spotify")
    score = scorer().score([(Post("t:1", "t", "a", text, NOW, NOW), mention)])[0]
    assert score is not None
    return score


@pytest.mark.parametrize("text", OUTAGE)
def test_reports(text: str) -> None:
    assert read(text).kind == "outage", read(text)


@pytest.mark.parametrize("text", NOT_OUTAGE)
def test_what_only_sounds_like_a_report(text: str) -> None:
    score = read(text)
    assert score.kind != "outage", score
    assert score.p_outage < 0.4


@pytest.mark.parametrize(
    ("kind", "text"),
    [("recovery", text) for text in RECOVERY]
    + [("relay", text) for text in RELAY]
    + [("complaint", t) for t in COMPLAINT],
)
def test_other_kinds(kind: str, text: str) -> None:
    assert read(text).kind == kind, read(text)


@pytest.mark.parametrize(
    ("milder", "stronger"),
    [
        ("is Spotify down?", "Spotify is down AGAIN, this is fucking ridiculous, worst service ever!!!"),
        ("Spotify is not loading", "third time this week Spotify is down, unacceptable, cancelling my subscription"),
    ],
)
def test_frustration_rises(milder: str, stronger: str) -> None:
    assert read(stronger).frustration > read(milder).frustration + 0.2
    assert read(stronger).sentiment < -1 / 3


def test_feeling_has_both_signs() -> None:
    assert read("I love Spotify, best app ever, thank you!").sentiment_label == "positive"
    assert read("is Spotify down?").sentiment_label == "neutral"
    assert read("Spotify is horrible garbage").sentiment_label == "negative"


def test_the_reason_quotes_the_words() -> None:
    reason = read("can't log in to Spotify, anyone else?").reason
    assert reason.startswith("outage: ")
    assert "can't log in" in reason


def test_no_text_no_score() -> None:
    assert scorer().score([(Post("t:1", "t", "a", " \n", NOW, NOW), Mention(""))]) == [None]


def test_it_is_found_by_name() -> None:
    assert load("lexicon").model == "lexicon-1"


@given(st.text(min_size=1).filter(str.strip), st.integers(0, 5), st.integers(0, 5))
def test_any_text_gives_honest_numbers(text: str, start: int, size: int) -> None:
    post = Post("t:1", "t", "a", text, NOW, NOW)
    score = scorer().score([(post, Mention("Spotify", start, start + size))])[0]
    assert score is not None
    assert isclose(sum(getattr(score, f"p_{kind}") for kind in KINDS), 1.0)
    assert -1 <= score.sentiment <= 1
    assert 0 <= score.frustration <= 1


@pytest.mark.parametrize("text", ["🔥🔥🔥", "https://a.b/c", "a" * 1_000_000, "\u202e\u200b x \u0000", "\ud800 fries"])
def test_odd_texts(text: str) -> None:
    assert read(text).kind != "outage"


def test_order_and_company_do_not_matter() -> None:
    pairs = [
        (Post(f"t:{n}", "t", "a", text, NOW, NOW), Mention("Spotify")) for n, text in enumerate(OUTAGE + NOT_OUTAGE)
    ]
    together = scorer().score(pairs)
    assert [scorer().score([pair])[0] for pair in pairs] == together
    assert scorer().score(pairs[::-1]) == together[::-1]


BRANDS = st.sampled_from(
    ["Netflix", "GMAIL", "xbox", "Alexa", "Chase", "aws", "Outlook", "Kindle", "spotify", "SPOTIFY", "Zażółć"]
)


@given(st.sampled_from(OUTAGE + NOT_OUTAGE + RELAY), BRANDS)
def test_the_brand_and_its_case_change_nothing(text: str, brand: str) -> None:
    at = text.lower().find("spotify")
    if at < 0 or text.lower().count("spotify") > 1 or text[at - 1 : at] == "@":
        return
    swapped = text[:at] + brand + text[at + 7 :]
    ours = scorer().score([(Post("t:1", "t", "a", text, NOW, NOW), Mention("S", at, at + 7))])[0]
    theirs = scorer().score([(Post("t:1", "t", "a", swapped, NOW, NOW), Mention("S", at, at + len(brand)))])[0]
    assert ours is not None
    assert theirs is not None
    assert (ours.kind, ours.p_outage, ours.frustration) == (theirs.kind, theirs.p_outage, theirs.frustration)


@given(st.sampled_from(OUTAGE), st.from_regex(r"https://[a-z]{3,9}\.[a-z]{2,3}/[a-z0-9]{1,9}", fullmatch=True))
def test_where_a_link_leads_changes_nothing(text: str, link: str) -> None:
    assert read(f"{text} {link}").kind == read(f"{text} https://example.org/x").kind
