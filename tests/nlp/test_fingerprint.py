from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nlp.fingerprint import fingerprint, near

PASTE = (
    "Cancel your BrightChat subscription today, demand refunds, and tell your grandmother about the raccoon incident"
)

# What people write by themselves, in the same words, by the dozen.
COMMON = [
    "is chatgpt down?",
    "is chatgpt down for anyone else?",
    "Is anyone else having problems with ChatGPT right now or is it just me",
    "ChatGPT is down and I can't log in",
    "spotify not working on my phone anyone else??",
    "aws us-east-1 is down",
    "discord is down again omg",
    "can't connect to the server, error 500, is it down?",
    "still not working",
    "みんなChatGPT落ちてない？",
    "",
    "🔥🔥🔥",
    "https://example.org/a @someone 12345",
]


@pytest.mark.parametrize("text", COMMON)
def test_common_wording_tells_no_copy(text: str) -> None:
    assert fingerprint(text) == 0
    assert not near(fingerprint(text), fingerprint(text))


@pytest.mark.parametrize(
    "copy",
    [
        PASTE.upper(),
        f"RT @someone: {PASTE} https://example.org/x",
        f"{PASTE} 🔥🔥 12345",
        PASTE.replace(",", " -- ").replace("the ", "the  "),
        f"{PASTE} please",
        PASTE.replace("today", "tonight"),
        PASTE.replace("BrightChat", "#BrightChat"),
    ],
)
def test_a_pasted_text_is_known_though_edited(copy: str) -> None:
    assert near(fingerprint(PASTE), fingerprint(copy))


def test_a_short_paste_is_known_only_word_by_word() -> None:
    text = "my goldfish says that chatgpt is down again and he is sad"
    assert near(fingerprint(text), fingerprint(text.title() + " !!!"))
    assert not near(fingerprint(text), fingerprint(text.replace("goldfish", "hamster")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (PASTE, "BrightChat lost my thesis draft while the professor was watching over my shoulder at the library"),
        (
            "Spotify stopped in the middle of my marathon playlist near the bridge, lovely timing",
            "Spotify stopped during my daughter's birthday party, thirty kids staring at a silent speaker",
        ),
    ],
)
def test_different_stories_stay_apart(one: str, other: str) -> None:
    assert fingerprint(one)
    assert fingerprint(other)
    assert not near(fingerprint(one), fingerprint(other))


WORDS = st.lists(st.from_regex(r"[a-z]{4,10}", fullmatch=True), min_size=12, max_size=40, unique=True)


@given(WORDS, st.integers(0, 10**6), st.sampled_from(["", "!", " 😀", " @you", " https://a.b/c"]))
def test_what_copies_change_is_removed(words: list[str], number: int, tail: str) -> None:
    text = " ".join(words)
    assert fingerprint(f"{text.title()} {number}{tail}") == fingerprint(text)


@given(st.text())
def test_it_is_a_signed_64_bit_number_and_pure(text: str) -> None:
    value = fingerprint(text)
    assert -(2**63) <= value < 2**63
    assert value == fingerprint(text)
    assert near(value, value) == (value != 0)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1))
def test_near_is_symmetric_and_zero_is_near_to_nothing(a: int, b: int) -> None:
    assert near(a, b) == near(b, a)
    assert not near(0, a)


@given(WORDS, WORDS)
def test_unrelated_texts_are_not_near(one: list[str], other: list[str]) -> None:
    assume(len(set(one) & set(other)) <= 1)
    assert not near(fingerprint(" ".join(one)), fingerprint(" ".join(other)))
