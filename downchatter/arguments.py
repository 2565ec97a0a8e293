"""What commands share: options that several of them take, and the settings these make."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

Config = Annotated[Path | None, typer.Option("--config", help="The settings file (default: downchatter.toml).")]
Database = Annotated[Path | None, typer.Option("--db", help="The database (default: as the settings say).")]
ServicesFile = Annotated[Path | None, typer.Option("--services", help="The services file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on standard output.")]
ModelName = Annotated[
    str | None, typer.Option("--model", help="A model of the hub, or a folder, whose answers go before the scorer's.")
]
ScorerName = Annotated[str | None, typer.Option("--scorer", help="Who reads the posts.")]


def settings_of(config: Path | None, **arguments: Any) -> Any:
    """The settings of a file with what the command line says instead."""
    from downchatter.settings import load_settings

    return load_settings(config, **arguments)
