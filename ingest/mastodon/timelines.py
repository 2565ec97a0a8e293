"""Where the lists of statuses are, and how far each of them was read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ingest.errors import UserError
from ingest.mastodon.options import MastodonOptions
from ingest.mastodon.statuses import SOURCE


@dataclass(frozen=True, slots=True)
class Timeline:
    """One list of statuses on one server."""

    server: str
    path: str

    @property
    def key(self) -> str:
        """Its name in the cursor."""
        return f"{self.server}{self.path}"


def timelines(options: MastodonOptions) -> list[Timeline]:
    """The timelines that the options ask for, server by server."""
    paths = ["/api/v1/timelines/public"] if options.public else []
    paths += [f"/api/v1/timelines/tag/{tag.lstrip('#')}" for tag in options.hashtags]
    return [Timeline(server, path) for server in options.servers for path in paths]


def address(server: str) -> str:
    """The base of a server's addresses; a name stands for https."""
    return server if "://" in server else f"https://{server}"


def places_in(cursor: str) -> dict[str, str]:
    """The last status read of each timeline, by its key, as `cursor` names them.

    Raises:
        UserError: it is not a cursor of this source.
    """
    try:
        told = json.loads(cursor or "{}")
        return {str(key): str(place) for key, place in told.items()}
    except (ValueError, AttributeError) as error:
        raise UserError(
            f"{SOURCE}: {cursor!r:.60} is not a cursor of this source; delete it to go on from now"
        ) from error
