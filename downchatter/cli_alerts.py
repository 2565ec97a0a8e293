"""The commands of `downchatter alerts`."""

from __future__ import annotations

from typing import Annotated

import typer

from downchatter.arguments import AsJson, Config, Database, settings_of

app = typer.Typer(no_args_is_help=True, help="Try, list and resend alerts.")


@app.command("test")
def alerts_test(channel: Annotated[str, typer.Argument(help="The channel's name.")], config: Config = None) -> None:
    """Send a message that says that it is a test."""
    from downchatter.commands.alerts import try_channel

    try_channel(settings_of(config), channel)


@app.command("log")
def alerts_log(
    limit: Annotated[int, typer.Option(help="So many, newest first.")] = 50,
    state: Annotated[str, typer.Option("--state", help="Only those in this state, such as dead.")] = "",
    attempts: Annotated[bool, typer.Option("--attempts", help="Every try at sending, with its latency.")] = False,
    db: Database = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """List what was sent and what became of it."""
    from downchatter.commands.alerts import log

    log(settings_of(config, database=db), limit=limit, state=state, attempts=attempts, as_json=as_json)


@app.command("show")
def alerts_show(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id, or how it begins.")],
    db: Database = None,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Print what one alert says, and every try at sending it."""
    from downchatter.commands.alerts import show

    show(settings_of(config, database=db), identity, as_json=as_json)


@app.command("redeliver")
def alerts_redeliver(
    identity: Annotated[str, typer.Argument(metavar="ID", help="The id, or how it begins.")],
    db: Database = None,
    config: Config = None,
) -> None:
    """Send one alert again, also while `run` runs."""
    from downchatter.commands.alerts import redeliver

    redeliver(settings_of(config, database=db), identity)
