"""A service that the settings call otherwise than before: its history, and an open incident, go on under the new name.

Who renames a service keeps its old name as an alias, since people go on saying it. So a stored name that is no longer a
service, and is an alias or a handle of exactly one that has no history of its own, is that one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from ingest.records import Service
from ingest.store import Store

FACT: Final = "roots"


def rename(store: Store, services: Sequence[Service]) -> dict[str, str]:
    """Rename in the database what the settings have renamed.

    Returns:
        For each service that ever was renamed, its first name: by that the ids of its incidents are made.
    """
    roots: dict[str, str] = json.loads(store.fact(FACT) or "{}")
    stored = store.services()
    for old in sorted(stored - {service.name for service in services}):
        heirs = [service.name for service in services if _was(service, old)]
        if len(heirs) != 1 or heirs[0] in stored:
            continue
        with store.transaction():
            store.rename(old, heirs[0])
            roots[heirs[0]] = roots.pop(old, old)
            store.set_fact(FACT, json.dumps(roots))
        stored.add(heirs[0])
    return roots


def _was(service: Service, name: str) -> bool:
    return name.casefold() in {other.casefold() for other in (*service.aliases, *service.handles)}
