"""`downchatter brief`: a draft of the incident report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console

from dashboards import brief_files
from dashboards.brief import Brief
from dashboards.brief import brief as draft
from dashboards.facts import facts
from dashboards.published import Published
from downchatter.commands.incidents import published
from downchatter.settings import Settings
from ingest.errors import UserError
from ingest.store.publish import folder_for

FORMS: Final[dict[str, Callable[[Brief], bytes]]] = {
    ".md": lambda found: brief_files.as_markdown(found).encode(),
    ".html": lambda found: brief_files.as_html(found).encode(),
    ".docx": brief_files.as_docx,
}


def brief(settings: Settings, incident: str, out: Path | None = None) -> None:
    """Print the draft as Markdown, or write it to `out`. Every sentence has its source; what is unknown stays unknown.

    Raises:
        UserError: nothing is published, there is no such incident, or `out` has another ending or cannot be written.
    """
    if out is not None and out.suffix not in FORMS:
        raise UserError(f"{out}: a brief is written as .md, .html or .docx; give --out one of these endings")
    published(settings.database)
    told = facts(Published(folder_for(settings.database)), incident)
    if told is None:
        raise UserError(f"{incident}: there is no such incident; `downchatter incidents` lists them")
    found = draft(told)
    if out is None:
        sys.stdout.write(brief_files.as_markdown(found))
        return
    try:
        out.write_bytes(FORMS[out.suffix](found))
    except OSError as error:
        raise UserError(f"{out}: cannot write the brief ({error.strerror}); check the folder and its space") from error
    Console(stderr=True).print(f"written to {out}", highlight=False)
