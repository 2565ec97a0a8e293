"""What pages that tell no history told last, as the cursor keeps it: what ends while we are away is then seen to have
ended.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ingest.errors import UserError
from ingest.records import Official
from ingest.statuspages.steps import SOURCE, STAGES


@dataclass(frozen=True, slots=True)
class Standing:
    """The incidents that a page told when it was last read, by the ids of their steps, and when that was."""

    read_at: datetime
    steps: Mapping[str, Official]


def cursor_of(pages: Mapping[str, Standing]) -> str:
    """`pages` in a word; empty if there are none."""
    told = {
        page: [one.read_at.isoformat(), [_kept(step) for step in one.steps.values()]] for page, one in pages.items()
    }
    return json.dumps(told, ensure_ascii=False) if told else ""


def standing_in(cursor: str) -> dict[str, Standing]:
    """What `cursor_of` wrote.

    Raises:
        UserError: `cursor` is not one of this source.
    """
    try:
        return {
            str(page): Standing(_time(read_at), {step.id: step for step in map(_step, steps)})
            for page, (read_at, steps) in json.loads(cursor or "{}").items()
        }
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        raise UserError(
            f"{SOURCE}: {cursor!r:.60} is not a cursor of this source; delete it to go on from now"
        ) from error


def _kept(step: Official) -> list[str]:
    return [step.id, step.service, step.stage, step.at.isoformat(), step.title, step.url]


def _step(told: list[str]) -> Official:
    identity, service, stage, at, title, url = map(str, told)
    return Official(identity, service, STAGES[stage], _time(at), title, url=url)


def _time(told: str) -> datetime:
    moment = datetime.fromisoformat(told)
    if moment.tzinfo is None:
        raise ValueError(told)
    return moment
