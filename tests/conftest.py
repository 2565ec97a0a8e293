"""What holds for every test: a clean environment and no way out of loopback."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
_connect = socket.socket.connect


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than there are cores, since whoever looks at a page waits for half of the time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("DOWNCHATTER_") and name != "DOWNCHATTER_SHARED":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise AssertionError(f"a test tried to reach {address}")
        _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared corpora; the test is skipped where it is absent."""
    for folder in (Path(os.environ.get("DOWNCHATTER_SHARED", "")), ROOT.parent / "shared", ROOT / "shared"):
        if (folder / "corpora").is_dir():
            return folder
    pytest.skip("the shared corpora are not on this machine; name their folder in DOWNCHATTER_SHARED")
