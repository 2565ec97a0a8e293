"""One encoder, mean pooling, one linear layer a head."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn
from transformers import AutoModel, PreTrainedTokenizerFast

from nlp.wording import SERVICE, SHOUT

HEADS: Final = {
    "kind": 5,
    "sentiment": 3,
    "frustration": 3,
    "tweet": 3,
    "emotions": 28,
    "emotion": 4,
    "complaint": 2,
    "review": 4,
}
MAX_TOKENS: Final = 128
_LIKE_A_SERVICE: Final = ("facebook", "google", "twitter", "youtube", "skype", "verizon", "netflix", "spot", "app")


class Dropout(nn.Module):
    """Dropout whose mask comes from one random byte a value: four times as fast on a processor as torch's own."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.p = share
        self.cut = round(256 * share)

    def forward(self, values: Tensor) -> Tensor:
        if not self.training or not self.cut:
            return values
        draws = torch.empty(-(-values.numel() // 8), dtype=torch.int64).random_(-(2**63), 2**63 - 1).view(torch.uint8)
        kept = (draws[: values.numel()] >= self.cut).view(values.shape)
        return values * kept * (256 / (256 - self.cut))


def swift(module: nn.Module) -> None:
    """Put `Dropout` in the place of every `nn.Dropout` inside."""
    for name, child in module.named_children():
        if isinstance(child, nn.Dropout):
            setattr(module, name, Dropout(child.p))
        else:
            swift(child)


class Reader(nn.Module):
    """Logits of each head asked for, from token ids and mask (batch x tokens)."""

    def __init__(self, encoder: str | Path, heads: dict[str, int] | None = None, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(str(encoder), attn_implementation="eager", add_pooling_layer=False)
        size = self.encoder.config.hidden_size
        swift(self.encoder)
        self.dropout = Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(size, classes) for name, classes in (heads or HEADS).items()})

    def pooled(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The mean of the last layer over the tokens that count."""
        states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return (states * mask).sum(1) / mask.sum(1).clamp(min=1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor, heads: list[str]) -> dict[str, Tensor]:
        vector = self.dropout(self.pooled(input_ids, attention_mask))
        return {name: self.heads[name](vector) for name in heads}


def tokenizer_of(encoder: str | Path) -> PreTrainedTokenizerFast:
    """The encoder's tokenizer, with the two reserved signs of `nlp.wording` kept whole."""
    tokenizer = PreTrainedTokenizerFast.from_pretrained(str(encoder))
    tokenizer.add_special_tokens({"additional_special_tokens": [SERVICE, SHOUT]})
    return tokenizer


@torch.no_grad()
def teach_signs(reader: Reader, tokenizer: PreTrainedTokenizerFast) -> None:
    """Start the reserved signs from words of like meaning."""
    table = reader.encoder.get_input_embeddings().weight
    like = tokenizer.convert_tokens_to_ids([word for word in _LIKE_A_SERVICE if word in tokenizer.get_vocab()])
    service, shout, mark = map(tokenizer.convert_tokens_to_ids, (SERVICE, SHOUT, "!"))
    table[service] = table[like].mean(0)
    table[shout] = table[mark]
