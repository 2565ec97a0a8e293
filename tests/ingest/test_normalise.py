"""What `ingest.normalise` promises, on examples and on whatever hypothesis can think of."""

from __future__ import annotations

import doctest
import time
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import normalise
from ingest.normalise import EARLIEST, LATEST, TEXT_LIMIT, clean_text, created_or_seen, parse_time, text_of_html

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOSTILE = st.text(
    st.characters(codec=None)
    | st.sampled_from(
        "\x00\ud83d\ude00\ud800\u200b\u200c\u200d\u202e\u2066\ufeff\u00ad\ufe0f\u0301\r\n\t \u00a0Aé👩аЅжο"
    )
)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("", ""),
        ("Spotify is down", "Spotify is down"),
        ("a\x00b\x07c", "abc"),
        ("\ud83d\ude00 ok", "😀 ok"),
        ("bad \ud83d end \udc00", "bad end"),
        ("Spo\u200bti\u2060fy\ufeff Slack\u00ad", "Spotify Slack"),
        ("Spo\u200dti\u200cfy", "Spotify"),
        ("\u202eevil\u202c \u2066iso\u2069", "evil iso"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("𝐒𝐩𝐨𝐭𝐢𝐟𝐲 Ｓｌａｃｋ ⓩⓞⓞⓜ", "Spotify Slack zoom"),
        ("Spotify™ ½", "Spotify™ ½"),
        ("Ѕlаck and GitΗub and Spоtifу", "Slack and GitHub and Spotify"),
        ("Слак не работает у всех", "Слак не работает у всех"),
        ("μs, kΩ, ΔT, αβ", "μs, kΩ, ΔT, αβ"),
        ("cafe\u0301", "café"),
        ("z" + "\u0335" * 50 + "a", "z" + "\u0335" * 4 + "a"),
        ("a \u00a0\u3000 b\t\tc", "a b c"),
        ("one\r\ntwo \n\n\n\n three\u2028four", "one\ntwo\n\nthree\nfour"),
        ("hid\U000e0041\U000e0042den", "hidden"),
    ],
)
def test_examples(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_a_megabyte_is_cut_and_says_how_much() -> None:
    cleaned = clean_text("down " * 200_000)
    assert len(cleaned) <= TEXT_LIMIT
    assert cleaned.startswith("down down")
    kept, _, note = cleaned.partition(" … (")
    assert note == f"{1_000_000 - len(kept)} characters left out)"


def test_what_is_hidden_does_not_count_towards_the_limit() -> None:
    assert clean_text("a" * TEXT_LIMIT + "\u200b" * TEXT_LIMIT) == "a" * TEXT_LIMIT


@pytest.mark.parametrize(
    "hostile",
    [
        "ж" * 1_000_000, "aж" * 500_000, "\u0301" * 1_000_000, "\u200d" * 1_000_000, "\ud800" * 1_000_000,
        "@ann.example " * 10_000, "\n \n" * 300_000, "<p>" * 300_000, "&#x0;" * 200_000, "\x00" * 1_000_000,
    ],
    ids=lambda text: ascii(text[:6]),
)  # fmt: skip
def test_a_megabyte_of_anything_is_cleaned_in_no_time(hostile: str) -> None:
    began = time.process_time()
    for clean in (clean_text, text_of_html):
        assert len(clean(hostile)) <= TEXT_LIMIT
    assert time.process_time() - began < 2


@given(HOSTILE)
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    once = clean_text(raw)
    assert clean_text(once) == once


@given(HOSTILE | st.text(max_size=30))
def test_the_short_way_gives_what_the_long_way_gives(raw: str) -> None:
    assert clean_text(raw) == normalise._clean(raw)


@pytest.mark.parametrize("plane", range(17))
def test_the_short_way_knows_every_character_that_needs_work(plane: int) -> None:
    for point in range(plane * 0x10000, (plane + 1) * 0x10000):
        raw = f"a{chr(point)}b"
        if clean_text(raw) == raw:
            assert normalise._clean(raw) == raw


@given(HOSTILE, st.integers(60, 90), st.integers(1, 40))
def test_the_cut_is_stable_too(raw: str, limit: int, times: int) -> None:
    once = clean_text(raw * times, limit)
    assert len(once) <= limit
    assert clean_text(once, limit) == once


@given(HOSTILE)
def test_clean_text_can_be_stored_and_shown(raw: str) -> None:
    cleaned = clean_text(raw)
    assert cleaned.encode().decode() == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    for character in cleaned:
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
        assert character in "\u200c\u200d" or unicodedata.category(character) != "Cf"


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_plain_ascii_is_left_alone(raw: str) -> None:
    assert clean_text(raw) == raw


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-11-24T10:00:00Z", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00.123456789Z", datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-24 10:00:00", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("2026-11-24T10:00:00+02:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("20261124", datetime(2026, 11, 24, tzinfo=UTC)),
        (" 2026-11-24 ", datetime(2026, 11, 24, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 10:00:00 GMT", datetime(2026, 11, 24, 10, tzinfo=UTC)),
        ("Wed Oct 11 20:19:24 +0000 2017", datetime(2017, 10, 11, 20, 19, 24, tzinfo=UTC)),
        (1_764_000_000, datetime(2025, 11, 24, 16, tzinfo=UTC)),
        (1_764_000_000.25, datetime(2025, 11, 24, 16, 0, 0, 250_000, tzinfo=UTC)),
        (1_764_000_000_123, datetime(2025, 11, 24, 16, 0, 0, 123_000, tzinfo=UTC)),
        (1_764_000_000_123_456, datetime(2025, 11, 24, 16, 0, 0, 123_456, tzinfo=UTC)),
        (1_764_000_000_123_456_789, datetime(2025, 11, 24, 16, 0, 0, 123_456, tzinfo=UTC)),
        ("1764000000", datetime(2025, 11, 24, 16, tzinfo=UTC)),
        ("1.764e9", datetime(2025, 11, 24, 16, tzinfo=UTC)),
        (datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)),  # noqa: DTZ001  # a naive time is the case
    ],
)
def test_times(value: object, told: datetime) -> None:
    assert parse_time(value) == told


@pytest.mark.parametrize(
    "value",
    [
        None, "", "yesterday", "1970-01-01", "2100-01-01", "1999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00", 0, -5, 10**30, float("nan"), float("inf"), True, "٣", "1" * 5_000, [], "nan",
        datetime.min.replace(tzinfo=UTC), datetime.max,  # noqa: DTZ901  # a naive time is the case
    ],
)  # fmt: skip
def test_impossible_times_are_refused_in_one_sentence(value: object) -> None:
    with pytest.raises(ValueError, match=r"is not a time") as refusal:
        parse_time(value)
    assert len(str(refusal.value)) < 120
    assert "\n" not in str(refusal.value)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.datetimes(), st.none(), st.binary()))
def test_any_value_is_a_time_in_range_or_a_value_error(value: object) -> None:
    try:
        told = parse_time(value)
    except ValueError:
        return
    assert EARLIEST <= told < LATEST
    assert told.tzinfo is UTC


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_iso_text_reads_back(moment: datetime) -> None:
    in_utc = moment.astimezone(UTC)
    assert parse_time(moment) == in_utc
    assert parse_time(moment.isoformat()) == in_utc
    assert abs(parse_time(in_utc.timestamp()) - in_utc) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2026-11-24T11:59:00Z", NOW - timedelta(minutes=1)),
        ("2026-11-24T12:00:01Z", NOW),
        ("2035-01-01T00:00:00Z", NOW),
        ("1970-01-01T00:00:00Z", NOW),
        ("soon", NOW),
        (None, NOW),
    ],
)
def test_a_post_was_not_written_after_it_was_seen(value: object, told: datetime) -> None:
    assert created_or_seen(value, NOW) == told


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Is GitHub down?<br>It is</p>", "Is GitHub down?\nIt is"),
        ('see <a href="https://x.y">x.y</a> &lt;3', "see x.y <3"),
        ("<script>alert(1)</script>fine<style>p{}</style>", "fine"),
    ],
)
def test_words_of_html(html: str, text: str) -> None:
    assert text_of_html(html) == text


@given(HOSTILE | st.text(st.sampled_from("<>&;#x0/!-ap'\" ")))
def test_any_html_gives_clean_text(html: str) -> None:
    words = text_of_html(html)
    assert clean_text(words) == words


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(normalise).failed == 0
