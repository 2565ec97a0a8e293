"""The published quality figures, as the program brings them: sections of measured rows, and what each means."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ingest.errors import UserError

HOME: Final = Path(__file__).parents[1]
FILE: Final = HOME / "nlp" / "evaluation" / "scorecard.json"
PAGE: Final = HOME / "docs" / "scorecard.md"

MEANS: Final[Mapping[str, str]] = {
    "summary": "What was asked of the product, what was measured, and whether it is met.",
    "power": "Rises of known size in drawn counts: how surely and how soon they are found. “Bound” or “least” is the "
    "mean delay that no method can beat at the same rate of false alarms; the ratio to it says what is left to gain.",
    "calm": "False alarms in calm traffic, against the promise. Below the promise is kept; above it is not.",
    "rivals": "Other methods at the same rate of false alarms: the share of rises found, the median delay in minutes.",
    "comparators": "Other methods at the same rate of false alarms: the share of rises found, and the delay.",
    "parts": "The same made weeks, judged with one part taken out: what each part adds.",
    "silence": "Busy services of which nobody, or hardly anyone, speaks any more: how surely and soon that is told, "
    "and how often it is told in calm talk.",
    "talk": "Talk that spreads without anything failing: whether it is told as unusual talk, and never as an outage.",
    "recordings": "Recorded posts judged as if live, against outages with a public post-mortem. A “false” incident may "
    "be an outage that nobody wrote up.",
    "frustration": "Anger at airlines in a winter storm: whether rising frustration is told, and when.",
    "nab": "The Numenta Anomaly Benchmark, scored as its authors do (0 to 100): how well anything unusual is announced "
    "once. It is another question than an outage.",
    "what-if": "How long it takes to judge a month anew by other rules: what the page for rules waits for.",
    "reading": "How well single posts are read: of those called an outage, how many are (precision), and of those that "
    "are, how many are called so (recall).",
    "posts": "How well single posts are read: of those called an outage, how many are (precision), and of those that "
    "are, how many are called so (recall).",
    "check": "A small part, measured again on every change: the build fails when it gets worse.",
}
"""What the figures of a section mean to a reader who did not make them, by its key."""

COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "detector": (
        "Method",
        "“evidence” is the product's own reasoning, “as shipped” the whole of it; others are rivals.",
    ),
    "hourly": ("Reports an hour", "How many people report in a usual hour, with nothing wrong."),
    "rhythm": ("Rhythm", "How much day and night differ: 0 is not at all, 1 is wholly."),
    "spread": ("Spread", "Variance over mean of the counts: 1 is pure chance, more is burstier."),
    "times": ("Rise", "How many times the usual rate it rises to."),
    "form": ("Form", "A step rises at once, a ramp over time."),
    "trials": ("Trials", "How many rises were drawn."),
    "found": ("Found", "Of the rises the share, of outages the number, that was told."),
    "delay_mean": ("Delay, mean (min)", "Minutes from the beginning until it was told."),
    "delay_median": ("Delay, median (min)", "Half were told sooner than this."),
    "delay_p90": ("Delay, 90 % (min)", "Nine of ten were told sooner than this."),
    "false_alarms": ("False alarms", "How often something was told that was not there."),
    "months": ("Calm months", "How many service-months of calm traffic were watched for false alarms."),
    "false_per_month": ("False a month", "False alarms per service and month."),
    "false_low": ("at least", "Lower end of the 95 % interval of false alarms a month."),
    "false_high": ("at most", "Upper end of the 95 % interval of false alarms a month."),
    "bound": (
        "Least delay (min)",
        "What no method undercuts on average at the same rate of false alarms, where delays are long (Lorden).",
    ),
    "ratio": ("Times the least", "The mean delay over the least possible one: 1 leaves nothing to gain."),
    "bound_voices": (
        "Least with five voices (min)",
        "The mean time until a fifth person speaks, if longer.",
    ),
    "ratio_voices": ("Times that", "The mean delay over the least possible one where five voices are asked for."),
    "optimum": ("Optimal CUSUM (min)", "The mean delay of the best method there is for one who knows the rise."),
    "optimum_voices": (
        "Best with five voices (min)",
        "The same, or the mean time until a fifth person speaks, if longer.",
    ),
    "ratio_optimum": ("Times the best", "The mean delay over that: 1 leaves nothing to gain."),
    "lead": ("Sooner by (min)", "By how many minutes the product is sooner on average, on the same counts."),
    "lead_low": ("from", "Lower end of the interval of that, 95 % for all rivals of a rise at once."),
    "lead_high": ("to", "Upper end of the interval of that."),
    "verdict": (
        "Verdict",
        "Whether the rival is behind the product or ahead of it, beyond chance; else they are level.",
    ),
    "onset_held": ("Onset held", "In how many of those found the true beginning lay within the interval stated."),
    "left": ("Left", "What is left of the usual talk: 0 is none."),
    "promised": ("Promised", "So many false alarms a month are allowed at most."),
    "stretches": ("Stretches", "How often talk spread."),
    "told": ("Told", "How many of them were told."),
    "as_trouble": ("As trouble", "How many of them were told as an outage or frustration."),
    "other": ("At other times", "How often unusual talk was told otherwise."),
    "around_outages": ("Around outages", "How many of those lay in an outage or shortly after one."),
    "part": ("Part", "What was taken out."),
    "incidents": ("Incidents", "How many were told."),
    "true_incidents": ("True", "Of those, how many were a known outage."),
    "outages": ("Outages", "How many are known."),
    "precision": ("Precision", "The share of what was told that is true."),
    "recall": ("Recall", "The share of what is true that was told."),
    "service_months": ("Service-months", "Services times the months they were watched."),
    "false_per_service_month": ("False a month", "False alarms per service and month."),
    "recording": ("Recording", "Where the posts come from."),
    "what": ("What", "What was measured."),
    "posts": ("Posts", "How many were read."),
    "labelled_rise": ("Labelled rise", "How many times its usual the anger labelled by people rose in the storm."),
    "rises": ("Rises told", "How often rising frustration was told."),
    "in_the_storm": ("In the storm", "When it was told in the storm (UTC)."),
    "hours_into_it": ("Hours into it", "How long after the storm began."),
    "at_other_times": ("At other times", "How many rises were told outside the storm."),
    "outage_incidents": ("As outages", "How many were told as outages instead."),
    "ours": ("Ours", "Measured with this product; the others as published."),
    "standard": ("Standard", "Score 0 to 100, all errors weighed alike."),
    "reward_low_FP_rate": ("Few false", "Score 0 to 100 where false alarms weigh more."),
    "reward_low_FN_rate": ("Few missed", "Score 0 to 100 where misses weigh more."),
    "realTweets": ("Tweets", "Standard score on the files of tweets alone."),
    "minutes": ("Minutes judged", "Minutes with posts that were judged anew."),
    "seconds": ("Seconds", "By the clock, on a busy machine."),
    "processor_seconds": ("Processor (s)", "Seconds of processor time."),
    "target": ("Asked for", "What the product was asked to reach."),
    "of": ("Part of", "Which section this row is a small part of."),
}
"""What a column is called and what it means, by its key; others go by their key."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of figures: what gives them, when they were measured, by which version."""

    key: str
    title: str
    command: str = ""
    measured: str = ""
    version: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def means(self) -> str:
        """What its figures mean."""
        return MEANS.get(self.key, "")


def sections(file: Path = FILE) -> list[Section]:
    """The sections in the order in which they are kept; none where the program brings no figures.

    Raises:
        UserError: the file is there and cannot be read.
    """
    if not file.is_file():
        return []
    try:
        told = json.loads(file.read_text(encoding="utf8"))
        found = [_section(str(key), dict(one)) for key, one in told["sections"].items()]
        first = [Section("summary", "At a glance", rows=list(told["summary"]))] if told.get("summary") else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{file}: the scorecard cannot be read ({error}); `downchatter evaluate` makes it") from error
    return [*first, *found]


def words(page: Path = PAGE) -> str:
    """The page of the documentation that tells the same, in a checkout; "" elsewhere."""
    return page.read_text(encoding="utf8") if page.is_file() else ""


def _section(key: str, one: dict[str, Any]) -> Section:
    told = {name: str(one.get(name, "")) for name in ("command", "measured", "version")}
    return Section(key, str(one["title"]), rows=[dict(row) for row in one["rows"]], **told)
