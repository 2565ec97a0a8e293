"""Before eight bits: move the few loud channels of the activations into the weights.

A handful of channels reach fifty times the spread of the others, and one range must hold them all. Dividing each
channel by its own factor and multiplying the weights by the same changes nothing in full precision and leaves a narrow
range (Xiao et al., "SmoothQuant", ICML 2023, with an exponent of one half).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

from nlp.train.network import Reader


class Smoothed(nn.Module):
    """A linear layer whose input channels are divided by `factors` and whose weights are multiplied by them."""

    def __init__(self, linear: nn.Linear, factors: Tensor) -> None:
        super().__init__()
        self.linear = linear
        self.register_buffer("quiet", 1 / factors)
        with torch.no_grad():
            linear.weight.mul_(factors)

    def forward(self, values: Tensor) -> Tensor:
        return self.linear(values * self.quiet)


@torch.no_grad()
def smooth(reader: Reader, inputs: Iterable[tuple[Tensor, Tensor]]) -> None:
    """Smooth the first linear layer of every feed-forward block in place, as loud as `inputs` (ids, masks) make it.

    The second ones are loud in single tokens rather than in channels; smoothing them made things worse.
    """
    blocks = [layer.intermediate for layer in reader.encoder.encoder.layer]
    loudest: dict[nn.Module, Tensor] = {}
    hooks = [block.dense.register_forward_pre_hook(_listener(loudest)) for block in blocks]
    for ids, mask in inputs:
        reader.pooled(ids, mask)
    for hook in hooks:
        hook.remove()
    for block in blocks:
        heard, weight = loudest[block.dense], block.dense.weight.abs().amax(0)
        factors = (heard.clamp(min=1e-4) / weight.clamp(min=1e-4)).sqrt()
        block.dense = Smoothed(block.dense, factors.clone())


def _listener(loudest: dict[nn.Module, Tensor]) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
    def listen(layer: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        heard = inputs[0].abs().flatten(0, 1).amax(0)
        loudest[layer] = torch.maximum(loudest[layer], heard) if layer in loudest else heard

    return listen
