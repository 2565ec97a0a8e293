"""What each part of the judging adds: recordings judged again with one part taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from ingest.records import Post, Score
from nlp.evaluation.events import Outage, by_name, compare
from nlp.evaluation.replays import Reading, judged
from nlp.rules import Rules

Change = Callable[[Post, Score], Reading]


def _nothing(post: Post, score: Score) -> Reading:
    return post, score


def _authors(post: Post, score: Score) -> Reading:
    return replace(post, author=post.id, thread=""), score


def _copies(post: Post, score: Score) -> Reading:
    return post, replace(score, fingerprint=0)


def _votes(post: Post, score: Score) -> Reading:
    return replace(post, likes=0), score


def _weights(post: Post, score: Score) -> Reading:
    if score.kind == "other":
        return post, score
    return post, replace(score, p_outage=1.0, p_relay=0.0, p_recovery=0.0, p_complaint=0.0, p_other=0.0)


PARTS: Final[dict[str, Change]] = {
    "everything": _nothing,
    "without distinct authors and threads": _authors,
    "without folding copies": _copies,
    "without votes": _votes,
    "without the reader's weights": _weights,
}


def ablations(
    found: Sequence[Reading],
    outages: Sequence[Outage],
    services: Sequence[str],
    same: Callable[[str, str], bool] = by_name,
    rules: Rules | None = None,
) -> list[dict[str, Any]]:
    """One row per part taken out: how well the outage incidents tell the known outages then."""
    rows = []
    for name, change in PARTS.items():
        replayed = judged([change(post, score) for post, score in found], services, rules)
        outage = [incident for incident in replayed.incidents if incident.signal == "outage"]
        events, _, _ = compare(outage, outages, replayed.months, same)
        rows.append({"part": name, **events.row()})
    return rows
