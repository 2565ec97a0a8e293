"""Authors as keyed hashes, so that people can be told apart but not named; ids of forgotten posts likewise."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ingest.errors import UserError

_KEY_BYTES = 32
VEIL: Final = "~"
"""What a veiled id begins with, after its source and a colon."""


def key_beside(database: Path | str) -> Path | None:
    """Where the key of a database lies; None for one that leaves nothing behind."""
    return None if str(database) == ":memory:" else Path(database).with_suffix(".key")


def pseudonyms(key_file: Path | None) -> Callable[[str], str]:
    """A function from an author's name at the source to 16 hexadecimal digits: BLAKE2b keyed with a secret.

    Args:
        key_file: where the secret lies, made with mode 600 on first use; None takes one that dies with the process.

    Raises:
        UserError: the file cannot be read or made, or is not a key.
    """
    key = secrets.token_bytes(_KEY_BYTES) if key_file is None else _key(key_file)

    def pseudonym(author: str) -> str:
        return hashlib.blake2b(author.encode("utf8", "surrogatepass"), key=key, digest_size=8).hexdigest()

    return pseudonym


def veils(key_file: Path | None) -> Callable[[str, str], str]:
    """A function from a source and an id at it to what stands for the id once the post's words are forgotten.

    Ids of Bluesky and Mastodon name the author. What stands for one is the same each time, so that whatever refers to
    the post stays joined and the post is known when it comes again: `bluesky:~` and 32 hexadecimal digits, BLAKE2b
    keyed with the secret of authors. Nothing stands for nothing.

    Args:
        key_file: as for `pseudonyms`.

    Raises:
        UserError: as `pseudonyms`.
    """
    key = secrets.token_bytes(_KEY_BYTES) if key_file is None else _key(key_file)

    def veil(source: str, identity: str) -> str:
        told = identity.encode("utf8", "surrogatepass")
        hidden = hashlib.blake2b(told, key=key, digest_size=16, person=b"post").hexdigest()
        return f"{source}:{VEIL}{hidden}" if identity else ""

    return veil


def _key(path: Path) -> bytes:
    try:
        if not path.exists():
            _make(path)
        key = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path}: the key for authors cannot be used ({error.strerror}); check its permissions"
        ) from error
    if len(key) != _KEY_BYTES:
        raise UserError(f"{path}: this is not a key of {_KEY_BYTES} bytes; restore it, or delete it to begin anew")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(_KEY_BYTES))
    new.rename(path)
