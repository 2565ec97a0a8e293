"""The command line as people and scripts use it."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from downchatter.cli import main
from ingest.store.publish import current

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEYS = {
    "id", "service", "signal", "state", "onset_at", "opened_at", "confirmed_at", "peak_at", "resolved_at", "severity",
    "confidence", "posts", "authors", "expected", "evidence",
}  # fmt: skip
COLUMNS = {
    "id", "service", "kind", "p_outage", "p_relay", "p_recovery", "p_complaint", "p_other", "sentiment",
    "sentiment_label", "frustration", "model",
}  # fmt: skip
REPORTS = ("is zorblat down for anyone?", "zorblat won't load, server error", "can't log in to zorblat right now")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command in an empty folder; gives exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["downchatter", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def services(tmp_path: Path) -> Path:
    path = tmp_path / "services.toml"
    path.write_text('[[service]]\nname = "Zorblat"\nhandles = ["zorblat"]\n')
    return path


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    def row(number: int, text: str, at: datetime) -> dict[str, Any]:
        return {"id": f"p{number}", "author": f"a{number}", "text": text, "created_at": at.isoformat(), "extra": [1, 2]}

    rows = [row(n, "zorblat has a new logo", NOON + timedelta(minutes=20 * n)) for n in range(36)]
    start = NOON + timedelta(hours=12)
    rows += [row(100 + n, REPORTS[n % 3], start + timedelta(seconds=15 * n)) for n in range(60)]
    rows += [row(900, "lunch was lovely", start)]
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows) + "{broken\n")
    return path


def test_replay_prints_one_incident_a_line_and_nothing_else(run: Run, posts: Path, services: Path) -> None:
    code, out, err = run("replay", posts, "--services", services, "--json")
    assert code == 0
    (incident,) = map(json.loads, out.splitlines())
    assert incident.keys() >= KEYS
    assert (incident["service"], incident["signal"]) == ("Zorblat", "outage")
    assert datetime.fromisoformat(incident["onset_at"]) < datetime.fromisoformat(incident["opened_at"])
    assert 0 < len(incident["evidence"]) <= 5
    assert {"id", "url", "text", "created_at", "reason"} <= incident["evidence"][0].keys()
    assert all(
        post["created_at"] < incident["opened_at"] or incident["state"] != "suspected" for post in incident["evidence"]
    )
    assert "posts.jsonl:98: this line is not a JSON object" in err


def test_replay_into_a_database_can_be_listed_and_repeated(run: Run, posts: Path, services: Path) -> None:
    first = run("replay", posts, "--services", services, "--db", "x.duckdb", "--json")[1]
    again = run("replay", posts, "--services", services, "--db", "x.duckdb", "--json")[1]
    listed = run("incidents", "--db", "x.duckdb", "--json")[1]
    assert first == again == listed
    shown = run("incidents", "--db", "x.duckdb")[1]
    assert "Zorblat  outage" in shown
    assert current(Path("x.published")) >= "00000002"
    log = [json.loads(line) for line in run("alerts", "log", "--db", "x.duckdb", "--json")[1].splitlines()]
    assert {one["state"] for one in log} == {"recorded"}
    shown = run("alerts", "show", log[0]["id"], "--db", "x.duckdb")[1]
    assert json.loads(shown)["data"]["service"] == "Zorblat"


def test_other_rules_are_tried_on_what_is_stored(run: Run, posts: Path, services: Path) -> None:
    run("replay", posts, "--services", services, "--db", "x.duckdb", "--json")
    asked = ("evaluate", "--what-if", "min_voices=500", "--db", "x.duckdb", "--json")
    everything = json.loads(run(*asked)[1])["changes"]
    assert [(one["service"], one["fate"]) for one in everything] == [("Zorblat", "vanishes")]
    assert json.loads(run(*asked, "--service", "Zorblat")[1])["changes"] == everything
    code, _, said = run(*asked, "--service", "Narnia")
    assert (code, " ".join(said.split())) == (
        2,
        "downchatter: --service: nothing is stored about 'Narnia'; there are: Zorblat",
    )


def test_a_brief_of_a_published_incident(run: Run, posts: Path, services: Path) -> None:
    told = json.loads(run("replay", posts, "--services", services, "--db", "x.duckdb", "--json")[1])
    code, out, _ = run("brief", told["id"], "--db", "x.duckdb")
    assert (code, "Zorblat" in out) == (0, True)
    assert run("brief", told["id"], "--db", "x.duckdb", "--out", "b.docx")[0] == 0
    assert Path("b.docx").read_bytes().startswith(b"PK")
    assert "there is no such incident" in run("brief", "nope", "--db", "x.duckdb")[2]


def test_replay_takes_the_service_that_it_is_told(run: Run, posts: Path) -> None:
    out = run("replay", posts, "--service", "Frobnitz", "--json")[1]
    assert [json.loads(line)["service"] for line in out.splitlines()] == ["Frobnitz"]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_score_writes_one_row_a_post_and_service(run: Run, posts: Path, services: Path, ending: str) -> None:
    code, _, err = run("score", posts, "--services", services, "--out", f"out/scores.{ending}")
    assert (code, "96 rows" in err) == (0, True)
    rows = read(Path(f"out/scores.{ending}"))
    assert len(rows) == 96
    assert set(rows[0]) == COLUMNS
    assert rows[40]["id"] == "p104"
    assert rows[40]["kind"] == "outage"
    assert (
        abs(sum(float(rows[40][f"p_{kind}"]) for kind in ("outage", "relay", "recovery", "complaint", "other")) - 1)
        < 1e-6
    )


def test_score_all_has_every_post_once_and_needs_no_dates(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text('id,text\nt1,"is it down?"\nt2,"=HYPERLINK(1)"\nt3,"hello there"\n')
    assert run("score", path, "--all", "--out", "s.csv")[0] == 0
    rows = read(Path("s.csv"))
    assert [(row["id"], row["service"]) for row in rows] == [("t1", ""), ("t2", ""), ("t3", "")]


def test_doctor_is_calm_about_a_fresh_machine_and_tells_what_is_wrong(run: Run) -> None:
    code, out, _ = run("doctor", "--json")
    checks = {check["part"]: check for check in json.loads(out)}
    assert (code, checks["settings"]["health"], checks["source bluesky"]["health"]) == (0, "ok", "ok")
    assert "downchatter run" in checks["database"]["remedy"]
    Path("downchatter.toml").write_text('[channels.ops]\nkind = "webhook"\nurl_env = "NOT_SET"\n')
    code, out, _ = run("doctor", "--json")
    broken = next(check for check in json.loads(out) if check["part"] == "alerts ops")
    assert (code, broken["health"]) == (1, "fail")
    assert "NOT_SET is not set" in broken["seen"]


def test_doctor_names_minutes_since_the_last_post_and_blindness(run: Run, posts: Path, services: Path) -> None:
    run("replay", posts, "--services", services, "--db", "x.duckdb")
    out = run("doctor", "--db", "x.duckdb", "--json")[1]
    assert next(check for check in json.loads(out) if check["part"] == "database")["health"] == "ok"
    listed = {row["source"]: row for row in json.loads(run("sources", "--db", "x.duckdb", "--json")[1])}
    assert (listed["replay"]["state"], listed["reddit"]["state"]) == ("seen", "off")
    assert listed["replay"]["last_post"].endswith("min ago")
    assert listed["replay"]["posts_per_minute"] > 0.5


def test_a_test_alert_says_that_it_is_one(run: Run) -> None:
    code, _, err = run("alerts", "test", "console")
    assert code == 0
    assert "[test]" in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("replay", "none.jsonl"), "No such file"),
        (("score", "none.jsonl", "--out", "x.txt"), "give --out one of these endings"),
        (("incidents",), "nothing has been published yet"),
        (("alerts", "test", "pager"), "there is no channel 'pager'"),
        (("alerts", "show", "msg_x"), "there is no such delivery"),
        (("replay", "none.jsonl", "--scorer", "oracle"), "there is no scorer 'oracle'"),
        (("run", "--config", "none.toml"), "there is no such settings file"),
        (("evaluate", "posts"), "name a labelled file with --data"),
    ],
)
def test_what_a_person_must_change_is_one_sentence(run: Run, words: tuple[str, ...], sentence: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("downchatter: ")
    assert sentence in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("command", ["alerts", "dashboard", "incidents"])
def test_what_only_looks_at_what_is_there_loads_no_reader(command: str) -> None:
    asked = f"import sys, downchatter.commands.{command}; print(sorted(sys.modules.keys() & {{'scipy', 'spacy'}}))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[]\n"


def test_demo_once_finds_the_simulated_outage_and_says_that_it_is_simulated(run: Run) -> None:
    code, out, err = run("demo", "--once")
    assert code == 0
    assert "Simulated data." in out
    assert "Character.AI  outage" in out
    meta = json.loads((Path("data/demo.published") / current(Path("data/demo.published")) / "meta.json").read_text())
    assert meta["simulated"] is True
    assert "Traceback" not in err


def read(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    with path.open(encoding="utf8", newline="") as file:
        return list(csv.DictReader(file)) if path.suffix == ".csv" else [json.loads(line) for line in file]
