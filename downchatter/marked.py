"""What people marked, folded into the incidents that it is about: published so; what was judged stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from ingest.records import Incident, Note


@dataclass(frozen=True, slots=True)
class Marked(Incident):
    """An incident with what people said of it: `merged_into` is the id of the incident that it belongs to, or ""."""

    merged_into: str = ""


def standing(notes: Sequence[Note]) -> list[Note]:
    """Those that were not taken back, in the order of time."""
    undone = {note.text for note in notes if note.kind == "undo"}
    kept = (note for note in notes if note.kind != "undo" and note.id not in undone)
    return sorted(kept, key=lambda note: (note.at, note.id))


def marked(incidents: Iterable[Incident], notes: Sequence[Note]) -> list[Marked]:
    """Incidents as people see them: dismissed, confirmed or merged where someone said so, the last word counting."""
    told: dict[str, list[Note]] = {}
    for note in standing(notes):
        told.setdefault(note.incident, []).append(note)
    plain = [Marked(**asdict(incident)) for incident in incidents]
    known = {incident.id for incident in plain}
    return [_marked(incident, told.get(incident.id, []), known) for incident in plain]


def of_force(incidents: Iterable[Marked]) -> list[Incident]:
    """Those that still speak for the state of their service: neither over, nor dismissed, nor part of another."""
    return [one for one in incidents if one.state not in ("resolved", "dismissed") and not one.merged_into]


def _marked(incident: Marked, notes: Sequence[Note], known: set[str]) -> Marked:
    for note in notes:
        if note.kind == "merge" and note.text in known - {incident.id}:
            incident = replace(incident, merged_into=note.text)
    verdicts = [note for note in notes if note.kind in ("confirm", "dismiss")]
    if not verdicts:
        return incident
    last = verdicts[-1]
    if last.kind == "dismiss":
        return replace(
            incident, state="dismissed", resolved_at=incident.resolved_at or max(last.at, incident.opened_at)
        )
    if incident.state == "suspected":
        return replace(incident, state="confirmed", confirmed_at=max(last.at, incident.opened_at))
    return incident
