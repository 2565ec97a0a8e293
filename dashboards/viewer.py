"""The one who looks at the page: signed in where that is asked for."""

from __future__ import annotations

import streamlit as st

from dashboards.door import Door
from dashboards.markup import Safe, fill
from dashboards.page import show


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
