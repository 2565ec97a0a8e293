"""A folder to drop exports into. Each file is taken once and moved to `done/`, or to `failed/` with the reason.

A file is taken when it has not grown for a moment. The cursor names the files that were read; at the start, files of
the last day in `done/` that it does not name are read again, so that a crash between reading and writing loses none.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from ingest.collectors import Tools
from ingest.errors import SourceRefused, UserError
from ingest.options import Options, read_options
from ingest.pace import Beat
from ingest.recordings import Recording
from ingest.records import Item, Mark

SOURCE: Final = "inbox"
NAMED: Final = 500
A_DAY: Final = timedelta(days=1).total_seconds()
EXAMPLE: Final[Mapping[str, Any]] = {"folder": "{folder}/inbox"}
"""Options with which this source can be built."""


class InboxOptions(Options):
    """Times are in seconds."""

    folder: Path = Field(Path("data/inbox"), description="Where files are dropped; made if it is not there.")
    service: str = Field("", description="The service that every row is about; empty: they are matched.")
    poll: float = Field(5.0, gt=0, description="How often the folder is looked at.")
    settle: float = Field(2.0, ge=0, description="A file is taken when it has not changed for so long.")


class Inbox:
    """The source; see the module."""

    source = SOURCE

    def __init__(self, options: InboxOptions, tools: Tools) -> None:
        self._options = options
        self._tools = tools
        self._closed = threading.Event()
        self._beat = Beat(self._closed)
        self._done = options.folder / "done"
        self._failed = options.folder / "failed"

    def close(self) -> None:
        """End `read`; this source is then closed for good."""
        self._closed.set()

    def read(self, cursor: str) -> Iterator[Item]:
        """The posts of files as they are dropped, until closed.

        Raises:
            SourceRefused: the folder cannot be used.
            UserError: `cursor` is not one of ours.
        """
        read = _names(cursor)
        try:
            for folder in (self._done, self._failed):
                folder.mkdir(parents=True, exist_ok=True)
            for file in self._unnamed(read):
                yield from self._posts(file)
                read.append(file.name)
            while not self._closed.is_set():
                for file in self._ready():
                    yield from self._take(file, read)
                del read[:-NAMED]
                yield Mark(SOURCE, json.dumps(read), self._tools.clock())
                for _ in self._beat.waits(self._options.poll):
                    yield Mark(SOURCE, json.dumps(read), self._tools.clock())
        except OSError as error:
            raise SourceRefused(
                f"{SOURCE}: {self._options.folder} cannot be used ({error}); check the folder and its permissions"
            ) from error

    def _ready(self) -> list[Path]:
        """Files that no longer change, oldest first."""
        until = time.time() - self._options.settle
        files = [file for file in self._options.folder.iterdir() if not file.name.startswith(".")]
        changed = {file: file.stat().st_mtime for file in files if file.is_file() and not file.is_symlink()}
        return sorted((file for file, when in changed.items() if when <= until), key=lambda file: (changed[file], file))

    def _unnamed(self, read: list[str]) -> list[Path]:
        """Files in `done/` of the last day that the cursor does not know."""
        since = time.time() - A_DAY
        files = [file for file in self._done.iterdir() if not file.name.endswith(".problems.txt")]
        return sorted(file for file in files if file.name not in read and file.stat().st_ctime > since)

    def _take(self, file: Path, read: list[str]) -> Iterator[Item]:
        try:
            yield from self._posts(file)
        except UserError as error:
            self._set_aside(file, self._failed, "reason", str(error))
            return
        read.append(self._set_aside(file, self._done, "", "").name)

    def _posts(self, file: Path) -> Iterator[Item]:
        recording = Recording(file, self._options.service, self._tools.pseudonym, source=SOURCE)
        for _, post in recording.posts():
            if post.service or self._tools.wanted(post.text):
                yield post
        report = recording.report
        if report.refused:
            lines = [f"{report.refused} of {report.rows} rows could not be used. The first of them:", *report.problems]
            (self._done / f"{file.name}.problems.txt").write_text("\n".join(lines) + "\n", encoding="utf8")

    def _set_aside(self, file: Path, folder: Path, ending: str, words: str) -> Path:
        """Move `file` to `folder` under a name that is free there."""
        place = folder / file.name
        number = 1
        while place.exists():
            number += 1
            place = folder / f"{file.stem}.{number}{file.suffix}"
        file.rename(place)
        if words:
            (folder / f"{place.name}.{ending}.txt").write_text(f"{words}\n", encoding="utf8")
        return place


def build(options: Mapping[str, Any], tools: Tools) -> Inbox:
    """The folder that `InboxOptions` name."""
    return Inbox(read_options(InboxOptions, options, SOURCE), tools)


def _names(cursor: str) -> list[str]:
    try:
        told = json.loads(cursor or "[]")
    except ValueError:
        told = None
    if not isinstance(told, list):
        raise UserError(f"{SOURCE}: {cursor!r:.60} is not a cursor of this source; delete it to go on from now")
    return [str(name) for name in told]
