"""After training: one temperature a head, chosen on the `dev` rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

Numbers = NDArray[np.float64]


def temperature(logits: Numbers, truth: NDArray[np.int64]) -> float:
    """The divisor of the logits under which the truth is likeliest (Guo et al., ICML 2017)."""
    rows = np.arange(len(truth))

    def cost(divisor: float) -> float:
        return -float(log_softmax(logits / divisor, axis=1)[rows, truth].mean())

    return float(minimize_scalar(cost, bounds=(0.5, 4.0), method="bounded").x)
