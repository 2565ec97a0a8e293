"""Reads the services file: pydantic at the door, the noun `Service` inside.

The format is documented at the top of ``data/services.toml`` and in ``docs/services.md``.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ingest.errors import UserError
from ingest.records import Service

_HEADER: Final = re.compile(r"^\s*\[\[\s*service\s*\]\]")


def _bare(marks: str) -> AfterValidator:
    return AfterValidator(
        lambda value: value.removeprefix("/").removeprefix("r/") if marks == "r/" else value.lstrip(marks)
    )


def _address(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("must start with https://")
    return value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Handle = Annotated[Text, _bare("@")]
Tag = Annotated[Text, _bare("#＃")]
Subreddit = Annotated[Text, _bare("r/")]


class Entry(BaseModel):
    """One ``[[service]]`` table."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Text
    category: str = ""
    aliases: list[Text] = Field(default_factory=list)
    handles: list[Handle] = Field(default_factory=list)
    hashtags: list[Tag] = Field(default_factory=list)
    subreddits: list[Subreddit] = Field(default_factory=list)
    status_page: Annotated[str, AfterValidator(_address)] = ""
    ambiguous: list[Text] = Field(default_factory=list)
    context: list[Text] = Field(default_factory=list)
    exclude: list[Text] = Field(default_factory=list)

    def service(self) -> Service:
        """The noun."""
        given = self.model_dump().items()
        values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in given}
        return Service(**values)


class _File:
    """The text of a services file and where things stand in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise UserError(
                f"{path}: there is no such file; name another or leave it out to use the ready one."
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path}: cannot be read ({error}); a services file is UTF-8 TOML.") from None
        self.lines = self.text.splitlines()
        self.headers = [number for number, line in enumerate(self.lines, 1) if _HEADER.match(line)]

    def line(self, entry: int, key: str = "", value: str = "") -> int:
        """The line of a value, else of a key, in the `entry`-th table; else where the table begins."""
        if entry >= len(self.headers):
            return 1
        start = self.headers[entry]
        end = self.headers[entry + 1] - 1 if entry + 1 < len(self.headers) else len(self.lines)
        keyed = start
        for number in range(start, end + 1):
            if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", self.lines[number - 1]):
                keyed = number
            if value and keyed > start and f'"{value}"' in self.lines[number - 1]:
                return number
        return keyed

    def fail(self, line: int, key: str, what: str) -> UserError:
        """The error to raise, with its place."""
        place = f"{self.path}, line {line}" + (f", key `{key}`" if key else "")
        return UserError(f"{place}: {what}")


def load_services(path: Path) -> list[Service]:
    """The services that the file at `path` describes, in its order.

    Raises:
        UserError: the file cannot be read, or something in it is wrong; names the file, line and key and the remedy.
    """
    file = _File(path)
    entries = [_entry(file, number, table) for number, table in enumerate(_tables(file))]
    _no_repeats(file, entries)
    return [entry.service() for entry in entries]


def _tables(file: _File) -> list[Any]:
    try:
        whole = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"line (\d+)", str(error))
        line = int(where.group(1)) if where else max(len(file.lines), 1)
        raise file.fail(line, "", f"this is not TOML: {error}.") from None
    for key in whole:
        if key != "service":
            raise file.fail(
                _line_of(file, key),
                key,
                f"unknown; each service is a table that begins with [[service]].{_nearest(key, ['service'])}",
            )
    tables = whole.get("service", [])
    if not isinstance(tables, list):
        raise file.fail(
            _line_of(file, "service"), "service", "write [[service]] with two brackets, once for each service."
        )
    if not tables:
        raise file.fail(1, "", 'it names no service; begin one with [[service]] and name = "…".')
    return tables


def _line_of(file: _File, key: str) -> int:
    wanted = re.compile(rf"\s*\[{{0,2}}\s*{re.escape(key)}\b")
    return next((number for number, line in enumerate(file.lines, 1) if wanted.match(line)), 1)


def _entry(file: _File, number: int, table: Any) -> Entry:
    try:
        entry = Entry.model_validate(table)
    except ValidationError as error:
        raise _told(file, number, error.errors()[0]) from None
    known = {name.casefold() for name in (entry.name, *entry.aliases)}
    for name in entry.ambiguous:
        if name.casefold() not in known:
            nearest = _nearest(name, [entry.name, *entry.aliases])
            what = f'"{name}" is neither the name nor an alias of {entry.name}.{nearest}'
            raise file.fail(file.line(number, "ambiguous", name), "ambiguous", what)
    return entry


def _told(file: _File, number: int, error: Any) -> UserError:
    key = str(error["loc"][0]) if error["loc"] else ""
    line = file.line(number, key, str(error["input"]))
    match error["type"]:
        case "extra_forbidden":
            return file.fail(line, key, f"unknown key.{_nearest(key, list(Entry.model_fields))}")
        case "missing":
            return file.fail(line, key, 'missing; every service needs name = "…".')
        case "list_type":
            return file.fail(line, key, f'must be a list of texts, as in {key} = ["…"], not {error["input"]!r}.')
        case "string_type":
            return file.fail(line, key, f"must be a text in quotes, not {error['input']!r}.")
        case _:
            return file.fail(line, key, f"{error['msg'].removeprefix('Value error, ')}, found {error['input']!r}.")


def _nearest(word: str, right: Sequence[str]) -> str:
    """A sentence that suggests the nearest right word, or lists them all where none is near."""
    near = difflib.get_close_matches(word.lower(), [each.lower() for each in right], n=1, cutoff=0.6)
    if near:
        return f" Did you mean `{next(each for each in right if each.lower() == near[0])}`?"
    return f" Known: {', '.join(right)}."


def _given(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """(key, value as written, value as compared) of all that must belong to one service alone."""
    for key, mark in (("name", ""), ("aliases", ""), ("handles", "@"), ("hashtags", "#"), ("subreddits", "r/")):
        values = getattr(entry, key)
        for value in [values] if isinstance(values, str) else values:
            yield key, value, mark + value.casefold()


def _no_repeats(file: _File, entries: Sequence[Entry]) -> None:
    seen: dict[str, tuple[str, int]] = {}
    for number, entry in enumerate(entries):
        for key, value, compared in _given(entry):
            line = file.line(number, key, value)
            if compared in seen:
                owner, first = seen[compared]
                what = f'"{value}" of {entry.name} already belongs to {owner} (line {first}); a name means one service.'
                raise file.fail(line, key, what)
            seen[compared] = (entry.name, line)
