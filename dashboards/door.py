"""Who may come in, and what they may do: viewers look, editors also press buttons.

`$DOWNCHATTER_DOOR` says who may come in, as one JSON object: ``{"login": true, "editors": ["ana@example.com"],
"viewers": ["*@example.com"], "loopback": false}``. Without a login whoever reaches this machine's own address may do
everything, and whoever comes from elsewhere may look.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Final, Literal

VARIABLE: Final = "DOWNCHATTER_DOOR"

Role = Literal["editor", "viewer", "nobody"]


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in. Names are mail addresses, with `*` for any words, as in ``*@example.com``."""

    login: bool = False
    editors: Sequence[str] = ()
    viewers: Sequence[str] = ()
    loopback: bool = True

    @classmethod
    def from_environment(cls) -> Door:
        """As the command that serves the page was told; open on loopback where it was told nothing."""
        return cls(**json.loads(os.environ.get(VARIABLE, "{}")))

    def environment(self) -> dict[str, str]:
        """What to set for the page."""
        return {VARIABLE: json.dumps(asdict(self))}

    def role(self, person: Mapping[str, Any]) -> Role:
        """What the holder of an identity token's claims may do."""
        if not self.login:
            return "editor" if self.loopback else "viewer"
        mail = str(person.get("email") or "").casefold()
        if not mail or person.get("email_verified") in (False, "false"):
            return "nobody"
        if _among(mail, self.editors):
            return "editor"
        return "viewer" if _among(mail, self.viewers) else "nobody"


def _among(mail: str, names: Sequence[str]) -> bool:
    return any(fnmatchcase(mail, name.casefold()) for name in names)
