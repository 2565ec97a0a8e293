"""Minute rows as columns, in the one order in which they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ingest.records import Minute
from nlp.baseline import Floats, Ints
from nlp.coverage import Blindness, to_minute

FIELDS: Final = ("outage", "frustration", "others", "voices", "complaints", "recovery", "posts", "talk", "mood")
OUTAGE, FRUSTRATION, OTHERS, VOICES, COMPLAINTS, RECOVERY, POSTS, TALK, MOOD = range(len(FIELDS))


@dataclass(frozen=True, slots=True)
class Counts:
    """Sums over the readable sources per minute and service, sorted by (minute, service), each pair once.

    `values` has one row per pair and one column per name in `FIELDS`: weight of outage reports, weight of frustration,
    authors who do not complain, outage voices, complaining authors, recovery authors, posts, authors of any post, sum
    of the sentiment of posts.
    """

    minute: Ints
    service: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.minute)


def counts(minutes: Sequence[Minute], index: Mapping[str, int], blind: Blindness) -> tuple[Counts, Ints, list[str]]:
    """Columns of the rows that concern known services and readable minutes, summed over sources.

    Returns:
        The counts; and, for learning what each source contributes, the rows' minute, service, source number and posts
        as four columns, with the sources' names.
    """
    known = [row for row in minutes if row.service in index]
    if blind.sources():
        known = [row for row in known if not blind.hides(row.source, to_minute(row.minute))]
    sources = sorted({row.source for row in known})
    number = {source: place for place, source in enumerate(sources)}
    keys = np.array(
        [(to_minute(row.minute), index[row.service], number[row.source], row.posts) for row in known], dtype=np.int64
    ).reshape(-1, 4)
    values = np.array([_values(row) for row in known], dtype=np.float64).reshape(-1, len(FIELDS))
    order = np.lexsort((keys[:, 2], keys[:, 1], keys[:, 0]))
    keys, values = keys[order], values[order]
    return _summed(keys, values), keys, sources


def _values(row: Minute) -> tuple[float, ...]:
    others = max(row.authors - row.complaint_authors, 0)
    return (
        row.outage,
        row.frustration,
        others,
        row.outage_authors,
        row.complaint_authors,
        row.recovery_authors,
        row.posts,
        row.authors,
        row.sentiment,
    )


def _summed(keys: Ints, values: Floats) -> Counts:
    if not len(keys):
        return Counts(keys[:, 0], keys[:, 1], values)
    fresh = np.flatnonzero(np.r_[True, (np.diff(keys[:, 0]) != 0) | (np.diff(keys[:, 1]) != 0)])
    return Counts(keys[fresh, 0], keys[fresh, 1], np.add.reduceat(values, fresh, axis=0))
