"""`downchatter dashboard`: the page."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from dashboards.door import Door
from dashboards.serve import command
from downchatter.settings import Login, Settings
from downchatter.stopping import stopping
from ingest.errors import UserError
from ingest.store.publish import folder_for


def dashboard(settings: Settings, *, port: int | None = None) -> None:
    """Serve the page on what is published, until Ctrl-C.

    Raises:
        UserError: the port is taken.
    """
    where = settings.dashboard
    serve(folder_for(settings.database), where.address, where.port if port is None else port, where.login)


def serve(published: Path, address: str, port: int, login: Login | None = None) -> None:
    """Serve the page on a publication, until Ctrl-C, and print its address.

    Raises:
        UserError: the port is taken, the page stopped by itself, or people cannot sign in as the settings say.
    """
    login = login or Login()
    port = port or free_port(address)
    if taken(address, port):
        raise UserError(f"{address}:{port} is taken by another program; stop it, or choose another with --port")
    if not published.exists():
        Console(stderr=True).print("Nothing is published yet: the page fills as soon as `downchatter run` has.")
    Console().print(f"The page: http://{address}:{port}  (Ctrl-C ends it)", highlight=False)
    env = os.environ | {"PYTHONUNBUFFERED": "1"} | door(login, address).environment()
    with TemporaryDirectory() as folder:
        page_command = command(published, port, address, secrets(login, Path(folder)))
        with stopping() as stop, subprocess.Popen(page_command, env=env) as page:  # noqa: S603  # our own words, no shell
            while page.poll() is None and not stop.wait(0.2):
                pass
            code = page.poll()
            page.terminate()
    if code:
        raise UserError(f"the page ended by itself with code {code}; its message stands above")


def door(login: Login, address: str) -> Door:
    """Who may come in. Where nobody signs in, whoever is not on this machine may only look."""
    if not login.metadata_url and not loopback(address):
        Console(stderr=True).print(
            f"Nobody signs in, and {address} can be reached from elsewhere: the page may be looked at, and nothing can "
            "be marked on it. Set dashboard.login (docs/dashboard.md) to let people sign in.",
            highlight=False,
        )
    return Door(bool(login.metadata_url), login.editors, login.viewers, loopback(address))


def loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def secrets(login: Login, folder: Path) -> Path | None:
    """What Streamlit needs so that people can sign in, in a file that nobody else can read; None where nobody does.

    Raises:
        UserError: something is missing.
    """
    if not login.metadata_url:
        return None
    if find_spec("authlib") is None:
        raise UserError("dashboard.login: signing in needs the extra `login`; install downchatter[login]")
    told = {
        "redirect_uri": login.redirect_uri,
        "cookie_secret": _secret(login.cookie_secret_env, "cookie_secret_env"),
        "client_id": login.client_id,
        "client_secret": _secret(login.client_secret_env, "client_secret_env"),
        "server_metadata_url": login.metadata_url,
    }
    missing = next((name for name, value in told.items() if not value), None)
    if missing:
        raise UserError(f"dashboard.login.{missing}: is not set; see docs/dashboard.md for what signing in needs")
    path = folder / "secrets.toml"
    path.touch(mode=0o600)
    path.write_text("\n".join(["[auth]", *(f"{name} = {json.dumps(value)}" for name, value in told.items())]) + "\n")
    return path


def _secret(variable: str, key: str) -> str:
    if not os.environ.get(variable):
        raise UserError(f"dashboard.login.{key}: the environment variable {variable} is not set; export it first")
    return os.environ[variable]


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
