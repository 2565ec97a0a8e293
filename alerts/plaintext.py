"""An alert as plain text: for mail and for whatever shows text as it is."""

from __future__ import annotations

from alerts.brief import Brief


def lines(told: Brief) -> list[str]:
    """The lines of an alert. Posts' own links stand bare, so that they show where they lead."""
    found = [told.summary, ""]
    found += [f"{label}: {value}" for label, value in told.facts]
    for member in told.members:
        found += [f"- {member.title}: {member.summary}", *([f"  {member.url}"] if member.url else [])]
    if told.sayings:
        found += ["", "What people say:"]
        found += [f"> {saying.text}" + (f"\n  {saying.url}" if saying.url else "") for saying in told.sayings]
    if told.url:
        found += ["", f"{told.shows.capitalize()}: {told.url}"]
    return found


def text(told: Brief) -> str:
    """The lines as one text."""
    return "\n".join(lines(told)) + "\n"
