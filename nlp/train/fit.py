"""The training loop: batches of like length, one task a batch, linear warm-up and decay, averaged weights."""

from __future__ import annotations

import copy
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast

from nlp.train.augment import varied
from nlp.train.corpora import Task
from nlp.train.network import MAX_TOKENS, Reader
from nlp.wording import as_read

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Plan:
    """How long and how fast. `passes` says how often each task is seen."""

    passes: dict[str, float]
    rate: float = 5e-5
    head_rate: float = 1e-3
    layer_decay: float = 1.0
    tokens: int = 2048
    warmup: float = 0.06
    smoothing: float = 0.0
    rdrop: float = 0.0
    average: float = 0.0
    decay: float = 0.01
    vary: bool = True
    seed: int = 1
    threads: int = 2
    freeze: int = 0


@dataclass(frozen=True)
class Batch:
    """Token ids and mask (rows x tokens) with the targets of one task."""

    input_ids: Tensor
    attention_mask: Tensor
    targets: dict[str, Tensor]
    weight: float


def encode(texts: Sequence[str], tokenizer: PreTrainedTokenizerFast) -> list[list[int]]:
    """Token ids of texts that are already in the model's wording."""
    return tokenizer(list(texts), truncation=True, max_length=MAX_TOKENS).input_ids  # type: ignore[no-any-return]


def padded(rows: Sequence[list[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Rows of ids as one block, and its mask."""
    width = -(-max(map(len, rows)) // 4) * 4
    ids = torch.full((len(rows), width), pad)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        mask[i, : len(row)] = 1
    return ids, mask


def batches(task: Task, tokenizer: PreTrainedTokenizerFast, plan: Plan, chance: random.Random) -> Iterator[Batch]:
    """One pass over a task in batches of like length, in the order of their lengths."""
    if task.vary and plan.vary:
        texts = [as_read(*varied(text, chance)) for text in task.texts]
    else:
        texts = [as_read(text) for text in task.texts]
    ids = encode(texts, tokenizer)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]) + chance.random() * 4)
    while order:
        count = max(8, plan.tokens // (len(ids[order[min(len(order) - 1, plan.tokens // 32)]]) + 1) // 8 * 8)
        rows, order = np.array(order[:count]), order[count:]
        block, mask = padded([ids[i] for i in rows], tokenizer.pad_token_id)
        yield Batch(block, mask, {h: torch.from_numpy(t[rows]) for h, t in task.targets.items()}, task.weight)


def schedule(tasks: Sequence[Task], tokenizer: PreTrainedTokenizerFast, plan: Plan) -> list[Batch]:
    """All batches of a run, shuffled over tasks within each stretch of the run."""
    chance = random.Random(plan.seed)  # noqa: S311 - order, not secrets
    stretches: list[list[Batch]] = [[] for _ in range(max(1, round(max(plan.passes.values()))))]
    for task in tasks:
        left = plan.passes.get(task.name, 0.0)
        for turn, stretch in enumerate(stretches):
            share = left * (turn + 1) / len(stretches) - left * turn / len(stretches)
            while share > 0.001:
                rows = np.array(chance.sample(range(len(task)), round(len(task) * min(1.0, share))))
                stretch += batches(task.take(rows), tokenizer, plan, chance)
                share -= 1
    for stretch in stretches:
        chance.shuffle(stretch)
    return [batch for stretch in stretches for batch in stretch]


def loss_of(logits: Tensor, target: Tensor, smoothing: float) -> Tensor:
    """Cross-entropy for classes and soft classes; binary for flags (rows that do not sum to one)."""
    if not target.is_floating_point():
        return functional.cross_entropy(logits, target, label_smoothing=smoothing)
    if logits.shape[-1] == 28:
        return 10 * functional.binary_cross_entropy_with_logits(logits, target)
    return functional.cross_entropy(logits, target)


def both_ways(a: Tensor, b: Tensor) -> Tensor:
    """Symmetric divergence of two predictions (R-Drop, Liang et al. 2021)."""
    p, q = functional.log_softmax(a, -1), functional.log_softmax(b, -1)
    return (
        functional.kl_div(p, q, log_target=True, reduction="batchmean")
        + functional.kl_div(q, p, log_target=True, reduction="batchmean")
    ) / 2


def parameter_groups(reader: Reader, plan: Plan) -> list[dict[str, object]]:
    """Heads at their own rate, deeper layers at lower ones."""
    layers = len(reader.encoder.encoder.layer)
    groups: dict[float, list[nn.Parameter]] = {}
    for name, parameter in reader.named_parameters():
        if not parameter.requires_grad:
            continue
        rate = (
            plan.head_rate
            if name.startswith("heads.")
            else plan.rate * plan.layer_decay ** (layers - _depth(name, layers))
        )
        groups.setdefault(rate, []).append(parameter)
    return [{"params": group, "lr": rate} for rate, group in groups.items()]


def _depth(name: str, layers: int) -> int:
    found = name.split(".layer.")[1:]
    return int(found[0].split(".")[0]) + 1 if found else 0 if "embeddings" in name else layers


def freeze(reader: Reader, layers: int) -> None:
    """Keep the embeddings and the lowest layers as they are."""
    if layers:
        held = [reader.encoder.embeddings, *reader.encoder.encoder.layer[: layers - 1]]
        for part in held:
            part.requires_grad_(False)


def fit(reader: Reader, tokenizer: PreTrainedTokenizerFast, tasks: Sequence[Task], plan: Plan) -> Reader:
    """Train in place and give back the model with averaged weights (or itself, without averaging)."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    freeze(reader, plan.freeze)
    run = schedule(tasks, tokenizer, plan)
    optimizer = torch.optim.AdamW(parameter_groups(reader, plan), weight_decay=plan.decay, fused=True)  # type: ignore[arg-type]
    warm = plan.warmup * len(run)
    pace = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda n: min((n + 1) / (warm + 1), max(0.0, 1 - n / len(run))))
    mean = copy.deepcopy(reader) if plan.average else reader
    started, total = time.monotonic(), 0.0
    reader.train()
    for step, batch in enumerate(run):
        loss = step_loss(reader, batch, plan)
        loss.backward()
        nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        pace.step()
        if plan.average:
            blend(mean, reader, min(plan.average, (step + 1) / (step + 10)))
        total = 0.98 * total + 0.02 * float(loss.detach())
        if step % 50 == 49:
            LOG.info("step %d of %d, loss %.3f, %.0f s", step + 1, len(run), total, time.monotonic() - started)
    return mean.eval()


def step_loss(reader: Reader, batch: Batch, plan: Plan) -> Tensor:
    """The weighted loss of one batch over its heads."""
    heads = list(batch.targets)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        first = reader(batch.input_ids, batch.attention_mask, heads)
        second = reader(batch.input_ids, batch.attention_mask, heads) if plan.rdrop else None
    loss = torch.zeros(())
    for head, target in batch.targets.items():
        loss = loss + loss_of(first[head].float(), target, plan.smoothing) * (
            1.0 if head == "kind" else 0.5 if len(heads) > 1 else 1.0
        )
        if second is not None and head != "emotions":
            loss = loss + plan.rdrop * both_ways(first[head].float(), second[head].float())
    return loss * batch.weight


@torch.no_grad()
def blend(mean: nn.Module, now: nn.Module, keep: float) -> None:
    """Exponential moving average of the weights."""
    for kept, fresh in zip(mean.parameters(), now.parameters(), strict=True):
        kept.lerp_(fresh, 1 - keep)


@torch.inference_mode()
def predict(
    reader: Reader, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str], heads: list[str], tokens: int = 8192
) -> dict[str, NDArray[np.float32]]:
    """Logits (rows x classes) of each head, in the order of the texts, which are in the model's wording already."""
    reader.eval()
    ids = encode(texts, tokenizer)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    out = {head: np.zeros((len(ids), reader.heads[head].out_features), dtype=np.float32) for head in heads}
    while order:
        count = max(8, tokens // (len(ids[order[min(len(order) - 1, tokens // 16)]]) + 1))
        rows, order = order[:count], order[count:]
        block, mask = padded([ids[i] for i in rows], tokenizer.pad_token_id)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = reader(block, mask, heads)
        for head in heads:
            out[head][rows] = logits[head].float().numpy()
    return out
