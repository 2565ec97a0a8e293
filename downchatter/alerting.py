"""Joins the settings to the alerts: who is told of what, and through which channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from alerts.channels import Channel, load, names
from alerts.outbox import Outbox
from alerts.routing import Route, Routing, read_hours, warnings
from alerts.safety import safe_url
from downchatter.settings import Route as RouteSettings
from downchatter.settings import Settings, with_secrets
from ingest.errors import UserError
from ingest.records import Delivery, Evidence, Incident, Official, Service, SharedStory


class Alerts:
    """Makes deliveries as the settings' routes say.

    Args:
        settings: channels and routes.
        services: for their status pages.
        recorded: the posts are recorded or simulated: deliveries are written down but never sent.
        simulated: the posts are not real, and every message says so.
    """

    def __init__(
        self, settings: Settings, services: Sequence[Service], *, recorded: bool = False, simulated: bool = False
    ) -> None:
        routing = Routing(list(settings.channels), routes(settings))
        self.outbox = Outbox(routing, services, page=page(settings), simulated=simulated)
        self._recorded = recorded

    def changed(
        self,
        incident: Incident,
        evidence: Sequence[Evidence],
        officials: Sequence[Official],
        sources: Sequence[str],
        story: SharedStory | None = None,
    ) -> list[Delivery]:
        """The deliveries that one transition calls for: the same ones however often it is asked."""
        made = self.outbox.changed(incident, evidence, officials, sources, story)
        if not self._recorded:
            return made
        return [replace(one, state="recorded", last_status="not sent: the posts are recorded") for one in made]


def page(settings: Settings) -> str:
    """The address of the dashboard, for links in alerts.

    Raises:
        UserError: the one in the settings is no address.
    """
    if settings.dashboard.url:
        if not safe_url(settings.dashboard.url):
            raise UserError("dashboard.url: this is no http(s) address; write it like https://watch.example.com")
        return settings.dashboard.url
    return f"http://{settings.dashboard.address}:{settings.dashboard.port}"


def routes(settings: Settings) -> list[Route]:
    """The routes of the settings.

    Raises:
        UserError: hours or a time zone cannot be read.
    """
    return [_route(route, f"routes[{number}]") for number, route in enumerate(settings.routes, start=1)]


def route_warnings(settings: Settings, services: Sequence[Service], now: datetime) -> list[str]:
    """One sentence for each part of a route that can never match."""
    return warnings(routes(settings), settings.channels, [service.name for service in services], now)


def channels(settings: Settings) -> dict[str, Channel]:
    """Every channel of the settings, ready.

    Raises:
        UserError: a kind does not exist, or an option is missing or wrong.
    """
    return {name: channel(name, options) for name, options in settings.channels.items()}


def channel(name: str, options: Mapping[str, object]) -> Channel:
    """One channel, ready.

    Raises:
        UserError: its kind does not exist, or an option is missing or wrong.
    """
    kind = str(options.get("kind", name))
    if kind not in names():
        raise UserError(f"channels.{name}.kind: there is no kind {kind!r}; those there are: {', '.join(names())}")
    return load(kind, with_secrets(options, f"channels.{name}"))


def _route(route: RouteSettings, where: str) -> Route:
    until = route.mute_until
    return Route(
        channels=tuple(route.channels),
        services=tuple(route.services),
        events=tuple(route.events),
        min_severity=route.min_severity,
        hours=read_hours(route.hours, f"{where}.hours", route.zone) if route.hours else None,
        quiet=read_hours(route.quiet, f"{where}.quiet", route.zone) if route.quiet else None,
        quiet_passes=route.quiet_passes,
        mute_until=until if until is None or until.tzinfo else until.replace(tzinfo=UTC),
    )
