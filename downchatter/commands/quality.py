"""`downchatter evaluate posts` and `downchatter explain`: how well the reader reads, and why it said what it said."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from rich.console import Console
from rich.table import Table
from rich.text import Text

from downchatter.assembly import house
from downchatter.settings import Settings
from ingest.errors import UserError
from ingest.normalise import clean_text
from ingest.recordings import rows_of
from ingest.records import KINDS, Kind, Mention, Post, Sentiment
from nlp.evaluation.comparators import TfIdf, Vader
from nlp.evaluation.explain import Explanation, explain
from nlp.evaluation.quality import Labelled, table, tweeteval
from nlp.reading import Around
from nlp.scorers import Scorer, load
from nlp.scorers.minilm import MiniLM
from nlp.wording import SERVICE

SENTIMENTS: Final = ("negative", "neutral", "positive")


def evaluate_posts(settings: Settings, data: Path | None, official: Path | None, *, as_json: bool = False) -> None:
    """Print every quality row that the labels of a file allow, for the reader and its comparators.

    Args:
        settings: whose scorer is judged.
        data: a file with `text, kind` and, where known, `sentiment_label` (or `sentiment` as −1, 0, 1) and
            `frustration` (0, 1, 2).
        official: TweetEval's folder of the sentiment task, with `test_text.txt` and `test_labels.txt`.

    Raises:
        UserError: neither is given, or a file cannot be read.
    """
    if data is None and official is None:
        raise UserError("evaluate posts: name a labelled file with --data, or TweetEval's folder with --tweeteval")
    found = {}
    if data is not None:
        found[data.name] = _judged(settings, labelled(data), whole=True)
    if official is not None:
        found["TweetEval sentiment"] = _judged(settings, official_rows(official), whole=False)
    if as_json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, columns in found.items():
        Console().print(_table(name, columns))


def labelled(path: Path) -> list[Labelled]:
    """The labelled rows of a `.jsonl`, `.csv` or `.parquet` file.

    Raises:
        UserError: it cannot be read, or a label is none of ours.
    """
    return [_labelled(place, row) for place, row in rows_of(path, ("text",)) if str(row.get("text") or "").strip()]


def official_rows(folder: Path) -> list[Labelled]:
    """TweetEval's test rows.

    Raises:
        UserError: a file is missing or the two do not fit together.
    """
    try:
        texts, labels = (
            (folder / name).read_text(encoding="utf8").rstrip("\n").split("\n")
            for name in ("test_text.txt", "test_labels.txt")
        )
        return tweeteval(texts, labels)
    except OSError as error:
        raise UserError(
            f"{error.filename}: {error.strerror}; name the folder that holds it with --tweeteval"
        ) from error
    except ValueError as error:
        raise UserError(f"{folder}: {error}; use the files as TweetEval publishes them") from error


def explain_text(settings: Settings, text: str, *, as_json: bool = False) -> None:
    """Print how a text is read: probabilities, aspects, the words that weighed most, and what the lexicon says."""
    home = house(settings, memory=True)
    text = clean_text(text)
    named = home.matching.mentions(text) or [Mention("")]
    moment = home.tools.clock()
    told = []
    for mention in named:
        post = Post("explain:1", "explain", "", text, moment, moment)
        answers = {
            name: Around(scorer, home.matching).score([(post, mention)])[0]
            for name, scorer in _two(home.reader).items()
        }
        words = explain(home.reader, text, mention) if isinstance(home.reader, MiniLM) else None
        told.append((mention, answers, words))
    if as_json:
        sys.stdout.write(json.dumps([_explained(*one) for one in told], ensure_ascii=False) + "\n")
        return
    for one in told:
        Console().print(_page(_explained(*one)))


def _two(scorer: Scorer) -> dict[str, Scorer]:
    return {scorer.model: scorer} | ({} if scorer.model.startswith("lexicon") else {"lexicon": load("lexicon")})


def _explained(mention: Mention, answers: Mapping[str, Any], words: Explanation | None) -> dict[str, Any]:
    return {
        "service": mention.service,
        "readings": {
            name: None
            if score is None
            else {
                "kind": score.kind,
                **{kind: round(getattr(score, f"p_{kind}"), 3) for kind in KINDS},
                "sentiment": round(score.sentiment, 3),
                "sentiment_label": score.sentiment_label,
                "frustration": round(score.frustration, 3),
                "aspects": list(score.aspects),
                "reason": score.reason,
            }
            for name, score in answers.items()
        },
        "words": [
            {"word": one.word.replace(SERVICE, mention.service), "weight": round(one.weight, 3)}
            for one in words.telling[:10]
        ]
        if words
        else [],
    }


def _page(told: Mapping[str, Any]) -> Text:
    lines = [f"about {told['service'] or 'no service that the list knows'}"]
    for name, reading in told["readings"].items():
        if reading is None:
            lines.append(f"  {name}: nothing to read")
            continue
        shares = ", ".join(f"{kind} {reading[kind]:.2f}" for kind in KINDS)
        lines += [
            f"  {name}: {reading['kind']} ({shares})",
            f"    sentiment {reading['sentiment']:+.2f} ({reading['sentiment_label']})",
            f"    frustration {reading['frustration']:.2f}",
            f"    because: {reading['reason']}",
        ]
        lines += [f"    aspects: {', '.join(reading['aspects'])}"] if reading["aspects"] else []
    if told["words"]:
        lines.append(
            "  words that weighed most: " + ", ".join(f"{w['word']} {w['weight']:+.2f}" for w in told["words"])
        )
    return Text("\n".join(lines))


def _judged(settings: Settings, rows: list[Labelled], *, whole: bool) -> dict[str, dict[str, float]]:
    home = house(settings, memory=True)
    scorers: dict[str, Scorer] = {name: Around(scorer, home.matching) for name, scorer in _two(home.reader).items()}
    try:
        scorers["vader"] = Vader()
    except UserError as error:
        Console(stderr=True).print(str(error), markup=False)
    if whole:
        scorers["tf-idf"] = TfIdf(rows)
    return table(rows, scorers, home.matching)


def _labelled(place: str, row: Mapping[str, Any]) -> Labelled:
    kind, feeling, heat = row.get("kind"), row.get("sentiment_label"), row.get("frustration")
    if feeling in (None, "") and row.get("sentiment") not in (None, ""):
        feeling = SENTIMENTS[int(float(row["sentiment"])) + 1]
    if kind not in (None, "", *KINDS):
        raise UserError(f"{place}: the kind {kind!r} is none of {', '.join(KINDS)}; correct it")
    if feeling not in (None, "", *SENTIMENTS):
        raise UserError(f"{place}: the sentiment {feeling!r} is none of {', '.join(SENTIMENTS)}; correct it")
    return Labelled(
        clean_text(str(row["text"])),
        cast("Kind", kind) if kind else None,
        cast("Sentiment", feeling) if feeling else None,
        None if heat in (None, "") else int(float(heat)),
    )


def _table(name: str, columns: Mapping[str, Mapping[str, float]]) -> Table:
    shown = Table(title=name, title_justify="left")
    shown.add_column("measure")
    for scorer in columns:
        shown.add_column(scorer, justify="right")
    measures: Iterable[str] = dict.fromkeys(measure for rows in columns.values() for measure in rows)
    for measure in measures:
        cells = (rows.get(measure) for rows in columns.values())
        shown.add_row(measure, *("–" if value is None else f"{value:.4g}" for value in cells))
    return shown
