"""EARS C1: see `_ears`."""

from __future__ import annotations

from nlp.detectors._ears import Ears


def build() -> Ears:
    """The detector."""
    return Ears("ears_c1", 0, summed=False)
