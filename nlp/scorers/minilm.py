"""The shipped reader: a small transformer with three heads, run by onnxruntime on one core.

Load it with `build()`. What it computes for a post depends on nothing but the post's wording: rows are padded to a
width that only their own length decides, so neither order nor batch size can change an answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from ingest.errors import UserError
from ingest.records import KINDS, Mention, Post, Score
from nlp.fingerprint import fingerprint
from nlp.wording import as_read

FOLDER: Final = Path(__file__).parent.parent / "model"
FILES: Final = ("model.onnx", "tokenizer.json", "settings.json")
BATCH: Final = 16
STEP: Final = 2
"""Rows are padded to a multiple of this many tokens."""
CALM: Final = 0.1
"""Expected frustration below this is doubt, not feeling: the traces of a thousand calm posts must not add up."""
Floats = NDArray[np.float32]


class ModelMissing(UserError):
    """The model's files are not there: the lexicon can stand in."""


class ModelDamaged(UserError):
    """A file of the model is not the one that was shipped."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one text: probabilities of the five kinds and three sentiments, frustration classes."""

    kinds: tuple[float, ...]
    sentiments: tuple[float, ...]
    frustrations: tuple[float, ...]

    @property
    def sentiment(self) -> float:
        """From −1 to 1, in the third of the scale that belongs to the likeliest class."""
        return placed(self.sentiments)

    @property
    def frustration(self) -> float:
        """The expected class, from 0 (none) over ½ (some) to 1 (strong); below `CALM` it is none, said as 0."""
        expected = 0.5 * self.frustrations[1] + self.frustrations[2]
        return expected if expected >= CALM else 0.0


def placed(sentiments: Sequence[float]) -> float:
    """Positive minus negative, moved into the third of [−1, 1] whose class is the likeliest.

    `Score.sentiment_label` reads the outer thirds as negative and positive; without the move a post with
    probabilities 0.45, 0.2, 0.35 would be called neutral although neutral is the least likely.
    """
    negative, _, positive = sentiments
    balance = positive - negative
    likeliest = max(range(3), key=lambda i: sentiments[i])
    low, high = ((-1.0, -0.3334), (-1 / 3, 1 / 3), (0.3334, 1.0))[likeliest]
    return min(max(balance, low), high)


class MiniLM:
    """A `Scorer` on `folder`'s ONNX model. Thread-safe after construction; holds about 100 MB."""

    def __init__(self, folder: Path = FOLDER, threads: int = 1) -> None:
        checked(folder)
        settings = json.loads((folder / "settings.json").read_text("utf-8"))
        self.model: str = settings["model"]
        self._temperatures: dict[str, float] = settings["temperatures"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(settings["max_tokens"])
        self._tokenizer.no_padding()
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"),
            _options(threads),
            providers=["CPUExecutionProvider"],
            disabled_optimizers=SLOWER,
        )

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """One answer per pair, in order; None where the text has no letter, figure or sign to read."""
        readings = self.read([as_read(post.text, mention) for post, mention in pairs])
        return [
            _score(post, mention, reading, self.model) if reading else None
            for (post, mention), reading in zip(pairs, readings, strict=True)
        ]

    def read(self, wordings: Sequence[str]) -> list[Reading | None]:
        """The model's reading of texts that are in the form that `as_read` gives, in order."""
        found: list[Reading | None] = [None] * len(wordings)
        for rows, (kinds, sentiments, frustrations) in self._runs(wordings):
            for i, *probabilities in zip(rows, kinds.tolist(), sentiments.tolist(), frustrations.tolist(), strict=True):
                found[i] = Reading(*map(tuple, probabilities))
        return found

    def _runs(self, wordings: Sequence[str]) -> Iterator[tuple[list[int], list[Floats]]]:
        """Batches of rows of one padded width, with the softmax of each head."""
        encodings = self._tokenizer.encode_batch_fast(list(wordings))
        for rows in _batches([len(encoding) for encoding in encodings]):
            logits: Any = self._session.run(None, _block([encodings[i] for i in rows]))
            yield rows, self._probabilities(dict(zip(HEADS, logits, strict=True)))

    def _probabilities(self, logits: dict[str, Floats]) -> list[Floats]:
        """Kinds, sentiments, frustrations: each head's softmax at its temperature.

        Two heads know sentiment: one how people speak of services ("doesn't work" is negative), one how tweets in
        general feel (SemEval). The first counts as far as the post is surely about a service's trouble.
        """
        scaled = {head: logits[head] / self._temperatures[head] for head in HEADS}
        scaled["tweet"] = scaled["tweet"] - EVEN * np.log(TWEETS)
        kind, service, frustration, tweet = (_softmax(scaled[head]) for head in HEADS)
        general = np.minimum(1, GENERAL * kind[:, -1:])
        mixed: Floats = (general * tweet + (1 - general) * service).astype(np.float32)
        return [kind, mixed, frustration]


HEADS: Final = ("kind", "sentiment", "frustration", "tweet")
TWEETS: Final = np.array((0.156, 0.448, 0.396), dtype=np.float32)
"""Shares of negative, neutral and positive among the tweets that the SemEval head learned from."""
EVEN: Final = 0.5
"""How far its lean towards the frequent ones is taken off again (logit adjustment, Menon et al., ICLR 2021)."""
GENERAL: Final = 3
"""A post whose `p_other` is a third or more has the sentiment of tweets in general."""
SLOWER: Final = ["SkipLayerNormFusion"]
"""What onnxruntime 1.32 would join although the joined kernel takes ten times as long on a processor."""
EMPTY: Final = 2
"""Tokens of a text without words: only its start and end."""


def build() -> MiniLM:
    """The scorer with the model that is shipped.

    Raises:
        ModelMissing: its files are not in the package.
        ModelDamaged: a file's checksum is not the one noted.
    """
    return MiniLM()


def checked(folder: Path) -> None:
    """Compare the model's files with `SHA256SUMS`.

    Raises:
        ModelMissing, ModelDamaged: with the file and what to do.
    """
    noted = _noted(folder / "SHA256SUMS")
    for name in FILES:
        path = folder / name
        if name not in noted or not path.exists():
            raise ModelMissing(
                f"The model's file {path} is missing. Install the package again; the lexicon can read meanwhile."
            )
        if hashlib.sha256(path.read_bytes()).hexdigest() != noted[name]:
            raise ModelDamaged(
                f"The model's file {path} is damaged (its SHA-256 is not the one noted). Install the package again."
            )


def _noted(sums: Path) -> dict[str, str]:
    """Checksums by file name, as `sha256sum` writes them; empty where the file is missing."""
    lines = sums.read_text("utf-8").splitlines() if sums.exists() else []
    return {name: digest for digest, name in map(str.split, lines)}


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Row numbers of one padded width together, at most `BATCH`, shortest first. Rows without words are left out."""
    widths: dict[int, list[int]] = {}
    for row, length in enumerate(lengths):
        if length > EMPTY:
            widths.setdefault(-(-length // STEP) * STEP, []).append(row)
    for _, rows in sorted(widths.items()):
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _block(encodings: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
    width = -(-max(map(len, encodings)) // STEP) * STEP
    ids = np.zeros((len(encodings), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        ids[row, : len(encoding)] = encoding.ids
        mask[row, : len(encoding)] = 1
    return {"input_ids": ids, "attention_mask": mask}


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), dtype=np.float32)


def _score(post: Post, mention: Mention, reading: Reading, model: str) -> Score:
    outage, relay, recovery, complaint, other = reading.kinds
    kind, share = max(zip(KINDS, reading.kinds, strict=True), key=lambda pair: pair[1])
    return Score(
        post=post.id,
        service=mention.service,
        model=model,
        p_outage=outage,
        p_relay=relay,
        p_recovery=recovery,
        p_complaint=complaint,
        p_other=other,
        sentiment=reading.sentiment,
        frustration=reading.frustration,
        fingerprint=fingerprint(post.text),
        reason=f"read as {kind} ({share:.0%}) by {model}",
    )
