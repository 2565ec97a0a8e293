"""The stages by which the shipped weights came about, seeds and all."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from transformers import PreTrainedTokenizerFast

from nlp.train.corpora import Task, auxiliary, chatter, own, tweets
from nlp.train.fit import Plan, fit
from nlp.train.network import Reader, teach_signs

FIRST: Final = Plan({"chatter": 3, "tweets": 0.7}, rate=1.5e-4, tokens=4096, freeze=1, seed=1)
SECOND: Final = (
    Plan(
        {"chatter": 2, "own": 5, "tweets": 0.6, "goemotions": 0.15, "emotion": 0.5, "complaints": 0.5, "reviews": 0.3},
        rate=8e-5,
        layer_decay=0.9,
        tokens=4096,
        freeze=1,
        seed=11,
    ),
    Plan(
        {"chatter": 2, "own": 5, "tweets": 0.6},
        rate=8e-5,
        layer_decay=0.9,
        tokens=4096,
        freeze=1,
        smoothing=0.05,
        seed=12,
    ),
)


def tasks_of(labelled: Path) -> list[Task]:
    """Everything there is to learn from, `dev` and TweetEval's validation split left out."""
    learn = tweets(labelled, "semeval_sentiment_train.parquet", "tweet")
    return [chatter(labelled, "train"), learn, *auxiliary(labelled), own()]


def trained(base: Path, tokenizer: PreTrainedTokenizerFast, tasks: Sequence[Task]) -> Reader:
    """One first stage on the tasks that matter, two second stages from its weights, and the mean of those two."""
    torch.manual_seed(FIRST.seed)
    reader = Reader(base)
    teach_signs(reader, tokenizer)
    first = fit(reader, tokenizer, _wanted(tasks, FIRST), FIRST)
    return mean([fit(copy.deepcopy(first), tokenizer, _wanted(tasks, plan), plan) for plan in SECOND])


@torch.no_grad()
def mean(readers: Sequence[Reader]) -> Reader:
    """The reader whose weights are the mean of theirs (Wortsman et al., "Model soups", ICML 2022)."""
    result = copy.deepcopy(readers[0])
    states = [reader.state_dict() for reader in readers]
    result.load_state_dict({name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]})
    return result.eval()


def _wanted(tasks: Sequence[Task], plan: Plan) -> list[Task]:
    return [task for task in tasks if task.name in plan.passes]
