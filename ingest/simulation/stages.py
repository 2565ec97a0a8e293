"""How long outages last, stage by stage, as status pages told it.

Quantiles (10, 25, 50, 75, 90 %), in minutes, over the 36 published incidents of Character.AI from 2023 to 2024 in
"An Empirical Characterization of Outages and Incidents in Public Services for Large Language Models" (ICPE 2025, Zenodo
14018219):

* investigating to identified: 0, 8.5, 9, 31, 52
* identified to monitoring: 3, 4.25, 9.5, 21.5, 78
* monitoring to resolved: 1.8, 4.5, 21, 46, 353

Over all 476 incidents of three providers the medians are 27, 27 and 26. A status page moves some time after its
users: the lag of the first notice here is 12 to 30 minutes, our assumption.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEVELS: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
IDENTIFIED: Final = (0.5, 8.5, 9.0, 31.0, 52.0)
MONITORING: Final = (3.0, 4.25, 9.5, 21.5, 78.0)
RESOLVED: Final = (1.8, 4.5, 21.0, 46.0, 353.0)
LAG: Final = (12.0, 30.0)


@dataclass(frozen=True, slots=True)
class Course:
    """How one outage goes: when users feel it, when it is mended, and what the status page says when."""

    service: str
    onset: datetime
    mended: datetime
    investigating: datetime
    identified: datetime
    monitoring: datetime
    resolved: datetime


def drawn(quantiles: Sequence[float], dice: random.Random) -> timedelta:
    """A duration between the 10 % and the 90 % quantile, straight between those given."""
    level = dice.uniform(LEVELS[0], LEVELS[-1])
    place = next(number for number in range(1, len(LEVELS)) if level <= LEVELS[number])
    part = (level - LEVELS[place - 1]) / (LEVELS[place] - LEVELS[place - 1])
    return timedelta(minutes=quantiles[place - 1] + part * (quantiles[place] - quantiles[place - 1]))


def course(service: str, onset: datetime, duration: timedelta | None, dice: random.Random) -> Course:
    """A course with drawn stages; where a duration from onset to mended is given, they are stretched to fit it."""
    lag = timedelta(minutes=dice.uniform(*LAG))
    steps = [lag, drawn(IDENTIFIED, dice), drawn(MONITORING, dice)]
    whole = sum(steps, timedelta())
    if duration is not None:
        steps = [step * (duration / whole) for step in steps]
    notice = onset + steps[0]
    found = notice + steps[1]
    mended = found + steps[2]
    return Course(
        service, onset, mended, notice, found, mended, mended + drawn(RESOLVED, dice) / (1 if not duration else 3)
    )
