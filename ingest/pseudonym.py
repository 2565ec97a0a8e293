"""Authors as keyed hashes, so that people can be told apart but not named."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from ingest.errors import UserError

_KEY_BYTES = 32


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
