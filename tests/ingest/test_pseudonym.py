"""The key of authors: made once, for its owner alone, and what it makes of names."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import UserError
from ingest.pseudonym import key_beside, pseudonyms, veils


def test_the_key_is_made_on_first_use_beside_the_database_for_its_owner_alone(tmp_path: Path) -> None:
    key = key_beside(tmp_path / "data" / "posts.duckdb")
    assert key == tmp_path / "data" / "posts.key"
    hidden = pseudonyms(key)("ann")
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["posts.key"]
    made = key.read_bytes()
    assert pseudonyms(key)("ann") == hidden != pseudonyms(key)("bob")
    assert key.read_bytes() == made


def test_another_key_gives_another_name(tmp_path: Path) -> None:
    assert pseudonyms(tmp_path / "a.key")("ann") != pseudonyms(tmp_path / "b.key")("ann")
    assert pseudonyms(None)("ann") != pseudonyms(None)("ann")
    assert key_beside(":memory:") is None


def test_names_are_no_part_of_what_stands_for_them(tmp_path: Path) -> None:
    key = tmp_path / "a.key"
    assert len(pseudonyms(key)("\ud800 ann")) == 16
    veiled = veils(key)("bluesky", "bluesky:did:plc:ann/1")
    assert veiled.startswith("bluesky:~")
    assert "ann" not in veiled
    assert veils(key)("bluesky", "") == ""


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_key_that_is_none_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.key").write_bytes(content)
    with pytest.raises(UserError, match="not a key of 32 bytes; restore it, or delete it to begin anew"):
        pseudonyms(tmp_path / "a.key")
