"""Native forms of attention of several heads: projections as torch's linear modules."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor, nn

from rdeep.catalogue import layers
from rdeep.catalogue.layers.head_attention import HeadAttention
from rdeep.catalogue.layers.run import Run
from rdeep.engines.torch.builders.base import BuildContext, Built, native_form
from rdeep.engines.torch.builders.formula import FormulaModule, built_of
from rdeep.engines.torch.products import Linear
from rdeep.engines.torch.weights import WeightMap


class _Projections(nn.Module):
    """The projections of queries, keys, values and the output, in the place of the formula's."""

    def __init__(self, record: HeadAttention, context: BuildContext) -> None:
        super().__init__()
        self.maps: dict[str, WeightMap] = {}
        for weight in record.weights(*context.shapes):
            part, kind = weight.name.split("/")
            if kind == "kernel":
                axes = 2 if part == "attention_output" else 1
                sizes = math.prod(weight.shape[:axes]), math.prod(weight.shape[axes:])
                linear = Linear(*sizes, bias=record.use_bias)
                self.register_module(part, linear)
            held = linear.weight if kind == "kernel" else linear.bias
            self.maps[weight.name] = _reshaped(held, weight.shape)

    def forward(self, x: Tensor, part: str, run: Run) -> Tensor:
        """Return a projection, its last sizes in one."""
        return self._modules[part](x)


def _reshaped(tensor: Tensor, shape: tuple[int, ...]) -> WeightMap:
    """Return the map of a weight of heads that torch holds flat, a kernel transposed as well."""
    if tensor.dim() == 1:
        return WeightMap([tensor], lambda x: [x.flatten()], lambda xs: xs[0].reshape(shape))
    return WeightMap(
        [tensor],
        lambda x: [x.reshape(tensor.shape[::-1]).T],
        lambda xs: xs[0].T.reshape(shape),
    )


@native_form(layers.MultiHeadAttention, layers.GroupQueryAttention)
def head_attention(record: Any, context: BuildContext) -> Built:
    """Build attention of several heads."""
    projections = _Projections(record, context)
    module = FormulaModule(record, context, projections.maps)
    module.kernel = projections
    return built_of(module)
