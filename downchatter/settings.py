"""Every setting, in one place: argument > environment > file > default, read once at the edge.

The file is `downchatter.toml` in the working folder unless `--config` names another. In the environment a key is
`DOWNCHATTER_` and its name, with `__` between the parts (`DOWNCHATTER_DETECTION__PROMISE_DAYS=7`). Secrets come from
the environment only: where a channel's or source's option ends in `_env`, its value names the variable that holds it.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from ingest.errors import Lacking, UserError
from ingest.records import Bounds
from nlp.rules import Rules

Pair = tuple[float, float]
Options = dict[str, str | int | float | bool | list[str]]


SECRET: Final = ("secret", "token", "password", "routing_key")
"""Options whose names end so hold secrets."""


class Part(BaseModel):
    """A table of the settings file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Detection(Part):
    """When a rise is enough."""

    promise_days: float = Field(30.0, gt=0, le=3650, description="At most one false alarm per service in so many days.")
    min_voices: float = Field(
        Rules().min_voices,
        ge=1,
        description="So many people (votes count) must stand behind an alarm; one more if they repeat it.",
    )
    severe_times: Pair = Field(
        Bounds().times, description="Rates at the peak, as multiples of the usual, that make an incident more severe."
    )
    severe_people: Pair = Field(Bounds().people, description="Numbers of people that do.")
    severe_minutes: Pair = Field(Bounds().minutes, description="Minutes that it lasts that do.")

    @property
    def rules(self) -> Rules:
        """As the judge takes it."""
        bounds = Bounds(self.severe_times, self.severe_people, self.severe_minutes)
        return Rules(promise_days=self.promise_days, min_voices=self.min_voices, bounds=bounds)


class Login(Part):
    """Who may see the page: people whom an OpenID Connect provider knows. Names may have `*`, as in *@example.com."""

    metadata_url: str = Field(
        "", description="The provider's `/.well-known/openid-configuration`; empty: nobody signs in."
    )
    client_id: str = Field("", description="What the provider calls the page.")
    client_secret_env: str = Field("DOWNCHATTER_CLIENT_SECRET", description="The variable that holds its secret.")
    cookie_secret_env: str = Field(
        "DOWNCHATTER_COOKIE_SECRET", description="The variable that holds a long random word, which signs cookies."
    )
    redirect_uri: str = Field("", description="The page's address with `/oauth2callback`, as the provider knows it.")
    editors: list[str] = Field([], description="Mail addresses of those who may press buttons: `*@example.com`.")
    viewers: list[str] = Field([], description="Mail addresses of those who may only look.")


class Dashboard(Part):
    """Where the page is served."""

    address: str = Field("127.0.0.1", description="The address that the page listens on.")
    port: int = Field(8501, ge=0, le=65535, description="The port; 0 takes a free one.")
    url: str = Field("", description="Where people reach the page, for links in alerts; unset, address and port.")
    login: Login = Login()


class Route(Part):
    """Which channels get what. What is left out lets everything through."""

    channels: list[str] = Field(description="Names of channels, as under [channels].")
    services: list[str] = Field([], description="Names of services.")
    events: list[str] = Field([], description="Events, such as incident.confirmed, or incident.* for all of a kind.")
    min_severity: Literal["minor", "major", "critical"] = Field("minor", description="Leave out what is milder.")
    hours: str = Field("", description="Only then: `mon-fri 09:00-18:00`.")
    quiet: str = Field("", description="Hold messages then, and tell them in one summary after: `22:00-07:00`.")
    quiet_passes: Literal["", "minor", "major", "critical"] = Field("critical", description="What quiet hours let by.")
    zone: str = Field("UTC", description="The time zone of `hours` and `quiet`, such as Europe/Berlin.")
    mute_until: datetime | None = Field(None, description="Nothing before this time.")


class Settings(BaseSettings):
    """The whole of the settings."""

    model_config = SettingsConfigDict(
        env_prefix="DOWNCHATTER_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    database: Path = Field(
        Path("data/downchatter.duckdb"), description="The database; what is published lies beside it."
    )
    services: Path | None = Field(None, description="The services file; unset, the list that comes with the program.")
    scorer: str = Field("minilm", description="Who reads the posts: a file name in nlp/scorers.")
    model: str = Field("", description="A model of the hub, or a folder, whose answers go before the scorer's.")
    model_labels: dict[str, str] = Field({}, description="From that model's labels to ours, such as `LABEL_0`.")
    retention_days: int = Field(30, ge=1, description="The text of posts is kept for so many days.")
    detection: Detection = Detection()
    dashboard: Dashboard = Dashboard()
    sources: dict[str, Options] = Field({"bluesky": {}}, description="Live sources by name, each with its options.")
    channels: dict[str, Options] = Field(
        {"console": {"kind": "console"}}, description="Alert channels by name; `kind` says which."
    )
    routes: list[Route] = Field([], description="Which channel gets what; none means every channel all.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # no .env file is read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # nor a folder of secrets
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments, then environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(config: Path | None = None, **arguments: Any) -> Settings:
    """Read the settings.

    Args:
        config: the file; None means `downchatter.toml` if there is one.
        arguments: what the command line says; None leaves a key alone.

    Raises:
        UserError: a key is unknown, a value is wrong, the file is missing or not TOML.
    """
    path = config or Path("downchatter.toml")
    if config is not None and not config.is_file():
        raise UserError(f"{config}: there is no such settings file; create it or leave --config away")
    _check_toml(path)
    _check_environment()
    configured = type("Configured", (Settings,), {"model_config": SettingsConfigDict(toml_file=path)})
    try:
        loaded: Settings = configured(**{key: value for key, value in arguments.items() if value is not None})
    except ValidationError as error:
        raise UserError(_sentence(path, error)) from error
    return loaded


def with_secrets(options: Mapping[str, Any], where: str) -> dict[str, str]:
    """Options with each `…_env` replaced by the value of the environment variable that it names, all as strings.

    Raises:
        Lacking: the variable is not set.
        UserError: a secret stands in the file itself.
    """
    ready = {}
    for key, value in options.items():
        if key.endswith(SECRET):
            raise UserError(
                f"{where}.{key}: secrets are read from the environment only; name the variable in {key}_env"
            )
        if key.endswith("_env"):
            if str(value) not in os.environ:
                raise Lacking(f"{where}.{key}: the environment variable {value} is not set; export it and start again")
            ready[key.removesuffix("_env")] = os.environ[str(value)]
        else:
            ready[key] = ",".join(value) if isinstance(value, list) else str(value)
    return ready


def known_keys(model: type[BaseModel] = Settings, prefix: str = "") -> list[tuple[str, str, Any]]:
    """Every key with its description and default, for the documentation."""
    found: list[tuple[str, str, Any]] = []
    for name, info in model.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, Part):
            found += known_keys(kind, f"{prefix}{name}.")
        else:
            found.append((prefix + name, info.description or "", info.get_default(call_default_factory=True)))
    return found


def _check_toml(path: Path) -> None:
    if not path.is_file():
        return
    try:
        tomllib.loads(path.read_text(encoding="utf8"))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path}: this is not TOML: {error}; mend that line") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the settings file cannot be read ({error}); check its permissions") from error


def _check_environment() -> None:
    known = {name.upper() for name in Settings.model_fields}
    for variable in os.environ:
        top = variable.removeprefix("DOWNCHATTER_").split("__")[0].upper()
        near = difflib.get_close_matches(top, known, n=1, cutoff=0.8)
        if variable.startswith("DOWNCHATTER_") and top not in known and near:
            raise UserError(f"environment: {variable} sets nothing; did you mean DOWNCHATTER_{near[0]}?")


def _sentence(path: Path, error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"{_place(path, key)}: there is no setting {key!r}{_nearest(key)}"
    return f"{_place(path, key)}: {key} is wrong: {first['msg'].lower()} (found {first['input']!r})"


def _place(path: Path, key: str) -> str:
    leaf = key.rsplit(".", 1)[-1]
    if path.is_file():
        for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), start=1):
            if line.split("=", 1)[0].strip().strip('"') == leaf or line.strip().strip("[]") == key:
                return f"{path}:{number}"
    return "settings"


def _nearest(key: str, known: Iterable[str] = ()) -> str:
    names = list(known) or [name for name, _, _ in known_keys()] + ["detection", "dashboard"]
    near = difflib.get_close_matches(key, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else "; see docs/settings.md for those there are"
