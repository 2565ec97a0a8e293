"""A larger model that learns first and then reads unlabelled posts to the small one (Hinton, Vinyals, Dean 2015)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax, softmax
from transformers import PreTrainedTokenizerFast

from nlp.train.corpora import Task
from nlp.train.fit import Plan, fit, predict
from nlp.train.network import Reader, teach_signs, tokenizer_of
from nlp.wording import as_read

TAUGHT: Final = ("sentiment", "frustration", "tweet")
"""`kind` is not taught: with it, macro-F1 of `kind` on `dev` fell by two points."""
LEARNING: Final = Plan(
    {"chatter": 3, "own": 1, "tweets": 0.3, "emotion": 0.2, "complaints": 0.2},
    rate=6e-5,
    layer_decay=0.95,
    freeze=7,
    seed=61,
)


def teacher(base: Path, tasks: Sequence[Task]) -> tuple[Reader, PreTrainedTokenizerFast]:
    """The larger model at `base` (all-mpnet-base-v2, Apache-2.0), fine-tuned on `tasks` as its plan says."""
    torch.manual_seed(LEARNING.seed)
    tokenizer = tokenizer_of(base)
    reader = Reader(base)
    teach_signs(reader, tokenizer)
    return fit(reader, tokenizer, [task for task in tasks if task.name in LEARNING.passes], LEARNING), tokenizer


def read_to(readers: Sequence[tuple[Reader, PreTrainedTokenizerFast]], texts: Sequence[str]) -> Task:
    """`texts` with what the readers think together (the mean of their log-probabilities) as what is to be learned."""
    wordings = [as_read(text) for text in texts]
    views = [predict(reader, tokenizer, wordings, list(TAUGHT)) for reader, tokenizer in readers]
    return Task("taught", list(texts), {head: _agreed([view[head] for view in views]) for head in TAUGHT}, vary=True)


def _agreed(logits: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    mean = np.mean([log_softmax(one, axis=1) for one in logits], axis=0)
    return softmax(mean, axis=1).astype(np.float32)
