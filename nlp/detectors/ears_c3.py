"""EARS C3: see `_ears`."""

from __future__ import annotations

from nlp.detectors._ears import Ears


def build() -> Ears:
    """The detector."""
    return Ears("ears_c3", 2, summed=True)
