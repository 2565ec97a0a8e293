"""Prints alerts where the program runs. Nothing that a post contains can move the cursor or change a colour."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from typing import Final, TextIO

from alerts.brief import Brief, brief
from alerts.options import Options, read_options
from alerts.safety import plain, shorten
from ingest.errors import SendFailed
from ingest.records import Delivery

_WIDTH: Final = 100
EXAMPLE: Final[Mapping[str, str]] = {}
"""What the settings may say."""


class ConsoleOptions(Options):
    """The console needs nothing."""


class Console:
    """Writes each alert as a few lines of plain text.

    Args:
        out: where to write; standard error by default, so that what a command prints for programs stays clean.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    def send(self, delivery: Delivery) -> str:
        """Print it. Raises SendFailed if nobody reads any more."""
        out = self._out or sys.stderr
        text = render(brief(delivery.body))
        safe = text.encode(out.encoding or "utf8", "replace").decode(out.encoding or "utf8")
        try:
            out.write(safe)
            out.flush()
        except (OSError, ValueError) as error:
            raise SendFailed(f"the console cannot be written: {error}", status="closed") from error
        return "printed"


def render(told: Brief) -> str:
    """The lines of one alert."""
    lines = [f"{told.at[:16].replace('T', ' ')} UTC  {told.title}", *_indented(told.summary)]
    lines += [line for label, value in told.facts for line in _indented(f"{label}: {value}")]
    for member in told.members:
        lines += _indented(f"- {member.title}: {member.summary} {member.url}".rstrip())
    for saying in told.sayings:
        lines += _indented(f"“{shorten(saying.text, 200)}” {saying.url}".rstrip())
    lines += _indented(told.url) if told.url else []
    return "\n".join(lines) + "\n"


def build(options: Mapping[str, str]) -> Console:
    """A console channel.

    Raises:
        UserError: an option is not known.
    """
    read_options(ConsoleOptions, options, "console")
    return Console()


def _indented(text: str) -> list[str]:
    return textwrap.wrap(plain(text), _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
