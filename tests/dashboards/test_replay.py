"""What was known then, and nothing of what came later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboards import frames
from dashboards.frames import Published
from dashboards.replay import known_then, up_to

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


def at(text: str) -> datetime:
    """A time of the recorded day."""
    hours, minutes = text.split(":")
    return MIDNIGHT + timedelta(hours=int(hours), minutes=int(minutes))


@pytest.mark.parametrize(
    ("text", "state", "officials", "alerts"),
    [
        ("14:05", "", 0, 0),
        ("14:06", "suspected", 0, 0),
        ("14:11", "confirmed", 0, 1),
        ("14:40", "confirmed", 2, 1),
        ("14:47", "recovering", 2, 1),
        ("15:45", "resolved", 4, 1),
    ],
)
def test_state_steps_and_alerts_are_those_of_then(
    full: Path, text: str, state: str, officials: int, alerts: int
) -> None:
    then = known_then(Published(full), "inc-character", at(text))
    assert (then.state, len(then.officials), len(then.alerts)) == (state, officials, alerts)
    assert len(then.incident) == (1 if state else 0)
    for name in ("opened_at", "confirmed_at", "recovering_at", "resolved_at", "peak_at"):
        assert not (then.incident[name] > at(text)).any()


def test_the_peak_is_unknown_while_reports_rise(full: Path) -> None:
    then = known_then(Published(full), "inc-character", at("14:35"))
    assert then.incident["peak_at"].isna().all()


def test_later_minutes_are_missing(full: Path) -> None:
    whole = frames.minutes(Published(full), "Character.AI", at("14:00"), at("15:00"), width=5)
    shown = up_to(whole, at("14:22"), 5)
    assert shown["reports"].notna().sum() == 4
    assert shown["expected"].notna().sum() == 4
    assert whole["reports"].notna().all()


def test_an_unknown_incident_is_nothing(full: Path) -> None:
    assert known_then(Published(full), "none", at("14:00")).state == ""
