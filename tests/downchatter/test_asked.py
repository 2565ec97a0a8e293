"""What people ask of the alerts while the writer holds the database: a real `downchatter run`, and an endpoint."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from alert_samples import SECRET
from faulty_server import Answer, FaultyServer

from dashboards import marks
from ingest.notes import folder_beside, refused
from ingest.store.publish import current

LONGEST = 60.0
SETTINGS = """
scorer = "lexicon"

[sources.inbox]
folder = "in"
poll = 0.2

[channels.ops]
kind = "webhook"
url = "{url}"
secret_env = "OPS_SECRET"
allow = ["127.0.0.1"]

[[routes]]
channels = ["ops", "pagr"]
"""


class Watch:
    """A folder with settings in which commands are run."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.published = folder / "data" / "downchatter.published"
        (folder / "downchatter.toml").write_text(SETTINGS.format(url=url))
        self.environment = {**os.environ, "OPS_SECRET": SECRET, "COLUMNS": "80"}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        command = [sys.executable, "-m", "downchatter", *words]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=60, check=False
        )

    @contextmanager
    def running(self) -> Iterator[Path]:
        """`downchatter run`, until the end of the block; gives the file to which it talks."""
        said = self.folder / "said.txt"
        command = [sys.executable, "-m", "downchatter", "run"]
        with (
            said.open("w") as out,
            subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=out, stderr=out) as process,
        ):
            try:
                until(lambda: (self.published / "CURRENT").exists())
                yield said
            finally:
                process.terminate()

    def log(self, *words: str) -> list[dict[str, Any]]:
        """What `alerts log --json` says."""
        return [json.loads(line) for line in self.command("alerts", "log", "--json", *words).stdout.splitlines()]

    def states(self) -> list[str]:
        """The states of what is published of alerts."""
        rows = pq.read_table(self.published / current(self.published) / "deliveries.parquet")
        return sorted(map(str, rows["state"].to_pylist()))

    def ask(self, kind: str, text: str) -> None:
        """Do as the page does."""
        marks.leave(self.published, marks.new(kind, "", datetime.now(UTC), text=text))


def until(enough: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not enough():
        assert time.monotonic() < deadline
        time.sleep(0.1)  # another process works


def test_an_endpoint_that_was_gone_is_tried_and_sent_to_again_while_the_writer_runs(tmp_path: Path) -> None:
    with FaultyServer([Answer(410, body=b"closed"), Answer(204)]) as server:
        watch = Watch(tmp_path, server.url)
        with watch.running() as out:
            watch.ask("test", "ops")
            watch.ask("test", "nowhere")
            until(lambda: watch.states() == ["dead", "dead"])
            first = next(row for row in watch.log("--state", "dead") if row["event"] == "incident.confirmed")
            assert (first["attempts"], first["last_status"]) == (1, "410 closed")
            shown = watch.command("alerts", "show", first["id"][:12])
            assert json.loads(shown.stdout)["data"]["test"] is True
            assert "410 closed" in shown.stderr
            asked = watch.command("alerts", "redeliver", first["id"][:12])
            assert (asked.returncode, "was asked to send it again" in asked.stderr) == (0, True), asked.stderr
            until(lambda: watch.states() == ["dead", "sent"])
            watch.ask("redeliver", "msg_none")
            until(lambda: not list(folder_beside(watch.published).glob("*.json")))
        said = " ".join(out.read_text().split())
        assert [seen.headers["webhook-id"] for seen in server.seen] == [first["id"]] * 2
    assert "no channel 'pagr'" in said
    assert "channel 'nowhere' cannot be tried" in said
    assert "msg_none cannot be sent again" in said
    assert "channel ops is disabled: 410 closed" in said
    assert refused(folder_beside(watch.published)) == []
    tries = watch.log("--attempts")
    assert [(one["number"], one["status"], one["sent"]) for one in tries] == [
        (1, "204", True),
        (1, "410 closed", False),
    ]
    assert all(0 < one["seconds"] < 30 for one in tries)
    for words in (("alerts", "log"), ("alerts", "log", "--attempts")):
        lines = watch.command(*words).stdout.splitlines()
        assert len(lines) >= 3
        assert max(map(len, lines)) <= 80


def test_without_a_writer_it_is_sent_by_the_command_itself(tmp_path: Path) -> None:
    with FaultyServer([Answer(410, body=b""), Answer(204)]) as server:
        watch = Watch(tmp_path, server.url)
        with watch.running():
            watch.ask("test", "ops")
            until(lambda: watch.states() == ["dead", "dead"])
        (first, _) = sorted(watch.log(), key=lambda row: str(row["event"]))
        sent = watch.command("alerts", "redeliver", first["id"])
        assert (sent.returncode, "sent (204)" in sent.stderr) == (0, True), sent.stderr
        shown = json.loads(watch.command("alerts", "show", first["id"], "--json").stdout)
    assert (shown["state"], [one["status"] for one in shown["tries"]]) == ("sent", ["410", "204"])


def test_a_trial_prints_what_was_sent_and_answered(tmp_path: Path) -> None:
    with FaultyServer([Answer(200, body=b"thank you \x1b[31m")]) as server:
        tried = Watch(tmp_path, server.url).command("alerts", "test", "ops")
    assert tried.returncode == 0
    assert tried.stdout.count("answered: 200 thank you\n") == 2
    assert '"test": true' in tried.stdout
    assert "/hook" not in tried.stdout
    assert "ops: taken (200, 200)" in tried.stderr
