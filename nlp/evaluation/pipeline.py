"""The plain way to run a transformer, for comparison: the hub's `pipeline`, one post at a time, one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import UserError
from ingest.records import Post


def plain_pipeline(tokenizer: Path, posts: Sequence[Post]) -> Callable[[], int]:
    """Work that reads `posts` with a model of the shipped one's shape (six layers of 384) but random weights.

    Weights do not matter for speed.

    Raises:
        UserError: torch is not installed.
    """
    if find_spec("torch") is None:
        raise UserError("The plain pipeline needs torch: install the extra `train` to compare with it")
    torch, transformers = import_module("torch"), import_module("transformers")
    torch.set_num_threads(1)
    shape = transformers.BertConfig(
        hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536, num_labels=5
    )
    words = transformers.PreTrainedTokenizerFast(tokenizer_file=str(tokenizer), pad_token="[PAD]", unk_token="[UNK]")  # noqa: S106 - no passwords
    read = transformers.pipeline(
        "text-classification",
        model=transformers.BertForSequenceClassification(shape).eval(),
        tokenizer=words,
        device="cpu",
    )

    def work() -> int:
        return sum(len(read(post.text)) for post in posts)

    return work
