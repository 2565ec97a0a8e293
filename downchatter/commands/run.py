"""`downchatter run`: live, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Final

from rich.console import Console
from rich.markup import escape

from alerts.courier import limits
from alerts.sender import Sender
from downchatter.alerting import Alerts, channels, page, route_warnings
from downchatter.asked import Asked
from downchatter.assembly import House, house, source_options
from downchatter.flow import Cycle, Flow, Purged
from downchatter.foresight import Foresight
from downchatter.marks import take_up
from downchatter.publisher import Publisher
from downchatter.ruling import govern
from downchatter.settings import Settings, with_secrets
from downchatter.stopping import leave_quickly, stopping
from downchatter.stories import called
from downchatter.watch import Fault, Watch
from ingest import collectors
from ingest.collectors import Collector
from ingest.errors import Lacking, UserError
from ingest.notes import folder_beside
from ingest.records import Coverage, Delivery, Item, Mark, Note
from ingest.store.compacting import compact_if_worthwhile
from ingest.store.publish import folder_for
from ingest.store.tables import naive

DAY: Final = timedelta(days=1)
SHED_EVERY: Final = timedelta(minutes=5)
PURGE_EVERY: Final = timedelta(hours=1)
PURGE_FOR: Final = 0.4
"""Seconds of one cycle in which old posts are purged; what is left waits for the next."""
SILENCE: Final = 30.0
"""A source that gives no sign of life for so many seconds is blind; the clock waits so long for one that starts."""

BLIND_AFTER: Final = timedelta(seconds=90)
"""After so long people are told that a source is blind."""


def run(settings: Settings) -> None:
    """Watch every source of the settings until SIGINT or SIGTERM.

    Raises:
        UserError: a source's options are wrong, no source can be read, or the database is in use.
    """
    screen = Console()
    home = house(settings)
    home.scorer  # noqa: B018  # load the model before the first post comes
    sources = list(live_sources(home, lambda off: screen.print(f"off: {off}", markup=False, highlight=False)))
    alerts = Alerts(settings, home.services)
    for warning in route_warnings(settings, home.services, home.tools.clock()):
        screen.print(f"warning: {warning}", markup=False, highlight=False)
    if sizes := compact_if_worthwhile(Path(home.database)):
        before, after = (size / 1e6 for size in sizes)
        screen.print(
            f"The database was written anew: it took {before:.0f} MB and takes {after:.0f} MB.", highlight=False
        )
    flow = home.flow(alerts)
    with stopping() as stop:
        Live(home, flow, alerts, sources, screen).until(stop)
    screen.print("Stopped; everything is written.")
    leave_quickly()


class Sight:
    """Which sources can see, and how far the clock may be moved: never past what a seeing source has yet to tell.

    Args:
        names: the sources.
        ticking: seconds that no adjustment of the clock moves.
    """

    def __init__(self, names: Sequence[str], ticking: Callable[[], float] = monotonic) -> None:
        self._ticking = ticking
        self._told: dict[str, datetime] = {}
        self._heard = dict.fromkeys(names, ticking())
        self.blind_since: dict[str, datetime] = {}

    def hear(self, items: Sequence[Item]) -> list[str]:
        """Take note of marks; returns the sources that see again (or for the first time)."""
        marks = {item.source: item.at for item in items if isinstance(item, Mark)}
        fresh = [name for name in marks if name not in self._told]
        self._told |= marks
        self._heard |= dict.fromkeys(marks, self._ticking())
        return fresh

    def fail(self, source: str, now: datetime) -> bool:
        """Take note that a source is blind; returns whether that is news."""
        news = source not in self.blind_since
        self._told.pop(source, None)
        self.blind_since.setdefault(source, now)
        return news

    def silent(self) -> list[str]:
        """Sources that gave no sign of life for too long and are not known to be blind."""
        now = self._ticking()
        return [name for name, at in self._heard.items() if name not in self.blind_since and now - at > SILENCE]

    def clock(self, now: datetime, judged: datetime | None) -> datetime:
        """`now`; less while a source is telling of the time before; where it stood while one has yet to begin."""
        told = [at for name, at in self._told.items() if name not in self.blind_since]
        beginning = any(name not in self._told and name not in self.blind_since for name in self._heard)
        return min([now, *told, *([judged] if beginning and judged else [])])


class Live:
    """One writer over several live sources."""

    def __init__(self, home: House, flow: Flow, alerts: Alerts, sources: list[Collector], screen: Console) -> None:
        self._flow = flow
        self._alerts = alerts
        self._clock: Callable[[], datetime] = home.tools.clock
        self._screen = screen
        published = folder_for(home.database)
        self._publisher = Publisher(flow, home, published)
        self._notes = folder_beside(published)
        self._settled = home.settings.detection.rules
        self._foresight = Foresight(published)
        self._publisher.whatif = self._foresight.table
        self._names = [source.source for source in sources]
        self._sight = Sight(self._names)
        self._retention = timedelta(days=home.settings.retention_days)
        self._purged = datetime.min.replace(tzinfo=UTC)
        self._purging: Generator[Purged] | None = None
        self._shed = self._clock()
        cursors = {one.source: one.cursor for one in flow.store.all(Coverage)}
        for source in sources:
            if getattr(source, "asks_again", False):
                home.told[source.source] = flow.store.told(source.source, self._clock() - self._retention)
        self._watch = Watch(sources, cursors)
        bounds = {name: limits(with_secrets(one, name)) for name, one in home.settings.channels.items()}
        self._sender = Sender(channels(home.settings), self._clock, limits=bounds)
        self._asked = Asked(flow, self._sender, page(home.settings), self._clock)
        self._problems: set[str] = set()
        self._disabled: set[str] = set()
        self._sender.recall(flow.store.all(Delivery, "state = 'sent' and sent_at > ?", [naive(self._clock() - DAY)]))
        self._sender.submit(flow.store.all(Delivery, "state in ('pending', 'held')"))

    def until(self, stop: Event) -> None:
        """Run cycles until `stop` is set, then end the sources and write what is left."""
        self.begin()
        try:
            while not stop.is_set():
                self.cycle(1.0)
        finally:
            self.end()

    def begin(self) -> None:
        """Publish what is known and begin to read."""
        self._say(f"Watching {', '.join(self._names)}. Ctrl-C ends it.")
        for name in self._names:
            self._flow.blind(name, self._clock(), "not running")
        self._leave()
        self.publish()
        self._watch.start()

    def _leave(self) -> None:
        left, deliveries = self._flow.leave()
        self._sender.submit(deliveries)
        for name in sorted({one.service for one in left}):
            self._say(
                f"{name} is not among the services any more: its open incident is closed. If it was renamed, give the "
                "new one its old name as an alias before the first start, and its history goes on."
            )

    def end(self) -> None:
        """End the sources, write and publish what is left."""
        self._watch.stop()
        self._foresight.close()
        self.cycle(0.0)
        if self._purging is not None:
            self._purging.close()
        self._flow.update(self._sender.close(), self._sender.attempts())
        self.publish()
        self._flow.close()

    def publish(self) -> None:
        """Publish now."""
        self._publisher.now()

    def cycle(self, seconds: float) -> Cycle:
        """Take up what comes in the next `seconds`, judge, alert and publish."""
        items, faults = self._watch.take(seconds)
        now = self._clock()
        seeing = self._sight.hear(items)
        cycle = self._flow.absorb(items, self._sight.clock(now, self._flow.judged_until))
        self._sender.submit(cycle.deliveries)  # before all else
        for fault in [*faults, *(Fault(name, "no sign of life") for name in self._sight.silent())]:
            self._lose(fault, now)
        for name in seeing:
            self._regain(name, now)
        self._tell_blind(now)
        take_up(self._flow, self._notes, self._do)
        if govern(self._flow, self._settled):
            self._say("Judging by other rules from now on.")
        if self._foresight.when_due(self._flow.rules):
            self._publisher.whatif = self._foresight.table
        self._purge(now)
        settled = self._sender.collect()
        self._flow.update(settled, self._sender.attempts())
        self._sender.written(settled)
        self._say_problems()
        self._tell_disabled(now)
        self._digest(now)
        for incident in cycle.transitions:
            self._say(f"{incident.service}: {called(incident)} {incident.state}, {incident.severity}")
        if cycle.removed:
            self._publisher.forget()
        self._publisher.when_due()
        if now - self._shed >= SHED_EVERY:
            self._shed = now
            self._flow.store.shed()
        return cycle

    def _lose(self, fault: Fault, now: datetime) -> None:
        self._flow.blind(fault.source, now, fault.reason)
        if self._sight.fail(fault.source, now):
            self._say(f"{fault.source}: blind ({fault.reason})")

    def _regain(self, source: str, now: datetime) -> None:
        self._say(f"{source}: reading")
        since = self._sight.blind_since.pop(source, None)
        if since and now - since >= BLIND_AFTER:
            self._send(self._alerts.outbox.recovered(source, now, since))

    def _tell_blind(self, now: datetime) -> None:
        for source, since in self._sight.blind_since.items():
            if now - since >= BLIND_AFTER:
                self._send(self._alerts.outbox.blind(source, since, "it cannot be read"))

    def _send(self, deliveries: Sequence[Delivery]) -> None:
        self._flow.write(deliveries)
        self._sender.submit(deliveries)

    def _tell_disabled(self, now: datetime) -> None:
        disabled = self._sender.disabled()
        for name in sorted(disabled.keys() - self._disabled):
            self._send(self._alerts.outbox.disabled(name, now, disabled[name], disabled))
        self._disabled = set(disabled)

    def _say_problems(self) -> None:
        self._publisher.channels = self._sender.health()
        found = {one.problem for one in self._publisher.channels if one.problem}
        for problem in sorted(found - self._problems):
            self._say(problem)
        self._problems = found

    def _do(self, notes: Sequence[Note]) -> None:
        for said in self._asked.do(notes):
            self._say(said)

    def _digest(self, now: datetime) -> None:
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        if self._flow.store.fact("digest") == midnight.isoformat():
            return
        if self._flow.store.fact("digest") is not None:
            day = self._flow.store.all(
                Delivery, "created_at >= ? and created_at < ?", [naive(midnight - DAY), naive(midnight)]
            )
            self._send(self._alerts.outbox.digest(midnight, day))
        self._flow.store.set_fact("digest", midnight.isoformat())

    def _purge(self, now: datetime) -> None:
        """Go on with a purge, or begin one when it is time: no cycle is held up for long, however much is to go."""
        if self._purging is None and now - self._purged >= PURGE_EVERY:
            self._purged = now
            self._purging = self._flow.purge(now - self._retention)
        until = monotonic() + PURGE_FOR
        while self._purging is not None:
            step = next(self._purging, None)
            if step is None:
                self._purging = None
            elif step.posts:
                self._publisher.forget(step.first, step.last)
            if monotonic() >= until:
                break

    def _say(self, text: str) -> None:
        self._screen.print(escape(text), highlight=False)


def live_sources(home: House, off: Callable[[str], object] | None = None) -> Iterator[Collector]:
    """The collectors that the settings list, ready. One that lacks its keys is left out, and `off` is told why.

    Raises:
        UserError: none is listed, one does not exist, its options are wrong, or every one is off.
    """
    if not home.settings.sources:
        raise UserError("settings: no source is listed; add [sources.bluesky], which needs no key")
    lacking: list[str] = []
    for name in home.settings.sources:
        if name not in collectors.names():
            raise UserError(
                f"sources.{name}: there is no such source; those there are: {', '.join(collectors.names())}"
            )
        try:
            yield collectors.load(name, source_options(name, home), home.tools)
        except Lacking as why:
            lacking.append(str(why))
            if off is not None:
                off(str(why))
    if len(lacking) == len(home.settings.sources):
        raise UserError(f"settings: every source is off; {lacking[0]}")
