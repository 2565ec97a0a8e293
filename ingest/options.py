"""Reads a source's options from the settings: unknown keys and wrong values are one sentence each."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from ingest.errors import UserError


class Options(BaseModel):
    """What one source may be told; each source derives its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)


OptionsT = TypeVar("OptionsT", bound=Options)


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several words: a list, or text with commas between."""


def read_options(kind: type[OptionsT], options: Mapping[str, Any], source: str) -> OptionsT:
    """`options` as `kind`.

    Raises:
        UserError: a key is unknown (with the nearest right one) or its value is wrong.
    """
    try:
        return kind.model_validate(dict(options))
    except ValidationError as error:
        raise UserError(_sentence(kind, error, f"sources.{source}")) from error


def _sentence(kind: type[Options], error: ValidationError, place: str) -> str:
    first = error.errors(include_url=False)[0]
    key = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, kind.model_fields, n=1, cutoff=0.5)
        known = f"did you mean {near[0]}?" if near else f"there are {', '.join(kind.model_fields)}"
        return f"{place}: there is no option {key}; {known}"
    if first["type"] == "missing":
        return f"{place}.{key}: this option is needed; {kind.model_fields[key].description or 'set it'}"
    return f"{place}.{key}: {first['msg'].lower()} (found {first['input']!r:.60})"
