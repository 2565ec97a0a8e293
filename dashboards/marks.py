"""What a person marks, left in a folder for the one writer to take up. `ingest.notes` tells of the files' form."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from ingest.errors import UserError
from ingest.notes import KINDS, LONGEST, folder_beside
from ingest.records import Note


def new(kind: str, service: str, at: datetime, *, incident: str = "", text: str = "", author: str = "") -> Note:
    """A note with a fresh id.

    Raises:
        UserError: the kind is unknown or the text too long.
    """
    if kind not in KINDS:
        raise UserError(f"{kind!r} is no kind of note; take one of {', '.join(KINDS)}")
    if len(text) > LONGEST:
        raise UserError(f"a note may have {LONGEST} characters; this one has {len(text)}: shorten it")
    return Note(f"note-{uuid4().hex}", at, kind, service, incident, text, author)


def leave(published: Path, note: Note) -> Path:
    """Leave a note for the writer, whole or not at all, and return the file.

    Raises:
        UserError: the folder cannot be written.
    """
    folder = folder_beside(published)
    told = asdict(note) | {"at": note.at.isoformat()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{note.id}.json"
        draft = path.with_suffix(".part")
        with draft.open("w", encoding="utf8") as file:
            json.dump(told, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise UserError(f"{folder}: the note cannot be left ({error.strerror}); check its permissions") from error
    return path


def pending(published: Path) -> int:
    """How many notes the writer has not taken up yet."""
    return sum(1 for _ in folder_beside(published).glob("*.json"))
