"""Which proxy a request goes through: the one that the settings name, or the environment's, as most programs do.

Source: the variables `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, as Python's `urllib.request` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment
from urllib.request import proxy_bypass_environment as bypassed  # type: ignore[attr-defined]  # its types lack it

DIRECT: Final = "none"
_PORTS: Final = {"http": 3128, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy over HTTP. `login` is a name and a password, None where it asks for none."""

    scheme: str
    host: str
    port: int
    login: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """Its address, without the login."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def read_proxy(text: str) -> Proxy:
    """A proxy as a person writes it: ``http://proxy.example:3128``, or ``proxy.example:3128``.

    Raises:
        ValueError: it is none; the message does not repeat it, for it may hold a password.
    """
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError as error:
        raise ValueError("this is no proxy; write it like http://proxy.example:3128") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("this is no proxy over HTTP; write it like http://proxy.example:3128")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return Proxy(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], login)


def proxy_for(scheme: str, host: str, wanted: str = "") -> Proxy | None:
    """The proxy for a request, None for none.

    Args:
        scheme: of the address asked, ``http`` or ``https``.
        host: of the address asked.
        wanted: what the settings say: a proxy, ``none``, or nothing, which leaves it to the environment.

    Raises:
        ValueError: what is set is no proxy over HTTP.
    """
    if wanted:
        return None if wanted == DIRECT else read_proxy(wanted)
    found = getproxies_environment()
    text = found.get(scheme) or found.get("all", "")
    if not text or bypassed(host, found):
        return None
    return read_proxy(text)
