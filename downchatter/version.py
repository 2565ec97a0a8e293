"""The version, as the installed package tells it."""

from importlib.metadata import version

VERSION = version("downchatter")
