"""The rows of `downchatter bench text`: posts a second, load time, memory."""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from ingest.records import Mention, Post
from nlp.scorers import Scorer

_OPENINGS: Final = (
    "is anyone else seeing this ,",
    "honestly",
    "hey @support ,",
    "so apparently",
    "not sure why but",
    "ok who else noticed ,",
)
_MIDDLES: Final = (
    "the app will not load on my phone",
    "my messages keep failing to send",
    "the new design is growing on me a lot",
    "video calls drop after a minute or two",
    "they raised the price again this year",
    "the playlist from last night was great",
)
_ENDINGS: Final = (
    "and I have a deadline today",
    "since about nine this morning",
    "for me and for two friends",
    "or is it just my wifi again",
    "what a start to the week",
    "and support has not answered yet",
)
_TAILS: Final = (", any news on this ?", "and again just now", ", sigh", ", thanks for nothing")
CHUNK: Final = 5_000
"""Posts are made so many at a time, so that the memory measured is the reader's."""
_MOMENT: Final = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many items went through, in how many seconds of wall and of processor."""

    items: int
    wall: float
    cpu: float

    @property
    def per_second(self) -> float:
        """Items a second of wall time."""
        return self.items / self.wall

    @property
    def per_cpu_second(self) -> float:
        """Items a second of processor time: what one core does when nothing else runs."""
        return self.items / self.cpu


def made_posts(count: int, seed: int = 7) -> list[Post]:
    """Posts of about 25 tokens, of our own making, numbered so that no two are alike."""
    chance = random.Random(seed)  # noqa: S311 - wording, not secrets
    texts = (" ".join(map(chance.choice, (_OPENINGS, _MIDDLES, _ENDINGS, _TAILS))) for _ in range(count))
    return [Post(f"bench:{i}", "bench", "", f"{text} {i}", _MOMENT, _MOMENT) for i, text in enumerate(texts)]


def pace(work: Callable[[], int], rounds: int = 3) -> Pace:
    """The best of some rounds; `work` gives back how many items it did."""
    return max((_timed(work) for _ in range(rounds)), key=lambda found: found.per_second)


def scoring(scorer: Scorer, posts: Sequence[Post], chunk: int = 512) -> Callable[[], int]:
    """All posts through the scorer in chunks, as the flow does; fingerprints included."""
    pairs = [(post, Mention("")) for post in posts]

    def work() -> int:
        return sum(len(scorer.score(pairs[start : start + chunk])) for start in range(0, len(pairs), chunk))

    return work


def peak_memory_mb() -> float:
    """The most memory that this process ever held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def memory_over(scorer: Scorer, total: int, step: int = 50_000) -> Iterator[tuple[int, float]]:
    """Peak memory after every `step` posts of `total`, all different: it must not climb."""
    for start in range(0, total, step):
        for begin in range(start, min(start + step, total), CHUNK):
            scoring(scorer, made_posts(min(CHUNK, start + step - begin, total - begin), seed=begin))()
        yield min(start + step, total), peak_memory_mb()


def _timed(work: Callable[[], int]) -> Pace:
    wall, cpu = time.perf_counter(), time.process_time()
    items = work()
    return Pace(items, time.perf_counter() - wall, time.process_time() - cpu)
