"""The product's own: seasonal baseline and mixed Shiryaev-Roberts evidence, as `nlp.judge` uses them."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from nlp.counts import FIELDS, OUTAGE, POSTS, VOICES, Counts
from nlp.coverage import Blindness, to_minute
from nlp.detectors._windows import Floats
from nlp.rules import Rules
from nlp.watch import Watch


class OwnEvidence:
    """The evidence for a rise of outage voices, in nats; 0 in minutes with nothing observed."""

    name = "evidence"

    def scores(self, counts: Floats, start: datetime) -> Floats:
        """The evidence after each minute that an alarm could rest on."""
        begin = to_minute(start)
        said = np.flatnonzero(counts)
        values = np.zeros((len(said), len(FIELDS)))
        values[:, [OUTAGE, VOICES, POSTS]] = counts[said, None]
        watch = Watch(["series"], Rules(), alone=True)
        trace: dict[int, float] = {}
        watch.rises.trace = trace
        rows = Counts(said + begin, np.zeros(len(said), dtype=np.int64), values)
        watch.advance(begin + len(counts), rows, np.zeros((0, 4), dtype=np.int64), [], Blindness([]))
        scores = np.zeros(len(counts))
        for minute, nats in trace.items():
            scores[minute - begin] = max(nats, 0.0)
        return scores


def build() -> OwnEvidence:
    """The detector."""
    return OwnEvidence()
