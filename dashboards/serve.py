"""The command that serves the page."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

APP: Final = Path(__file__).with_name("app.py")

SETTINGS: Final[Mapping[str, str | bool | list[str]]] = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "runner.postScriptGC": False,  # `page.keep_up` sweeps for all sessions
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "client.disableDataExport": True,  # the page's own downloads disarm formulas
    "theme.baseRadius": "6px",
    "theme.headingFontSizes": ["1.9rem", "1.35rem", "1.1rem"],
    "theme.headingFontWeights": ["600"],
    "theme.light.primaryColor": "#1f5f99",
    "theme.light.backgroundColor": "#ffffff",
    "theme.light.secondaryBackgroundColor": "#f3f5f7",
    "theme.light.textColor": "#16202a",
    "theme.light.borderColor": "#d5dbe1",
    "theme.dark.primaryColor": "#7cb7ea",
    "theme.dark.backgroundColor": "#0f151b",
    "theme.dark.secondaryBackgroundColor": "#19222b",
    "theme.dark.textColor": "#e8edf2",
    "theme.dark.borderColor": "#33404c",
}


def command(published: Path, port: int, address: str = "127.0.0.1", secrets: Path | None = None) -> list[str]:
    """The command line that serves the page on a publication, from any working folder.

    Args:
        published: the folder that holds `CURRENT`; it may come into being later.
        port: the port to listen on.
        address: the address to listen on.
        secrets: a file with what Streamlit needs so that people can sign in (its `[auth]`).
    """
    settings = {**SETTINGS, "server.port": str(port), "server.address": address}
    if secrets is not None:
        settings["secrets.files"] = [str(secrets)]
    flags = [f"--{name}={said}" for name, value in settings.items() for said in _said(value)]
    return [sys.executable, "-m", "dashboards.start", "run", str(APP), *flags, "--", str(published.resolve())]


def _said(value: str | bool | list[str]) -> list[str]:
    if isinstance(value, list):
        return value
    return [value if isinstance(value, str) else str(value).lower()]
