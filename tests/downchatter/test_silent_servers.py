"""`downchatter run` ends at once though every source waits for a server that took the connection and says nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from web_server import web_server

from ingest.collectors import names


class Silence:
    """Takes connections and answers nothing."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._taken: list[socket.socket] = []
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self._taken.append(self._listening.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Let go of everyone."""
        self._listening.close()
        for one in self._taken:
            one.close()


@pytest.fixture
def silence() -> Iterator[Silence]:
    one = Silence()
    yield one
    one.close()


def test_a_silent_server_of_any_source_does_not_hold_up_the_end(tmp_path: Path, silence: Silence) -> None:
    asked, told = threading.Semaphore(0), threading.Event()

    def hackernews(path: str, query: Mapping[str, list[str]], headers: Mapping[str, str]) -> Any:
        if path == "/updates.json":
            return {"items": list(range(100))}
        if path == "/maxitem.json":
            return 100
        asked.release()
        told.wait(60)
        return None

    here = silence.address
    with web_server(hackernews) as web:
        sources = {
            "bluesky": f'hosts = ["ws://{here}"]\nlogin = "a"\napp_password_env = "KEY"\npds = "http://{here}"',
            "hackernews": f'base_url = "{web.address}"',
            "inbox": "",
            "mastodon": f'servers = ["http://{here}"]\npublic = true\naccess_token_env = "KEY"',
            "reddit": f'client_id_env = "KEY"\nclient_secret_env = "KEY"\nsearches = ["aws"]\nbase_url = "http://{here}"',
            "statuspage": f'pages = ["Slack = http://{here}"]',
        }
        assert set(sources) == set(names()) - {"replay", "simulate"}
        text = "\n".join(f"[sources.{name}]\n{options}" for name, options in sources.items())
        (tmp_path / "downchatter.toml").write_text(text)
        command = [sys.executable, "-m", "downchatter", "run"]
        told_keys = os.environ | {"KEY": "k"}
        with subprocess.Popen(
            command, cwd=tmp_path, env=told_keys, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            try:
                assert any("Watching" in line for line in process.stdout)
                for _ in range(8):  # all that it asks for at once
                    assert asked.acquire(timeout=60)
                began = time.monotonic()
                process.send_signal(signal.SIGTERM)
                said, _ = process.communicate(timeout=30)
                took = time.monotonic() - began
            finally:
                process.kill()
                told.set()
    assert (process.returncode, "Stopped; everything is written." in said) == (0, True), said
    assert took < 5
