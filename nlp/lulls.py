"""A silence told as one story. What it means is open: cut off, blocked, or a source that fails unnoticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from nlp.severity import lull, unlikely
from nlp.stories import SHORTEST_CALM, SURE, Story, Tick

BACK: Final = 0.5
"""With this part of the usual talk in the last minutes a service is no longer silent."""

TOLD: Final = 0.05
"""Where fewer people a minute are usual, silence tells nothing any more."""


@dataclass(slots=True)
class Lull(Story):
    """One silence as it unfolds: the same states by the same rules, with less in the place of more."""

    def _weigh(self, tick: Tick) -> None:
        self.evidence = max(self.evidence, tick.nats)

    def _peak(self, tick: Tick, rate: float) -> None:  # noqa: ARG002 - a silence has no peak
        return

    def _rate_is_off(self, tick: Tick) -> bool:  # noqa: ARG002 - the last minutes tell
        seen = sum(weight for weight, _, _ in self.last)
        usual = sum(mean for _, mean, _ in self.last)
        return usual >= TOLD * len(self.last) and seen < BACK * usual

    def _is_sure(self) -> bool:
        return self.evidence >= self.threshold + SURE

    def _patience(self) -> float:
        return SHORTEST_CALM

    def _severity(self, end: int) -> tuple[str, str]:
        return lull(self.weight, self.expected, max(1, end - self.onset))

    def _confidence(self) -> tuple[float, str]:
        return unlikely(self.evidence, self.threshold)
