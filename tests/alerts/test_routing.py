"""Who is told of what, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alert_samples import NOON, SERVICE, incident, posts
from hypothesis import given
from hypothesis import strategies as st

from alerts.outbox import Outbox
from alerts.routing import Route, Routing, Target, read_hours, warnings
from ingest.errors import UserError

CHANNELS = ["pager", "chat"]
EVENT = "incident.confirmed"


def told(
    route: Route, event: str = EVENT, service: str = "Discord", severity: str = "major", at: datetime = NOON
) -> bool:
    return bool(Routing(CHANNELS, [route]).targets(event, service, severity, at))


def test_without_routes_everyone_gets_everything() -> None:
    assert Routing(CHANNELS).targets(EVENT, "Discord", "minor", NOON) == [Target("pager"), Target("chat")]


def test_a_route_names_what_it_lets_through() -> None:
    route = Route(("pager",), services=("Discord",), events=("incident.*",), min_severity="major")
    assert told(route)
    assert not told(route, service="Slack")
    assert not told(route, severity="minor")
    assert not told(route, event="digest.daily")
    assert told(Route(("pager",), services=("Discord",)), event="collector.blind", service="", severity="")


def test_two_routes_to_one_channel_tell_it_once_and_the_open_one_wins() -> None:
    quiet = read_hours("00:00-24:00", "here")
    both = Routing(CHANNELS, [Route(("pager",), quiet=quiet), Route(("pager",), min_severity="major")])
    assert both.targets(EVENT, "Discord", "major", NOON) == [Target("pager")]
    (held,) = both.targets(EVENT, "Discord", "minor", NOON)
    assert held.held_until is not None


def test_quiet_hours_hold_until_they_end_unless_it_is_critical() -> None:
    route = Route(("pager",), quiet=read_hours("22:00-07:00", "here", "Europe/Berlin"))
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    (target,) = Routing(CHANNELS, [route]).targets(EVENT, "Discord", "major", late)
    assert target.held_until == datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
    (target,) = Routing(CHANNELS, [route]).targets(EVENT, "Discord", "critical", late)
    assert target.held_until is None
    out = Outbox(Routing(CHANNELS, [route]), [SERVICE], page="http://x.example")
    (row,) = out.changed(incident(opened_at=late, confirmed_at=late, updated_at=late), posts())
    assert (row.state, row.due_at) == ("held", datetime(2026, 3, 3, 6, 0, tzinfo=UTC))


def test_the_hour_that_summer_time_skips_or_repeats() -> None:
    hours = read_hours("22:00-07:00", "here", "Europe/Berlin")
    spring = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    assert hours.end_after(spring) == datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
    assert hours.end_after(autumn) == datetime(2026, 10, 25, 6, 0, tzinfo=UTC)


def test_hours_and_muting() -> None:
    office = Route(("chat",), hours=read_hours("mon-fri 09:00-18:00", "here"))
    assert told(office, at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    assert not told(office, at=datetime(2026, 3, 2, 18, 0, tzinfo=UTC))
    assert not told(office, at=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    muted = Route(("chat",), mute_until=NOON)
    assert not told(muted, at=NOON - timedelta(seconds=1))
    assert told(muted, at=NOON)


@given(st.integers(0, 363 * 24 * 60))
def test_hours_and_their_complement_share_no_moment(minutes: int) -> None:
    moment = NOON + timedelta(minutes=minutes)
    night, day = read_hours("22:00-07:00", "here"), read_hours("07:00-22:00", "here")
    ends = [hours.end_after(moment) for hours in (night, day)]
    assert (ends[0] is None) != (ends[1] is None)
    (end,) = [end for end in ends if end is not None]
    assert moment < end <= moment + timedelta(hours=24)


@pytest.mark.parametrize("text", ["", "22-7", "22:00", "noon-night", "fri-mon", "xyz 10:00-11:00", "25:00-26:00"])
def test_hours_that_cannot_be_read_say_so(text: str) -> None:
    with pytest.raises(UserError, match=r"routes\[1\].hours"):
        read_hours(text, "routes[1].hours")


def test_a_time_zone_that_is_none() -> None:
    with pytest.raises(UserError, match="no time zone 'Mars/Base'"):
        read_hours("10:00-11:00", "routes[1].quiet", "Mars/Base")


def test_rules_that_never_match_are_named_at_start() -> None:
    routes = [
        Route(("pagr",), services=("Discrod",), events=("incident.confirm",), min_severity="bad"),
        Route(("pager",), mute_until=NOON + timedelta(hours=1)),
    ]
    said = warnings(routes, CHANNELS, ["Discord", "Slack"], NOON)
    assert any("no channel 'pagr'" in one and "did you mean 'pager'" in one for one in said)
    assert any("did you mean 'Discord'" in one for one in said)
    assert any("did you mean 'incident.confirmed'" in one for one in said)
    assert any("no severity 'bad'" in one for one in said)
    assert any("muted until 2026-03-02 13:00 UTC" in one for one in said)
    assert any("channel 'chat': no route leads to it" in one for one in said)
    assert warnings([Route(("pager", "chat"), events=("incident.*",))], CHANNELS, ["Discord"], NOON) == []
