"""What losses, metrics and activations compute with, on torch: by its own kernels."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

relu6 = functional.relu6
selu = functional.selu
silu = functional.silu
softsign = functional.softsign
hard_sigmoid = functional.hardsigmoid
hard_silu = functional.hardswish
hard_tanh = functional.hardtanh
tanh_shrink = functional.tanhshrink
log_sigmoid = functional.logsigmoid
matmul = torch.matmul


def leaky_relu(x: Tensor, negative_slope: float = 0.2) -> Tensor:
    """Return `x` above zero, `negative_slope * x` below."""
    return functional.leaky_relu(x, negative_slope)


def elu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """Return `x` above zero, `alpha * (exp(x) - 1)` below."""
    return functional.elu(x, alpha)


def celu(x: Tensor, alpha: float = 1.0) -> Tensor:
    """Return `x` above zero, `alpha * (exp(x / alpha) - 1)` below."""
    return functional.celu(x, alpha)


def glu(x: Tensor, axis: int = -1) -> Tensor:
    """Return the first half along an axis times the sigmoid of the second."""
    return functional.glu(x, axis)


def gelu(x: Tensor, approximate: bool = True) -> Tensor:
    """Return `x` times the normal distribution function."""
    return functional.gelu(x, approximate="tanh" if approximate else "none")


def soft_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """Return `x` moved towards zero by a threshold."""
    return functional.softshrink(x, threshold)


def hard_shrink(x: Tensor, threshold: float = 0.5) -> Tensor:
    """Return `x` where it is further from zero than a threshold, else zero."""
    return functional.hardshrink(x, threshold)


def threshold(x: Tensor, threshold: float, default_value: float) -> Tensor:
    """Return `x` above a threshold, else another value."""
    return functional.threshold(x, threshold, default_value)


def sparse_plus(x: Tensor) -> Tensor:
    """Return 0 up to -1, `x` from 1 on, and a parabola between."""
    return torch.where(x >= 1, x, 0.25 * torch.square(torch.clamp(x, -1, 1) + 1))


def sparse_sigmoid(x: Tensor) -> Tensor:
    """Return 0 up to -1, 1 from 1 on, and a straight line between."""
    return 0.5 * (torch.clamp(x, -1, 1) + 1)


def squareplus(x: Tensor, b: float = 4.0) -> Tensor:
    """Return `(x + sqrt(x^2 + b)) / 2`."""
    return 0.5 * (x + torch.sqrt(torch.square(x) + b))


def sort(x: Tensor, axis: int = -1) -> Tensor:
    """Return the values along an axis in rising order."""
    return x.sort(dim=axis).values


def all(x: Tensor, axis: int | None = None) -> Tensor:
    """Return whether all are true, over an axis or altogether."""
    return x.all() if axis is None else x.all(dim=axis)


def max(x: Tensor, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the largest value over an axis, or of all."""
    return x.amax(dim=() if axis is None else axis, keepdim=keepdims)


def cast(x: Any, dtype: str) -> Tensor:
    """Return a tensor with values of another type."""
    return x.to(getattr(torch, dtype))


def power(x1: Any, x2: Any) -> Tensor:
    """Return powers."""
    return torch.pow(x1, x2)


def one_hot(x: Tensor, num_classes: int, axis: int = -1, dtype: str = "float32") -> Tensor:
    """Return a 1 at each class number's place; none for a number without a place."""
    places = torch.arange(num_classes, device=x.device)
    return (x.unsqueeze(-1) == places).to(getattr(torch, dtype)).movedim(-1, axis)


def transpose(x: Tensor, axes: Any = None) -> Tensor:
    """Return a tensor with its axes in another order, reversed by default."""
    return x.permute(tuple(reversed(range(x.dim()))) if axes is None else tuple(axes))


def reshape(x: Tensor, newshape: Any) -> Tensor:
    """Return the values in another shape."""
    return x.reshape(newshape)


def argsort(x: Tensor, axis: int = -1) -> Tensor:
    """Return the order of values along an axis; equal ones keep theirs."""
    return x.argsort(dim=axis, stable=True)


def segment_sum(data: Tensor, segment_ids: Tensor, num_segments: int) -> Tensor:
    """Return the sum of the values that share a number."""
    zeros = torch.zeros(num_segments, *data.shape[1:], dtype=data.dtype, device=data.device)
    return zeros.index_add(0, segment_ids.long(), data)


def ctc_loss(
    target: Tensor,
    output: Tensor,
    target_length: Tensor,
    output_length: Tensor,
    mask_index: int = 0,
) -> Tensor:
    """Return the CTC loss of scores `(batch, time, classes)` for labels `(batch, length)`."""
    logs = torch.log_softmax(output, -1).transpose(0, 1)
    return functional.ctc_loss(
        logs, target, output_length, target_length, blank=mask_index, reduction="none"
    )


def cumsum(x: Tensor, axis: int) -> Tensor:
    """Return running sums along an axis."""
    return x.cumsum(axis)


def constant(values: Any, like: Tensor) -> Tensor:
    """Return numbers as a tensor of another one's type, on its device."""
    return torch.tensor(values, dtype=like.dtype, device=like.device)
