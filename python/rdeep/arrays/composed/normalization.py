"""Moments, and tensors made to have certain ones."""

from __future__ import annotations

import math
from typing import Any

from rdeep.arrays.windows import may_be_equal
from rdeep.errors import ShapeError, format_shape

Tensor = Any

EPSILON = 1e-7
"""What Keras adds where a division by zero threatens."""
_HALVES = ("float16", "bfloat16")
_LARGEST = 65504.0
"""The largest float16."""


def _wide(ops: Any, x: Any) -> tuple[Tensor, Any]:
    """Return a tensor as it is computed with, halves as float32, and the type that it had."""
    x = ops.floating(x)
    return (ops.cast(x, "float32") if ops.dtype(x) in _HALVES else x), x.dtype


def _axes(axis: Any, rank: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(rank))
    return tuple(sorted(each % rank for each in ([axis] if isinstance(axis, int) else axis)))


def moments(
    ops: Any, x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance; there is one device, so they are synchronized."""
    x, kind = _wide(ops, x)
    over = _axes(axes, len(x.shape))
    mean = ops.mean(x, axis=over, keepdims=True)
    variance = ops.mean(ops.square(x - mean), axis=over, keepdims=keepdims)
    mean = mean if keepdims else ops.squeeze(mean, over)
    if x.dtype != kind:
        bounded = (ops.clip(each, -_LARGEST, _LARGEST) for each in (mean, variance))
        mean, variance = (ops.cast(each, kind) for each in bounded)
    return mean, variance


def batch_normalization(
    ops: Any,
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Return a tensor less a mean, over the root of a variance, along an axis."""
    x = ops.floating(x)
    shape = [1] * len(x.shape)
    shape[axis] = -1
    # They may be whole numbers, which not every engine computes with beside floats.
    mean, variance = (ops.floating(ops.as_tensor(each, x)) for each in (mean, variance))
    factor = ops.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * ops.floating(ops.as_tensor(scale, x))
    shift = -mean * factor
    if offset is not None:
        shift = shift + ops.floating(ops.as_tensor(offset, x))
    factor, shift = (ops.cast(ops.reshape(each, shape), x.dtype) for each in (factor, shift))
    return x * factor + shift


def layer_normalization(
    ops: Any,
    x: Any,
    gamma: Any = None,
    beta: Any = None,
    axis: Any = -1,
    epsilon: float | None = None,
) -> Tensor:
    """Return a tensor with mean 0 and variance 1 over axes, scaled and moved."""
    if axis == -1 and _usual(ops, x, gamma, beta):
        return ops.standardized_features(x, gamma, beta, 1, EPSILON if epsilon is None else epsilon)
    x, kind = _wide(ops, x)
    axes = _axes(axis, len(x.shape))
    gamma, beta = (_fitted(ops, each, x, axes) for each in (gamma, beta))
    epsilon = EPSILON if epsilon is None else epsilon
    if axes == tuple(range(len(x.shape) - len(axes), len(x.shape))):
        return ops.cast(ops.standardized_features(x, gamma, beta, len(axes), epsilon), kind)
    return ops.cast(_standardized(ops, x, gamma, beta, axes, epsilon), kind)


def _usual(ops: Any, x: Any, *weights: Any) -> bool:
    """Return whether a tensor, and a value of each weight for each feature, are all float32."""
    given = (x, *(weight for weight in weights if weight is not None))
    if not all(ops.is_tensor(each) and ops.dtype(each) == "float32" for each in given):
        return False
    return all(tuple(each.shape) == tuple(x.shape[-1:]) for each in given[1:])


def standardized_features(
    ops: Any, x: Tensor, gamma: Tensor | None, beta: Tensor | None, rank: int, epsilon: float
) -> Tensor:
    """Return a tensor with mean 0 and variance 1 over its last axes.

    Parameters
    ----------
    ops : namespace
        The array functions.
    x : tensor
        The tensor.
    gamma, beta : tensor or None
        What it is multiplied by and what is added, of shapes that stretch to the tensor's.
    rank : int
        How many axes.
    epsilon : float
        What is added to the variance.
    """
    return _standardized(ops, x, gamma, beta, tuple(range(-rank, 0)), epsilon)


def _standardized(
    ops: Any, x: Tensor, gamma: Any, beta: Any, axes: tuple[int, ...], epsilon: float
) -> Tensor:
    mean, variance = ops.moments(x, axes, keepdims=True)
    out = (x - mean) * ops.rsqrt(variance + epsilon)
    out = out if gamma is None else out * gamma
    return out if beta is None else out + beta


def _fitted(ops: Any, value: Any, x: Tensor, axes: tuple[int, ...]) -> Tensor | None:
    """Return a weight in a shape that stretches to a tensor's."""
    if value is None:
        return None
    value = ops.cast(ops.as_tensor(value, x), x.dtype)
    rank, extents = len(x.shape), tuple(x.shape[each] for each in axes)
    if len(value.shape) in (0, rank):
        return value
    if not may_be_equal(value.shape, extents):
        raise ShapeError(
            f"A weight of shape {format_shape(value.shape)} does not fit axes of sizes "
            f"{format_shape(extents)}.",
            received=tuple(value.shape),
        )
    if axes[0] == rank - len(axes):
        # It stretches by itself.
        return value
    sizes = dict(zip(axes, value.shape))
    return ops.reshape(value, [sizes.get(place, 1) for place in range(rank)])


def _at_least_one_axis(ops: Any, x: Tensor) -> Tensor:
    return x if len(x.shape) else ops.reshape(x, (1,))


def rms_normalization(
    ops: Any, x: Any, scale: Any = None, axis: Any = -1, epsilon: float | None = None
) -> Tensor:
    """Return a tensor over the root of its mean square along axes, scaled."""
    x, kind = _wide(ops, x)
    x = _at_least_one_axis(ops, x)
    epsilon = EPSILON if epsilon is None else epsilon
    squares = ops.mean(ops.square(x), axis=_axes(axis, len(x.shape)), keepdims=True)
    out = x * ops.rsqrt(squares + epsilon)
    out = out if scale is None else out * ops.cast(ops.as_tensor(scale, x), x.dtype)
    return ops.cast(out, kind)


def normalize(
    ops: Any, x: Any, axis: Any = -1, order: int = 2, epsilon: float | None = None
) -> Tensor:
    """Return a tensor over its norm along axes."""
    x = _at_least_one_axis(ops, ops.floating(x))
    epsilon = EPSILON if epsilon is None else epsilon
    if order == 2:
        squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
        return x * ops.minimum(ops.rsqrt(squares), 1.0 / epsilon)
    return x / ops.maximum(ops.norm(x, order, axis, True), epsilon)


def psnr(ops: Any, x1: Any, x2: Any, max_val: float) -> Tensor:
    """Return the peak signal-to-noise ratio, in decibels."""
    error = ops.mean(ops.square(ops.floating(x1) - ops.floating(x2)))
    decibels = 20.0 * math.log10(max_val) - 10.0 * ops.log10(error)
    return ops.cast(decibels, error.dtype)
