"""Moments, and tensors made to have certain ones."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.engines.torch.ops.arguments import EPSILON, as_tensor, floating
from rdeep.errors import ShapeError, format_shape

_HALVES = (torch.float16, torch.bfloat16)


def moments(
    x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance; there is one device, so they are synchronized."""
    x = floating(x)
    kind = x.dtype
    x = x.float() if kind in _HALVES else x
    axes = tuple(range(x.dim())) if axes is None else axes
    mean = x.mean(axes, keepdim=True)
    variance = torch.square(x - mean).mean(axes, keepdim=keepdims)
    mean = mean if keepdims else mean.squeeze(axes)
    if kind in _HALVES:
        bound = torch.finfo(torch.float16).max
        mean, variance = (each.clamp(-bound, bound).to(kind) for each in (mean, variance))
    return mean, variance


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Return a tensor less a mean, over the root of a variance, along an axis."""
    x = floating(x)
    shape = [1] * x.dim()
    shape[axis] = -1
    factor = torch.rsqrt(as_tensor(variance, x) + epsilon)
    if scale is not None:
        factor = factor * as_tensor(scale, x)
    shift = -as_tensor(mean, x) * factor
    if offset is not None:
        shift = shift + as_tensor(offset, x)
    return x * factor.reshape(shape).to(x.dtype) + shift.reshape(shape).to(x.dtype)


def _wide(x: Any) -> tuple[Tensor, torch.dtype]:
    x = floating(x)
    return (x.float() if x.dtype in _HALVES else x), x.dtype


def _along(axis: Any, rank: int) -> list[int]:
    return sorted(each % rank for each in ([axis] if isinstance(axis, int) else axis))


def layer_normalization(
    x: Any, gamma: Any = None, beta: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Tensor:
    """Return a tensor with mean 0 and variance 1 over axes, scaled and moved."""
    x, kind = _wide(x)
    axes = _along(axis, x.dim())
    extents = [x.shape[each] for each in axes]
    gamma, beta = (_fitted(each, x, axes, extents) for each in (gamma, beta))
    epsilon = EPSILON if epsilon is None else epsilon
    if axes == list(range(x.dim() - len(axes), x.dim())):
        flat = [None if each is None else each.reshape(extents) for each in (gamma, beta)]
        return functional.layer_norm(x, extents, flat[0], flat[1], epsilon).to(kind)
    mean, variance = moments(x, axes, keepdims=True)
    out = (x - mean) * torch.rsqrt(variance + epsilon)
    out = out if gamma is None else out * gamma
    return (out if beta is None else out + beta).to(kind)


def _fitted(value: Any, x: Tensor, axes: list[int], extents: list[int]) -> Tensor | None:
    """Return a weight in a shape that stretches to a tensor's."""
    if value is None:
        return None
    value = as_tensor(value, x).to(x.dtype)
    shape = [size if axis in axes else 1 for axis, size in enumerate(x.shape)]
    if value.dim() == x.dim() or value.dim() == 0:
        return value.expand(shape)
    if list(value.shape) != extents:
        raise ShapeError(
            f"A weight of shape {format_shape(value.shape)} does not fit axes of sizes "
            f"{format_shape(extents)}.",
            received=tuple(value.shape),
        )
    return value.reshape(shape)


def rms_normalization(
    x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Tensor:
    """Return a tensor over the root of its mean square along axes, scaled."""
    x, kind = _wide(x)
    x = x.reshape(1) if x.dim() == 0 else x
    axes = _along(axis, x.dim())
    epsilon = EPSILON if epsilon is None else epsilon
    out = x * torch.rsqrt(torch.square(x).mean(axes, keepdim=True) + epsilon)
    return (out if scale is None else out * as_tensor(scale, x).to(x.dtype)).to(kind)


def normalize(x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None) -> Tensor:
    """Return a tensor over its norm along axes."""
    x = floating(x)
    x = x.reshape(1) if x.dim() == 0 else x
    epsilon = EPSILON if epsilon is None else epsilon
    if order == 2:
        squares = torch.square(x).sum(axis, keepdim=True)
        return x * torch.clamp(torch.rsqrt(squares), max=1.0 / epsilon)
    norm = torch.linalg.norm(x, ord=order, dim=axis, keepdim=True)
    return x / torch.clamp(norm, min=epsilon)
