"""Evidence for rises of unknown size, accumulated minute by minute, with a promise about false alarms.

Each channel keeps one Shiryaev-Roberts statistic per size of rise on a grid: ``R <- (1 + R) * L``, where L is the
likelihood ratio of the minute under that rise and under none (negative binomial, linear in the count). Without a
rise the mixture of R grows by at most one a minute on average, so that an alarm at ``mixture >= n`` comes on average
no sooner than once in n minutes, at any sample size (an e-detector: Shin, Ramdas, Rinaldo, "E-detectors", 2023).

Quiet minutes have a closed form, so that a stretch of them costs as much as one. They are folded in only where
something is observed or an hour turns, never where a reader of the verdicts happens to stop: chunks cannot matter.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from nlp.baseline import Floats, Ints, Null

RISES: Final = np.array([1.4, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0])
LEAST_RISES: Final = np.array([0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 4.0])
"""A rise multiplies what is expected, and adds at least so much a minute, whichever is more."""

MEMORY: Final = 720.0
"""Evidence fades over so many minutes: what takes longer is drift. (Fading keeps the promise: it only lowers R.)"""

CEILING: Final = 8.0
"""Evidence is not hoarded beyond so many nats above the threshold: an alarm has to be able to end."""


class Evidence:
    """The statistics of `channels` series. `threshold` is in nats: the log of the promised minutes between alarms."""

    def __init__(self, channels: int, threshold: float) -> None:
        self.aim(threshold)
        self._sums = np.zeros((channels, len(RISES)))
        self._gain = np.zeros_like(self._sums)
        self._loss = np.zeros_like(self._sums)

    def aim(self, threshold: float) -> None:
        """Ask for so much evidence from now on."""
        self.threshold = threshold
        self._cap = float(np.exp(threshold + CEILING)) * len(RISES)

    def expect(self, null: Null, share: Floats) -> None:
        """Use this expectation from now on; `share` is the readable part of each channel, 0 to 1."""
        mean = np.maximum(null.upper * share, 1e-12)[:, None]
        self._gain, self._loss = likelihoods(mean, null.spread[:, None])
        self._loss += 1.0 / MEMORY

    def quiet(self, which: Ints, minutes: Ints) -> None:
        """Fold in as many minutes with nothing observed, per channel of `which`."""
        loss = self._loss[which]
        fade = -loss * minutes[:, None]
        self._sums[which] = np.minimum(self._sums[which] * np.exp(fade) - np.expm1(fade) / np.expm1(loss), self._cap)

    def observe(self, which: Ints, weight: Floats, raised: Floats | None = None) -> Floats:
        """Fold in one minute with something observed, and give the evidence after it, in nats.

        Args:
            which: the channels, each once.
            weight: what was observed.
            raised: how many times the usual each channel is expected to show in this minute (1 or more), if not usual.
        """
        gain, loss = self._gain[which], self._loss[which]
        if raised is not None:
            gain = gain - np.log(raised)[:, None]
            loss = loss * raised[:, None]
        sums = (1.0 + self._sums[which]) * np.exp(np.minimum(gain * weight[:, None] - loss, 300.0))
        sums = np.minimum(sums, self._cap)
        self._sums[which] = sums
        return self._nats(sums)

    def now(self) -> Floats:
        """The evidence of every channel, in nats."""
        return self._nats(self._sums)

    def forget(self, which: Ints) -> None:
        """Begin anew."""
        self._sums[which] = 0.0

    @staticmethod
    def _nats(sums: Floats) -> Floats:
        nats: Floats = np.log(np.maximum(np.add.reduce(sums, axis=1) / len(RISES), 1e-300))
        return nats


def likelihoods(mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """The log likelihood ratio of each rise, as ``gain * count - loss``.

    Negative binomial with size ``mean / (spread - 1)`` before and after, so that the ratio is linear in the count.

    Args:
        mean: expected without a rise, one row per channel.
        spread: variance over mean, above 1, one row per channel.
    """
    risen = np.maximum(mean * RISES, mean + LEAST_RISES)
    size = mean / (spread - 1.0)
    loss = size * np.log1p((risen - mean) / (size + mean))
    gain = np.log(risen / mean) - np.log1p((risen - mean) / (size + mean))
    return gain, loss
