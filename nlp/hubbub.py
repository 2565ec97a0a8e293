"""How much else is said about each service, and what that explains.

More frustration among more talk is no rise of frustration. And a reader that takes some complaints for reports finds
more reports where there are more complaints: when a price rises, nothing is down.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints

HOUR: Final = 60.0
"""Talk fades over so many minutes."""

PULL: Final = 5.0
MISREAD: Final = 0.3
"""The weight of reports that the shipped reader finds in complaints, for each weight of frustration (`read_as`)."""

SPANS: Final = np.array([[3.0], [12.0], [60.0]])
"""Anger fades over so many minutes: the short spans follow a wave that comes at once, the long one a small wave."""


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


class Anger:
    """How far complaint of each service plainly lies beyond the usual: a part of it is misread for reports.

    Counts by an imperfect reader are corrected so where what it confuses becomes more (Forman, "Quantifying counts and
    costs via classification", 2008: adjusted count). Of an outage's own complaints it takes little away.
    """

    def __init__(self, services: int) -> None:
        self._heard, self._beyond = np.zeros((len(SPANS), services)), np.zeros(services)
        self._at = np.zeros(services, dtype=np.int64)
        self.anywhere = False
        """Whether there is any."""

    def hear(self, minute: int, services: Ints, weight: Floats, usual: Floats) -> None:
        """So much frustration was heard about these services in this minute, of so much that is usual a minute."""
        heard = self._heard[:, services] * np.exp((self._at[services] - minute) / SPANS) + weight
        self._heard[:, services], self._at[services] = heard, minute
        rates = (heard - np.sqrt(heard)) / SPANS
        self._beyond[services] = np.maximum(rates.max(axis=0) - usual, 0.0)
        self.anywhere = bool(self._beyond.any())

    def misread(self, minute: int, services: Ints) -> Floats:
        """The weight of reports a minute that complaints beyond the usual are misread for."""
        faded: Floats = np.exp((self._at[services] - minute) / SPANS[-1])
        return MISREAD * self._beyond[services] * faded
