"""When outage reports or frustration rise: the evidence for it, and the stretch that stands out.

Channels go signal by signal: outage of every service, then frustration.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from ingest.records import SIGNALS
from nlp.backlog import Backlog
from nlp.baseline import Block, Floats, Ints, Null
from nlp.chronicle import Alarms, Chronicle
from nlp.counts import FRUSTRATION, OTHERS, OUTAGE, VOICES
from nlp.daybook import Daybook
from nlp.hubbub import Anger, Hubbub
from nlp.recent import DAY, LOOK, Recent, Rise
from nlp.rules import Rules
from nlp.sequential import Evidence

NEWCOMER: Final = 720
"""Until a service has been known for so many minutes an alarm takes twice the voices."""

AGAIN: Final = 2
"""With more posts than so many times the people, some post again and again."""


class Rises:
    """The evidence that either signal of any service has risen.

    Args:
        started: the first minute of each service, −1 for those not heard of; kept up to date by who hands it in.
        rules: when a rise is enough.
        recent: the last hours.
        chronicle: what is told already.
    """

    def __init__(self, started: Ints, rules: Rules, recent: Recent, chronicle: Chronicle) -> None:
        self._started, self._rules, self._recent, self._chronicle = started, rules, recent, chronicle
        self._count = len(started)
        self._evidence = Evidence(2 * self._count, rules.threshold)
        self._folded = np.zeros(2 * self._count, dtype=np.int64)
        self._hubbub, self._anger = Hubbub(self._count), Anger(self._count)
        self._backlog, self._daybook = Backlog(2 * self._count), Daybook(DAY)
        self._share = np.ones(2 * self._count)
        self._readable, self._all_readable = np.ones(2 * self._count, dtype=bool), True
        self._null: Null
        self._crowd: Floats
        self.trace: dict[int, float] | None = None
        """Where set: the first service's evidence of outage, in nats, by minute."""

    def judge_by(self, rules: Rules) -> None:
        """Judge by other rules from now on."""
        self._rules = rules
        self._evidence.aim(rules.threshold)

    # Cutting time

    def begin(self, fresh: Ints, minute: int) -> None:
        """These services are heard of for the first time."""
        for signal in (OUTAGE, FRUSTRATION):
            self._folded[fresh + signal * self._count] = minute

    def close(self, minute: int) -> None:
        """A stretch of even expectation ends before `minute`."""
        (known,) = (self._started >= 0).nonzero()
        read = known[self._readable[known]]
        for signal in (OUTAGE, FRUSTRATION):
            self._catch_up(minute, read + signal * self._count, self._raised(minute, signal, read))
            which = known + signal * self._count
            self._folded[which] = np.maximum(self._folded[which], minute)

    def expect(self, minute: int, null: Null, drift: Floats, crowd: Floats, share: Floats) -> None:
        """Judge by this expectation from `minute` on.

        Args:
            minute: the first for which it holds.
            null: of both signals.
            drift: what of its mean is drift.
            crowd: people a minute who are usually heard on anything else, per service.
            share: the readable part of each service.
        """
        self._null, self._crowd, self._share = null, crowd, np.tile(share, 2)
        self._readable = self._share > 0
        self._all_readable = bool(self._readable.all())
        self._evidence.expect(null, self._share)
        self._daybook.write(minute, null.mean * self._share, drift)

    def owe(self, minute: int, part: Floats, usual: Floats, lasted: int) -> None:
        """A source that contributes this part to each service is read again from `minute` on, after so many minutes."""
        self._backlog.owe(minute, np.tile(part, 2) * usual, lasted)

    def forgive(self, minute: int) -> None:
        """What has not arrived by now is no longer waited for."""
        self._backlog.forgive(minute)

    # Walking

    def hear(self, minute: int, services: Ints, values: Floats) -> None:
        """This was counted of these services in this minute (see `nlp.counts.FIELDS`)."""
        self._hubbub.hear(minute, services, values[:, OTHERS])
        anger = values[:, FRUSTRATION]
        (angry,) = anger.nonzero()
        if len(angry):
            usual = self._upper(services[angry] + self._count)
            self._anger.hear(minute, services[angry], np.maximum(anger[angry], 0.0), usual)

    def observe(self, minute: int, signal: int, services: Ints, values: Floats, block: Block) -> Alarms:
        """Take in what was counted of one signal in a minute, let the block learn from it, and give the alarms."""
        (said,) = values[:, signal].nonzero()
        if len(said) and not self._all_readable:
            said = said[self._readable[services[said]]]
        if not len(said):
            return {}
        if len(said) < len(services):
            services, values = services[said], values[said]
        which = services + signal * self._count if signal else services
        weight = self._less_backlog(minute, which, values[:, signal])
        plain = np.minimum(weight, np.maximum(values[:, VOICES], 1.0)) if signal == OUTAGE else weight
        block.weight[which] += plain
        block.squares[which] += plain**2
        raised = self._raised(minute, signal, services)
        self._catch_up(minute, which, raised)
        nats = self._evidence.observe(which, weight, raised)
        self._folded[which] = minute + 1
        if self.trace is not None and which[0] == 0:
            self.trace[minute] = float(nats[0])
        alarms: Alarms = {}
        enough = (nats >= self._rules.threshold_of(SIGNALS[signal])) & (weight > 0)
        for spot in enough.nonzero()[0].tolist():
            rise = self._alarming(int(which[spot]), minute, 1.0 if raised is None else float(raised[spot]))
            if rise:
                alarms[int(which[spot])] = (float(nats[spot]), rise)
        return alarms

    def _catch_up(self, minute: int, which: Ints, raised: Floats | None) -> None:
        """Fold in the minutes before this one in which nothing was observed."""
        missing = minute - self._folded[which]
        if np.count_nonzero(missing):
            owed = missing > 0
            self._evidence.quiet(which[owed], missing[owed], None if raised is None else raised[owed])

    def _raised(self, minute: int, signal: int, services: Ints) -> Floats | None:
        """How many times the usual is expected, for what else is said; None: once."""
        if signal == FRUSTRATION:
            return self._hubbub.raised(services, self._crowd[services])
        if not self._anger.anywhere or "complaints" in self._rules.without:
            return None
        return 1.0 + self._anger.misread(minute, services) / self._upper(services)

    def _upper(self, which: Ints) -> Floats:
        """What is usual a minute of what can be read, leaning to the safe side."""
        upper: Floats = self._null.upper[which] * self._share[which]
        return upper

    def now(self) -> Floats:
        """The evidence of every channel, in nats."""
        return self._evidence.now()

    def forget(self, channel: int) -> None:
        """Begin anew."""
        self._evidence.forget(np.array([channel]))

    def _less_backlog(self, minute: int, which: Ints, weight: Floats) -> Floats:
        if not self._backlog.due(minute):
            return weight
        return self._backlog.pay(which, weight, self._null.mean[which] * self._share[which])

    def _alarming(self, channel: int, minute: int, raised: float) -> Rise | None:
        """The stretch that stands out, where enough people stand behind it and it tells enough by itself."""
        (signal, service), spread = divmod(channel, self._count), float(self._null.spread[channel])
        since = max(int(self._started[service]), int(self._chronicle.calm_since[channel]))
        mean = float(self._null.upper[channel] * self._share[channel] * raised)
        rise = self._recent.rise(service, signal, minute, mean, since)
        young = minute - self._started[service] < NEWCOMER
        enough = self._rules.threshold_of(SIGNALS[signal]) - np.log(LOOK)
        again = rise.posts > AGAIN * rise.reach
        if rise.reach < (self._rules.min_voices + again) * (1 + young) or rise.evidence / spread < enough:
            return None
        if self._chronicle.told(channel, minute):
            return rise
        course = self._daybook.read(channel, since, minute).times(raised)
        return self._recent.traced(rise, service, signal, minute, course, spread)
