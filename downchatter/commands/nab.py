"""`downchatter bench nab`: the detectors on the Numenta Anomaly Benchmark, scored as it scores."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from ingest.errors import UserError
from nlp import detectors
from nlp.evaluation.nab import File, Profile, standing

TWEETS: Final = "realTweets"
STANDARD: Final = "standard"
SHOWN: Final = ("volume", "null", "random", "ewma", "peak")
MAIN: Final = "volume"
PUBLISHED: Final = ("ARTime", "numenta", "contextOSE", "twitterADVec", "windowedGaussian")
"""Some of those whose scores come with the benchmark."""


def bench_nab(data: Path, *, as_json: bool = False) -> None:
    """Print the scores of the detectors that answer the benchmark's question, and of some that do not.

    Args:
        data: a folder with `data/`, `labels/combined_windows.json` and `config/profiles.json`.
        as_json: print JSON and nothing else: the scores of `volume`, and the same per detector.

    Raises:
        UserError: the folder lacks a file.
    """
    files, profiles = read_files(data), read_profiles(data)
    told = {name: scores_of(name, files, profiles) for name in SHOWN}
    if as_json:
        sys.stdout.write(json.dumps({**told[MAIN], "detectors": told}) + "\n")
        return
    columns = list(told[MAIN])
    table = Table(title="Numenta Anomaly Benchmark, 0 says nothing, 100 is perfect")
    for column in ("detector", *columns):
        table.add_column(column.replace("_", " "))
    for name, scores in told.items():
        table.add_row(name, *(f"{scores[column]:.1f}" for column in columns))
    Console().print(table)


def scores_of(name: str, files: list[File], profiles: list[Profile]) -> dict[str, float]:
    """The scores of one detector per profile, and of the standard profile on the tweets alone (same threshold)."""
    detector = detectors.load(name)
    scores = {
        file.name: detector.scores(file.values, datetime.fromtimestamp(float(file.seconds[0]), UTC)) for file in files
    }
    told = {profile.name: round(standing(files, scores, profile), 2) for profile in profiles}
    standard = next(profile for profile in profiles if profile.name == STANDARD)
    if any(file.group == TWEETS for file in files):
        told[TWEETS] = round(standing(files, scores, standard, TWEETS), 2)
    return told


def published(data: Path) -> dict[str, dict[str, float]]:
    """The published scores of the detectors named in `PUBLISHED`, in the form of `scores_of`.

    Raises:
        UserError: a file is missing.
    """
    told = _json(data / "results" / "final_results.json")
    found = {name: {key: round(value, 2) for key, value in told[name].items()} for name in PUBLISHED}
    for row in _rows(data / "published_scores_realTweets.csv"):
        if row["det"] in found and row["profile"] == STANDARD:
            found[row["det"]][TWEETS] = float(row["realTweets_norm"])
    return found


def read_profiles(data: Path) -> list[Profile]:
    """What each profile of the benchmark counts an outcome for.

    Raises:
        UserError: there is no such file.
    """
    told = _json(data / "config" / "profiles.json")
    costs = {name: profile["CostMatrix"] for name, profile in told.items()}
    return [Profile(name, cost["tpWeight"], cost["fnWeight"], cost["fpWeight"]) for name, cost in costs.items()]


def read_files(data: Path) -> list[File]:
    """The benchmark's series with their windows, by name.

    Raises:
        UserError: a file is missing.
    """
    windows = _json(data / "labels" / "combined_windows.json")
    return [_file(data / "data", name, told) for name, told in sorted(windows.items())]


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; --data is the folder of the benchmark") from error


def _file(folder: Path, name: str, windows: list[list[str]]) -> File:
    rows = _rows(folder / name)
    places: dict[str, int] = {}
    for number, row in enumerate(rows):
        places.setdefault(row["timestamp"], number)
    seconds = [datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC).timestamp() for row in rows]
    ends = [(places[first.partition(".")[0]], places[last.partition(".")[0]]) for first, last in windows]
    return File(name, np.array([float(row["value"]) for row in rows]), np.array(seconds), ends)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}; --data is the folder of the benchmark") from error
