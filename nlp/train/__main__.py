"""Train, settle, export: `python -m nlp.train --corpora DIR --base DIR --out nlp/model`."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from transformers import PreTrainedTokenizerFast

from nlp.evaluation.measures import macro_f1
from nlp.scorers.minilm import FILES
from nlp.train.augment import varied
from nlp.train.corpora import Task, chatter, tweets
from nlp.train.export import OUTPUTS, Feed, quantise, write_onnx
from nlp.train.fit import encode, padded, predict
from nlp.train.later import read_later
from nlp.train.network import MAX_TOKENS, Reader, tokenizer_of
from nlp.train.recipe import Material, trained
from nlp.train.settle import temperature
from nlp.train.smooth import smooth
from nlp.wording import as_read

LOG = logging.getLogger(__name__)
NAME = "minilm-1"


def main() -> None:
    """Read the command line and make the model."""
    parser = argparse.ArgumentParser(prog="python -m nlp.train", description="Make the model that nlp/model ships.")
    parser.add_argument("--corpora", type=Path, required=True, help="folder of the corpora, the labelled sets within")
    parser.add_argument("--base", type=Path, required=True, help="folder of the all-MiniLM-L6-v2 weights")
    parser.add_argument("--share", type=float, default=1.0, help="use this share of every set, to try the command")
    parser.add_argument("--out", type=Path, default=Path("nlp/model"))
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    tokenizer = tokenizer_of(given.base)
    material = Material(given.corpora, given.base, given.share)
    reader = trained(material, tokenizer)
    ship(reader, tokenizer, material.labelled, given.out)
    for name, task in {"dev": chatter(material.labelled, "dev"), "labelled later": read_later(given.corpora)}.items():
        LOG.info("%s: macro-F1 of kind %.3f over %d posts", name, judged(reader, tokenizer, task), len(task))


def ship(reader: Reader, tokenizer: PreTrainedTokenizerFast, labelled: Path, out: Path) -> None:
    """Write the model, its tokenizer, its settings and their checksums into `out`."""
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    temperatures = settled(reader, tokenizer, labelled)
    measured = list(feeds(tokenizer, samples(labelled)))
    smooth(reader, ((torch.tensor(feed["input_ids"]), torch.tensor(feed["attention_mask"])) for feed in measured))
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        write_onnx(reader, plain)
        quantise(plain, out / "model.onnx", measured)
    words = tokenizer.backend_tokenizer
    words.no_padding()
    words.no_truncation()
    words.save(str(out / "tokenizer.json"), False)
    settings = {"model": NAME, "max_tokens": MAX_TOKENS, "temperatures": temperatures}
    (out / "settings.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")
    sums = (f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES)
    (out / "SHA256SUMS").write_text("".join(sums), "utf-8")


def judged(reader: Reader, tokenizer: PreTrainedTokenizerFast, task: Task) -> float:
    """Macro-F1 of `kind`, names left in the text, in full precision."""
    found = predict(reader, tokenizer, [as_read(text) for text in task.texts], ["kind"])["kind"].argmax(1)
    return macro_f1(task.targets["kind"].tolist(), found.tolist())


def settled(reader: Reader, tokenizer: PreTrainedTokenizerFast, labelled: Path) -> dict[str, float]:
    """The temperature of each head that ships."""
    sets = (chatter(labelled, "dev"), tweets(labelled, "tweeteval_sentiment_val.parquet", "tweet"))
    found: dict[str, float] = {}
    for task in sets:
        logits = predict(reader, tokenizer, [as_read(text) for text in task.texts], list(task.targets))
        found |= {head: round(temperature(logits[head].astype(float), task.targets[head]), 3) for head in logits}
    return {head: found[head] for head in OUTPUTS}


def samples(labelled: Path, seed: int = 0) -> list[str]:
    """Wordings over which the activation ranges are measured."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not secrets
    posts = chance.sample(chatter(labelled, "train").texts, 1500)
    general = chance.sample(tweets(labelled, "semeval_sentiment_train.parquet", "tweet").texts, 800)
    return [as_read(*varied(text, chance)) for text in posts] + [as_read(text) for text in general]


def feeds(tokenizer: PreTrainedTokenizerFast, wordings: Sequence[str], rows: int = 16) -> Iterator[Feed]:
    """Inputs of the exported model, in blocks of like length."""
    ids = sorted(encode(wordings, tokenizer), key=len)
    for start in range(0, len(ids), rows):
        block, mask = padded(ids[start : start + rows], tokenizer.pad_token_id)
        yield {"input_ids": block.numpy(), "attention_mask": mask.numpy()}


if __name__ == "__main__":
    main()
