"""What other promises about false alarms would have made of the past: published, so that the page can show it at once.

All of the past is judged anew, by the rules in force and by each of `PROMISES`, a week at a time so that memory stays
flat, from what is published, so that the writer need not wait. While `downchatter run` watches, a process of its own
does it, of the lowest priority.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from downchatter.ruling import read, said
from ingest.records import Gap, Incident, Minute
from ingest.store.publish import current
from ingest.store.tables import aware, naive, records, table
from nlp.evaluation.whatif import change, pairs
from nlp.judge import Judge
from nlp.rules import Rules

PROMISES: Final = (1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0)
"""Days in which at most one false alarm per service is promised."""

WEEK: Final = timedelta(days=7)
EVERY: Final = 3600.0
"""Seconds between two looks back; ten times as long as one takes, where that is more."""

TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one incident under a promise of one false alarm in `promise_days`.

    `fate` is appears, vanishes, moves or stays; `minutes` is by how much later it opens. The sizes (`ratio` of the rate
    at the peak to the usual one, `people`, minutes that it `lasted`) are those before and after.
    """

    promise_days: float
    fate: str
    service: str
    signal: str
    incident: str
    before: datetime | None
    after: datetime | None
    minutes: float | None
    ratio_before: float
    people_before: float
    lasted_before: float
    ratio_after: float
    people_after: float
    lasted_after: float


def fates(past: Past, rules: Rules, promises: Sequence[float] = PROMISES) -> list[Fate]:
    """What each promise would have made of the past, against the rules in force."""
    told = [rules, *(replace(rules, promise_days=days) for days in promises)]
    before, *others = _incidents(past, told)
    found: list[Fate] = []
    for days, after in zip(promises, others, strict=True):
        found += [_fate(days, one, other, past.until) for one, other in pairs(before, after)]
    return found


class Past:
    """The minutes and gaps of a publication, safe from being tidied away while it is read.

    Args:
        published: the folder that holds `CURRENT`.
        folder: an empty one on the same disk, for links.
    """

    def __init__(self, published: Path, folder: Path) -> None:
        for attempt in range(TRIES):
            generation = published / current(published)
            try:
                self._link(generation, folder)
                break
            except FileNotFoundError:
                if attempt == TRIES - 1:
                    raise
        self._folder = folder
        meta = json.loads((folder / "meta.json").read_text(encoding="utf8"))
        self.until = aware(datetime.fromisoformat(meta["judged_until"]))
        self.services = [str(name) for name in pq.read_table(folder / "services.parquet").column("service").to_pylist()]
        self.gaps = records(Gap, pq.read_table(folder / "gaps.parquet"))

    @staticmethod
    def _link(generation: Path, folder: Path) -> None:
        (folder / "minutes").mkdir(parents=True, exist_ok=True)
        names = ["meta.json", "services.parquet", "gaps.parquet"]
        names += [f"minutes/{path.name}" for path in (generation / "minutes").glob("*.parquet")]
        for name in names:
            (folder / name).unlink(missing_ok=True)
            os.link(generation / name, folder / name)

    def weeks(self) -> Iterator[tuple[datetime, list[Minute]]]:
        """The rows of each week with its end."""
        days = sorted((self._folder / "minutes").glob("*.parquet"))
        for first in range(0, len(days), WEEK.days):
            part = days[first : first + WEEK.days]
            with duckdb.connect() as con:
                rows: pa.Table = con.sql(
                    "select * from read_parquet($files) where minute < $until order by minute",
                    params={"files": [str(path) for path in part], "until": naive(self.until)},
                ).to_arrow_table()
            end = aware(datetime.fromisoformat(part[-1].stem)) + timedelta(days=1)
            yield min(end, self.until), records(Minute, rows)
        yield self.until, []


def _incidents(past: Past, told: Sequence[Rules]) -> list[list[Incident]]:
    judges = [Judge(past.services, rules, talk=False) for rules in told]  # no rule says anything of talk
    found: list[dict[str, Incident]] = [{} for _ in told]
    for until, rows in past.weeks():
        for judge, known in zip(judges, found, strict=True):
            judgement = judge.advance(until, rows, past.gaps)
            known.update({one.id: one for one in (*judgement.transitions, *judgement.standing)})
    return [sorted(known.values(), key=lambda one: one.opened_at) for known in found]


def _fate(days: float, before: Incident | None, after: Incident | None, until: datetime) -> Fate:
    told = change(before, after)
    sizes = (*_size(before, until), *_size(after, until))
    identity = before.id if before else ""
    return Fate(days, told.fate, told.service, told.signal, identity, told.before, told.after, told.minutes, *sizes)


def _size(incident: Incident | None, until: datetime) -> tuple[float, float, float]:
    if incident is None:
        return 0.0, 0.0, 0.0
    lasted = (incident.resolved_at or until) - incident.onset_at
    people = max(incident.observed, float(incident.authors))
    return incident.peak_ratio, people, max(1.0, lasted / timedelta(minutes=1))


def look_back(published: Path, rules: Rules) -> pa.Table:
    """The fates of a publication's incidents as a table."""
    with tempfile.TemporaryDirectory(prefix="past-", dir=published) as folder:
        return table(Fate, fates(Past(published, Path(folder)), rules))


class Foresight:
    """Keeps the table current, in a process of its own.

    Args:
        published: the folder that holds `CURRENT`.
    """

    def __init__(self, published: Path) -> None:
        self._published = published
        self._out = published / "whatif.parquet"
        self._next = float("-inf")
        self._began = 0.0
        self._rules = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def table(self) -> pa.Table | None:
        """What was found last, or None."""
        return pq.read_table(self._out) if self._out.is_file() else None

    def when_due(self, rules: Rules) -> bool:
        """Look back if it is time again, or if the rules are others; returns whether there is something new."""
        told = json.dumps(said(rules))
        if self._process is not None:
            if self._process.poll() is None:
                return False
            self._process = None
            self._next = monotonic() + max(EVERY, 10 * (monotonic() - self._began))
            return True
        if (monotonic() >= self._next or told != self._rules) and current(self._published):
            self._rules, self._began = told, monotonic()
            command = [sys.executable, "-m", "downchatter.foresight", str(self._published), told]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603  # our own words, no shell
        return False

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
        for left in self._published.glob("past-*"):
            shutil.rmtree(left, ignore_errors=True)


def main(published: Path, rules: str) -> None:
    """Look back and leave the table in `whatif.parquet` of the publication's folder."""
    os.nice(19)
    found = look_back(published, read(rules, Rules()))
    draft = published / "whatif.parquet.new"
    pq.write_table(found, draft, compression="zstd")
    draft.replace(published / "whatif.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
