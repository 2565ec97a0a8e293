"""`downchatter purge`: forget the words of old posts."""

from __future__ import annotations

from datetime import timedelta

from rich.console import Console

from downchatter.assembly import utc_now
from downchatter.settings import Settings
from ingest.store import Store


def purge(settings: Settings, days: int | None = None) -> int:
    """Blank the words of posts seen more than `days` ago (default: as the settings say) and prove it.

    What was thought of them, and all counts, stay. The database must not be in use.

    Raises:
        UserError: the database is in use or cannot be opened.
    """
    kept = settings.retention_days if days is None else days
    before = utc_now() - timedelta(days=kept)
    store = Store(settings.database)
    with store.transaction():
        gone = len(store.purge(before))
    left = store.query(
        "select count(*) as n from posts where seen_at < ? and text <> ''", [before.replace(tzinfo=None)]
    )
    store.close()
    Console().print(
        f"The words of {gone} posts seen before {before:%Y-%m-%d %H:%M} UTC are gone; "
        f"{left['n'][0].as_py()} older posts still have theirs.",
        highlight=False,
    )
    return gone
