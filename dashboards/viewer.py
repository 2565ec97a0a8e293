"""Who looks, and what they may do: viewers look, editors also press buttons.

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

import streamlit as st

from dashboards.markup import Safe, fill
from dashboards.page import show

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


def enter() -> bool:
    """Whether the one who looks may see the page; if not, what they can do about it is shown."""
    door = Door.from_environment()
    if not door.login:
        return True
    if not st.user.is_logged_in:
        show(Safe('<div class="dc-empty"><h1>Downchatter</h1><p>Please sign in to see the watch.</p></div>'))
        st.button("Sign in", on_click=st.login, type="primary")
        return False
    person = st.user.to_dict()
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        who = "may look and mark" if may_edit() else "may look"
        show(fill('<span class="dc-why">{mail}, {who}</span>', mail=person.get("email", ""), who=who))
        st.button("Sign out", on_click=st.logout, type="tertiary")
    if door.role(person) == "nobody":
        show(
            fill(
                '<div class="dc-notice" role="alert"><h1>Not for this account</h1><p>{mail} may not see the watch. '
                "Ask whoever runs it to name you under <code>dashboard.login</code> in its settings.</p></div>",
                mail=person.get("email") or "An account without a confirmed mail address",
            )
        )
        return False
    return True


def may_edit() -> bool:
    """Whether the one who looks may press buttons."""
    door = Door.from_environment()
    return door.role(st.user.to_dict() if door.login else {}) == "editor"


def name() -> str:
    """The mail address of the one who is signed in, or ""."""
    return str(st.user.to_dict().get("email", "")) if Door.from_environment().login else ""
