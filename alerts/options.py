"""Reads a channel's options from the settings: unknown keys and wrong values are one sentence each.

Secrets are options like others here; the settings take them from the environment (`secret_env = "NAME"`).
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from ingest.errors import UserError


class Options(BaseModel):
    """What one channel may be told; each channel derives its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    per_minute: int = Field(20, ge=1, le=6000, description="At most so many messages a minute.")
    incidents: int = Field(6, ge=0, description="At most so many incidents of one service an hour; 0 sets no limit.")
    together: int = Field(5, ge=0, description="So many messages of one event at once become one; 0 never does so.")


OptionsT = TypeVar("OptionsT", bound=Options)


def _split(value: object) -> object:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_split)]
"""Several words with commas or blanks between."""


def read_options(model: type[OptionsT], options: Mapping[str, str], channel: str) -> OptionsT:
    """`options` as `model`; `kind` is left out, for that has been read.

    Raises:
        UserError: a key is unknown (with the nearest right one), missing or wrong. Values are not repeated: they may
            be secret.
    """
    given = {key: value for key, value in options.items() if key != "kind"}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise UserError(_sentence(model, error, f"channels ({channel})")) from error


def _sentence(model: type[Options], error: ValidationError, place: str) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    key = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.5)
        known = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(model.model_fields) or 'none'}"
        return f"{place}: there is no option {key!r}; {known}"
    if first["type"] == "missing":
        return f"{place}: the option {key!r} is needed; {model.model_fields[key].description or 'set it'}"
    return f"{place}: {key or 'the options'}: {first['msg'].removeprefix('Value error, ')}"
