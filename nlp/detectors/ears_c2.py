"""EARS C2: see `_ears`."""

from __future__ import annotations

from nlp.detectors._ears import Ears


def build() -> Ears:
    """The detector."""
    return Ears("ears_c2", 2, summed=False)
