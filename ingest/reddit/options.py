"""What the Reddit source may be told."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from ingest.options import Names, Options

KEYS: Final = (
    "sources.reddit: this source is off without keys; ask Reddit for API access (it approves each use, and keeps "
    "commercial use apart), then set client_id_env and client_secret_env to the variables that hold them"
)
"""Why it is off, and what it would take."""


class RedditOptions(Options):
    """Times are in seconds unless named otherwise."""

    client_id: str = Field("", description="From Reddit's list of your apps; give client_id_env.")
    client_secret: str = Field("", description="Its secret; give client_secret_env.")
    subreddits: Names = Field((), description="Subreddits to read, without r/.")
    searches: Names = Field((), description="What to search for in all of Reddit, for services without a subreddit.")
    user_agent: str = Field("linux:downchatter:v0.1", min_length=7, description="Who we say we are.")
    base_url: str = Field("", description="Another server that speaks Reddit's API.")
    poll: float = Field(20.0, gt=0, description="How often each listing is read, at most.")
    queries_per_minute: float = Field(60.0, gt=0, description="Requests a minute; Reddit allows 100.")
    recheck_hours: float = Field(6.0, gt=0, le=24, description="How often what was told is asked for again.")
