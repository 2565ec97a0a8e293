"""docs/alerts.md says what there is."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
from channel_loopback import example

from alerts.channels import load, names
from alerts.options import Options
from alerts.routing import read_hours

DOC = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text(encoding="utf8")


@pytest.mark.parametrize("kind", names())
def test_every_option_of_a_channel_is_named(kind: str) -> None:
    (row,) = re.findall(rf"^\| `{kind}` \| (.*) \|$", DOC, re.MULTILINE)
    module = import_module(f"alerts.channels.{kind}")
    models = [
        found
        for found in vars(module).values()
        if isinstance(found, type) and issubclass(found, Options) and found.__module__ == module.__name__
    ]
    known = {name for model in models for name in model.model_fields} - set(Options.model_fields)
    if not models:
        known = {"url", "allow", "timeout", "proxy"}
    assert known <= set(re.findall(r"`(\w+)`", row)), kind


def test_the_options_that_all_have_are_named() -> None:
    for name in Options.model_fields:
        assert f"`{name}`" in DOC


def test_the_example_can_be_read() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    settings = tomllib.loads(text)
    for channel in settings["channels"].values():
        given = {key.removesuffix("_env"): str(value) for key, value in channel.items()}
        load(channel["kind"], {**given, **example(channel["kind"])})
    read_hours(settings["routes"][0]["quiet"], "routes[1]", settings["routes"][0]["zone"])
