"""The scorecard that comes with the program is true: the page is made from its file, and the short form still holds."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from downchatter.cli import main
from downchatter.commands import evaluate
from downchatter.proof import card, held, measure
from downchatter.proof.page import page
from downchatter.proof.summary import summary

ROOT = Path(__file__).parents[2]
REMEDY = "run `downchatter evaluate --short --write` (or without --short for all of it) and commit what it writes"


def test_the_page_is_made_from_the_file() -> None:
    told = card.committed()
    assert page(told) == (ROOT / "docs" / "scorecard.md").read_text(encoding="utf8"), REMEDY
    assert json.loads(card.FILE.read_text(encoding="utf8"))["summary"] == json.loads(json.dumps(summary(told))), REMEDY


def test_the_short_form_holds() -> None:
    before = card.committed()[card.CHECK].rows
    now = measure.short().rows
    assert held.worse(now, before) == [], "fewer found, later, or more false alarms than the scorecard says"
    assert held.changed(now, before) == [], f"the scorecard is out of date; {REMEDY}"


def test_every_section_is_there_with_a_command_behind_each_row() -> None:
    told = card.committed()
    assert list(told) == [*measure.SECTIONS, card.CHECK]
    for one in told.values():
        assert one.rows
        assert all(row["command"].startswith("downchatter ") for row in one.rows), one.key


def test_what_is_worse_is_told_and_what_only_wavers_is_not() -> None:
    row = {"of": "power", "hourly": 6.0, "times": 3.0, "form": "step", "spread": 1.0}
    before = [{**row, "found": 1.0, "delay_median": 20.0, "false_alarms": 1}]
    assert held.worse(before, before) == held.changed(before, before) == []
    for change, worse in (
        ({"found": 0.9}, True),
        ({"false_alarms": 2}, True),
        ({"delay_median": 22.5}, True),
        ({"delay_median": 21.5}, False),
        ({"false_alarms": 0}, False),
    ):
        now = [{**before[0], **change}]
        assert bool(held.worse(now, before)) is worse, change
    better = [{**before[0], "delay_median": 10.0}]
    assert held.worse(better, before) == []
    assert held.changed(better, before) == ["6/h × 3 step, variance 1: median delay 10, was 20"]
    assert len(held.changed([], before)) == 1


def test_sections_whose_recordings_are_absent_are_kept_and_never_made_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(card, "FILE", tmp_path / "scorecard.json")
    monkeypatch.setattr(card, "PAGE", tmp_path / "scorecard.md")
    old = replace(card.committed()["nab"], measured="2020-01-01", version="0.0.1")
    known = {"nab": old, card.CHECK: card.committed()[card.CHECK]}
    monkeypatch.setattr(evaluate, "committed", lambda: known)
    what_if = card.section("what-if", "Other rules", card.committed()["what-if"].rows, 1.0, seeded=False)
    evaluate.keep_with_known({"what-if": what_if})
    told = json.loads((tmp_path / "scorecard.json").read_text())["sections"]
    assert list(told) == ["nab", "what-if", card.CHECK]
    assert (told["nab"]["measured"], told["nab"]["version"]) == ("2020-01-01", "0.0.1")
    assert "version 0.0.1, 2020-01-01" in (tmp_path / "scorecard.md").read_text()


SERVICES = '[[service]]\nname = "Fjordbank"\n'
POSTS = "text,created_at\nFjordbank is down,2025-05-15T10:00:00Z\n"
TRUTH = "service,start,end\nFjordbank,2025-05-15T10:00:00Z,2025-05-15T11:00:00Z\n"


def called(folder: Path, capsys: pytest.CaptureFixture[str], *words: str, **given: str) -> tuple[int, Any, str]:
    """The exit status of `evaluate`, the JSON that it printed, and what it said beside."""
    for name, text in {"posts.csv": POSTS, "truth.csv": TRUTH, "services.toml": SERVICES, **_named(given)}.items():
        (folder / name).write_text(text)
    paths = [str(folder / word) if "." in word else word for word in words]
    sys.argv = ["downchatter", "evaluate", *paths, "--scorer", "lexicon", "--json"]
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), json.loads(out) if out else None, err


def _named(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "."): text for name, text in given.items()}


RECORDING = ("--posts", "posts.csv", "--truth", "truth.csv", "--services", "services.toml")


@pytest.fixture(autouse=True)
def _arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", list(sys.argv))


def test_anyones_posts_are_judged_against_anyones_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = [
        f"I opened account {hour} at Fjordbank,2025-05-{8 + hour // 24:02}T{hour % 24:02}:00:00Z,a{hour}"
        for hour in range(7 * 24)
    ]
    down = [
        f"Fjordbank is down for me in street {minute * 7919},2025-05-15T10:{minute:02}:00Z,b{minute}"
        for minute in range(40)
    ]
    lines = ["text,created_at,author", *usual, *down]
    code, told, _ = called(tmp_path, capsys, *RECORDING, posts_csv="\n".join(lines))
    assert code == 0
    assert (told["events"]["precision"], told["events"]["recall"]) == (1.0, 1.0)
    assert 0 < told["events"]["delay_median"] <= 30
    assert told["false_alarms"] == []


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("truth_csv", "service,start,end\nFjordbank,soon,\n", "truth.csv:2: start: 'soon' is not a time"),
        ("truth_csv", "name,start\nFjordbank,2025-05-15\n", "column service is missing (found: name, start)"),
        (
            "truth_csv",
            "service,start,end\nFjordbank,2025-05-15,2025-05-14\n",
            "truth.csv:2: end 2025-05-14 lies before",
        ),
        ("truth_csv", "service,start,end\n,2025-05-15,\n", "truth.csv:2: service is missing"),
        ("truth_csv", "service,begin\nFjordbank,2025-05-15\n", "truth.csv:2: start is missing"),
        ("posts_csv", "text,when\nhello,2025\n", "column created_at is missing (found: text, when)"),
        (
            "posts_csv",
            "text,created_at\nhello,never\n",
            "none of its 1 rows can be used; first posts.csv:2: created_at",
        ),
        ("services_toml", '[[service]]\nnam = "Fjordbank"\n', "services.toml, line 1, key `name`"),
    ],
)
def test_a_mistake_in_a_file_is_one_sentence_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, sentence: str
) -> None:
    code, _, said = called(tmp_path, capsys, *RECORDING, **{file: text})
    assert code == 2
    assert sentence in said
    assert said.count("\n") == 1


def test_a_service_that_nobody_knows_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told, said = called(tmp_path, capsys, *RECORDING, posts_csv="text,created_at\nnice day,2025-05-15\n")
    assert (code, told["events"]["incidents"]) == (0, 0)
    assert "say with --service which one all posts are about" in " ".join(said.split())
    code, told, said = called(tmp_path, capsys, *RECORDING, truth_csv=TRUTH + "Narnia,2025-05-15,\n")
    assert (code, told["events"]["outages"]) == (0, 2)
    assert "no post is about 'Narnia'" in " ".join(said.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--truth", "truth.csv"), "say with --posts which recording"),
        (("--only", "pwer"), "there is no section 'pwer'; those there are: power, silence"),
        (("--what-if", "promise=1/week", "--db", "none.duckdb"), "there is no such database; name one with --db"),
        (("--what-if", "promise=1/fortnight"), "so many per day, week, month, quarter or year"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str
) -> None:
    code, _, said = called(tmp_path, capsys, *words)
    assert code == 2
    assert sentence in said


def test_tables_fit_eighty_columns(tmp_path: Path) -> None:
    for name, text in (("posts.csv", POSTS), ("truth.csv", TRUTH), ("services.toml", SERVICES)):
        (tmp_path / name).write_text(text)
    words = [str(tmp_path / w) if "." in w else w for w in RECORDING]
    command = [sys.executable, "-m", "downchatter", "evaluate", *words, "--scorer", "lexicon", "--parts"]
    done = subprocess.run(command, capture_output=True, text=True, env={"COLUMNS": "80", "PATH": ""}, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Known outages" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "…" not in done.stdout


def test_bounds_and_onsets_are_told_where_they_were_measured() -> None:
    whole = card.committed()["power"]
    bare = [{name: value for name, value in row.items() if name != "onset_held"} for row in whole.rows]
    old = [{name: value for name, value in row.items() if "optimum" not in name} for row in bare]
    new = [{**row, "optimum_voices": row["bound"], "ratio_optimum": row["ratio"], "onset_held": 0} for row in old]
    without, told = (summary({"power": replace(whole, rows=part)}) for part in (old, new))
    assert len(told) == len(without) + 2
    (best,) = [row for row in told if "CUSUM" in row["what"]]
    plain = next(row for row in told if row["what"].startswith("well-specified"))
    assert (best["measured"], best["met"]) == (plain["measured"], plain["met"])
    assert [row["met"] for row in told if "interval" in row["what"]][-1] is False


def test_how_often_nobody_can_keep_to_the_bound_is_counted() -> None:
    whole = card.committed()["power"]
    even = {"rhythm": 0.0, "spread": 1.0, "form": "step", "bound": 10.0, "onset_held": None}
    cells = [(11.0, 1.1, 12.0), (20.0, 2.0, 10.0), (16.0, 1.6, 14.0), (12.0, 1.2, 13.0), (None, None, 99.0)]
    rows = [
        {**whole.rows[0], **even, "delay_mean": mean, "ratio": ratio, "optimum_voices": best, "ratio_optimum": ratio}
        for mean, ratio, best in cells
    ]
    told = replace(whole, rows=rows)
    (plain,) = [row for row in summary({"power": told}) if "Lorden" in row["what"]]
    assert plain["measured"] == "2 of 4, worst 2.00; out of anyone's reach: 1 of 2"
    assert "In 1 of the 4 well-specified cells" in page({"power": told})


def test_a_rival_that_is_ahead_or_level_is_named() -> None:
    whole = card.committed()["rivals"]
    cell = {"hourly": 6.0, "rhythm": 0.6, "spread": 1.0, "form": "step", "delay_median": 9.0}
    lead = {"lead": -1.25, "lead_low": -2.0, "lead_high": -0.5}
    verdicts = {(3.0, "a"): "behind", (3.0, "b"): "ahead", (10.0, "a"): "level", (10.0, "b"): "behind"}
    rows = [{**whole.rows[0], **cell, "times": times, "detector": "evidence", "verdict": ""} for times in (3.0, 10.0)]
    rows += [
        {**rows[0], **lead, "times": times, "detector": name, "verdict": verdict}
        for (times, name), verdict in verdicts.items()
    ]
    contests, rivals = summary({"rivals": replace(whole, rows=rows)})
    assert (contests["measured"], contests["met"]) == ("1 of 2; ahead elsewhere: b", False)
    assert (rivals["measured"], rivals["met"]) == ("2 of 4; not told apart: a", False)
    told = page({"rivals": replace(whole, rows=rows)})
    assert "- 6/h × 3 step, variance 1: b (-1.2 min; -2.0 to -0.5); not told apart: nobody" in told
    won = [{**row, "verdict": row["verdict"] and "behind"} for row in rows]
    assert [row["met"] for row in summary({"rivals": replace(whole, rows=won)})] == [True, True]
