"""The native form of the dense layer of an ensemble, whose product is that of `Linear`."""

from __future__ import annotations

import torch
from torch import Tensor

from rdeep.catalogue import layers
from rdeep.engines.torch.builders.base import BuildContext, Built, Weighted, native_form
from rdeep.engines.torch.products import Linear
from rdeep.engines.torch.weights import transposed


class _EnsembleDense(Weighted):
    """A dense layer between scales; all members go through one product."""

    def __init__(self, record: layers.EnsembleDense, context: BuildContext) -> None:
        super().__init__(record, context, leave=("kernel",))
        features = record.weights(*context.shapes)[0].shape[0]
        self.linear = Linear(features, record.units, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return the outputs of all members."""
        scale, bias = self.find_weight("output_scale"), self.find_weight("bias")
        before = self.find_weight("input_scale")
        y = self.linear(x if before is None else x * before)
        if scale is not None and bias is not None:
            return torch.addcmul(bias, y, scale)
        y = y if scale is None else y * scale
        return y if bias is None else y + bias


@native_form(layers.EnsembleDense)
def ensemble_dense(record: layers.EnsembleDense, context: BuildContext) -> Built:
    """Build a dense layer of a shared kernel."""
    module = _EnsembleDense(record, context)
    return module.built(kernel=transposed(module.linear.weight))
