"""What can go wrong, grouped by what the caller will do about it.

DownchatterError
├── UserError            a person must change something: one sentence with the place and the remedy
│   └── Lacking             a part is off until it is given what it needs
│   └── InUse               another process has the database
├── SourceError          a source could not be read
│   ├── SourceUnreachable   may pass: back off and try again
│   └── SourceRefused       will not pass by itself: keys, terms, a removed endpoint
└── SendError            a channel did not take a delivery
    ├── SendFailed          may pass: retry on the schedule
    └── SendRefused         will not pass: disable and tell a person
"""

from __future__ import annotations


class DownchatterError(Exception):
    """The root of every error that this project raises on purpose."""


class UserError(DownchatterError):
    """A person must change something. `str()` is one sentence with the place and the remedy."""


class InUse(UserError):
    """Another process has the database."""


class Lacking(UserError):
    """A part lacks something, such as keys, and is off until it has it. `str()` says what it would take."""


class SourceError(DownchatterError):
    """A source could not be read."""


class SourceUnreachable(SourceError):
    """It may pass: back off and try again."""


class SourceRefused(SourceError):
    """It will not pass by itself."""


class SendError(DownchatterError):
    """A channel did not take a delivery. `retry_after` is in seconds, where the receiver named one."""

    def __init__(self, message: str, *, status: str = "", retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class SendFailed(SendError):
    """It may pass: retry on the schedule."""


class SendRefused(SendError):
    """It will not pass: the endpoint is gone or refuses for good."""
