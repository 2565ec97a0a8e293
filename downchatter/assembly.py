"""Puts the rooms together as the settings say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Final

from rich.console import Console

from downchatter.alerting import Alerts
from downchatter.clock import utc_now
from downchatter.flow import Flow
from downchatter.renames import rename
from downchatter.services import load_services
from downchatter.settings import Settings, with_secrets
from ingest import collectors
from ingest.collectors import Tools
from ingest.errors import Lacking, UserError
from ingest.pseudonym import key_beside, pseudonyms
from ingest.records import Service, Told
from ingest.store import Store
from nlp import scorers
from nlp.judge import Judge
from nlp.matching import Matching
from nlp.reading import Around
from nlp.scorers import Scorer, hub

SHIPPED: Final = "minilm"
"""The scorer that comes with the program."""


@dataclass(frozen=True)
class House:
    """What one process works with. `database` is ":memory:" for a run that leaves nothing behind."""

    settings: Settings
    services: Sequence[Service]
    database: str

    @cached_property
    def matching(self) -> Matching:
        """The matcher of services."""
        return Matching(self.services)

    @cached_property
    def reader(self) -> Scorer:
        """The reader that the settings name."""
        settings = self.settings
        return load_scorer(settings.scorer, settings.model, tuple(settings.model_labels.items()))

    @cached_property
    def scorer(self) -> Around:
        """That reader, with what is read around any: language, aspects, whose trouble it is."""
        return Around(self.reader, self.matching)

    @cached_property
    def told(self) -> dict[str, list[Told]]:
        """What each source told before; filled from the database by whoever opens it."""
        return {}

    @cached_property
    def tools(self) -> Tools:
        """What collectors are handed."""
        return Tools(
            wanted=self.matching.wanted,
            pseudonym=pseudonyms(key_beside(self.database)),
            clock=utc_now,
            told=lambda source: self.told.get(source, ()),
            kept=timedelta(days=self.settings.retention_days),
            watched=self.services,
        )

    def flow(self, alerts: Alerts, also: Sequence[str] = ()) -> Flow:
        """The main flow over the database, opened. `also` names services that the settings do not list."""
        names = [service.name for service in self.services]
        rules = self.settings.detection.rules
        store = Store(self.database)
        roots = rename(store, self.services)
        judge = Judge([*names, *(name for name in also if name not in names)], rules, roots)
        return Flow(store, self.matching, self.scorer, judge, alerts)


def source_options(name: str, home: House) -> dict[str, str]:
    """The options of a live source as the settings give them; status pages are those of the services if none is listed.

    Raises:
        UserError: a variable that an option names is not set.
    """
    options = with_secrets(home.settings.sources[name], f"sources.{name}")
    if name == "statuspage" and "pages" not in options:
        options["pages"] = ",".join(f"{one.name} = {one.status_page}" for one in home.services if one.status_page)
    return options


def lacks(name: str, home: House) -> str:
    """Why a live source is off and what it would take; empty if it can be read.

    Raises:
        UserError: its options are wrong.
    """
    listed = name in home.settings.sources
    try:
        collectors.load(name, source_options(name, home) if listed else {}, home.tools).close()
    except Lacking as why:
        return str(why)
    except UserError:
        if listed:
            raise
    return "" if listed else f"not listed in the settings; add [sources.{name}] to switch it on"


def house(settings: Settings, database: Path | None = None, memory: bool = False) -> House:
    """The house that the settings describe."""
    where = ":memory:" if memory else str(database or settings.database)
    return House(settings, load_services(settings.services or shipped_services()), where)


def shipped_services() -> Path:
    """The services file that comes with the program: beside the packages in a checkout, inside one when installed."""
    beside = Path(__file__).parent.parent / "data" / "services.toml"
    return beside if beside.is_file() else Path(str(files("downchatter") / "data" / "services.toml"))


@cache
def load_scorer(name: str, model: str = "", labels: tuple[tuple[str, str], ...] = ()) -> Scorer:
    """A scorer by name, loaded once. Where the shipped model's files are missing the lexicon stands in, and it is said.

    Args:
        name: a file name in `nlp/scorers`.
        model: an id on the hub, or a folder: its answers go before those of `name`.
        labels: pairs of the model's label and ours.

    Raises:
        UserError: there is none of that name, or the model cannot be used.
    """
    if name not in scorers.names():
        known = ", ".join(scorers.names())
        raise UserError(f"scorer: there is no scorer {name!r}; those there are: {known}")
    scorer, missing = scorers.shipped() if name == SHIPPED else (scorers.load(name), "")
    if missing:
        Console(stderr=True).print(missing, markup=False, highlight=False)
    return hub.build(model, dict(labels), scorer) if model else scorer
