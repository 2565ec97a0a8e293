"""Rules that are saved on the page: taken up, kept over a restart, taken back; and what others would have made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from downchatter.alerting import Alerts
from downchatter.assembly import House
from downchatter.flow import Flow
from downchatter.foresight import Foresight, look_back
from downchatter.marked import marked, of_force
from downchatter.marks import take_up
from downchatter.publisher import Publisher
from downchatter.ruling import govern, in_force, read, said
from downchatter.settings import load_settings
from ingest.errors import UserError
from ingest.notes import folder_beside
from ingest.records import Bounds, Incident, Item, Mark, Note, Post, Service
from ingest.store.publish import folder_for
from nlp.rules import Rules

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SERVICES = (Service("Zorblat", aliases=("zorblat",)),)
TEXTS = ("is Zorblat down for anyone else?", "Zorblat won't load for me", "can't log in to Zorblat right now")


class Home:
    """A database on disk with its one writer."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "watch.duckdb"
        self.open()

    def open(self) -> None:
        settings = load_settings()
        self.house = House(settings, SERVICES, str(self.path))
        self.flow: Flow = self.house.flow(Alerts(settings, SERVICES))
        self.publisher = Publisher(self.flow, self.house, folder_for(self.path))

    def again(self) -> None:
        self.flow.close()
        self.open()

    def rule(self, note: Note) -> bool:
        self.flow.mark([note])
        return govern(self.flow, self.house.settings.detection.rules)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    return Home(tmp_path)


def hear(flow: Flow, minutes: Sequence[int], each: int = 5, start: datetime = NOON) -> None:
    """So many people report trouble in each of the minutes since `start`."""
    for minute in minutes:
        at = start + minute * MINUTE
        items: list[Item] = [
            Post(f"b:{at.isoformat()}{n}", "b", f"{at}{n}", TEXTS[n % 3] + f" {at:%H%M}{n}", at, at)
            for n in range(each)
        ]
        flow.absorb([*items, Mark("b", "", at + MINUTE)], at + MINUTE)


def ruling(text: str, identity: str = "n1", at: datetime = NOON) -> Note:
    return Note(identity, at, "rules", "*", text=text, author="ana")


def test_rules_go_there_and_back_and_what_is_left_out_stays() -> None:
    rules = Rules(promise_days=7, min_voices=9, bounds=Bounds(people=(5, 9)))
    assert read(json.dumps(said(rules)), Rules()) == rules
    assert read('{"promise_days": 7}', Rules(min_voices=9)) == Rules(promise_days=7, min_voices=9)


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "{",
        '{"promise": 7}',
        '{"promise_days": 0}',
        '{"people": [9, 5]}',
        '{"times": [1]}',
        '{"promise_days": "7"}',
    ],
)
def test_rules_that_make_no_sense_are_refused_and_do_nothing(text: str) -> None:
    with pytest.raises(UserError, match="rules"):
        read(text, Rules())
    assert in_force([ruling(text)], Rules()) is None


def test_saved_rules_hold_over_a_restart_until_they_are_taken_back(home: Home) -> None:
    hear(home.flow, [0], each=1)
    assert home.rule(ruling('{"promise_days": 365, "people": [300, 900]}'))
    assert not home.rule(ruling('{"promise_days": 365, "people": [300, 900]}'))
    home.again()
    assert home.flow.rules == replace(Rules(promise_days=365), bounds=Bounds(people=(300, 900)))
    assert home.rule(Note("n2", NOON + MINUTE, "undo", "*", text="n1"))
    home.again()
    assert home.flow.rules == Rules()


def test_a_restart_judges_the_past_by_what_was_then_in_force(home: Home) -> None:
    hear(home.flow, [0], each=1)
    hear(home.flow, range(180, 190))
    home.rule(ruling('{"promise_days": 3650, "min_voices": 500}'))
    before = home.flow.store.all(Incident)
    hear(home.flow, range(190, 195))
    home.again()
    hear(home.flow, range(195, 200))
    (incident,) = home.flow.store.all(Incident)
    assert [one.id for one in before] == [incident.id]
    assert incident.state == "confirmed"


def test_bounds_change_how_severe_an_incident_is(home: Home) -> None:
    home.rule(ruling('{"times": [2, 3], "people": [5, 6], "minutes": [1, 2]}'))
    hear(home.flow, [0], each=1)
    hear(home.flow, range(180, 190))
    (incident,) = home.flow.store.all(Incident)
    assert incident.severity == "critical"
    assert incident.peak_ratio > 10


def test_other_promises_are_published_with_what_they_would_change(home: Home) -> None:
    hear(home.flow, [0], each=1)
    hear(home.flow, range(180, 190))
    home.publisher.look_back()
    assert home.publisher.whatif is not None
    rows = home.publisher.whatif.to_pylist()
    assert {row["promise_days"] for row in rows} >= {1.0, 30.0, 365.0}
    (same,) = [row for row in rows if row["promise_days"] == 30.0]
    (incident,) = home.flow.store.all(Incident)
    assert (same["fate"], same["incident"], same["minutes"]) == ("stays", incident.id, 0.0)
    assert same["people_after"] == same["people_before"] > 10
    strict = look_back(folder_for(home.path), Rules(min_voices=1e6))
    assert strict.num_rows == 0


def test_foresight_looks_back_in_a_process_of_its_own(home: Home) -> None:
    hear(home.flow, [0], each=1)
    hear(home.flow, range(180, 190))
    home.publisher.now()
    foresight = Foresight(folder_for(home.path))
    assert not (folder_for(home.path) / "whatif.parquet").exists()
    assert not foresight.when_due(home.flow.rules)
    assert foresight._process is not None
    assert foresight._process.wait(120) == 0
    assert foresight.when_due(home.flow.rules)
    found = foresight.table
    assert found is not None
    assert found.num_rows >= 9
    assert not foresight.when_due(home.flow.rules)
    foresight.close()
    assert [path.name for path in folder_for(home.path).iterdir() if path.name.startswith("past-")] == []


def incident(**more: object) -> Incident:
    return replace(Incident("i1", "Zorblat", "outage", "suspected", NOON, NOON + 5 * MINUTE), **more)  # type: ignore[arg-type]


def note(kind: str, number: int = 1, text: str = "", about: str = "i1") -> Note:
    return Note(f"m{number}", NOON + (10 + number) * MINUTE, kind, "Zorblat", about, text)


def test_the_last_word_on_an_incident_counts() -> None:
    one = incident()
    assert marked([one], [])[0].state == "suspected"
    (confirmed,) = marked([one], [note("confirm")])
    assert (confirmed.state, confirmed.confirmed_at) == ("confirmed", NOON + 11 * MINUTE)
    (dismissed,) = marked([one], [note("confirm"), note("dismiss", 2)])
    assert (dismissed.state, dismissed.resolved_at) == ("dismissed", NOON + 12 * MINUTE)
    assert of_force([dismissed]) == []
    (again,) = marked([one], [note("dismiss"), note("undo", 2, "m1")])
    assert asdict(again) == {**asdict(one), "merged_into": ""}


def test_a_merged_incident_belongs_to_another_and_no_longer_speaks_for_its_service() -> None:
    two = incident(id="i2")
    first, second = marked([incident(), two], [note("merge", 1, "i2"), note("merge", 2, "nowhere", "i2")])
    assert (first.merged_into, second.merged_into) == ("i2", "")
    assert [one.id for one in of_force([first, second])] == ["i2"]


def test_what_the_page_leaves_is_published(home: Home) -> None:
    hear(home.flow, [0], each=1)
    hear(home.flow, range(180, 190))
    (found,) = home.flow.store.all(Incident)
    folder = folder_beside(folder_for(home.path))
    folder.mkdir()
    told = {
        "id": "n9",
        "at": "2026-05-01T15:20:00+00:00",
        "kind": "dismiss",
        "service": "Zorblat",
        "incident": found.id,
    }
    (folder / "n9.json").write_text(json.dumps(told), encoding="utf8")
    assert take_up(home.flow, folder) == 1
    generation = folder_for(home.path) / home.publisher.now()
    (row,) = pq.read_table(generation / "incidents.parquet").to_pylist()
    assert row["state"] == "dismissed"
    (service,) = pq.read_table(generation / "services.parquet").to_pylist()
    assert (service["state"], service["incident"]) == ("calm", "")
    meta = json.loads((generation / "meta.json").read_text(encoding="utf8"))
    assert meta["stored"]["bytes"] > 0
    assert meta["rules"] == meta["settled"]
