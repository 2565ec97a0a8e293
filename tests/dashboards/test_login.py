"""Signing in: who may come in, who may press buttons, and what the command asks for before it serves a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from identity import Provider, provider
from page_server import serving

from dashboards.door import Door
from dashboards.serve import command
from downchatter.commands.dashboard import door, free_port, loopback, secrets
from downchatter.settings import Login
from ingest.errors import UserError

SOON = 90_000
EDITORS = ["ana@example.com", "*@comms.example.com"]
VIEWERS = ["*@example.com"]


def login(**more: Any) -> Login:
    told = {"client_id": "downchatter", "redirect_uri": "http://127.0.0.1/oauth2callback", "metadata_url": "http://x"}
    return Login(**told | {"editors": EDITORS, "viewers": VIEWERS} | more)


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "ana@example.com"}, "editor"),
        ({"email": "ANA@Example.com", "email_verified": True}, "editor"),
        ({"email": "bo@comms.example.com"}, "editor"),
        ({"email": "bo@example.com"}, "viewer"),
        ({"email": "ana@example.com", "email_verified": False}, "nobody"),
        ({"email": "ana@example.com.evil.test"}, "nobody"),
        ({"email": ""}, "nobody"),
        ({}, "nobody"),
    ],
)
def test_a_name_decides_what_one_may_do(claims: dict[str, Any], role: str) -> None:
    assert Door(login=True, editors=EDITORS, viewers=VIEWERS).role(claims) == role


def test_without_a_login_loopback_may_do_all_and_elsewhere_may_look() -> None:
    assert door(Login(), "127.0.0.1").role({}) == "editor"
    assert door(Login(), "0.0.0.0").role({}) == "viewer"  # the case in question
    assert [loopback(one) for one in ("localhost", "::1", "10.0.0.1", "watch.example.com")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_door_travels_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Door(login=True, editors=["a@b"], viewers=[], loopback=False)
    for name, value in made.environment().items():
        monkeypatch.setenv(name, value)
    assert Door.from_environment() == made


def test_secrets_come_from_the_environment_for_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert secrets(Login(), tmp_path) is None
    monkeypatch.delenv("DOWNCHATTER_COOKIE_SECRET", raising=False)
    with pytest.raises(UserError, match=r"cookie_secret_env.*DOWNCHATTER_COOKIE_SECRET is not set"):
        secrets(login(), tmp_path)
    monkeypatch.setenv("DOWNCHATTER_COOKIE_SECRET", 'quo"te')
    monkeypatch.setenv("DOWNCHATTER_CLIENT_SECRET", "s")
    with pytest.raises(UserError, match="client_id: is not set"):
        secrets(login(client_id=""), tmp_path)
    path = secrets(login(), tmp_path)
    assert path is not None
    assert path.stat().st_mode & 0o077 == 0
    assert 'cookie_secret = "quo\\"te"' in path.read_text(encoding="utf8")


@pytest.fixture
def guarded(stage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Provider]]:
    """The page of the stage's publication with a login before it, and the provider that it asks."""
    port = free_port("127.0.0.1")
    address = f"http://127.0.0.1:{port}"
    monkeypatch.setenv("DOWNCHATTER_COOKIE_SECRET", "a long random word that signs cookies")
    monkeypatch.setenv("DOWNCHATTER_CLIENT_SECRET", "secret")
    with provider() as identity:
        told = login(
            metadata_url=f"{identity.address}/.well-known/openid-configuration",
            redirect_uri=f"{address}/oauth2callback",
        )
        words = command(stage.publication.folder, port, "127.0.0.1", secrets(told, tmp_path))
        with serving(words, address, tmp_path / "log", door(told, "127.0.0.1").environment()):
            yield address, identity


def enter(stage: Any, address: str) -> Any:
    """A browser without cookies that signs in, and its page."""
    page = stage.stranger()
    page.goto(address)
    page.get_by_text("Please sign in to see the watch.").wait_for(timeout=SOON)
    stage.whole(page)
    assert page.get_by_text("Character.AI").count() == 0
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for(timeout=SOON)
    return page


@pytest.mark.browser
def test_viewers_look_editors_mark_and_others_stay_out(
    stage: Any, day: Callable[..., Any], guarded: tuple[str, Provider]
) -> None:
    address, identity = guarded
    stage.clear()
    stage.publication.publish(day("14:44"))
    seen = {}
    for mail in ("ana@example.com", "bo@example.com", "eve@elsewhere.test"):
        identity.mail = mail
        page = enter(stage, address)
        if mail.startswith("eve"):
            page.get_by_text("Not for this account").wait_for(timeout=SOON)
            stage.whole(page)
            assert page.get_by_text("Character.AI").count() == 0
        else:
            page.get_by_text("Character.AI is down").wait_for(timeout=SOON)
            page.goto(f"{address}/incident?incident=inc-character")
            page.get_by_role("heading", name="Marks").wait_for(timeout=SOON)
            page.get_by_text("may look" if mail.startswith("bo") else "may look and mark").first.wait_for(timeout=SOON)
            stage.whole(page)
            seen[mail] = page.get_by_text("Mark this incident").count(), page.get_by_text("Take back").count()
        page.context.close()
    assert seen["ana@example.com"] == (1, 1)
    assert seen["bo@example.com"] == (0, 0)
