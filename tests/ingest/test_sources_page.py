"""`docs/sources.md` tells every option of every source, with what it says and its default."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from ingest.collectors import names
from ingest.options import Options

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"


def options_of(source: str) -> type[Options]:
    """The one model of options that a source's module names."""
    module = import_module(f"ingest.collectors.{source}")
    (found,) = (
        kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, Options) and kind != Options
    )
    return found


def table(kind: type[Options]) -> str:
    """The options as a table in Markdown."""
    lines = ["| option | what it says | default |", "| --- | --- | --- |"]
    for name, info in kind.model_fields.items():
        lines.append(f"| `{name}` | {info.description} | {_shown(info.get_default(call_default_factory=True))} |")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if value is PydanticUndefined:
        return "needed"
    if isinstance(value, tuple):
        value = ", ".join(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if value is None or value == "":
        return "none"
    return f"`{value}`" if isinstance(value, (str, Path)) else str(value)


@pytest.mark.parametrize("source", names())
def test_the_page_has_the_table_of_each_source(source: str) -> None:
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf8"), flags=re.MULTILINE)
    (section,) = (part for part in sections if re.match(rf".*\(`{source}`\)\n", part))
    wanted = table(options_of(source))
    assert wanted in section, f"docs/sources.md: the section of {source} should hold\n{wanted}"
