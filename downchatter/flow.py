"""The main job, from a batch of what the sources said to what is published. Read this first.

One cycle is one transaction: posts, scores, voices, minutes, spikes, incidents and the alerts that they call for
are written together with the sources' bookmarks, or not at all. What is held in memory (the last hour of voices, the
judge's evidence) is rebuilt from what is stored, so that a crash anywhere is cured by running the cycle again.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Protocol

from ingest.records import (
    MINUTE,
    Attempt,
    Bounds,
    Coverage,
    Delivery,
    Evidence,
    Expected,
    Gap,
    Incident,
    Item,
    Mark,
    Minute,
    Note,
    Official,
    Post,
    Removal,
    Score,
    SharedStory,
    Spike,
    Voice,
    minute_of,
)
from ingest.store import Store
from ingest.store.tables import naive
from nlp.causes import blames
from nlp.judge import Judge, Judgement, Rules
from nlp.matching import Matching, mentions
from nlp.scorers import Scorer
from nlp.voices import MEMORY, Voices, minutes

SLIP: Final = timedelta(minutes=10)
"""A post that waited in a queue at most so long counts in the minute in which it is taken up."""

REBUILD: Final = timedelta(days=7)
"""Stored minutes are judged again so much at a time, so that memory does not grow with the database."""

Reading = tuple[Post, Score]


class Alerting(Protocol):
    """What turns a change of state into deliveries."""

    def changed(
        self,
        incident: Incident,
        evidence: Sequence[Evidence],
        officials: Sequence[Official],
        sources: Sequence[str],
        story: SharedStory | None = None,
    ) -> list[Delivery]:
        """The deliveries that one transition calls for: the same ones however often it is asked.

        `story` is the shared story of which the incident is part.
        """
        ...


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle did."""

    posts: int
    readings: int
    late: int
    removed: int
    transitions: Sequence[Incident]
    deliveries: list[Delivery]


@dataclass(frozen=True, slots=True)
class Purged:
    """How many posts lost their words in one step of a purge, and from when to when they had been seen."""

    posts: int
    first: datetime | None = None
    last: datetime | None = None


class Flow:
    """Conducts the rooms over one database. Not for sharing between threads."""

    def __init__(self, store: Store, matching: Matching, scorer: Scorer, judge: Judge, alerting: Alerting) -> None:
        self.store = store
        self._matching = matching
        self._scorer = scorer
        self._judge = judge
        self._alerting = alerting
        self._voices = Voices()
        self._open: list[tuple[Post, Score, Voice]] = []
        self._settled = judge.rules
        self.judged_until: datetime | None = None
        self.changed: set[date] = set()
        self._restore()

    def absorb(self, items: Iterable[Item], now: datetime) -> Cycle:
        """Take up what the sources said, judge every minute that ended by `now`, and write all of it down at once.

        Args:
            items: in the order in which they came.
            now: the clock, aware UTC; for recorded posts, theirs.
        """
        items = list(items)
        removals = [item for item in items if isinstance(item, Removal)]
        heard = [item for item in items if isinstance(item, Post)]
        posts = self._fresh(heard, removals)
        fresh = {post.id for post in posts}
        known = [post for post in heard if post.id not in fresh]
        readings = self._read(posts)
        kept = {post.id for post, _ in readings}
        with self.store.transaction():
            self.store.append(Post, [post for post in posts if post.id in kept])
            self.store.append_scores([score for _, score in readings], posts)
            self.changed.update(self.store.refresh(known))
            removed = self._remove(removals)
            self._cover(items)
            late = self._fold(readings)
            transitions, deliveries = self._judge_until(minute_of(now))
        return Cycle(len(posts), len(readings), late, removed, transitions, deliveries)

    def blind(self, source: str, now: datetime, reason: str) -> bool:
        """Write down that a source cannot be read, and why as far as is known. Returns whether that is news."""
        lasting = self.store.all(Gap, 'source = ? and "end" is null', [source])
        known = self.store.all(Coverage, "source = ?", [source])
        alive = known[0].until if known else now
        start = lasting[0].start if lasting else max(alive, self.judged_until or alive)
        if not lasting or lasting[0].reason != reason:
            with self.store.transaction():
                self.store.upsert(Gap, [Gap(source, start, None, reason)])
        return not lasting

    def evidence(self, incident: Incident, until: datetime | None = None) -> list[Evidence]:
        """Up to five posts that tell most about an incident, as known at `until` (default: by now)."""
        return self.store.evidence(incident, until or self._end_of(incident))

    def leave(self) -> tuple[Sequence[Incident], list[Delivery]]:
        """End the open incidents of services that are not watched any more: nobody would ever see their end.

        Returns:
            Those incidents as they were left, and what is to be sent about them.
        """
        until = self.judged_until
        watched = set(self._judge.services)
        open_ones = self.store.all(Incident, "state not in ('resolved', 'dismissed')", order="opened_at, id")
        left = [
            replace(one, state="resolved", resolved_at=until, updated_at=until)
            for one in open_ones
            if one.service not in watched
        ]
        if not left or until is None:
            return [], []
        with self.store.transaction():
            self.store.upsert(Incident, left)
            return left, self._deliver(left, [])

    def purge(self, before: datetime) -> Generator[Purged]:
        """Blank the words of posts seen before `before`, the oldest first, in steps of a fraction of a second.

        Cycles may come between steps; what is left when it is closed is found by the next purge. A day is told as
        changed once it is done, for each that is told is published anew.
        """
        day: date | None = None
        try:
            for seen in self.store.purge(before):
                for one in (moment.date() for moment in seen):
                    if day is not None and one != day:
                        self.changed.add(day)
                    day = one
                yield Purged(len(seen), *(seen[:1] + seen[-1:]))
        finally:
            self.changed.update([day] if day else [])

    def write(self, deliveries: Sequence[Delivery]) -> None:
        """Write down deliveries that no transition called for; those already there stay as they are."""
        with self.store.transaction():
            self.store.add(Delivery, deliveries)

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._judge.rules

    def judge_by(self, rules: Rules | None) -> bool:
        """Judge by other rules from the next minute on; None: by those of the settings. Returns whether that is news.

        Since when which were in force is kept, so that after a restart the past is judged as it was.
        """
        if (rules or self._settled) == self._judge.rules:
            return False
        since = self.judged_until or datetime.min.replace(tzinfo=UTC)
        with self.store.transaction():
            self.store.set_fact("rules", json.dumps([*self._ruled(), [since.isoformat(), rules and _kept(rules)]]))
        self._judge.judge_by(rules or self._settled)
        return True

    def _ruled(self) -> list[tuple[str, dict[str, Any] | None]]:
        return [(str(since), told) for since, told in json.loads(self.store.fact("rules") or "[]")]

    def mark(self, notes: Sequence[Note]) -> None:
        """Write down what people marked; the same note twice changes nothing."""
        with self.store.transaction():
            self.store.upsert(Note, notes)

    def update(self, deliveries: Sequence[Delivery], attempts: Sequence[Attempt] = ()) -> None:
        """Write down what became of deliveries, and the tries at sending them."""
        if deliveries or attempts:
            with self.store.transaction():
                self.store.upsert(Delivery, deliveries)
                self.store.add(Attempt, attempts)

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    # Reading

    def _fresh(self, posts: Sequence[Post], removals: Sequence[Removal]) -> list[Post]:
        gone = {removal.post for removal in removals if removal.post}
        authors = {(removal.source, removal.author) for removal in removals if removal.author}
        return [p for p in self.store.unseen(posts) if p.id not in gone and (p.source, p.author) not in authors]

    def _read(self, posts: Sequence[Post]) -> list[Reading]:
        pairs = [(self._slipped(post), mention) for post in posts for mention in mentions(self._matching, post)]
        scores = self._scorer.score(pairs)
        readings = [(post, score) for (post, _), score in zip(pairs, scores, strict=True) if score is not None]
        return sorted(readings, key=lambda reading: (reading[0].seen_at, reading[0].id, reading[1].service))

    def _slipped(self, post: Post) -> Post:
        judged = self.judged_until
        if judged is None or post.seen_at >= judged or judged - post.seen_at > SLIP:
            return post
        return replace(post, seen_at=judged)

    # Writing

    def _remove(self, removals: Sequence[Removal]) -> int:
        days = self.store.remove(removals)
        self.changed.update(days)
        return len(days)

    def _cover(self, items: Sequence[Item]) -> None:
        self.store.upsert(Gap, [item for item in items if isinstance(item, Gap)])
        self.store.upsert(Official, [item for item in items if isinstance(item, Official)])
        marks = {item.source: item for item in items if isinstance(item, Mark)}
        first = {item.source: item.at for item in reversed(items) if isinstance(item, Mark)}
        newest_last = sorted((item.seen_at, item.source) for item in items if isinstance(item, Post))
        last = {source: at for at, source in newest_last}  # what is filled in afterwards is older than the stream's
        if not marks and not last:
            return
        known = {coverage.source: coverage for coverage in self.store.all(Coverage)}
        posts = {item.source: item.seen_at for item in reversed(items) if isinstance(item, Post)}
        open_gaps = self.store.all(Gap, '"end" is null')
        self.store.upsert(
            Gap, [replace(gap, end=max(gap.start, first[gap.source])) for gap in open_gaps if gap.source in first]
        )
        for source, mark in marks.items():
            since = min(first[source], posts.get(source, mark.at))
            one = known.get(source) or Coverage(source, since, mark.at)
            known[source] = replace(one, until=max(one.until, mark.at), cursor=mark.cursor, note=mark.note)
        for source in known.keys() & last.keys():
            heard = known[source].last_post_at
            known[source] = replace(known[source], last_post_at=max(last[source], heard or last[source]))
        self.store.upsert(Coverage, [one for source, one in known.items() if source in marks or source in last])

    def _fold(self, readings: Sequence[Reading]) -> int:
        judged = self.judged_until
        timely = [reading for reading in readings if judged is None or reading[0].seen_at >= judged]
        voices = self._voices.fold(timely)
        late = [_late(reading) for reading in readings if judged is not None and reading[0].seen_at < judged]
        self.store.append(Voice, [*voices, *late])
        self._open += [(post, score, voice) for (post, score), voice in zip(timely, voices, strict=True)]
        self.changed.update(post.seen_at.date() for post, _ in readings)
        return len(late)

    def _judge_until(self, until: datetime) -> tuple[Sequence[Incident], list[Delivery]]:
        if self.judged_until is not None and until <= self.judged_until:
            return [], []
        closing = [row for row in self._open if row[0].seen_at < until]
        self._open = [row for row in self._open if row[0].seen_at >= until]
        counted = minutes(closing)
        judgement = self._judge.advance(until, counted, self._gaps(until), blames(closing))
        self._write(counted, judgement)
        self.judged_until = until
        self.store.set_fact("judged_until", until.isoformat())
        return judgement.transitions, self._deliver(judgement.transitions, judgement.shared)

    def _write(self, counted: Sequence[Minute], judgement: Judgement) -> None:
        self.store.append(Minute, counted)
        self.store.append(Spike, judgement.spikes)
        self.store.upsert(Expected, judgement.expected)
        self.store.upsert(
            Incident, {incident.id: incident for incident in (*judgement.transitions, *judgement.standing)}.values()
        )
        self.store.upsert(SharedStory, {story.id: story for story in judgement.shared}.values())
        self.changed.update(row.minute.date() for row in counted)
        self.changed.update(row.hour.date() for row in judgement.expected)
        self.changed.update(row.minute.date() for row in judgement.spikes)

    def _deliver(self, transitions: Sequence[Incident], changes: Sequence[SharedStory]) -> list[Delivery]:
        made: dict[str, Delivery] = {}
        seeing = self._seeing() if transitions else []
        for incident in transitions:
            known_by = incident.updated_at or incident.opened_at
            officials = self.store.all(
                Official, 'service = ? and "at" <= ?', [incident.service, naive(known_by)], order='"at" desc limit 5'
            )
            evidence = self.store.evidence(incident, known_by)
            story = self._shared(incident, changes, known_by) if incident.shared else None
            for delivery in self._alerting.changed(incident, evidence, officials, seeing, story):
                made[delivery.id] = delivery
        self.store.add(Delivery, made.values())
        return list(made.values())

    def _shared(self, incident: Incident, changes: Sequence[SharedStory], known_by: datetime) -> SharedStory | None:
        """The shared story of an incident as known at a time: its last change by then."""
        mine = [story for story in changes if story.id == incident.shared]
        known = [story for story in mine if story.updated_at and story.updated_at <= known_by]
        if known or mine:
            return (known or mine)[-1 if known else 0]
        return next(iter(self.store.all(SharedStory, "id = ?", [incident.shared])), None)

    def _seeing(self) -> list[str]:
        blind = {gap.source for gap in self.store.all(Gap, '"end" is null')}
        return [coverage.source for coverage in self.store.all(Coverage) if coverage.source not in blind]

    # Restoring

    def _gaps(self, until: datetime) -> list[Gap]:
        since = naive((self.judged_until or until) - MEMORY)
        return self.store.all(Gap, 'start < ? and ("end" is null or "end" > ?)', [naive(until), since])

    def _restore(self) -> None:
        fact = self.store.fact("judged_until")
        if fact is None:
            return
        until = datetime.fromisoformat(fact).astimezone(UTC)
        turns = [(datetime.fromisoformat(since), told) for since, told in self._ruled()]
        for start, end in self.store.spans("minutes", "minute", until, REBUILD):
            rows, gaps = (
                self.store.all(Minute, "minute >= ? and minute < ?", [naive(start), naive(end)], "minute"),
                self.store.all(Gap),
            )
            named = self.store.blames(start, end)
            while turns and turns[0][0] < end:
                since, told = turns.pop(0)
                self._judge.advance(since, rows, gaps, named)
                self._judge.judge_by(_rules(told, self._settled))
            self._judge.advance(end, rows, gaps, named)
        for _, told in turns:
            self._judge.judge_by(_rules(told, self._settled))
        self.judged_until = until
        for post, score, voice in self.store.tail(until - MEMORY):
            self._voices.fold([(post, score)])
            if post.seen_at >= until:
                self._open.append((post, score, voice))

    def _end_of(self, incident: Incident) -> datetime:
        return (incident.resolved_at or self.judged_until or incident.opened_at) + MINUTE


def _kept(rules: Rules) -> dict[str, Any]:
    return {name: getattr(rules, name) for name in ("promise_days", "min_voices")} | {"bounds": asdict(rules.bounds)}


def _rules(told: dict[str, Any] | None, settled: Rules) -> Rules:
    """Rules as `_kept` wrote them; what it does not keep is as in the settings."""
    if told is None:
        return settled
    bounds = Bounds(**{name: (pair[0], pair[1]) for name, pair in told["bounds"].items()})
    return replace(settled, **told | {"bounds": bounds})


def _late(reading: Reading) -> Voice:
    post, score = reading
    return Voice(
        service=score.service,
        source=post.source,
        minute=minute_of(post.seen_at),
        post=post.id,
        outage=0.0,
        frustration=0.0,
        reason="not counted: it arrived after its time had been judged",
    )


def states(incidents: Iterable[Incident], services: Iterable[str], blind: bool) -> Mapping[str, str]:
    """The state of each service: outage (confirmed), elevated (suspected, or frustration), blind, or calm.

    Unusual talk is no trouble and leaves it as it is.
    """
    found = dict.fromkeys(services, "blind" if blind else "calm")
    for incident in incidents:
        if incident.state in ("resolved", "dismissed") or incident.signal == "talk":
            continue
        firm = incident.signal == "outage" and incident.state != "suspected"
        if firm or found.get(incident.service) != "outage":
            found[incident.service] = "outage" if firm else "elevated"
    return found
