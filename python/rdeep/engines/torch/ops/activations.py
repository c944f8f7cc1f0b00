"""Activation functions: `keras.ops.nn`, one value at a time or along an axis."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import as_tensor, floating


def relu(x: Any) -> Tensor:
    """Return the larger of 0 and `x`."""
    return torch.relu(as_tensor(x))


def sigmoid(x: Any) -> Tensor:
    """Return `1 / (1 + exp(-x))`."""
    return torch.sigmoid(floating(x))


def softplus(x: Any) -> Tensor:
    """Return `log(1 + exp(x))`, exact for large `x` too."""
    x = floating(x)
    return torch.logaddexp(x, torch.zeros((), dtype=x.dtype, device=x.device))


def softsign(x: Any) -> Tensor:
    """Return `x / (1 + |x|)`."""
    return functional.softsign(floating(x))


def soft_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """Return `x` moved towards 0 by a threshold."""
    return functional.softshrink(floating(x), lambd=threshold)


def hard_shrink(x: Any, threshold: float = 0.5) -> Tensor:
    """Return `x` where it is beyond a threshold, else 0."""
    return functional.hardshrink(floating(x), lambd=threshold)


def tanh_shrink(x: Any) -> Tensor:
    """Return `x - tanh(x)`."""
    return functional.tanhshrink(floating(x))


def silu(x: Any) -> Tensor:
    """Return `x * sigmoid(x)`."""
    return functional.silu(floating(x))


def log_sigmoid(x: Any) -> Tensor:
    """Return `-log(1 + exp(-x))`."""
    return functional.logsigmoid(floating(x))


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Tensor:
    """Return `x`, times a slope where it is negative."""
    return functional.leaky_relu(floating(x), negative_slope=negative_slope)


def hard_sigmoid(x: Any) -> Tensor:
    """Return a line from 0 at -3 to 1 at 3."""
    return functional.hardsigmoid(floating(x))


def hard_silu(x: Any) -> Tensor:
    """Return `x * hard_sigmoid(x)`."""
    return functional.hardswish(floating(x))


hard_swish = hard_silu


def elu(x: Any, alpha: float = 1.0) -> Tensor:
    """Return `x`, and `alpha (exp(x) - 1)` where it is negative."""
    return functional.elu(floating(x), alpha)


def selu(x: Any) -> Tensor:
    """Return `elu(x)`, scaled so that variances are kept."""
    return functional.selu(floating(x))


def celu(x: Any, alpha: float = 1.0) -> Tensor:
    """Return `x`, and `alpha (exp(x / alpha) - 1)` where it is negative."""
    return functional.celu(floating(x), alpha)


def gelu(x: Any, approximate: bool = True) -> Tensor:
    """Return `x` times the normal distribution function at `x`."""
    return functional.gelu(floating(x), approximate="tanh" if approximate else "none")


def glu(x: Any, axis: int = -1) -> Tensor:
    """Return the first half of an axis times the sigmoid of the second."""
    return functional.glu(floating(x), dim=axis)


def softmax(x: Any, axis: Any = -1) -> Tensor:
    """Return probabilities along an axis, along several, or of all values."""
    if isinstance(axis, int) and isinstance(x, Tensor) and x.is_floating_point():
        return torch.softmax(x, axis)
    return _along(torch.softmax, floating(x), axis)


def log_softmax(x: Any, axis: Any = -1) -> Tensor:
    """Return the logarithms of probabilities along an axis, along several, or of all values."""
    return _along(torch.log_softmax, floating(x), axis)


def _along(function: Any, x: Tensor, axis: Any) -> Tensor:
    if isinstance(axis, int):
        return function(x, dim=axis)
    if axis is None:
        return function(x.reshape(-1), dim=0).reshape(x.shape)
    chosen = [each % x.dim() for each in axis]
    moved = x.movedim(chosen, list(range(-len(chosen), 0)))
    flat = function(moved.flatten(-len(chosen)), dim=-1)
    return flat.reshape(moved.shape).movedim(list(range(-len(chosen), 0)), chosen)


def erf(x: Any) -> Tensor:
    """Return the error function."""
    return torch.erf(floating(x))


def erfinv(x: Any) -> Tensor:
    """Return where the error function has a value."""
    return torch.erfinv(floating(x))


def erfc(x: Any) -> Tensor:
    """Return 1 less the error function, accurate where that is nearly 1 too."""
    return torch.special.erfc(floating(x))
