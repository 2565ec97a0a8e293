"""What people mark on the page reaches the one writer as files in a folder.

The folder lies beside the publication: ``data/downchatter.notes`` for ``data/downchatter.published``. Each file is one
JSON object in UTF-8, named ``<id>.json``; it appears whole or not at all:

    {"id": "note-…", "at": "2026-03-03T14:35:00+00:00", "kind": "statement", "service": "Character.AI",
     "incident": "ef38d4e29206e9ba", "text": "We are on it.", "author": "ana"}

`kind` is ``statement`` (our statement went out at `at`), ``confirm``, ``dismiss``, ``merge`` (into the incident that
`text` names), ``note``, ``rules`` (to judge by, as JSON), or ``undo`` (of the note that `text` names). Two kinds ask
for something, and need no service: ``redeliver`` (the alert whose id is `text`) and ``test`` (the channel that `text`
names). The writer keeps a note under its id, so that taking it up twice changes nothing, and removes the file once that
is committed. A file that cannot be read it sets aside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ingest.errors import UserError
from ingest.records import Note

ASKING: Final = ("redeliver", "test")
"""Kinds by which a person asks something of the alerts."""

KINDS: Final = ("statement", "confirm", "dismiss", "merge", "note", "rules", "undo", *ASKING)
LONGEST: Final = 4000
"""Characters that a note's text may have."""

LARGEST: Final = 64 * 1024
"""Bytes that a file may have."""


def folder_beside(published: Path) -> Path:
    """Where notes for the writer behind a publication are left."""
    return published.with_suffix(".notes")


def waiting(folder: Path) -> Iterator[tuple[Path, Note]]:
    """Each note that waits, with its file; a file that is no note is set aside (see `refused`)."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield path, read(path)
        except UserError:
            path.replace(path.with_suffix(".json.refused"))


def refused(folder: Path) -> list[Path]:
    """The files that were set aside because they could not be read."""
    return sorted(folder.glob("*.json.refused"))


def read(path: Path) -> Note:
    """One note.

    Raises:
        UserError: the file is no note; the message names it and what is wrong.
    """
    if path.stat().st_size > LARGEST:
        raise UserError(f"{path}: larger than a note may be ({LARGEST} bytes); remove it")
    try:
        told = json.loads(path.read_text(encoding="utf8"))
    except ValueError as error:
        raise UserError(f"{path}: not JSON ({error}); remove it or write it anew") from error
    if not isinstance(told, dict):
        raise UserError(f"{path}: a note is one JSON object; remove it or write it anew")
    return _note(path, told)


def _note(path: Path, told: dict[str, Any]) -> Note:
    names = [part.name for part in fields(Note)]
    values = {name: told.get(name, "") for name in names}
    wrong = next((name for name in names if not isinstance(values[name], str)), None)
    if wrong is not None:
        raise UserError(f"{path}: {wrong}: must be text")
    if values["kind"] not in KINDS:
        raise UserError(f"{path}: kind: {values['kind']!r} is none of {', '.join(KINDS)}")
    about = values["text"] if values["kind"] in ASKING else values["service"]
    if not values["id"] or not about or len(values["text"]) > LONGEST:
        raise UserError(f"{path}: needs an id, a service or what it asks for, and at most {LONGEST} characters of text")
    return Note(**values | {"at": _moment(path, values["at"])})


def _moment(path: Path, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"{path}: at: {text!r} is no ISO 8601 time") from error
    if moment.tzinfo is None:
        raise UserError(f"{path}: at: {text!r} needs its distance from UTC, as in 2026-03-03T14:35:00+00:00")
    return moment
