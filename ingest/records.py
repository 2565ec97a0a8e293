"""The nouns that pass between the rooms: one page, frozen.

Times are aware UTC. A `minute` is named by its first instant and covers ``[minute, minute + 60 s)``; a post belongs to
the minute in which it was *seen*. Identifiers of posts read ``source:native-id``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal["outage", "relay", "recovery", "complaint", "other"]
KINDS: Final[tuple[Kind, ...]] = ("outage", "relay", "recovery", "complaint", "other")
Sentiment: TypeAlias = Literal["negative", "neutral", "positive"]
Signal: TypeAlias = Literal["outage", "frustration", "drop", "talk"]
SIGNALS: Final[tuple[Signal, ...]] = ("outage", "frustration", "drop", "talk")
IncidentState: TypeAlias = Literal["suspected", "confirmed", "recovering", "resolved", "dismissed"]
ServiceState: TypeAlias = Literal["calm", "elevated", "outage", "blind"]
Stage: TypeAlias = Literal["investigating", "identified", "monitoring", "resolved"]
Severity: TypeAlias = Literal["minor", "major", "critical"]

MINUTE: Final = timedelta(minutes=1)


def minute_of(moment: datetime) -> datetime:
    """The minute (its first instant, UTC) in which `moment` lies."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Service:
    """One online service and the ways in which people name it.

    `ambiguous` are those of its names that are also ordinary words: they count only where the words around them tell.
    """

    name: str
    aliases: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    subreddits: tuple[str, ...] = ()
    status_page: str = ""
    context: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    category: str = ""
    ambiguous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One public message as published.

    `author` is a keyed hash; `service` is set only where the source itself says so. `place` is what the source needs to
    ask for the post again where its id does not say that.
    """

    id: str
    source: str
    author: str
    text: str
    created_at: datetime
    seen_at: datetime
    lang: str = ""
    thread: str = ""
    url: str = ""
    likes: int = 0
    service: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where `text[start:end]` names a service. An empty span means that the source, not the text, named it."""

    service: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Score:
    """What one model thinks of one post about one service.

    The five probabilities sum to 1; `sentiment` runs from −1 to 1, `frustration` from 0 to 1. `fingerprint` is a 64-bit
    similarity hash of the wording (signed, as stored): near-copies differ in few bits. `reason` says in words why the
    post was read so. `service` is empty for a post that names none.
    """

    post: str
    service: str
    model: str
    p_outage: float
    p_relay: float
    p_recovery: float
    p_complaint: float
    p_other: float
    sentiment: float
    frustration: float
    fingerprint: int = 0
    aspects: tuple[str, ...] = ()
    reason: str = ""

    @property
    def kind(self) -> Kind:
        """The likeliest kind."""
        return max(KINDS, key=lambda kind: float(getattr(self, f"p_{kind}")))

    @property
    def sentiment_label(self) -> Sentiment:
        """`sentiment` in words: outer thirds of the scale are negative and positive."""
        return "negative" if self.sentiment < -1 / 3 else "positive" if self.sentiment > 1 / 3 else "neutral"


@dataclass(frozen=True, slots=True)
class Voice:
    """One post's say in one service's minute, after repeats by the same person, thread or wording are folded.

    `reason` says why it counted or why not ("first report by this author", "copy of hackernews:1").
    """

    service: str
    source: str
    minute: datetime
    post: str
    outage: float
    frustration: float
    reason: str


@dataclass(frozen=True, slots=True)
class Minute:
    """One service in one minute at one source. Minutes without posts are not stored: between gaps, absent is zero.

    Counts of authors are of distinct voices (one per person, thread and wording in a sliding hour); `outage` and
    `frustration` are sums of their weights; `sentiment` and `posts_frustration` are sums over all posts.
    """

    service: str
    source: str
    minute: datetime
    posts: int = 0
    authors: int = 0
    outage_authors: int = 0
    relay_authors: int = 0
    recovery_authors: int = 0
    complaint_authors: int = 0
    outage: float = 0.0
    frustration: float = 0.0
    sentiment: float = 0.0
    posts_frustration: float = 0.0


@dataclass(frozen=True, slots=True)
class Spike:
    """A minute that the baseline does not explain.

    `evidence` is in nats: the log likelihood ratio of a rise against none.
    """

    service: str
    signal: Signal
    minute: datetime
    observed: float
    expected: float
    evidence: float
    onset: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """The baseline of one service and signal in one hour, as known when the hour began.

    `mean` is in weighted voices a minute; `upper_n` is the 99 % quantile of the sum over n minutes.
    """

    service: str
    signal: Signal
    hour: datetime
    mean: float
    upper_1: float
    upper_5: float
    upper_15: float
    upper_60: float


@dataclass(frozen=True, slots=True)
class Incident:
    """Adjacent spikes told as one story.

    `opened_at` is when we would have known, never before the last post that it needed; `onset_at` is when it seems to
    have begun, which was between `onset_earliest` and `onset_latest` with a chance of 90 %. `confidence` runs from 0 to
    1. `peak_ratio` is the rate at the peak over the usual one. The signal `drop` is a silence where talk is usual: no
    outage by itself. The signal `talk` is far more talk than usual, whatever is said: no outage either. `cause` is what
    most people blame who name a cause (``overload``, ``upstream=AWS``), and `shared` the id of the shared story that it
    belongs to.
    """

    id: str
    service: str
    signal: Signal
    state: IncidentState
    onset_at: datetime
    opened_at: datetime
    confirmed_at: datetime | None = None
    peak_at: datetime | None = None
    recovering_at: datetime | None = None
    resolved_at: datetime | None = None
    severity: str = "minor"
    severity_reason: str = ""
    confidence: float = 0.0
    confidence_reason: str = ""
    posts: int = 0
    authors: int = 0
    observed: float = 0.0
    expected: float = 0.0
    evidence: float = 0.0
    updated_at: datetime | None = None
    peak_ratio: float = 0.0
    onset_earliest: datetime | None = None
    onset_latest: datetime | None = None
    cause: str = ""
    shared: str = ""


@dataclass(frozen=True, slots=True)
class SharedStory:
    """Outages of several services at once for which people blame one upstream. `open` counts members not resolved."""

    id: str
    upstream: str
    onset_at: datetime
    opened_at: datetime
    resolved_at: datetime | None = None
    services: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    open: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Blame:
    """One person's word, in a post that counted, on why a service is in trouble: ``overload``, ``upstream=AWS``."""

    service: str
    minute: datetime
    author: str
    cause: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """From where on an incident is severe.

    It earns a point for each bound that it reaches: how many times the usual its rate was at the peak, how many people
    reported it, how many minutes it lasted. Two points make it major, four critical. With fewer people than half the
    first bound it earns one point at most, and with fewer than twice that bound it is not critical.
    """

    times: tuple[float, float] = (10.0, 50.0)
    people: tuple[float, float] = (30.0, 150.0)
    minutes: tuple[float, float] = (60.0, 360.0)

    def level(self, times: float, people: float, minutes: float) -> Severity:
        """The severity of an incident of such size."""
        measured = ((times, self.times), (people, self.people), (minutes, self.minutes))
        points = sum(value >= bound for value, bounds in measured for bound in bounds)
        if people < self.people[0] / 2:
            points = min(points, 1)
        if points >= 4 and people >= 2 * self.people[0]:
            return "critical"
        return "major" if points >= 2 else "minor"


@dataclass(frozen=True, slots=True)
class Official:
    """A step of an incident as the service's own status page tells it."""

    id: str
    service: str
    stage: Stage
    at: datetime
    title: str
    text: str = ""
    url: str = ""
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What a person marked: `kind` is ``statement``, ``confirm``, ``dismiss``, ``merge`` or ``note``."""

    id: str
    at: datetime
    kind: str
    service: str
    incident: str = ""
    text: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which a source could not be read. `end` is None while it lasts."""

    source: str
    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """A source's word that one post, or everything by one author (keyed hash), is to be forgotten."""

    source: str
    at: datetime
    post: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What is needed to ask a source again for a post that it told."""

    post: str
    place: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """A collector's bookmark: everything before `cursor` has been yielded, and the source was alive at `at`.

    `note` is what a person should know of the source meanwhile: what is left of its budget, what part cannot be read.
    """

    source: str
    cursor: str
    at: datetime
    note: str = ""


Item: TypeAlias = Post | Removal | Official | Gap | Mark
DeliveryState: TypeAlias = Literal["pending", "held", "sent", "dead", "recorded", "superseded"]
"""`held` waits for the end of quiet hours; `recorded` comes from recorded posts and is never sent;
`superseded` was overtaken by a later state before it could be sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one channel. `id` is what the receiver may use to drop repeats; `body` is JSON as it is sent."""

    id: str
    channel: str
    event: str
    incident: str
    created_at: datetime
    due_at: datetime
    body: str
    state: DeliveryState = "pending"
    attempts: int = 0
    last_status: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at sending a delivery: `status` is what was answered, `seconds` how long that took. `parcel` is the id of
    the message that it went in, where several were told together.
    """

    delivery: str
    channel: str
    event: str
    at: datetime
    number: int
    status: str
    seconds: float
    sent: bool
    parcel: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Since when, and until when, a source has been read; gaps lie in between."""

    source: str
    since: datetime
    until: datetime
    cursor: str = field(default="")
    last_post_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A post that a person may quote for an incident, with the reason for which it counted in words."""

    post: str
    author: str
    url: str
    text: str
    created_at: datetime
    reason: str = ""
    aspects: tuple[str, ...] = ()
