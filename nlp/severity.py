"""How bad, and how sure: each with its reason in words."""

from __future__ import annotations

import math
from typing import Final

from ingest.records import Bounds

LEVELS: Final = ("minor", "major", "critical")
USUAL: Final = Bounds()


def severity(ratio: float, reach: float, minutes: int, bounds: Bounds | None = None) -> tuple[str, str]:
    """The level of an incident and why.

    Args:
        ratio: rate at the peak over the rate expected.
        reach: people who reported it, votes counted in.
        minutes: how long it has lasted.
        bounds: from where on it is severe; None takes the usual ones.
    """
    level = (bounds or Bounds()).level(ratio, reach, minutes)
    rate = f"{ratio:.0f} times the usual rate at its peak" if ratio < 1000 else "over 1000 times the usual rate"
    return level, f"{rate}, {_people(reach)}, {_lasting(minutes)}"


def confidence(evidence: float, threshold: float, reach: float, least: float) -> tuple[float, str]:
    """How sure the evidence makes us, 0 to 1, and why.

    Half at the least evidence and voices that open an incident; both have to grow for it to grow.

    Args:
        evidence: nats by which what was seen speaks for a rise.
        threshold: nats that the promise about false alarms asks for.
        reach: people who reported it, votes counted in.
        least: people that it takes to open an incident.
    """
    by_evidence = 1.0 / (1.0 + math.exp(-(evidence - threshold) / 6.0))
    by_reach = reach / (reach + least)
    sure = min(0.99, by_evidence, max(by_reach, 0.5))
    told = f"the rise is {_odds(evidence)} at the usual rate, and told by {_people(reach)}"
    return sure, told


LONG_SILENCE: Final = 120
MANY_MISSING: Final = 300.0


def lull(heard: float, usual: float, minutes: int) -> tuple[str, str]:
    """The level of a silence and why. It is never critical: it may have a harmless cause.

    Args:
        heard: people who spoke.
        usual: people who usually do in such a time.
        minutes: how long it has lasted.
    """
    severe = minutes >= LONG_SILENCE and usual - heard >= MANY_MISSING
    said = "nobody spoke" if round(heard) == 0 else f"{_people(heard)}"
    return LEVELS[severe], f"{said} where {usual:,.0f} are usual, {_lasting(minutes)}"


def buzz(times: float, heard: float, usual: float, minutes: int, bounds: Bounds) -> tuple[str, str]:
    """The level of unusual talk and why: major where it is beyond the first bound of times and the second of people.

    It is never critical: nothing need be wrong.

    Args:
        times: rate at the peak over the rate expected.
        heard: people who spoke.
        usual: people who usually do in such a time.
        minutes: how long it has lasted.
        bounds: from where on it is severe.
    """
    severe = times >= bounds.times[0] and heard >= bounds.people[1]
    rate = f"{times:,.0f} times the usual rate at its peak" if times < 1000 else "over 1000 times the usual rate"
    few = f"{usual:,.0f} usually do" if usual >= 1.5 else "hardly anyone does usually"
    return LEVELS[severe], f"{heard:,.0f} people spoke of it where {few}, {rate}, {_lasting(minutes)}"


def unlikely(evidence: float, threshold: float, what: str = "so little talk") -> tuple[float, str]:
    """How sure the evidence makes us that it is no chance, 0 to 1, and why. Half at the least evidence that tells."""
    sure = min(0.99, 1.0 / (1.0 + math.exp(-(evidence - threshold) / 3.0)))
    return sure, f"{what} is {_odds(evidence)} at the usual rate"


def _odds(nats: float) -> str:
    decades = int(nats / math.log(10))
    return f"a one in {10**decades:,} event" if decades < 10 else "all but impossible"


def _people(reach: float) -> str:
    count = round(reach)
    return "one voice" if count == 1 else f"{count} voices"


def _lasting(minutes: int) -> str:
    return f"lasting {minutes} minutes" if minutes < 120 else f"lasting {minutes / 60:.1f} hours"
