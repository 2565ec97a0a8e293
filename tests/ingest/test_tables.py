"""Records, Arrow schemas and database tables say the same thing about every noun."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_type_hints

import duckdb
import pytest

from ingest.records import Incident, Official, Score
from ingest.store.database import TABLES
from ingest.store.migrations import migrate
from ingest.store.tables import records, schema, table

NOW = datetime(2026, 2, 28, 23, 59, 59, 123456, tzinfo=UTC)


def example(noun: Any) -> Any:
    """A record with a telling value in each field."""
    hints = get_type_hints(noun)
    return noun(**{field.name: value(hints[field.name]) for field in fields(noun)})


def value(hint: Any) -> Any:
    for kind, telling in ((datetime, NOW), (float, 0.25), (int, 7), (bool, True)):
        if kind in (hint, *getattr(hint, "__args__", ())):
            return telling
    return ("a", "b") if "tuple" in str(hint) else "word"


@pytest.mark.parametrize("noun", TABLES, ids=lambda noun: noun.__name__)
def test_there_and_back(noun: type) -> None:
    row = example(noun)
    assert records(noun, table(noun, [row])) == [row]


@pytest.mark.parametrize("noun", TABLES, ids=lambda noun: noun.__name__)
def test_database_has_the_columns_of_the_noun(noun: type) -> None:
    con = duckdb.connect()
    migrate(con)
    columns = [row[0] for row in con.execute(f"describe {TABLES[noun]}").fetchall()]
    assert [name for name in columns if noun is not Score or name != "seen_at"] == schema(noun).names


def test_times_from_elsewhere_become_utc() -> None:
    elsewhere = datetime(2026, 3, 1, 1, 0, tzinfo=timezone(timedelta(hours=2)))
    row = Official("x", "S", "resolved", elsewhere, "title")
    back = records(Official, table(Official, [row]))[0]
    assert back.at == elsewhere
    assert back.at.tzinfo is UTC
    assert back.seen_at is None


def test_absent_times_stay_absent() -> None:
    row = Incident("i", "S", "outage", "suspected", NOW, NOW)
    assert records(Incident, table(Incident, [row])) == [row]
