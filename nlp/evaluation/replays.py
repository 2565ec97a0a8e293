"""Judges recorded posts in memory, as the main flow would, for measuring."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ingest.records import MINUTE, Incident, Mention, Minute, Post, Score, Voice, minute_of
from nlp.judge import Judge, Rules
from nlp.matching import Matching, mentions
from nlp.scorers import Scorer
from nlp.voices import Voices, minutes

Reading = tuple[Post, Score]
BATCH = 2000


@dataclass(frozen=True, slots=True)
class Replayed:
    """What judging came to: the last word on each incident, in order of opening, and what it rests on."""

    incidents: list[Incident]
    rows: list[tuple[Post, Score, Voice]]
    minutes: list[Minute]
    services: list[str]
    months: float


def readings(posts: Iterable[Post], matching: Matching, scorer: Scorer) -> list[Reading]:
    """Every post with its score for each service that it is about, in the order in which they were seen."""
    pairs: list[tuple[Post, Mention]] = []
    found: list[Reading] = []
    for post in posts:
        pairs += [(post, mention) for mention in mentions(matching, post)]
        if len(pairs) >= BATCH:
            found += _scored(pairs, scorer)
            pairs = []
    found += _scored(pairs, scorer)
    return sorted(found, key=lambda reading: (reading[0].seen_at, reading[0].id, reading[1].service))


def _scored(pairs: Sequence[tuple[Post, Mention]], scorer: Scorer) -> list[Reading]:
    scores = scorer.score(pairs)
    return [(post, score) for (post, _), score in zip(pairs, scores, strict=True) if score is not None]


def judged(found: Sequence[Reading], services: Sequence[str], rules: Rules | None = None) -> Replayed:
    """Fold, count and judge readings (see `readings`)."""
    voices = Voices().fold(found)
    rows = [(post, score, voice) for (post, score), voice in zip(found, voices, strict=True)]
    return rejudged(rows, minutes(rows), services, rules)


def rejudged(
    rows: list[tuple[Post, Score, Voice]], counted: list[Minute], services: Sequence[str], rules: Rules | None = None
) -> Replayed:
    """Judge minutes that have been counted."""
    if not counted:
        return Replayed([], rows, counted, list(services), 0.0)
    first, last = counted[0].minute, counted[-1].minute
    until = minute_of(last) + MINUTE + timedelta(hours=6)
    judgement = Judge(services, rules).advance(until, counted, [])
    stories = {incident.id: incident for incident in judgement.transitions}
    incidents = sorted(stories.values(), key=lambda incident: (incident.opened_at, incident.service, incident.signal))
    months = (last - first) / timedelta(days=30) * len(services)
    return Replayed(incidents, rows, counted, list(services), months)


def telling(incident: Incident, rows: Iterable[tuple[Post, Score, Voice]], most: int = 5) -> list[Post]:
    """The posts that counted most for an incident, known when it opened; for unusual talk the most liked."""
    if incident.signal == "talk":
        spoken = {
            post.id: post
            for post, score, _ in rows
            if score.service == incident.service and incident.onset_at <= post.seen_at < incident.opened_at
        }
        return sorted(spoken.values(), key=lambda post: (-post.likes, post.seen_at))[:most]
    weight = "outage" if incident.signal == "outage" else "frustration"
    counted = [
        (float(getattr(voice, weight)), post)
        for post, score, voice in rows
        if score.service == incident.service and incident.onset_at <= post.seen_at < incident.opened_at
    ]
    ranked = sorted((row for row in counted if row[0] > 0), key=lambda row: (-row[0], row[1].seen_at))
    return [post for _, post in ranked[:most]]


__all__ = ["Replayed", "judged", "mentions", "readings", "rejudged", "telling"]
