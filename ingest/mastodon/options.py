"""What the Mastodon source may be told."""

from __future__ import annotations

from pydantic import Field

from ingest.options import Names, Options


class MastodonOptions(Options):
    """Times are in seconds unless named otherwise."""

    servers: Names = Field(("mastodon.social",), min_length=1, description="The servers to read.")
    hashtags: Names = Field((), description="Hashtags to follow on each server, without #.")
    public: bool = Field(True, description="Whether to read the public timelines.")
    access_token: str = Field("", description="A token, for servers that show nothing without one.")
    stream: bool = Field(True, description="Where there is a token, read the public stream too.")
    poll: float = Field(20.0, gt=0, description="How often each timeline is read.")
    overlap: float = Field(60.0, ge=0, description="How far each poll reaches back for statuses that arrive late.")
    pages: int = Field(100, ge=1, description="So many pages of 40 are read of one timeline before the next.")
    catch_up_hours: float = Field(6.0, ge=0, description="Older backlogs are left out, as a gap.")
    recheck_hours: float = Field(6.0, gt=0, le=24, description="How often what was told is asked for again.")
    tries: int = Field(3, ge=1, description="How often a request is made before the source counts as unreachable.")
    pause: float = Field(1.0, ge=0, description="The pause before the second try; it doubles.")
