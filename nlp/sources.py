"""What each source contributes to each service, so that a blind source lowers what is expected by its part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints

FORGET: Final = 14 * 1440.0
LEAST_SHARE: Final = 0.02


class Sources:
    """Posts per service and source, forgetting over two weeks."""

    def __init__(self, services: int) -> None:
        self._names: dict[str, int] = {}
        self._posts = np.zeros((services, 0))

    def known(self, source: str) -> bool:
        """Whether anything has come from a source."""
        return source in self._names

    def names(self) -> list[str]:
        """The sources from which anything has come, sorted."""
        return sorted(self._names)

    def add(self, services: Ints, names: Iterable[str], posts: Floats) -> None:
        """Count posts per service and source."""
        columns = np.array([self._column(name) for name in names], dtype=np.int64)
        np.add.at(self._posts, (services, columns), posts)

    def fade(self, minutes: int) -> None:
        """Let time pass."""
        self._posts *= np.exp(-minutes / FORGET)

    def share(self, source: str) -> Floats:
        """The part of each service's posts that comes from a source (where nothing is known, the part of all)."""
        if source not in self._names:
            return np.zeros(len(self._posts))
        column = self._posts[:, self._names[source]]
        whole = self._posts.sum(axis=1)
        typical = column.sum() / max(float(whole.sum()), 1e-9)
        share: Floats = np.where(whole > 1.0, column / np.maximum(whole, 1e-9), typical)
        return share

    def readable(self, blind: Iterable[str]) -> Floats:
        """The part of each service's posts that comes from sources that can be read."""
        part = 1.0 - sum((self.share(source) for source in sorted(blind)), np.zeros(len(self._posts)))
        return np.where(part < LEAST_SHARE, 0.0, np.minimum(part, 1.0))

    def _column(self, name: str) -> int:
        if name not in self._names:
            self._names[name] = len(self._names)
            self._posts = np.pad(self._posts, ((0, 0), (0, 1)))
        return self._names[name]
