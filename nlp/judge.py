"""Judges minutes: what they were expected to be, which stand out, and which stories that makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ingest.records import Blame, Gap, Minute
from nlp.counts import counts
from nlp.coverage import Blindness, to_minute
from nlp.rules import Judgement, Rules
from nlp.watch import Watch

__all__ = ["Judge", "Judgement", "Rules"]


class Judge:
    """Judges the minutes of many services as they end. A pure function of all minutes and gaps it was ever handed.

    `roots` gives a renamed service's first name, so that the ids of its incidents stay. Without `talk` unusual talk is
    not told, without `bands` not what is expected; all else is the same.

    It is in no way stored: a new one that is handed the stored minutes again is in the same state. In how many steps
    it was handed them makes no difference. Time begins with the first minute that has a row.
    """

    def __init__(
        self,
        services: Sequence[str],
        rules: Rules | None = None,
        roots: Mapping[str, str] | None = None,
        *,
        talk: bool = True,
        bands: bool = True,
    ) -> None:
        self._names = list(dict.fromkeys(services))
        self._index = {name: place for place, name in enumerate(self._names)}
        self.rules = rules or Rules()
        self._watch = Watch(self._names, self.rules, roots=roots, talk=talk, bands=bands)

    @property
    def services(self) -> Sequence[str]:
        """The names of the services that it judges."""
        return self._names

    def judge_by(self, rules: Rules) -> None:
        """Judge by other rules from the next minute on; incidents that are open go on as they began."""
        self.rules = rules
        self._watch.judge_by(rules)

    def advance(
        self, until: datetime, minutes: Sequence[Minute], gaps: Sequence[Gap], blames: Sequence[Blame] = ()
    ) -> Judgement:
        """Judge every minute before `until` that has not been judged yet.

        Args:
            until: exclusive, a whole minute, aware UTC. Going back does nothing.
            minutes: the rows of the minutes in question, in any order. A minute without a row, outside of gaps, is
                zero. Rows of services not named at the start, or of minutes judged before, are left out.
            gaps: those that touch the minutes in question, at least.
            blames: what people who report think is the cause, in any order.
        """
        blind = Blindness(gaps)
        end = to_minute(until)
        rows, spoken, sources = counts(minutes, self._index, blind)
        named = sorted(
            (to_minute(one.minute), self._index[one.service], one.author, one.cause)
            for one in blames
            if one.service in self._index
        )
        return self._watch.advance(end, rows, spoken, sources, blind, named)
