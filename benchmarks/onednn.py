"""Dense layers computed by oneDNN in place of the BLAS that torch was built with.

torch's own builds multiply matrices by MKL, which does not use all that processors of other makers
offer: there oneDNN, which torch carries along for convolutions, is up to twice as fast. The
operation that gives access to it is private, so whoever uses this must ask `available` first.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

# Below so many multiplications, calling oneDNN costs more than it saves.
_WORTHWHILE = 1 << 20


def available() -> bool:
    """Say whether torch has the operation."""
    try:
        one = torch.ones(1, 1)
        return bool(torch.ops.mkldnn._linear_pointwise(one, one, None, "none", [], "") == 1)
    except (AttributeError, RuntimeError):
        return False


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        context.save_for_backward(x, weight)
        return torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, Tensor, Tensor]:
        x, weight = context.saved_tensors
        multiply = torch.ops.mkldnn._linear_pointwise
        of_x = None
        if context.needs_input_grad[0]:
            of_x = multiply(gradient, weight.t(), None, "none", [], "")
        of_weight = multiply(gradient.t(), x.t(), None, "none", [], "")
        return of_x, of_weight, gradient.sum(0)


class Linear(nn.Linear):
    """A dense layer, of two-dimensional input."""

    def forward(self, x: Tensor) -> Tensor:
        """Return `x @ weight.T + bias`."""
        return _Product.apply(x, self.weight, self.bias)


def adopt(module: nn.Module, rows: int) -> bool:
    """Make a module's large dense layers use oneDNN; say whether there are any.

    Parameters
    ----------
    module : nn.Module
        Changed in place.
    rows : int
        How many rows it will be given at a time.
    """
    parts = [part for part in module.modules() if type(part) is nn.Linear]
    large = [part for part in parts if part.weight.numel() * rows >= _WORTHWHILE]
    for part in large:
        part.__class__ = Linear
    return bool(large)
