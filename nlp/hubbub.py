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

SPANS: Final = np.array([0.2, 3.0, 12.0, HOUR])
"""Anger fades over so many minutes. Of the shortest nothing outlasts its minute, for a great wave tells at once; the
longer ones follow a wave that comes at once, and a small one."""

A_MINUTE: Final = 1.0 - np.exp(-1.0 / SPANS)
"""What an even rate heard in each span comes to a minute."""


class Faded:
    """What was heard of each service lately: a row for each, a column for each span of minutes in which it fades."""

    def __init__(self, services: int, spans: Floats) -> None:
        self._spans, self._heard = spans, np.zeros((services, len(spans)))
        self._at = np.zeros((services, 1), dtype=np.int64)

    def hear(self, minute: int, services: Ints, weight: Floats) -> Floats:
        """So much was heard of these services in this minute; gives what that comes to."""
        faded = self._heard[services] * np.exp((self._at[services] - minute) / self._spans)
        heard: Floats = faded + weight[:, None]
        self._heard[services], self._at[services] = heard, minute
        return heard

    def heard(self, services: Ints) -> Floats:
        """What it came to when each was heard of last."""
        heard: Floats = self._heard[services]
        return heard

    def left(self, minute: int, services: Ints) -> Floats:
        """The part of that which is left by the last span."""
        left: Floats = np.exp((self._at[services, 0] - minute) / self._spans[-1])
        return left


class Hubbub:
    """People who spoke of each service lately without a complaint."""

    def __init__(self, services: int) -> None:
        self._people = Faded(services, SPANS[-1:])

    def hear(self, minute: int, services: Ints, people: Floats) -> None:
        """So many people spoke of these services in this minute."""
        self._people.hear(minute, services, people)

    def raised(self, services: Ints, usual: Floats) -> Floats:
        """By how much talk plainly exceeds the usual a minute: so much more frustration is explained by volume."""
        crowd = self._people.heard(services)[:, 0]
        raised: Floats = np.maximum((PULL + crowd - 2.0 * np.sqrt(crowd)) / (PULL + usual * HOUR), 1.0)
        return raised


class Anger:
    """How far complaint of each service plainly lies beyond the usual: a part of it is misread for reports.

    Counts by an imperfect reader are corrected so where what it confuses becomes more (Forman, "Quantifying counts and
    costs via classification", 2008: adjusted count). Of an outage's own complaints it takes little away.
    """

    def __init__(self, services: int) -> None:
        self._weight, self._beyond = Faded(services, SPANS), np.zeros(services)
        self.anywhere = False
        """Whether there is any."""

    def hear(self, minute: int, services: Ints, weight: Floats, usual: Floats) -> None:
        """So much frustration was heard about these services in this minute, of so much that is usual a minute."""
        heard = self._weight.hear(minute, services, weight)
        rates = (heard - np.sqrt(heard)) * A_MINUTE
        self._beyond[services] = np.maximum(rates.max(axis=1) - usual, 0.0)
        self.anywhere = bool(self._beyond.any())

    def misread(self, minute: int, services: Ints) -> Floats:
        """The weight of reports a minute that complaints beyond the usual are misread for."""
        return MISREAD * self._beyond[services] * self._weight.left(minute, services)
