"""Services that fail at once with one upstream named are one shared story with its members.

A service belongs to it where people who report on it name the upstream, or where it is the upstream itself. One that
nobody blames the upstream for stays a story of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from ingest.records import SharedStory
from nlp.causes import UPSTREAM, Causes
from nlp.stories import Story, identity, moment

BLAMING: Final = 2
"""So many people have to name the upstream, for each service."""

AT_ONCE: Final = 60
"""Members begin within so many minutes of one another."""


@dataclass(slots=True)
class Bond:
    """One shared story as it unfolds: `members` by channel, in the order in which they joined."""

    upstream: str
    opened: int
    members: dict[int, Story] = field(default_factory=dict)
    resolved: int | None = None

    @property
    def id(self) -> str:
        """The same whenever the same minutes are judged."""
        return identity(self.upstream, "shared", self.opened)

    @property
    def onset(self) -> int:
        """When the first of its members began."""
        return min(story.onset for story in self.members.values())

    def snapshot(self, end: int) -> SharedStory:
        """How it stands at minute `end`."""
        return SharedStory(
            id=self.id,
            upstream=self.upstream,
            onset_at=moment(self.onset),
            opened_at=moment(self.opened),
            resolved_at=None if self.resolved is None else moment(self.resolved),
            services=tuple(story.service for story in self.members.values()),
            incidents=tuple(story.id for story in self.members.values()),
            open=sum(story.open for story in self.members.values()),
            updated_at=moment(end),
        )


class Together:
    """The shared stories that are open, or not long over."""

    def __init__(self) -> None:
        self._bonds: list[Bond] = []

    def look(self, stories: dict[int, Story], causes: Causes, minute: int) -> tuple[list[SharedStory], list[Story]]:
        """Who belongs together at the end of a minute.

        Args:
            stories: outage stories by channel, which for outages is the number of the service.
            causes: what people name.
            minute: the minute that ended.

        Returns:
            The shared stories that changed, and the stories that joined one.
        """
        before = [(bond, _shape(bond)) for bond in self._bonds]
        free = {place: story for place, story in stories.items() if story.open and not story.shared}
        joined: list[Story] = []
        if free and (self._bonds or len(free) > 1):
            blamed = {place: _upstreams(place, story, causes, minute) for place, story in free.items()}
            joined = self._join(free, blamed) + self._bind(free, blamed, minute)
        for bond in self._bonds:
            still = any(story.open for story in bond.members.values())
            bond.resolved = None if still else (bond.resolved or minute + 1)
        known = {id(bond): shape for bond, shape in before}
        changed = [bond.snapshot(minute + 1) for bond in self._bonds if known.get(id(bond)) != _shape(bond)]
        self._bonds = [bond for bond in self._bonds if any(stories.get(k) is one for k, one in bond.members.items())]
        return changed, joined

    def _join(self, free: dict[int, Story], blamed: dict[int, set[str]]) -> list[Story]:
        joined: list[Story] = []
        for bond in self._bonds:
            if bond.resolved is not None:
                continue
            for place, story in free.items():
                if not story.shared and bond.upstream in blamed[place] and story.onset >= bond.onset - AT_ONCE:
                    joined += _bound(bond, place, story)
        return joined

    def _bind(self, free: dict[int, Story], blamed: dict[int, set[str]], minute: int) -> list[Story]:
        joined: list[Story] = []
        naming: dict[str, list[int]] = {}
        for place in sorted(free):
            for name in blamed[place]:
                naming.setdefault(name, []).append(place)
        for upstream, places in sorted(naming.items()):
            members = [(place, free[place]) for place in places if not free[place].shared]
            newest = max((one.onset for _, one in members), default=0)
            at_once = [(place, story) for place, story in members if story.onset >= newest - AT_ONCE]
            if len(at_once) > 1:
                bond = Bond(upstream, minute + 1)
                self._bonds.append(bond)
                for place, story in at_once:
                    joined += _bound(bond, place, story)
        return joined


def _upstreams(place: int, story: Story, causes: Causes, minute: int) -> set[str]:
    named = causes.named(place, story.onset, minute)
    told = {cause.removeprefix(UPSTREAM) for cause, count in named.items() if count >= BLAMING and _is_one(cause)}
    return {story.service, *told}


def _is_one(cause: str) -> bool:
    return cause.startswith(UPSTREAM)


def _bound(bond: Bond, place: int, story: Story) -> Iterable[Story]:
    bond.members[place] = story
    story.shared = bond.id
    return [story]


def _shape(bond: Bond) -> tuple[int, int | None, tuple[bool, ...]]:
    return len(bond.members), bond.resolved, tuple(story.open for story in bond.members.values())
