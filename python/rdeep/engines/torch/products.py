"""Large matrix products on a CPU by oneDNN, which torch carries along for convolutions.

torch's builds multiply matrices by MKL, which leaves what processors of other makers than Intel
can do unused: on an AMD EPYC, oneDNN takes half the time. The operation is private, so its presence
is asked for, and `nn.Linear`'s own serves elsewhere.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor, nn

# Below about so many multiplications the call costs more than it saves (measured, one thread).
_WORTHWHILE = 3_000_000


class Linear(nn.Linear):
    """A dense layer."""

    def reset_parameters(self) -> None:
        """Leave the weights as they are: the network sets them right after."""

    def forward(self, input: Tensor) -> Tensor:
        """Return `input @ weight.T + bias`."""
        rows = input.numel() // self.in_features
        if rows * self.weight.numel() < _WORTHWHILE or not _by_onednn(input):
            return super().forward(input)
        x = input.reshape(-1, self.in_features)
        if torch.is_grad_enabled():
            y = _Product.apply(x, self.weight, self.bias)
        else:
            y = _multiply(x, self.weight, self.bias)
        return y.reshape(*input.shape[:-1], self.out_features)


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        context.save_for_backward(x, weight)
        return _multiply(x, weight, bias)

    @staticmethod
    def backward(context: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = context.saved_tensors
        for_x, for_weight, for_bias = context.needs_input_grad
        if torch.is_grad_enabled():
            # Somebody wants gradients of gradients, which the private operation has none of.
            return gradient @ weight, gradient.t() @ x, gradient.sum(0) if for_bias else None
        return (
            _multiply(gradient, weight.t(), None) if for_x else None,
            _multiply(gradient.t(), x.t(), None) if for_weight else None,
            gradient.sum(0) if for_bias else None,
        )


def _multiply(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    """Return `x @ weight.T + bias` of matrices."""
    product: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return product


def _by_onednn(x: Tensor) -> bool:
    if x.dtype != torch.float32 or x.device.type != "cpu" or torch.compiler.is_compiling():
        return False
    return _available() and not torch.is_autocast_enabled("cpu")


@functools.cache
def _available() -> bool:
    try:
        one = torch.ones(1, 1)
        return bool(_multiply(one, one, None) == 1)
    except (AttributeError, RuntimeError, TypeError):
        return False
