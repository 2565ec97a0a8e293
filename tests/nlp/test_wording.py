"""The form in which the model reads posts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.records import Mention
from nlp.wording import MAX_CHARS, SERVICE, SHOUT, as_read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("see https://t.co/abc now", "see http now"),
        ("see www.example.org/x", "see http"),
        ("@alice.bsky.social @bob@mastodon.social hi", "@user @user hi"),
        ("mail me: a@b.org", "mail me: a@b.org"),
        ("#SlackDown again", "Slack Down again"),
        ("#no_power", "no power"),
        ("oh no 😡", "oh no pouting face"),
        ("thumb 👍🏽", "thumb thumbs up sign"),
        ("s\u200bpotify\ufeff", "spotify"),
        ("ｄｏｗｎ", "down"),
        ("soooo looong!!!!!!", "soo loong!!!"),
        ("d0wn f0r ev3ry0n3", "down for everyone"),
        ("iphone5 2nd mp3 1st", "iphone5 2nd mp3 1st"),
        ("4g, h264 and 1000", "4g, h264 and 1000"),
        ("WHY IS IT NOT WORKING", f"{SHOUT} WHY IS IT NOT WORKING"),
        ("USA and NATO met today in Paris", "USA and NATO met today in Paris"),
        (" a \n\t b ", "a b"),
        ("", ""),
    ],
)
def test_as_read(text: str, read: str) -> None:
    assert as_read(text) == read


@pytest.mark.parametrize(
    ("text", "name", "read"),
    [
        ("Is Slack down?", "Slack", f"Is {SERVICE} down?"),
        ("slack? SLACK! slackers", "slack", f"{SERVICE} ? {SERVICE} ! slackers"),
        ("#SlackDown for me", "SlackDown", f"{SERVICE} down for me"),
        ("@SlackHQ no luck", "@SlackHQ", f"{SERVICE} no luck"),
        ("Slack #slackisdown @slack", "Slack", f"{SERVICE} {SERVICE} down {SERVICE}"),
        ("C++ (lib) is down", "C++ (lib)", f"{SERVICE} is down"),
    ],
)
def test_the_service_is_masked_wherever_it_is_named(text: str, name: str, read: str) -> None:
    start = text.index(name)
    assert as_read(text, Mention("it", start, start + len(name))) == read


def test_an_empty_mention_masks_nothing() -> None:
    assert as_read("Slack is down", Mention("Slack")) == "Slack is down"


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_any_text_and_span_can_be_read(text: str, start: int, size: int) -> None:
    read = as_read(text, Mention("it", start, start + size))
    assert read == " ".join(read.split())


@given(st.text(max_size=200))
def test_what_cannot_be_seen_does_not_count(text: str) -> None:
    assert as_read("\u200b".join(["", *text, ""])) == as_read(text)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert len(as_read("a b " * MAX_CHARS)) <= MAX_CHARS
