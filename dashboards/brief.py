"""A draft of the incident report: what is known, each sentence with its source, and what is not known said so.

Nothing is filled in. What users say of causes is told as their talk; what the service says is quoted as its word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from dashboards.signals import telling
from dashboards.words import several, span
from ingest.records import Gap, Incident, Note, Official

UNSAID: Final = "nothing published says it"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence comes from, in words, and where it can be read."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and what it rests on. There is none without a source."""

    text: str
    sources: tuple[Source, ...]

    def __post_init__(self) -> None:
        if not self.sources:
            raise ValueError(f"a sentence without a source: {self.text}")


@dataclass(frozen=True, slots=True)
class Part:
    """A headed part of the brief."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """The draft: a title, a line on what it is, and its parts."""

    title: str
    notice: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """What so many people said: under a head of `told.HEADS`, with one post that says it."""

    head: str
    what: str
    people: int
    post: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FirstPost:
    """The first counted post about an incident."""

    id: str
    at: datetime
    url: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident at `until`. Times are aware UTC."""

    incident: Incident
    until: datetime
    first: FirstPost | None = None
    officials: Sequence[Official] = ()
    statements: Sequence[Note] = ()
    sayings: Sequence[Saying] = ()
    gaps: Sequence[Gap] = ()
    follows_status_page: bool = False
    simulated: bool = False


def brief(facts: Facts) -> Brief:
    """The draft for one incident; the same facts always give the same words."""
    incident = facts.incident
    what = telling(incident.signal).name
    notice = f"Draft from public posts, as known at {_at(facts.until)}. A person must check it before it is published."
    if facts.simulated:
        notice = f"SIMULATED: nobody wrote these posts, and nothing here happened. {notice}"
    told = {"Impact on users": _impact, "Potential causes": _causes, "Restoration": _restoration, "Not known": _unknown}
    if incident.signal == "talk":
        told = {"What is said": _talked_of, "Not known": _unknown_of_talk}
    parts = (
        Part("Summary", tuple(_summary(facts))),
        Part("Timeline", tuple(_timeline(facts))),
        *(Part(title, tuple(tell(facts))) for title, tell in told.items()),
    )
    return Brief(f"{incident.service}: {what} of {incident.onset_at:%d %B %Y}", notice, parts)


def _summary(facts: Facts) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    if incident.signal == "drop":
        yield from _silence(facts)
        return
    if incident.signal == "talk":
        yield from _talk(facts)
        return
    yield Sentence(
        f"From about {_at(incident.onset_at)} more people than usual reported trouble with {incident.service}.", counted
    )
    yield from _began(incident, counted)
    people = several(incident.authors, "person", "people")
    yield Sentence(f"{people} reported it; {incident.expected:.1f} would have been usual in that time.", counted)
    yield from _ended(facts, "Reports were back to the usual", lasted=True)


def _began(incident: Incident, counted: tuple[Source, ...]) -> Iterator[Sentence]:
    first, last = incident.onset_earliest, incident.onset_latest
    if first and last and first < last:
        yield Sentence(f"It began between {_at(first)} and {_at(last)}, with a chance of 90 %.", counted)


def _silence(facts: Facts) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    said = f"From about {_at(incident.onset_at)} hardly anyone spoke of {incident.service} any more."
    yield Sentence(f"{said} By itself that is no outage.", counted)
    yield from _spoken(facts)
    yield from _ended(facts, "Talk was back", lasted=False)


def _talk(facts: Facts) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    said = f"From about {_at(incident.onset_at)} far more people than usual spoke of {incident.service}."
    yield Sentence(f"{said} By itself that is no trouble.", counted)
    yield from _spoken(facts)
    yield from _ended(facts, "Talk was back to the usual", lasted=True)


def _spoken(facts: Facts) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    yield from _began(incident, counted)
    people = several(incident.authors, "person", "people")
    yield Sentence(f"{people} spoke of it; {incident.expected:.0f} would have been usual in that time.", counted)


def _ended(facts: Facts, back: str, *, lasted: bool) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    if incident.resolved_at:
        after = f", after {span(incident.resolved_at - incident.onset_at)}" if lasted else ""
        yield Sentence(f"{back} at {_at(incident.resolved_at)}{after}.", counted)
    else:
        yield Sentence(f"It was not over at {_at(facts.until)}.", counted)


def _talked_of(facts: Facts) -> Iterator[Sentence]:
    if facts.incident.severity_reason:
        yield Sentence(f"When last told: {_closed(facts.incident.severity_reason)}.", _counted(facts))
    for saying in sorted(facts.sayings, key=lambda one: -one.people)[:5]:
        people = several(saying.people, "person", "people")
        yield Sentence(f"{people} who reported trouble or complained named {saying.what}.", (_post(saying),))


def _unknown_of_talk(facts: Facts) -> Iterator[Sentence]:
    yield Sentence("What set it off is not known: the posts behind it may tell.", _counted(facts))
    yield from _unread(facts)


def _timeline(facts: Facts) -> Iterator[Sentence]:
    steps = [*_ours(facts), *_theirs(facts), *_said(facts)]
    if facts.first:
        post = Source(f"post {facts.first.id}", facts.first.url)
        steps.append((facts.first.at, Sentence(f"{_at(facts.first.at)}: the first post reports it.", (post,))))
    yield from (sentence for _, sentence in sorted(steps, key=lambda step: step[0]))


def _ours(facts: Facts) -> Iterator[tuple[datetime, Sentence]]:
    incident, counted = facts.incident, _counted(facts)
    talk = incident.signal == "talk"
    for at, words in (
        (incident.opened_at, "we noticed it" if talk else "we suspected it"),
        (None if talk else incident.confirmed_at, "we took it as confirmed"),
        (incident.peak_at, "most people spoke" if talk else "reports were at their peak"),
        (incident.recovering_at, "talk calmed down" if talk else "people began to say that it works again"),
        (incident.resolved_at, "we took it as over"),
    ):
        if at:
            yield at, Sentence(f"{_at(at)}: {words}.", counted)


def _theirs(facts: Facts) -> Iterator[tuple[datetime, Sentence]]:
    for step in facts.officials:
        title = f": {_closed(step.title)}" if step.title else ""
        yield step.at, Sentence(f"{_at(step.at)}: the status page says “{step.stage}”{title}.", (_page(step),))


def _said(facts: Facts) -> Iterator[tuple[datetime, Sentence]]:
    for note in facts.statements:
        words = f": {_closed(note.text)}" if note.text else ""
        yield note.at, Sentence(f"{_at(note.at)}: our statement went out{words}.", (_marked(note),))


def _impact(facts: Facts) -> Iterator[Sentence]:
    found = False
    for head, words in (("fails", "what fails"), ("platform", "what it fails on"), ("place", "where they are")):
        for saying in _of(facts, head):
            found = True
            people = several(saying.people, "person says", "people say")
            yield Sentence(f"{people} {words}: {saying.what}.", (_post(saying),))
    for saying in _of(facts, "work"):
        people = several(saying.people, "person says", "people say")
        yield Sentence(f"{people} that it hit their {saying.what}.", (_post(saying),))
    for saying in _of(facts, "leaving"):
        people = several(saying.people, "person", "people")
        yield Sentence(f"{people} talked of leaving ({saying.what}).", (_post(saying),))
    if not found:
        yield Sentence("What failed for users is not known: no counted post names it.", _counted(facts))


def _causes(facts: Facts) -> Iterator[Sentence]:
    told = _of(facts, "cause")
    for saying in told:
        people = several(saying.people, "person", "people")
        yield Sentence(f"User talk, not a finding: {people} put it down to {saying.what}.", (_post(saying),))
    if not told:
        yield Sentence("No counted post names a cause.", _counted(facts))
    identified = [step for step in facts.officials if step.stage == "identified"]
    for step in identified:
        yield Sentence(f"The status page's word on it: {_words(step)}.", (_page(step),))
    if not identified:
        yield Sentence("The service has not said that it knows the cause.", _officially(facts))


def _restoration(facts: Facts) -> Iterator[Sentence]:
    incident, counted = facts.incident, _counted(facts)
    if incident.recovering_at:
        yield Sentence(f"From {_at(incident.recovering_at)} people said that it works again.", counted)
    for step in facts.officials:
        if step.stage in ("monitoring", "resolved"):
            yield Sentence(f"{_at(step.at)}, the status page: {_words(step)}.", (_page(step),))
    if incident.resolved_at:
        yield Sentence(f"Since {_at(incident.resolved_at)} reports are as usual.", counted)
    else:
        yield Sentence("When service was restored is not known.", counted)


def _unknown(facts: Facts) -> Iterator[Sentence]:
    yield Sentence(
        "How many users were affected is not known: posts tell who spoke, not who was hit.",
        (Source("the nature of public posts"),),
    )
    if not any(step.stage == "identified" for step in facts.officials):
        yield Sentence("The root cause is not known.", _officially(facts))
    else:
        told = "The root cause is known only as far as the status page's own words above tell it."
        yield Sentence(told, tuple(_page(step) for step in facts.officials if step.stage == "identified"))
    if not any(step.stage == "resolved" for step in facts.officials):
        yield Sentence("The service has not said that it is over.", _officially(facts))
    if not facts.statements:
        yield Sentence("Whether and when we made a statement is not marked.", (Source("marks on the incident: none"),))
    yield from _unread(facts)


def _unread(facts: Facts) -> Iterator[Sentence]:
    for gap in facts.gaps:
        until = _at(gap.end) if gap.end else "now"
        read = Source(f"gap in reading {gap.source}: {gap.reason}")
        yield Sentence(
            f"{gap.source} was not read from {_at(gap.start)} to {until}: reports there are missing.", (read,)
        )


def _of(facts: Facts, head: str, most: int = 5) -> list[Saying]:
    return sorted((one for one in facts.sayings if one.head == head), key=lambda one: -one.people)[:most]


def _counted(facts: Facts) -> tuple[Source, ...]:
    incident = facts.incident
    return (Source(f"our count of public posts about {incident.service}, incident {incident.id}"),)


def _officially(facts: Facts) -> tuple[Source, ...]:
    if not facts.follows_status_page:
        return (Source("its status page is not followed"),)
    return (Source(f"its status page until {_at(facts.until)}: {UNSAID}"),)


def _words(step: Official) -> str:
    return f"“{_closed(step.text or step.title)}”"


def _closed(text: str) -> str:
    return text.strip().rstrip(".")


def _page(step: Official) -> Source:
    return Source(f"status page, {step.stage}, {_at(step.at)}", step.url)


def _post(saying: Saying) -> Source:
    return Source(f"counted posts, such as {saying.post}", saying.url)


def _marked(note: Note) -> Source:
    return Source(f"marked by {note.author or 'a person'}, note {note.id}")


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
