"""What the Bluesky source may be told."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field

from ingest.options import Names, Options

JETSTREAM_HOSTS: Final = ("jetstream.us-east.bsky.network", "jetstream.us-west.bsky.network")
FIREHOSE_HOSTS: Final = ("bsky.network",)


class BlueskyOptions(Options):
    """Times are in seconds unless named otherwise."""

    mode: Literal["jetstream", "firehose"] = Field(
        "jetstream", description="`firehose` reads signed data from a relay; it takes more work and bandwidth."
    )
    hosts: Names = Field(
        (), description="Hosts of that kind; the next is tried when one fails. `ws://` in front leaves encryption out."
    )
    compress: bool = Field(True, description="Ask for zstd frames (Jetstream only).")
    queue: int = Field(2_000, ge=1, description="Posts that may wait for the database.")
    patience: float = Field(20.0, ge=0, description="How long interruptions are bridged before the source is blind.")
    retry: float = Field(0.5, gt=0, description="The first pause before connecting anew; it doubles, up to 8.")
    heartbeat: float = Field(5.0, gt=0, description="A silent socket is pinged so often.")
    rewind: float = Field(60.0, ge=0, description="How far to go back on another Jetstream host.")
    catch_up_hours: float = Field(6.0, ge=0, description="Older backlogs are left out, as a gap.")
    login: str = Field("", description="A handle, to fill the last hours for a service that is new by searching.")
    app_password: str = Field("", description="Its app password; give app_password_env.")
    pds: str = Field("https://bsky.social", description="Where that account is.")
    backfill_hours: float = Field(6.0, ge=0, description="So much is filled.")
    backfill_pages: int = Field(5, ge=1, description="So many pages of 100 posts are read for one name, at most.")

    @property
    def addresses(self) -> tuple[str, ...]:
        """The hosts to read, the usual ones where none are named."""
        return self.hosts or (JETSTREAM_HOSTS if self.mode == "jetstream" else FIREHOSE_HOSTS)
