"""The stages by which the shipped weights came about, seeds and all."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch
from transformers import PreTrainedTokenizerFast

from nlp.train.corpora import Task, auxiliary, chatter, own, tweets
from nlp.train.fit import Plan, fit
from nlp.train.network import Reader, teach_signs

FIRST: Final = Plan({"chatter": 3, "tweets": 0.7}, rate=1.5e-4, tokens=4096, freeze=1, seed=1)
_ON: Final = replace(FIRST, rate=8e-5, layer_decay=0.9)
SECOND: Final = (
    replace(_ON, passes={"chatter": 1.2, "own": 3, "tweets": 0.35, "emotion": 0.2, "complaints": 0.2}, seed=11),
    replace(_ON, passes={"chatter": 1.2, "own": 3, "tweets": 0.35}, smoothing=0.05, seed=12),
    replace(_ON, passes={"chatter": 0.4, "own": 3, "tweets": 0.08}, rate=6e-5, head_rate=2e-4, tokens=2048, seed=21),
)
_LAST: Final = replace(_ON, passes={"chatter": 0.8, "own": 2, "tweets": 0.5}, rate=6e-5, head_rate=3e-4)
THIRD: Final = (replace(_LAST, seed=31), replace(_LAST, seed=32))
_DROP: Final = replace(_ON, rate=5e-5, head_rate=3e-4)
FOURTH: Final = (replace(_DROP, passes={"chatter": 1, "own": 1, "tweets": 0.35}, rdrop=0.7, seed=41),)
FIFTH: Final = tuple(
    replace(_DROP, passes={"chatter": 1, "own": 1, "tweets": 0.4}, rdrop=1.0, seed=seed) for seed in (51, 52)
)


@dataclass(frozen=True)
class Material:
    """Folders: the corpora, and the weights to start from."""

    corpora: Path
    base: Path
    share: float = 1.0
    """How much of every set is used: less than one only to try whether all runs through."""

    @property
    def labelled(self) -> Path:
        """Where the labelled sets lie."""
        return self.corpora / "labelled"

    def tasks(self) -> list[Task]:
        """Everything there is to learn from, `dev` and TweetEval's validation split left out."""
        learn = tweets(self.labelled, "semeval_sentiment_train.parquet", "tweet")
        every = [chatter(self.labelled, "train"), learn, *auxiliary(self.labelled), own()]
        return [task.take(np.arange(max(16, round(len(task) * self.share)))) for task in every]


def trained(material: Material, tokenizer: PreTrainedTokenizerFast) -> Reader:
    """Five stages, each from the mean of the weights before it."""
    tasks = material.tasks()
    torch.manual_seed(FIRST.seed)
    reader = Reader(material.base)
    teach_signs(reader, tokenizer)
    first = fit(reader, tokenizer, _wanted(tasks, FIRST), FIRST)
    second = _fitted(first, tokenizer, tasks, SECOND)
    third = _fitted(mean(second), tokenizer, tasks, THIRD)
    middle = mean([second[0], *third])
    late = mean([middle, *_fitted(middle, tokenizer, tasks, FOURTH)])
    return mean([late, *_fitted(late, tokenizer, tasks, FIFTH)])


def _fitted(
    start: Reader, tokenizer: PreTrainedTokenizerFast, tasks: Sequence[Task], plans: Sequence[Plan]
) -> list[Reader]:
    return [fit(copy.deepcopy(start), tokenizer, _wanted(tasks, plan), plan) for plan in plans]


@torch.no_grad()
def mean(readers: Sequence[Reader]) -> Reader:
    """The reader whose weights are the mean of theirs (Wortsman et al., "Model soups", ICML 2022)."""
    result = copy.deepcopy(readers[0])
    states = [reader.state_dict() for reader in readers]
    result.load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    return result.eval()


def _wanted(tasks: Sequence[Task], plan: Plan) -> list[Task]:
    return [task for task in tasks if task.name in plan.passes]
