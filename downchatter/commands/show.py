"""Incidents on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from downchatter.stories import called
from ingest.causes import in_words
from ingest.records import Evidence, Incident, SharedStory

STYLES: Final = {"suspected": "yellow", "confirmed": "bold red", "recovering": "cyan", "resolved": "green"}
LINE: Final = 160


def incident_list(
    incidents: Sequence[Incident],
    evidence: Callable[[Incident], Sequence[Evidence]],
    shared: Sequence[SharedStory] = (),
) -> RenderableType:
    """Incidents one below the other, each with the posts that tell most about it, after the stories that several share.

    Posts are shown as plain text.
    """
    if not incidents:
        return Text("No incident.")
    count = Text(f"{len(incidents)} incident{'s' if len(incidents) > 1 else ''}")
    return Group(count, *map(_together, shared), *(_story(incident, evidence(incident)) for incident in incidents))


def _together(story: SharedStory) -> RenderableType:
    state = f"{story.open} of {len(story.services)} still open" if story.open else "over"
    return Text.assemble(
        "\n",
        ("Shared: ", "bold"),
        f"people blame {story.upstream} for {', '.join(story.services)}  ",
        (state, STYLES["confirmed" if story.open else "resolved"]),
        f"  since {_clock(story.onset_at, full=True)} UTC  ({story.id})",
    )


def _story(incident: Incident, posts: Sequence[Evidence]) -> RenderableType:
    head = Text.assemble(
        "\n",
        (incident.service, "bold"),
        f"  {called(incident)}  ",
        (incident.state, STYLES.get(incident.state, "")),
        f"  {incident.severity}  {incident.authors} people  ({incident.id})",
    )
    lines = [Padding(Text(_times(incident)), (0, 0, 0, 2), expand=False)]
    lines += [Padding(Text(told), (0, 0, 0, 2), expand=False) for told in _besides(incident)]
    if incident.severity_reason:
        lines.append(Padding(Text(incident.severity_reason), (0, 0, 0, 2), expand=False))
    lines += [Padding(Text(_quote(post), style="italic"), (0, 0, 0, 4), expand=False) for post in posts]
    return Group(head, *lines)


def _times(incident: Incident) -> str:
    day = incident.onset_at.date()
    steps = [
        ("known", incident.opened_at),
        ("confirmed", incident.confirmed_at),
        ("peak", incident.peak_at),
        ("resolved", incident.resolved_at),
    ]
    told = [f"{word} {_clock(moment, full=moment.date() != day)}" for word, moment in steps if moment]
    return f"{_onset(incident)} · {' · '.join(told)} UTC"


def _onset(incident: Incident) -> str:
    first, last = incident.onset_earliest, incident.onset_latest
    told = f"onset {_clock(incident.onset_at, full=True)}"
    if not first or not last or first == last:
        return told
    full = first.date() != incident.onset_at.date()
    return f"{told} (between {_clock(first, full=full)} and {_clock(last, full=full)})"


def _besides(incident: Incident) -> list[str]:
    told = [f"people blame {in_words(incident.cause)}"] if incident.cause else []
    return told + ([f"part of the shared story {incident.shared}"] if incident.shared else [])


def _quote(post: Evidence) -> str:
    text = " ".join(post.text.split())
    return f"{_clock(post.created_at)}  {text if len(text) <= LINE else text[: LINE - 1] + '…'}"


def _clock(moment: datetime, full: bool = False) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if full else f"{moment:%H:%M}"
