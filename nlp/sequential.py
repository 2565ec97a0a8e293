"""Evidence for rises of unknown size, accumulated minute by minute, with a promise about false alarms.

Each channel keeps one Shiryaev-Roberts statistic per size of rise on a grid: ``R <- (w + R) * L``, where L is the
likelihood ratio of the minute under that rise and under none (see `Likelihood`), and w the rise's weight. Their sum is
the evidence. Without a rise it grows by at most the sum of the weights a minute on average, so that with weights that
add up to one an alarm at n comes on average no sooner than once in n minutes, at any sample size (an e-detector: Shin,
Ramdas, Rinaldo, "E-detectors", 2023).

That bound is loose by what the evidence exceeds n by when it alarms. How much this is, renewal theory tells (Pollak,
"Average run lengths of an optimal method of detecting a change in distribution", 1987), and each weight is raised by it
(`excess`): for long run lengths, alarms then come once in n minutes where n was promised.

Quiet minutes have a closed form, so that a stretch of them costs as much as one. They are folded in only where
something is observed or an hour turns, never where a reader of the verdicts happens to stop: chunks cannot matter.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.special import gammaln

from nlp.baseline import Floats, Ints, Null

RISES: Final = np.array([1.4, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0])
LEAST_RISES: Final = np.array([0.005, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 4.0])
"""A rise multiplies what is expected, and adds at least so much a minute, whichever is more."""

MEMORY: Final = 720.0
"""Evidence fades over so many minutes: what takes longer is drift. (Fading keeps the promise: it only lowers R.)"""

CEILING: Final = 8.0
"""Evidence is not hoarded beyond so many nats above the threshold: an alarm has to be able to end."""

MOST: Final = 300.0
"""No minute tells more than so many nats, either way: numbers have an end."""


class Likelihood:
    """The log likelihood ratio of each rise, per channel, for what may be observed in a minute.

    Both counts are negative binomial with the same variance over mean: in a rise people speak on more occasions, not
    more of them on each. So a burst within a minute tells little more than one voice where bursts are usual, and many
    minutes with voices tell a lot. Voices of less than one count by their part.

    Args:
        mean: expected without a rise, one per channel, above 0.
        spread: variance over mean, above 1, one per channel.
    """

    def __init__(self, mean: Floats, spread: Floats) -> None:
        self.times = np.maximum(RISES, 1.0 + LEAST_RISES / mean[:, None])
        self.gain = np.log(self.times)
        self._mean, self._size = mean[:, None], (mean / (spread - 1.0))[:, None]
        self._risen = self._size * self.times
        self.loss = (self._risen - self._size) * np.log(spread)[:, None]
        self._before = gammaln(self._risen) - gammaln(self._size)

    def voices(self, which: Ints, weight: Floats, raised: Floats | None = None) -> Floats:
        """What the voices tell: a row for each channel of `which`. A minute's `loss` is still to be taken away.

        Args:
            which: the channels.
            weight: what was observed of each.
            raised: how many times the mean was expected of each in this minute, if not once.
        """
        told: Floats = self.gain[which] * weight[:, None]
        many = (weight > 1.0).nonzero()[0]
        if len(many):
            there, seen = which[many], weight[many, None]
            risen, size, before = self._risen[there], self._size[there], self._before[there]
            if raised is not None:
                risen, size = risen * raised[many, None], size * raised[many, None]
                before = gammaln(risen) - gammaln(size)
            told[many] = gammaln(risen + seen) - gammaln(size + seen) - before
        return told

    def weights(self, enough: float) -> Floats:
        """How each rise weighs in the evidence: alike, but for those that a smaller one tells within a minute anyway.

        Args:
            enough: the nats that an alarm takes.
        """
        there = self._mean * self.times[:, 1:]
        smaller = gammaln(self._risen[:, :-1] + there) - gammaln(self._size + there) - self._before[:, :-1]
        needed = np.ones_like(self.gain)
        needed[:, 1:] = smaller - self.loss[:, :-1] < enough + np.log(len(RISES))
        weights: Floats = needed / np.add.reduce(needed, axis=1)[:, None] / excess(self.times)
        return weights


def excess(times: Floats) -> Floats:
    """The mean of exp(-e), where e is what the evidence for a rise exceeds a high threshold by when it passes it.

    The ratio of both divergences, KL(before || after) / KL(after || before): exact where evidence leaps with each
    occasion and sinks evenly between. In whole minutes it is smaller still.
    """
    gain = np.log(times)
    mean: Floats = (times - 1.0 - gain) / (times * gain - times + 1.0)
    return mean


class Evidence:
    """The statistics of `channels` series. `threshold` is in nats: the log of the promised minutes between alarms."""

    def __init__(self, channels: int, threshold: float) -> None:
        self.aim(threshold)
        self._sums = np.zeros((channels, len(RISES)))
        self._weights = np.zeros_like(self._sums)
        self._loss = np.zeros_like(self._sums)
        self._likelihood = Likelihood(np.ones(channels), np.full(channels, 2.0))

    def aim(self, threshold: float) -> None:
        """Ask for so much evidence from now on."""
        self.threshold = threshold
        self._cap = float(np.exp(threshold + CEILING))

    def expect(self, null: Null, share: Floats) -> None:
        """Use this expectation from now on; `share` is the readable part of each channel, 0 to 1."""
        self._likelihood = Likelihood(np.maximum(null.upper * share, 1e-12), null.spread)
        self._weights = self._likelihood.weights(self.threshold)
        self._loss = np.minimum(self._likelihood.loss + 1.0 / MEMORY, MOST)

    def quiet(self, which: Ints, minutes: Ints, raised: Floats | None = None) -> None:
        """Fold in as many minutes with nothing observed, per channel of `which`; `raised` as in `observe`."""
        loss = self._lost(which, raised)
        fade = -loss * minutes[:, None]
        begun = self._weights[which] * np.expm1(fade) / np.expm1(loss)
        self._sums[which] = np.minimum(self._sums[which] * np.exp(fade) - begun, self._cap)

    def observe(self, which: Ints, weight: Floats, raised: Floats | None = None) -> Floats:
        """Fold in one minute with something observed, and give the evidence after it, in nats.

        Args:
            which: the channels, each once.
            weight: what was observed.
            raised: how many times the usual each channel is expected to show in this minute (1 or more), if not usual.
        """
        told, loss = self._likelihood.voices(which, weight, raised), self._lost(which, raised)
        sums = (self._weights[which] + self._sums[which]) * np.exp(np.minimum(told - loss, MOST))
        sums = np.minimum(sums, self._cap)
        self._sums[which] = sums
        return self._nats(sums)

    def _lost(self, which: Ints, raised: Floats | None) -> Floats:
        loss = self._loss[which]
        return loss if raised is None else np.minimum(loss * raised[:, None], MOST)

    def now(self) -> Floats:
        """The evidence of every channel, in nats."""
        return self._nats(self._sums)

    def forget(self, which: Ints) -> None:
        """Begin anew."""
        self._sums[which] = 0.0

    @staticmethod
    def _nats(sums: Floats) -> Floats:
        nats: Floats = np.log(np.maximum(np.add.reduce(sums, axis=1), 1e-300))
        return nats
