"""Weighs the lexicon's rules: `python -m nlp.train.lexicon outage_chatter.parquet` rewrites ``nlp/lexicon/weights.py``.

Three multinomial logistic regressions (kind, sentiment, frustration) on which rules hold, with a ridge. The rules are
hand-made; only what each is worth is learnt, on the rows whose `split` is ``train``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.optimize import minimize

from ingest.records import KINDS, Mention, Service
from nlp.lexicon.rules import Rules
from nlp.matching import Matching

RIDGE: Final = 5.0
FIRM: Final = 100.0
"""The ridge for rows with a prior: the few labelled posts that break a plain saying must not undo it."""
SAMPLED: Final = 2.0
CHOSEN: Final = 0.7
"""Rows that were drawn at random say how frequent the kinds are; rows that were looked for count less."""

BRANDS: Final = (
    "Spotify, ChatGPT, Claude, OpenAI, Facebook, Instagram, WhatsApp, Twitter, Reddit, YouTube, Netflix, Hulu, GitHub, "
    "AWS, Google, Slack, Discord, Zoom, Verizon, AT&T, Comcast, Xfinity, Sprint, T-Mobile, Gmail, Apple, Amazon, "
    "Bluesky, Heroku, Cloudflare, Steam, Xbox, PlayStation, Minecraft, DeepSeek, Gemini, Snapchat, TikTok, Viber, Skype"
)
"""Services that the labelled posts name."""

Matrix = NDArray[np.float64]


PRIOR: Final = {
    "outage/said plainly": (2.0, 0.0, -0.5, -0.5, -1.0),
    "recovery/said plainly": (-0.5, -0.5, 1.5, -0.5, -0.5),
    "recovery/service is back": (-1.5, -0.5, 4.5, -1.0, -1.5),
    "relay/said plainly": (-0.5, 2.0, -0.5, -0.5, -0.5),
    "complaint/said plainly": (-0.5, -0.5, -0.5, 2.0, -0.5),
    "veto/all taken back": (-2.5, 0.0, 0.0, 0.0, 1.0),
}
"""What plain sayings are worth before any label is seen; few labelled posts name a service we know."""


def fitted(
    marks: Sequence[frozenset[str]],
    labels: Sequence[int],
    weights: Sequence[float],
    prior: Mapping[str, Sequence[float]],
) -> tuple[list[str], Matrix]:
    """Names of the marks and one row of log-odds a mark, one column a label; the last row is the intercept.

    The ridge draws each row to its `prior`, or to 0.
    """
    names = sorted(set().union(*marks, prior))
    place = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(marks), len(names) + 1))
    x[:, -1] = 1
    for row, found in enumerate(marks):
        x[row, [place[name] for name in found]] = 1
    truth, weight = np.eye(max(labels) + 1)[list(labels)], np.array(weights)[:, None]

    drawn = np.zeros((x.shape[1], truth.shape[1]))
    ridge = np.full((x.shape[1], 1), RIDGE)
    ridge[-1] = 0
    for name, values in prior.items():
        drawn[place[name]] = values
        ridge[place[name]] = FIRM

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        w = flat.reshape(x.shape[1], -1)
        z = x @ w
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        slope = x.T @ (weight * (p - truth))
        off = w - drawn
        slope += ridge * off
        value = -(weight * truth * np.log(p + 1e-12)).sum() + (ridge * off**2).sum() / 2
        return float(value), slope.ravel()

    best = minimize(loss, drawn.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 400})
    return names, np.asarray(best.x, dtype=np.float64).reshape(x.shape[1], -1)


def table(rows: Sequence[dict[str, Any]], mentions: Sequence[Mention | None]) -> dict[str, list[float]]:
    """Mark → its weights for the five kinds, the three sentiments and the three frustrations."""
    rules = Rules()
    marks = [rules.observe(row["text"], mention).marks for row, mention in zip(rows, mentions, strict=True)]
    weights = [SAMPLED if row["how"] == "sampled" else CHOSEN for row in rows]
    targets: tuple[tuple[list[int], Mapping[str, Sequence[float]]], ...] = (
        ([KINDS.index(row["kind"]) for row in rows], PRIOR),
        ([row["sentiment"] + 1 for row in rows], {}),
        ([row["frustration"] for row in rows], {}),
    )
    fits = [fitted(marks, labels, weights, prior) for labels, prior in targets]
    names = [*fits[0][0], ""]
    return {name: [round(float(v), 2) for _, w in fits for v in w[row]] for row, name in enumerate(names)}


def first_mentions(rows: Sequence[dict[str, Any]]) -> list[Mention | None]:
    """The first service that each text names: any known brand will do."""
    matching = Matching([Service(name) for name in BRANDS.split(", ")])
    return [next(iter(matching.mentions(row["text"])), None) for row in rows]


def main(path: Path, out: Path) -> None:
    """Fit on the training rows of `path` and write the table to `out`."""
    rows = [row for row in pq.read_table(path).to_pylist() if row["split"] == "train"]
    lines = [f'    "{name}": {tuple(values)},' for name, values in table(rows, first_mentions(rows)).items()]
    head = '"""What each rule is worth, made by `python -m nlp.train.lexicon`.\n\nLog-odds for the five kinds, '
    head += 'the three sentiments, the three frustrations. The empty name is the intercept.\n"""\n\n'
    body = "from __future__ import annotations\n\nfrom typing import Final\n\n# fmt: off\n"
    body += "WEIGHTS: Final[dict[str, tuple[float, ...]]] = {\n"
    out.write_text(head + body + "\n".join(lines) + "\n}\n# fmt: on\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parents[1] / "lexicon" / "weights.py")
