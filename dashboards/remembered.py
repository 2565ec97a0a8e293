"""Answers that many sessions share: each is found once, by whoever asks first, and let go when it is old."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TypeVar

Found = TypeVar("Found")

GENERATIONS: Final = 2
"""Answers from so many of the newest generations are kept: a session may be in the middle of the one before."""


@dataclass(slots=True)
class _Answer:
    lock: Lock = field(default_factory=Lock)
    found: Any = None
    known: bool = False


class Remembered:
    """Answers by question, the least asked first to go. They are shared: whoever gets one must not change it.

    Args:
        most: so many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Hashable, _Answer] = OrderedDict()

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, question: Hashable, find: Callable[[], Found]) -> Found:
        """The answer, found now if it is not known; others who ask the same meanwhile wait for it."""
        with self._lock:
            answer = self._answers.setdefault(question, _Answer())
            self._answers.move_to_end(question)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        with answer.lock:
            if not answer.known:
                answer.found = find()
                answer.known = True
            found: Found = answer.found
            return found

    def keep(self, worth: Callable[[Hashable], bool]) -> None:
        """Let every answer go whose question is not worth keeping."""
        with self._lock:
            for question in [one for one in self._answers if not worth(one)]:
                del self._answers[question]


class ByGeneration:
    """Answers about the newest generations of each publication.

    Args:
        most: so many are kept of all of them.
    """

    def __init__(self, most: int) -> None:
        self._answers = Remembered(most)
        self._lock = Lock()
        self._newest: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, path: str, generation: str, question: Hashable, find: Callable[[], Found]) -> Found:
        """The answer to a question about one generation of the publication at a path."""
        self._enter(path, generation)
        return self._answers.get((path, generation, question), find)

    def _enter(self, path: str, generation: str) -> None:
        with self._lock:
            known = self._newest.setdefault(path, [])
            if generation in known:
                return
            known.append(generation)
            del known[:-GENERATIONS]
            kept = {(place, name) for place, names in self._newest.items() for name in names}
        self._answers.keep(lambda one: isinstance(one, tuple) and one[:2] in kept)


def frozen(value: Any) -> Hashable:
    """A value as part of a question: lists and dictionaries in a form that can be looked up."""
    if isinstance(value, dict):
        return tuple((name, frozen(one)) for name, one in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    asked: Hashable = value
    return asked
