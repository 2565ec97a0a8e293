"""Unusual talk told as one story: a scandal, a joke that spreads, praise. Never an outage, nor the talk around one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ingest.records import Incident, Signal
from nlp.recent import Rise
from nlp.severity import buzz, unlikely
from nlp.stories import Story, Tick

FADES: Final = 30
"""Minutes of usual talk until it is taken to fade."""

Beside = Literal["", "suspected", "confirmed"]
"""Whether trouble of the same service is told meanwhile, or was so lately that talk about it goes on."""


@dataclass(slots=True)
class Buzz(Story):
    """One stretch of unusual talk as it unfolds: told at once, by the same rules over when talk is usual again."""

    complaints: float = 0.0
    reports: float = 0.0
    mood: float = 0.0
    usual_mood: float = 0.0
    explained: bool = False

    @classmethod
    def begin(cls, service: str, signal: Signal, threshold: float, least: float, tick: Tick, rise: Rise) -> Buzz:
        """The story that a first alarm opens."""
        story = super(Buzz, cls).begin(service, signal, threshold, least, tick, rise)
        assert isinstance(story, Buzz)
        story.complaints, story.reports, story.mood = rise.complaints, rise.reports, rise.mood
        story.usual_mood = tick.usual_mood
        return story

    def follow(self, tick: Tick) -> list[Incident]:
        """Take in the next minute; where trouble is confirmed meanwhile, the talk is about that and told no more."""
        if self.open and tick.beside == "confirmed":
            self.state, self.resolved, self.explained = "resolved", tick.minute + 1, True
            self.updated = tick.minute + 1
            return [self._tell()]
        return super(Buzz, self).follow(tick)

    def _count(self, tick: Tick) -> None:
        super(Buzz, self)._count(tick)
        self.complaints += tick.complaints
        self.reports += tick.reports
        self.mood += tick.mood

    def _reopen(self) -> bool:
        self.explained = False
        return super(Buzz, self)._reopen()

    def _is_sure(self) -> bool:
        return True

    def _patience(self) -> float:
        return FADES

    def _severity(self, end: int) -> tuple[str, str]:
        said = max(self.weight, 1.0)
        mood = self.mood / max(self.posts, 1) - self.usual_mood
        level, why = buzz(self.ratio, self.weight, self.expected, max(1, end - self.onset), self.bounds)
        what = about(min(self.complaints / said, 1.0), min(self.reports / said, 1.0), mood)
        last = "; it turned out to be about trouble that is told by itself" if self.explained else ""
        return level, f"{why}; {what}{last}"

    def _confidence(self) -> tuple[float, str]:
        return unlikely(self.evidence, self.threshold, "so much talk")


SOME: Final = 0.1
SHIFT: Final = 0.15


def about(complaining: float, reporting: float, mood: float) -> str:
    """What is said, in words.

    >>> about(0.62, 0.04, -0.4)
    '62 % complain, 4 % report trouble; the mood is worse than usual'

    Args:
        complaining: the part of those who speak that complains.
        reporting: the part that reports trouble.
        mood: by how much the mean sentiment (−1 to 1) of a post is above the usual one.
    """
    if complaining < SOME and reporting < SOME:
        what = "hardly anyone complains or reports trouble"
    else:
        what = f"{complaining:.0%} complain, {reporting:.0%} report trouble".replace("%", " %")
    feeling = "worse than usual" if mood < -SHIFT else "better than usual" if mood > SHIFT else "as usual"
    return f"{what}; the mood is {feeling}"
