"""What each part of the judging adds: the same readings judged again with one part taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from ingest.records import Post, Score
from nlp.evaluation.events import Outage, by_name, compare
from nlp.evaluation.replays import Reading, judged
from nlp.rules import Rules


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the judging: how readings look without it, or what the rules leave out (`Rules.without`)."""

    name: str
    change: Callable[[Post, Score], Reading] = lambda post, score: (post, score)
    without: frozenset[str] = frozenset()


def _authors(post: Post, score: Score) -> Reading:
    return replace(post, author=post.id, thread=""), score


def _copies(post: Post, score: Score) -> Reading:
    return post, replace(score, fingerprint=0)


def _votes(post: Post, score: Score) -> Reading:
    return replace(post, likes=0), score


def _weights(post: Post, score: Score) -> Reading:
    """Every post that names the service counts, whatever it says."""
    return post, replace(score, p_outage=1.0, p_relay=0.0, p_recovery=0.0, p_complaint=0.0, p_other=0.0)


WHOLE: Final = "everything"
PARTS: Final = (
    Part(WHOLE),
    Part("without distinct authors and threads", _authors),
    Part("without folding copies", _copies),
    Part("without the reader: every post counts", _weights),
    Part("without votes", _votes),
    Part("without the day's and week's shape", without=frozenset({"seasonality"})),
    Part("without masking past incidents", without=frozenset({"masking"})),
    Part("without expecting reports of misread complaints", without=frozenset({"complaints"})),
)


def ablations(
    found: Sequence[Reading],
    outages: Sequence[Outage],
    services: Sequence[str],
    same: Callable[[str, str], bool] = by_name,
    rules: Rules | None = None,
    parts: Sequence[Part] = PARTS,
) -> list[dict[str, Any]]:
    """One row per part taken out: how well the outage incidents tell the known outages then."""
    rows = []
    for part in parts:
        rule = replace(rules or Rules(), without=part.without)
        replayed = judged([part.change(post, score) for post, score in found], services, rule)
        outage = [incident for incident in replayed.incidents if incident.signal == "outage"]
        events, _, _ = compare(outage, outages, replayed.months, same)
        rows.append({"part": part.name, **events.row()})
    return rows
