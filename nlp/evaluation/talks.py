"""How often talk that spreads is told as unusual talk, on the made weeks, and never as an outage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from ingest.records import MINUTE, Incident
from nlp.evaluation.events import Outage
from nlp.evaluation.made import DAYS, Made
from nlp.evaluation.replays import judged
from nlp.rules import Rules

EARLY: Final = timedelta(minutes=10)
"""By chance there may have been more talk just before."""


@dataclass(frozen=True, slots=True)
class Talked:
    """What became of talk that spread.

    `spread` is how many stretches of it there were, `told` how many of them were told as unusual talk, after
    `delay_median` minutes; `as_trouble` how many as an outage or frustration. `other` counts unusual talk told at other
    times, `around_outages` the part of it while an outage went on or was just over.
    """

    spread: int
    told: int
    delay_median: float | None
    as_trouble: int
    other: int
    around_outages: int
    service_months: float


def talked(weeks: Made, rules: Rules | None = None) -> Talked:
    """Judge made weeks, and hold the unusual talk that is told against what spread."""
    found = judged(weeks.readings, weeks.services, rules)
    talk = [one for one in found.incidents if one.signal == "talk"]
    trouble = [one for one in found.incidents if one.signal in ("outage", "frustration")]
    firsts = [min((one.opened_at for one in talk if _in(one, [viral])), default=None) for viral in weeks.viral]
    delays = [
        (first - viral.start) / MINUTE for first, viral in zip(firsts, weeks.viral, strict=True) if first is not None
    ]
    other = [one for one in talk if not _in(one, weeks.viral)]
    return Talked(
        spread=len(weeks.viral),
        told=len(delays),
        delay_median=float(np.median(delays)) if delays else None,
        as_trouble=sum(any(_in(one, [viral]) for one in trouble) for viral in weeks.viral),
        other=len(other),
        around_outages=sum(_in(one, weeks.outages, timedelta(hours=3)) for one in other),
        service_months=len(weeks.services) * DAYS / 30,
    )


def _in(incident: Incident, stretches: Sequence[Outage], after: timedelta = timedelta(0)) -> bool:
    return any(
        incident.service == one.service and one.start - EARLY <= incident.opened_at <= one.end + after
        for one in stretches
    )
