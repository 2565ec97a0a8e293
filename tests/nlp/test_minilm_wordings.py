"""What must not change a verdict, and what must: hand-written posts, with bars that leave room for honest misses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.records import Kind, Mention, Post
from nlp.scorers import minilm

MOMENT = datetime(2025, 6, 1, tzinfo=UTC)
POSTS = Path(__file__).parent / "posts"
SENTENCES = (
    "is {s} down for anyone else?",
    "{s} is not loading on my phone since this morning",
    "I love the new playlist on {s}",
    "{s} charged me twice and support does not answer",
    "{s} is back up, finally",
    "{s} explains last week's outage in a long report",
    "who is down for a match on {s} tonight",
    "{s} keeps saying that something went wrong",
)
MODEL = minilm.build()
BRANDS = st.sampled_from(
    [
        "Spotify",
        "GitHub",
        "Slack",
        "OpenReview",
        "Tuta",
        "Kagi",
        "AWS",
        "PlayStation Network",
        "T-Mobile",
        "Wordle",
        "Bluesky",
    ]
) | st.from_regex(r"\A[A-Z][a-z]{3,9}\Z")
NAMES = st.from_regex(r"\A[A-Za-z][A-Za-z0-9_]{2,14}\Z")


def lines(name: str) -> list[str]:
    return (POSTS / f"{name}.txt").read_text("utf-8").splitlines()


def kinds(texts: list[str], mentions: list[Mention] | None = None) -> list[Kind]:
    pairs = zip(texts, mentions or [Mention("")] * len(texts), strict=True)
    found = MODEL.score([(Post("a:1", "a", "", text, MOMENT, MOMENT), mention) for text, mention in pairs])
    return [score.kind for score in found if score]


def named(sentence: str, brand: str) -> tuple[str, Mention]:
    start = sentence.index("{s}")
    return sentence.replace("{s}", brand), Mention("it", start, start + len(brand))


def about(brand: str) -> list[Kind]:
    texts, mentions = zip(*(named(sentence, brand) for sentence in SENTENCES), strict=True)
    return kinds(list(texts), list(mentions))


USUAL = about("Spotify")


@settings(max_examples=40, deadline=None)
@given(BRANDS)
def test_the_brand_does_not_matter(brand: str) -> None:
    assert about(brand) == USUAL


@settings(max_examples=20, deadline=None)
@given(BRANDS, st.sampled_from([str.lower, str.upper, str.title, str.swapcase]))
def test_the_case_of_the_name_does_not_matter(brand: str, case: Callable[[str], str]) -> None:
    assert about(case(brand)) == USUAL


@settings(max_examples=30, deadline=None)
@given(NAMES, NAMES)
def test_whose_handle_does_not_matter(one: str, other: str) -> None:
    texts = [f"@{{}} {sentence.replace('{s}', 'it')}" for sentence in SENTENCES]
    assert kinds([text.format(one) for text in texts]) == kinds([text.format(other) for text in texts])


@settings(max_examples=30, deadline=None)
@given(st.from_regex(r"\Ahttps?://[a-z]{3,12}\.(com|org|de)(/[A-Za-z0-9_-]{0,20})?\Z"))
def test_where_a_link_leads_does_not_matter(link: str) -> None:
    texts = [f"{sentence.replace('{s}', 'it')} " for sentence in SENTENCES]
    assert kinds([text + link for text in texts]) == kinds([text + "https://t.co/abcdefghij" for text in texts])


def share(found: list[Kind], *wanted: Kind) -> float:
    return sum(kind in wanted for kind in found) / len(found)


def test_plain_reports_are_outages() -> None:
    assert share(kinds(lines("reports")), "outage") >= 0.85  # names left in: as hard as it gets


def test_negations_and_hypotheses_are_no_outages() -> None:
    assert 1 - share(kinds(lines("negated")), "outage") >= 0.9


def test_prices_sports_and_moods_are_no_outages() -> None:
    assert 1 - share(kinds(lines("noise")), "outage") >= 0.9


def test_sarcasm_about_a_failure_is_heard_by_half() -> None:
    """Praise without a word of failure is taken at its word: the model card says so."""
    assert share(kinds(lines("sarcasm")), "outage", "complaint") >= 0.5


def test_sarcasm_is_not_taken_for_joy() -> None:
    found = MODEL.score([(Post("a:1", "a", "", text, MOMENT, MOMENT), Mention("")) for text in lines("sarcasm")])
    assert sum(score is not None and score.sentiment_label != "positive" for score in found) >= 0.5 * len(found)


@pytest.mark.parametrize("text", ["a down-to-earth person", "he is really down to earth", "so down to earth!"])
def test_down_to_earth(text: str) -> None:
    assert kinds([text]) == ["other"]


def test_capitals_do_not_hide_reports() -> None:
    assert share(kinds([text.upper() for text in lines("reports")]), "outage") >= 0.8


def test_digits_for_letters_do_not_hide_reports() -> None:
    drawn = [text.translate(str.maketrans("oe", "03")) for text in lines("reports")]
    assert share(kinds(drawn), "outage") >= 0.7


def test_invisible_characters_change_nothing() -> None:
    for text in lines("reports"):
        assert kinds(["\u200b".join(text)]) == kinds([text])


def test_direction_marks_change_nothing() -> None:
    for text in lines("reports"):
        assert kinds([f"\u202e{text}\u202c"]) == kinds([text])


def test_right_to_left_text_around_a_report_is_read() -> None:
    assert kinds(["سبوتيفاي is spotify down for anyone else? שלום"]) == ["outage"]


CODE = [
    'try:\n    connect(host)\nexcept TimeoutError:\n    log.warning("server down")',
    "SELECT status FROM services WHERE status = 'down' ORDER BY since;",
    "if (response.status === 503) { showBanner('We are offline'); }",
    "$ git push origin main\nEverything up-to-date",
]
QUOTES = [
    'The Guardian writes "Facebook was down for six hours" and blames a router',
    'RT @news: "WhatsApp and Instagram go dark in huge outage"',
    'In his talk he joked: "if DNS is down, everything is down"',
    '"The server is down" is the title of an old comedy series',
]


def test_most_code_and_quotes_of_others_are_no_first_hand_reports() -> None:
    """A quoted or logged "server is down" still deceives it now and then: the model card says so."""
    assert share(kinds(CODE + QUOTES), "outage") < 0.5
