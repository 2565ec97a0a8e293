"""How much else is said about each service: more frustration among more talk is no rise of frustration."""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints

HOUR: Final = 60.0
"""Talk fades over so many minutes."""

PULL: Final = 5.0


class Hubbub:
    """People who spoke of each service lately without a complaint."""

    def __init__(self, services: int) -> None:
        self._people, self._at = np.zeros(services), np.zeros(services, dtype=np.int64)

    def hear(self, minute: int, services: Ints, people: Floats) -> None:
        """So many people spoke of these services in this minute."""
        faded = self._people[services] * np.exp((self._at[services] - minute) / HOUR)
        self._people[services], self._at[services] = faded + people, minute

    def raised(self, services: Ints, usual: Floats) -> Floats:
        """By how much talk plainly exceeds the usual a minute: so much more frustration is explained by volume."""
        crowd = self._people[services]
        return np.maximum((PULL + crowd - 2.0 * np.sqrt(crowd)) / (PULL + usual * HOUR), 1.0)
