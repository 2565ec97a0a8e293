"""The recordings that the scorecard replays where they lie beside the checkout; nothing of them comes with it."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from downchatter.assembly import house
from downchatter.proof.recorded import Told, judge_file, judge_posts, known_outages
from downchatter.settings import Settings
from ingest.recordings import rows_of
from ingest.records import Post
from nlp.evaluation.events import Outage

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A recording, and what is known of it. Where `service` is set every row is about that one."""

    name: str
    posts: str
    what: str
    service: str = ""
    truth: str = ""

    def command(self) -> str:
        """What judges it alone."""
        told = f"downchatter evaluate --posts {self.posts}"
        told += f" --truth {self.truth}" if self.truth else ""
        return told + (f" --service {self.service}" if self.service else "")


CORPORA: Final = (
    Corpus(
        "Hacker News",
        "hackernews/frontpage_2020-11_2021-12.parquet",
        "titles that reached the front page, 14 months",
        truth="hackernews/known_outages.csv",
    ),
    Corpus(
        "@SpotifyCares",
        "spotify/spotifycares_2017-10-04_11-15.parquet",
        "what customers wrote to it, 6 weeks; no outage known",
        service="Spotify",
    ),
    Corpus("stocknet", "stocknet/tweets_21_brands.parquet", "share-price talk of 21 brands, 2 years; no outage known"),
    Corpus("AI subreddits", "reddit/ai_subreddit_titles_2025H1.parquet", "titles, 6 months; no outage known"),
)
AIRLINE: Final = "airline/us_airlines_2015-02.parquet"
PACIFIC: Final = timedelta(hours=8)
"""Behind UTC in February."""

STORM: Final = datetime(2015, 2, 22, tzinfo=UTC) + PACIFIC
STORM_LASTED: Final = timedelta(days=1)
FEW: Final = 10
"""With fewer angry tweets on a usual day there is nothing to compare with."""

LATECOMER: Final = "American"
"""Its collection begins on the day of the storm, so that its rise is partly an artefact."""


def shared_folder() -> Path | None:
    """Where the corpora lie: `$DOWNCHATTER_SHARED`, or a folder `shared` beside the checkout; None: nowhere."""
    told = os.environ.get("DOWNCHATTER_SHARED")
    beside = Path(__file__).parents[2].parent / "shared"
    folders = [Path(told)] if told else [Path("../shared"), Path("shared"), beside]
    return next((folder for folder in folders if (folder / "corpora").is_dir()), None)


def recordings(settings: Settings, shared: Path) -> Iterator[Row]:
    """How well each recording's incidents tell its known outages."""
    home = house(settings, memory=True)
    for corpus in CORPORA:
        posts = shared / "corpora" / corpus.posts
        if posts.is_file():
            outages = known_outages(shared / "corpora" / corpus.truth) if corpus.truth else []
            told = judge_file(home, posts, outages, corpus.service)
            yield {"recording": corpus.name, "what": corpus.what, **told.events.row(), "command": corpus.command()}


def frustration(settings: Settings, shared: Path) -> Iterator[Row]:
    """When frustration with each airline rose, in the week of a winter storm."""
    path = shared / "corpora" / AIRLINE
    if not path.is_file():
        return
    posts = sorted(airline_posts(path), key=lambda post: (post.seen_at, post.id))
    airlines = sorted({post.service for post in posts})
    outages = [Outage(name, STORM, STORM + STORM_LASTED) for name in airlines]
    told = judge_posts(house(settings, memory=True), posts, outages, "frustration")
    angry = angry_days(path)
    for name in airlines:
        yield _airline(told, name, len([post for post in posts if post.service == name]), angry[name])


def airline_posts(path: Path) -> Iterator[Post]:
    """The tweets of the airlines' corpus, whose columns are its own and whose times are Pacific."""
    for number, (_, row) in enumerate(rows_of(path, ("airline", "name", "text", "tweet_created"))):
        at = datetime.strptime(str(row["tweet_created"]), "%d-%m-%Y %H.%M").replace(tzinfo=UTC) + PACIFIC
        author = str(row["name"])
        yield Post(f"airline:{number}", "airline", author, str(row["text"]), at, at, service=str(row["airline"]))


def angry_days(path: Path) -> dict[str, Counter[date]]:
    """How many tweets of each day (Pacific) people labelled negative, by airline."""
    days: dict[str, Counter[date]] = defaultdict(Counter)
    for _, row in rows_of(path, ("airline", "airline_sentiment", "tweet_created")):
        if row["airline_sentiment"] == "negative":
            day = datetime.strptime(str(row["tweet_created"]), "%d-%m-%Y %H.%M").replace(tzinfo=UTC).date()
            days[str(row["airline"])][day] += 1
    return days


def _airline(told: Told, name: str, posts: int, angry: Counter[date]) -> Row:
    stormy_day = (STORM - PACIFIC).date()
    usual = [count for day, count in angry.items() if day < stormy_day]
    opened = [incident.opened_at for incident in told.of("frustration") if incident.service == name]
    stormy = next((at for at in opened if STORM <= at < STORM + STORM_LASTED), None)
    return {
        "airline": name,
        "posts": posts,
        "labelled_rise": angry[stormy_day] / median(usual) if usual and median(usual) >= FEW else None,
        "rises": len(opened),
        "in_the_storm": stormy.isoformat() if stormy else None,
        "hours_into_it": (stormy - STORM) / timedelta(hours=1) if stormy else None,
        "at_other_times": sum(not STORM <= at < STORM + STORM_LASTED for at in opened),
        "outage_incidents": sum(incident.service == name for incident in told.of("outage")),
        "note": "its collection begins on that day" if name == LATECOMER else "",
        "command": "downchatter evaluate --only frustration",
    }
