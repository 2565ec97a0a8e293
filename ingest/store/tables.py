"""One Arrow schema per noun, read off the noun itself, and the way there and back.

Times are aware UTC in records and naive UTC in tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import UTC, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa

Noun = TypeVar("Noun")

OFTEN: Final = 4
"""Values of a column that come so many times on average are made once."""

_TYPES: dict[Any, pa.DataType] = {
    str: pa.string(),
    float: pa.float64(),
    int: pa.int64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("us"),
}


@cache
def schema(noun: type) -> pa.Schema:
    """The Arrow schema of a noun: one column per field, in the order of the fields."""
    hints = get_type_hints(noun)
    return pa.schema([pa.field(field.name, _arrow(hints[field.name])) for field in fields(noun)])


def table(noun: type[Noun], rows: Iterable[Noun]) -> pa.Table:
    """Records as an Arrow table of the noun's schema."""
    rows = list(rows)
    shape = schema(noun)  # type: ignore[arg-type]  # a class is hashable, whatever it is a class of
    columns = [pa.array([_naive(getattr(row, part.name)) for row in rows], type=part.type) for part in shape]
    return pa.Table.from_arrays(columns, schema=shape)


def records(noun: type[Noun], source: pa.Table) -> list[Noun]:
    """An Arrow table as records. Columns that the noun does not have are ignored, and one that it has gained since an
    older file was written takes its default.
    """
    there = set(source.column_names)
    known = schema(noun).names  # type: ignore[arg-type]  # a class is hashable
    names = [name for name in known if name in there]
    columns = [_aware_column(source.column(name)) for name in names]
    if names == known:
        return list(map(noun, *columns))
    return [noun(**dict(zip(names, values, strict=True))) for values in zip(*columns, strict=True)]


def naive(moment: datetime) -> datetime:
    """`moment` as tables keep it: UTC without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def aware(moment: datetime) -> datetime:
    """A table's time as records keep it: aware UTC."""
    return moment.replace(tzinfo=UTC)


def _arrow(hint: Any) -> pa.DataType:
    origin = get_origin(hint)
    if origin is Literal:
        return pa.string()
    if origin is tuple:
        return pa.list_(_arrow(get_args(hint)[0]))
    if origin is UnionType:
        return _arrow(next(part for part in get_args(hint) if part is not NoneType))
    return _TYPES[hint]


def _naive(value: Any) -> Any:
    if isinstance(value, datetime):
        return naive(value)
    return list(value) if isinstance(value, tuple) else value


def _aware_column(column: pa.ChunkedArray[Any]) -> list[Any]:
    if pa.types.is_timestamp(column.type) or pa.types.is_string(column.type):
        told = column.combine_chunks().dictionary_encode()
        if len(told.dictionary) * OFTEN < len(told):  # one object for each value takes less room, and less time
            values = [*_aware_values(told.dictionary), None]
            places: list[Any] = told.indices.fill_null(len(values) - 1).to_pylist()
            return [values[place] for place in places]
    return _aware_values(column)


def _aware_values(column: pa.Array[Any] | pa.ChunkedArray[Any]) -> list[Any]:
    values = column.to_pylist()
    if pa.types.is_timestamp(column.type):
        return [None if value is None else aware(value) for value in values]
    if pa.types.is_list(column.type):
        return [tuple(value or ()) for value in values]
    return values
