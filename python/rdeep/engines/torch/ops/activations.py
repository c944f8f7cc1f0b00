"""Activation functions: `keras.ops.nn`, one value at a time or along an axis."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import as_tensor, floating


def relu(x: Any) -> Tensor:
    """Return the larger of 0 and `x`."""
    return torch.relu(as_tensor(x))


def relu6(x: Any) -> Tensor:
    """Return `x` kept within 0 and 6."""
    return torch.clamp(as_tensor(x), 0, 6)


def sigmoid(x: Any) -> Tensor:
    """Return `1 / (1 + exp(-x))`."""
    return torch.sigmoid(floating(x))


def sparse_sigmoid(x: Any) -> Tensor:
    """Return a line from 0 at -1 to 1 at 1."""
    return torch.clamp(0.5 * (floating(x) + 1.0), 0.0, 1.0)


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


def sparse_plus(x: Any) -> Tensor:
    """Return 0 up to -1, `x` from 1 on, and a parabola between."""
    x = floating(x)
    bend = 0.25 * torch.square(x + 1.0)
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x < 1, bend, x))


def silu(x: Any) -> Tensor:
    """Return `x * sigmoid(x)`."""
    return functional.silu(floating(x))


def squareplus(x: Any, b: float = 4) -> Tensor:
    """Return `(x + sqrt(x^2 + b)) / 2`."""
    x = floating(x)
    return (x + torch.sqrt(torch.square(x) + b)) / 2


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


def hard_tanh(x: Any) -> Tensor:
    """Return `x` kept within -1 and 1."""
    return torch.clamp(floating(x), -1.0, 1.0)


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


def threshold(x: Any, threshold: float, default_value: float) -> Tensor:
    """Return `x` where it is above a threshold, else another value."""
    x = as_tensor(x)
    return torch.where(x > threshold, x, torch.as_tensor(default_value, dtype=x.dtype))


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


def sparsemax(x: Any, axis: int = -1) -> Tensor:
    """Return the nearest point of the simplex (Martins and Astudillo, 2016)."""
    x = floating(x).movedim(axis, -1)
    ordered = torch.sort(x, dim=-1, descending=True).values
    sums = torch.cumsum(ordered, dim=-1)
    ranks = torch.arange(1, x.shape[-1] + 1, dtype=x.dtype, device=x.device)
    support = ordered - (sums - 1) / ranks > 0
    total = torch.where(support, ordered, 0.0).sum(-1, keepdim=True)
    tau = (total - 1) / support.sum(-1, keepdim=True)
    return torch.clamp(x - tau, min=0.0).movedim(-1, axis)


def erf(x: Any) -> Tensor:
    """Return the error function."""
    return torch.erf(floating(x))


def erfinv(x: Any) -> Tensor:
    """Return where the error function has a value."""
    return torch.erfinv(floating(x))


def psnr(x1: Any, x2: Any, max_val: float) -> Tensor:
    """Return the peak signal-to-noise ratio, in decibels."""
    error = torch.mean(torch.square(floating(x1) - floating(x2)))
    return 20 * math.log10(max_val) - 10 * torch.log10(error)
