"""From weights to the file that ships: ONNX, eight-bit weights, activations quantised by fixed ranges.

onnxruntime's dynamic quantisation takes the range of the activations from whatever is in the batch, so a post's answer
would depend on its neighbours. Here the ranges are measured once over posts and written into the graph: an answer
depends on the post alone, and no range is searched at run time.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import ModelProto, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from nlp.train.network import Reader

Feed = dict[str, np.ndarray[Any, np.dtype[np.int64]]]
OUTPUTS = ("kind", "sentiment", "frustration", "tweet")


class Shipped(nn.Module):
    """The heads that ship; those of the auxiliary tasks stay behind."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        logits = self.reader(input_ids, attention_mask, list(OUTPUTS))
        return tuple(logits[head] for head in OUTPUTS)


def write_onnx(reader: Reader, path: Path) -> None:
    """The model in full precision, opset 17, rows and tokens free."""
    example = torch.ones((2, 8), dtype=torch.long)
    axes = {0: "rows", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Shipped(reader.float()).eval(),
            (example, example),
            str(path),
            dynamo=False,
            opset_version=17,
            input_names=["input_ids", "attention_mask"],
            output_names=list(OUTPUTS),
            dynamic_axes={"input_ids": axes, "attention_mask": axes, **{name: {0: "rows"} for name in OUTPUTS}},
        )


def quantise(source: Path, target: Path, feeds: Iterable[Feed]) -> None:
    """Eight-bit weights per channel, then activation ranges as seen over `feeds`."""
    quantize_dynamic(
        source, target, op_types_to_quantize=["MatMul", "Gather"], per_channel=True, weight_type=QuantType.QInt8
    )
    model = onnx.load(target)
    fix_ranges(model, ranges_over(model, feeds))
    fuse(model)
    onnx.checker.check_model(model)
    onnx.save(model, target)


def ranges_over(model: ModelProto, feeds: Iterable[Feed]) -> dict[str, tuple[float, float]]:
    """Least and greatest value of every tensor that is quantised at run time."""
    names = sorted({node.input[0] for node in _dynamic(model)})
    watched = ModelProto.FromString(model.SerializeToString())
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = dict.fromkeys(names, (0.0, 0.0))
    for feed in feeds:
        for name, values in zip(names, session.run(names, feed), strict=True):
            low, high = seen[name]
            seen[name] = (min(low, float(values.min())), max(high, float(values.max())))
    return seen


def fix_ranges(model: ModelProto, ranges: dict[str, tuple[float, float]]) -> None:
    """Put a `QuantizeLinear` with constant scale in the place of every `DynamicQuantizeLinear`."""
    for node in list(_dynamic(model)):
        low, high = ranges[node.input[0]]
        scale = (high - low) / 255 or 1.0
        values, step, zero = node.output
        model.graph.initializer.extend(
            [
                numpy_helper.from_array(np.array(scale, dtype=np.float32), step),
                numpy_helper.from_array(np.array(round(-low / scale), dtype=np.uint8), zero),
            ]
        )
        place = list(model.graph.node).index(node)
        model.graph.node.remove(node)
        fixed = onnx.helper.make_node("QuantizeLinear", [node.input[0], step, zero], [values], name=node.name)
        model.graph.node.insert(place, fixed)


def fuse(model: ModelProto) -> None:
    """Join every product of integers with its scaling and its bias: one operator instead of four.

    onnxruntime does the same by itself for dynamic ranges, but does not know the pattern with constant ones.
    """
    graph = model.graph
    readers = {name: node for node in graph.node for name in node.input}
    for node in [node for node in graph.node if node.op_type == "MatMulInteger"]:
        cast = readers[node.output[0]]
        scaled = readers[cast.output[0]]
        factor = next(n for n in graph.node if n.output[0] in scaled.input and n.op_type == "Mul")
        added = readers[scaled.output[0]]
        bias = next(name for name in added.input if name != scaled.output[0])
        a, b, a_zero, b_zero = node.input
        joined = onnx.helper.make_node(
            "MatMulIntegerToFloat",
            [a, b, *factor.input, a_zero, b_zero, bias],
            [added.output[0]],
            name=node.name,
            domain="com.microsoft",
        )
        graph.node.insert(list(graph.node).index(added), joined)
        for part in (node, cast, scaled, factor, added):
            graph.node.remove(part)
    model.opset_import.append(onnx.helper.make_opsetid("com.microsoft", 1))


def _dynamic(model: ModelProto) -> Iterator[onnx.NodeProto]:
    return (node for node in model.graph.node if node.op_type == "DynamicQuantizeLinear")
