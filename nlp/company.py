"""Whether others still speak: where a whole source has fallen silent, no single service has."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints

LOOK: Final = 360
"""Posts are remembered for so many minutes."""

ENOUGH: Final = 8.0
"""With fewer posts by others to be expected nothing can be told of a source."""

LEFT: Final = 0.5
"""With less than this part of the usual posts about others left, it is the source that is silent."""


class Company:
    """The posts of the last hours, source by source."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[Ints, list[str]]] = deque()

    def add(self, spoken: Ints, names: list[str]) -> None:
        """Remember posts: minute, service, source number and count as columns, by minute; `names` of the sources."""
        if not len(spoken):
            return
        self._chunks.append((spoken, names))
        last = int(spoken[-1, 0])
        while self._chunks and int(self._chunks[0][0][-1, 0]) < last - LOOK:
            self._chunks.popleft()

    def silent(self, service: int, first: int, minute: int, usual: Floats, shares: Mapping[str, Floats]) -> bool:
        """Whether the sources that speak of a service are as silent about all others, from `first` to `minute`.

        Args:
            service: its number.
            first: the first minute that counts.
            minute: the last.
            usual: people a minute who are usual, per service.
            shares: of each source that can be read, the part that it contributes to each service.
        """
        first = max(first, minute - LOOK + 1)
        heard = self._heard(service, first, minute)
        found = expected = 0.0
        for source, share in shares.items():
            others = float(usual @ share) - float(usual[service] * share[service])
            found += float(share[service]) * heard.get(source, 0.0)
            expected += float(share[service]) * others * (minute - first + 1)
        return expected >= ENOUGH and found < LEFT * expected

    def _heard(self, service: int, first: int, minute: int) -> dict[str, float]:
        heard: dict[str, float] = {}
        for spoken, names in self._chunks:
            low, high = np.searchsorted(spoken[:, 0], [first, minute + 1])
            part = spoken[low:high]
            part = part[part[:, 1] != service]
            counts = np.bincount(part[:, 2], weights=part[:, 3], minlength=len(names))
            for name, count in zip(names, counts.tolist(), strict=True):
                heard[name] = heard.get(name, 0.0) + count
        return heard
