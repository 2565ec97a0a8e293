"""`downchatter dashboard`: the page."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from rich.console import Console

from dashboards.serve import command
from downchatter.settings import Settings
from downchatter.stopping import stopping
from ingest.errors import UserError
from ingest.store.publish import folder_for


def dashboard(settings: Settings, *, port: int | None = None) -> None:
    """Serve the page on what is published, until Ctrl-C.

    Raises:
        UserError: the port is taken.
    """
    serve(folder_for(settings.database), settings.dashboard.address, settings.dashboard.port if port is None else port)


def serve(published: Path, address: str, port: int) -> None:
    """Serve the page on a publication, until Ctrl-C, and print its address.

    Raises:
        UserError: the port is taken, or the page stopped by itself.
    """
    port = port or free_port(address)
    if taken(address, port):
        raise UserError(f"{address}:{port} is taken by another program; stop it, or choose another with --port")
    if not published.exists():
        Console(stderr=True).print("Nothing is published yet: the page fills as soon as `downchatter run` has.")
    Console().print(f"The page: http://{address}:{port}  (Ctrl-C ends it)", highlight=False)
    page_command = command(published, port, address)
    env = os.environ | {"PYTHONUNBUFFERED": "1"}
    with stopping() as stop, subprocess.Popen(page_command, env=env) as page:  # noqa: S603  # our own words, no shell
        while page.poll() is None and not stop.wait(0.2):
            pass
        code = page.poll()
        page.terminate()
    if code:
        raise UserError(f"the page ended by itself with code {code}; its message stands above")


def free_port(address: str) -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        port: int = probe.getsockname()[1]
        return port


def taken(address: str, port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0
