"""Any sequence-classification model of the Hugging Face hub, or of a folder, where torch is installed.

A model that tells kinds replaces the kinds, one that tells sentiment replaces the sentiment; the rest is left to the
scorer that stands behind it. Documented example: `cardiffnlp/twitter-roberta-base-sentiment-latest`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from ingest.errors import UserError
from ingest.records import KINDS, Mention, Post, Score
from nlp.scorers import Scorer, load
from nlp.scorers.minilm import placed
from nlp.wording import as_read

SENTIMENTS: Final = ("negative", "neutral", "positive")
BATCH: Final = 32
MAX_TOKENS: Final = 128


class Hub:
    """A `Scorer` that asks the model `name` first and `base` for what it does not tell.

    Args:
        name: an id on the hub, or a folder.
        labels: from the model's labels to ours (a kind or a sentiment). A label that is one of ours already, in any
            case, need not be named; several may map to one.
        base: gives the rest of each score.

    Raises:
        UserError: torch is missing, the model cannot be had, or a label has no meaning here.
    """

    def __init__(self, name: str, labels: Mapping[str, str], base: Scorer) -> None:
        if find_spec("torch") is None:
            raise UserError(f"The model {name} needs torch: install Downchatter with its extra `train`.")
        self._torch = import_module("torch")
        self._base = base
        self._device, self._type = _hardware(self._torch)
        self._tokenizer, self._network = _loaded(name, self._device, self._type)
        self._ours = _mapped(name, self._network.config.id2label, labels)
        self.model = f"{name}+{base.model}"

    def score(self, pairs: Sequence[tuple[Post, Mention]]) -> list[Score | None]:
        """One answer per pair, in order; None where `base` has none."""
        shares = self._shares([as_read(post.text) for post, _ in pairs])
        return [
            answer and self._joined(answer, share)
            for answer, share in zip(self._base.score(pairs), shares, strict=True)
        ]

    def _shares(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """The probability of each of our labels that the model tells, per text."""
        found: list[dict[str, float]] = [{} for _ in texts]
        for rows in _batches(texts):
            for row, probabilities in zip(rows, self._run([texts[i] for i in rows]), strict=True):
                for label, probability in zip(self._ours, probabilities, strict=True):
                    found[row][label] = found[row].get(label, 0.0) + probability
        return found

    def _run(self, texts: Sequence[str]) -> list[list[float]]:
        block = self._tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        with self._torch.inference_mode():
            logits = self._network(**block.to(self._device)).logits
        probabilities: list[list[float]] = logits.float().softmax(-1).tolist()
        return probabilities

    def _joined(self, answer: Score, share: Mapping[str, float]) -> Score:
        changed: dict[str, Any] = {"model": self.model}
        if share.keys() & set(KINDS):
            changed |= {f"p_{kind}": share.get(kind, 0.0) for kind in KINDS}
        if share.keys() & set(SENTIMENTS):
            changed["sentiment"] = placed([share.get(name, 0.0) for name in SENTIMENTS])
        return replace(answer, **changed)


def build(model: str = "", labels: Mapping[str, str] | None = None, base: Scorer | None = None) -> Hub:
    """The scorer for `--model ID_OR_PATH`; `base` is the shipped reader unless given.

    Raises:
        UserError: no model is named, or it cannot be used.
    """
    if not model:
        raise UserError("The scorer `hub` needs a model: give its id or folder with `--model`.")
    return Hub(model, labels or {}, base or load("minilm"))


def _hardware(torch: Any) -> tuple[str, Any]:
    """CUDA where it is; bfloat16 where the hardware computes with it."""
    if torch.cuda.is_available():
        return "cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    swift = getattr(torch.cpu, "_is_avx512_bf16_supported", bool)()
    return "cpu", torch.bfloat16 if swift else torch.float32


def _loaded(name: str, device: str, dtype: Any) -> tuple[Any, Any]:
    transformers = import_module("transformers")
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(name)
        network = transformers.AutoModelForSequenceClassification.from_pretrained(name, dtype=dtype)
    except (OSError, ValueError) as error:
        why = str(error).strip().partition("\n")[0]
        raise UserError(
            f"The model {name} cannot be loaded; check its name and the network, or give a folder ({why})"
        ) from error
    return tokenizer, network.eval().to(device)


def _mapped(name: str, theirs: Mapping[int, str], labels: Mapping[str, str]) -> list[str]:
    """Our label for each of the model's, in the order of its outputs."""
    ours = [labels.get(theirs[i], theirs[i].lower()) for i in sorted(theirs)]
    strange = [theirs[i] for i, label in zip(sorted(theirs), ours, strict=True) if label not in KINDS + SENTIMENTS]
    if strange:
        known = ", ".join(KINDS + SENTIMENTS)
        raise UserError(f"The model {name} says {strange[0]!r}, which means nothing here; map it to one of {known}.")
    return ours


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Row numbers, longest first so that memory is claimed once."""
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    return (order[start : start + BATCH] for start in range(0, len(order), BATCH))
