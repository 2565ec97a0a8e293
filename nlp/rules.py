"""What a user may set about alarms, and what judging gives back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ingest.records import Bounds, Expected, Incident, SharedStory, Signal, Spike
from nlp.severity import USUAL

SHARES: Final[Mapping[Signal, float]] = {"outage": 0.5, "frustration": 0.25, "drop": 0.25}
"""How the promise is shared out: so much of the false alarms that it allows may come from each signal.

Unusual talk (`talk`) has no part in it: it is no alarm, and has a bound of its own (see `nlp.stir`)."""


PARTS: Final = ("seasonality", "masking", "complaints")
"""What `Rules.without` can name: the shape of day and week; leaving past incidents out of what is learned; expecting
reports of complaints that are misread."""


@dataclass(frozen=True, slots=True)
class Rules:
    """When a rise is enough.

    Attributes:
        promise_days: at most one false alarm per service in so many days, over all signals but unusual talk.
        min_voices: so many people (votes count) must stand behind an alarm, one more where they post again and again.
        adopt_hours: a rise that lasts longer is the new usual.
        bounds: from where on an incident is severe.
        without: parts of the judging left out, to measure what they add (`PARTS`); none in use.
    """

    promise_days: float = 30.0
    min_voices: float = 5.0
    adopt_hours: float = 24.0
    bounds: Bounds = USUAL
    without: frozenset[str] = frozenset()

    @property
    def threshold(self) -> float:
        """The evidence, in nats, that an alarm of an outage takes."""
        return self.threshold_of("outage")

    def threshold_of(self, signal: Signal) -> float:
        """The evidence, in nats, that an alarm takes: the log of the minutes promised over the signal's share."""
        return math.log(self.promise_days * 1440.0 / SHARES.get(signal, 1.0))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of judging some minutes, each list in time order. `standing` are the open incidents as of the last.

    `shared` are the shared stories after each of their changes.
    """

    spikes: Sequence[Spike]
    transitions: Sequence[Incident]
    expected: Sequence[Expected]
    standing: Sequence[Incident] = ()
    shared: Sequence[SharedStory] = ()
