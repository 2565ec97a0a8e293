"""How often talk that spreads is told as unusual talk, on the made weeks, and never as an outage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np

from ingest.records import MINUTE, Incident
from nlp.evaluation.events import Outage
from nlp.evaluation.made import DAYS, Made
from nlp.evaluation.replays import judged
from nlp.rules import Rules

AFTER: Final = timedelta(hours=2)
"""Talk about an outage goes on for a while."""


@dataclass(frozen=True, slots=True)
class Talked:
    """What became of talk that spread.

    `stretches` is how many there were; in `told` of them unusual talk was told, after `delay_median`
    minutes (none where more was said before), in `as_trouble` of them an outage or frustration. `other` counts unusual
    talk told at other times, `around_outages` the part of it while an outage went on or was just over.
    """

    stretches: int
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
    delays = []
    for viral in weeks.viral:
        first = min((one.opened_at for one in talk if _during(one, viral)), default=None)
        delays += [] if first is None else [max((first - viral.start) / MINUTE, 0.0)]
    other = [one for one in talk if not any(_during(one, viral) for viral in weeks.viral)]
    return Talked(
        stretches=len(weeks.viral),
        told=len(delays),
        delay_median=float(np.median(delays)) if delays else None,
        as_trouble=sum(
            any(viral.start <= one.opened_at <= viral.end and _during(one, viral) for one in trouble)
            for viral in weeks.viral
        ),
        other=len(other),
        around_outages=sum(any(_during(one, outage, AFTER) for outage in weeks.outages) for one in other),
        service_months=len(weeks.services) * DAYS / 30,
    )


def _during(incident: Incident, stretch: Outage, after: timedelta = timedelta(0)) -> bool:
    if incident.service != stretch.service or incident.opened_at > stretch.end + after:
        return False
    return incident.resolved_at is None or incident.resolved_at >= stretch.start
