"""The receiver that docs/webhooks.md shows, started as it stands there."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from alert_samples import OLD_SECRET, SECRET, row

from alerts.channels import load
from ingest.errors import SendFailed

DOC = Path(__file__).parents[2] / "docs" / "webhooks.md"


def test_the_documented_receiver_verifies_and_drops_repeats(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf8"), re.DOTALL)
    script = tmp_path / "receiver.py"
    script.write_text(code, encoding="utf8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "OPS_WEBHOOK_SECRET": SECRET}
    with subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.PIPE, text=True) as receiver:
        try:
            _wait_for(port)
            options = {"url": f"http://127.0.0.1:{port}/", "allow": "127.0.0.1"}
            good = load("webhook", {**options, "secret": SECRET})
            assert good.send(row()) == "204"
            assert good.send(row()) == "204"
            with pytest.raises(SendFailed) as caught:
                load("webhook", {**options, "secret": OLD_SECRET}).send(row())
            assert caught.value.status == "401"
            assert httpx.post(f"http://127.0.0.1:{port}/", json={}).status_code == 401
        finally:
            receiver.terminate()
        assert receiver.stdout is not None
        said = receiver.stdout.read().splitlines()
    assert said == ["incident.confirmed 214 people report trouble in 12 minutes; 3 expected"]


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)  # another process starts: nothing to be told
        else:
            return
    raise AssertionError("the receiver did not start")
