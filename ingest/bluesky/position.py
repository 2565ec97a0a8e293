"""A place in the stream of one host, and in time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ingest.errors import UserError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the stream: `seq` counts at `host` (0: none yet), `time_us` (µs since 1970) holds anywhere."""

    host: str
    seq: int
    time_us: int

    @classmethod
    def load(cls, cursor: str) -> Position | None:
        """The position that `cursor` names; None for an empty one.

        Raises:
            UserError: it is not a cursor of this source.
        """
        if not cursor:
            return None
        try:
            told = json.loads(cursor)
            return cls(str(told["host"]), int(told["seq"]), int(told["time_us"]))
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(
                f"bluesky: {cursor!r:.80} is not a cursor of this source; delete it to go on from now"
            ) from error

    def dump(self) -> str:
        """Its stored form."""
        return json.dumps({"host": self.host, "seq": self.seq, "time_us": self.time_us})

    @property
    def moment(self) -> datetime:
        """`time_us` as a time."""
        return _EPOCH + self.time_us * _MICROSECOND


def filled_in(cursor: str) -> list[str]:
    """The services that `cursor`, which is one of ours, names as filled by a search."""
    told = json.loads(cursor).get("filled") if cursor else None
    return [str(name) for name in told] if isinstance(told, list) else []


def with_filled(cursor: str, filled: Sequence[str]) -> str:
    """`cursor`, naming `filled` too."""
    return json.dumps({**json.loads(cursor), "filled": list(filled)})


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND
