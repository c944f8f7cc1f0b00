"""Activation functions, one value at a time or along an axis."""

from __future__ import annotations

import math
from typing import Any

Tensor = Any


def relu6(ops: Any, x: Any) -> Tensor:
    """Return `x` kept within 0 and 6."""
    return ops.clip(x, 0, 6)


def sparse_sigmoid(ops: Any, x: Any) -> Tensor:
    """Return a line from 0 at -1 to 1 at 1."""
    return ops.clip(0.5 * (ops.floating(x) + 1.0), 0.0, 1.0)


def softsign(ops: Any, x: Any) -> Tensor:
    """Return `x / (1 + |x|)`."""
    x = ops.floating(x)
    return x / (ops.abs(x) + 1.0)


def soft_shrink(ops: Any, x: Any, threshold: float = 0.5) -> Tensor:
    """Return `x` moved towards 0 by a threshold."""
    x = ops.floating(x)
    return ops.sign(x) * ops.maximum(ops.abs(x) - threshold, 0.0)


def hard_shrink(ops: Any, x: Any, threshold: float = 0.5) -> Tensor:
    """Return `x` where it is beyond a threshold, else 0."""
    x = ops.floating(x)
    return ops.where(ops.abs(x) > threshold, x, 0.0)


def tanh_shrink(ops: Any, x: Any) -> Tensor:
    """Return `x - tanh(x)`."""
    x = ops.floating(x)
    return x - ops.tanh(x)


def sparse_plus(ops: Any, x: Any) -> Tensor:
    """Return 0 up to -1, `x` from 1 on, and a parabola between."""
    x = ops.floating(x)
    return ops.where(x <= -1, 0.0, ops.where(x < 1, 0.25 * ops.square(x + 1.0), x))


def silu(ops: Any, x: Any) -> Tensor:
    """Return `x * sigmoid(x)`."""
    x = ops.floating(x)
    return x * ops.sigmoid(x)


def squareplus(ops: Any, x: Any, b: float = 4) -> Tensor:
    """Return `(x + sqrt(x^2 + b)) / 2`."""
    x = ops.floating(x)
    return (x + ops.sqrt(ops.square(x) + b)) / 2


def log_sigmoid(ops: Any, x: Any) -> Tensor:
    """Return `-log(1 + exp(-x))`."""
    return -ops.softplus(-ops.floating(x))


def leaky_relu(ops: Any, x: Any, negative_slope: float = 0.2) -> Tensor:
    """Return `x`, times a slope where it is negative."""
    x = ops.floating(x)
    return ops.where(x >= 0, x, negative_slope * x)


def hard_sigmoid(ops: Any, x: Any) -> Tensor:
    """Return a line from 0 at -3 to 1 at 3."""
    return ops.clip(ops.floating(x) + 3.0, 0.0, 6.0) / 6.0


def hard_silu(ops: Any, x: Any) -> Tensor:
    """Return `x * hard_sigmoid(x)`."""
    x = ops.floating(x)
    return x * ops.hard_sigmoid(x)


def hard_swish(ops: Any, x: Any) -> Tensor:
    """Return `hard_silu(x)`, by its other name."""
    return ops.hard_silu(x)


def hard_tanh(ops: Any, x: Any) -> Tensor:
    """Return `x` kept within -1 and 1."""
    return ops.clip(ops.floating(x), -1.0, 1.0)


def elu(ops: Any, x: Any, alpha: float = 1.0) -> Tensor:
    """Return `x`, and `alpha (exp(x) - 1)` where it is negative."""
    x = ops.floating(x)
    return ops.where(x > 0, x, alpha * ops.expm1(ops.minimum(x, 0.0)))


def selu(ops: Any, x: Any) -> Tensor:
    """Return `elu(x)`, scaled so that variances are kept."""
    return 1.0507009873554805 * ops.elu(x, 1.6732632423543772)


def celu(ops: Any, x: Any, alpha: float = 1.0) -> Tensor:
    """Return `x`, and `alpha (exp(x / alpha) - 1)` where it is negative."""
    x = ops.floating(x)
    return ops.where(x > 0, x, alpha * ops.expm1(ops.minimum(x, 0.0) / alpha))


def gelu(ops: Any, x: Any, approximate: bool = True) -> Tensor:
    """Return `x` times the normal distribution function at `x`."""
    x = ops.floating(x)
    if approximate:
        return 0.5 * x * (1.0 + ops.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1.0 + ops.erf(x * math.sqrt(0.5)))


def glu(ops: Any, x: Any, axis: int = -1) -> Tensor:
    """Return the first half of an axis times the sigmoid of the second."""
    first, second = ops.split(ops.floating(x), 2, axis)
    return first * ops.sigmoid(second)


def threshold(ops: Any, x: Any, threshold: float, default_value: float) -> Tensor:
    """Return `x` where it is above a threshold, else another value."""
    x = ops.as_tensor(x)
    return ops.where(ops.greater(x, threshold), x, ops.cast(default_value, x.dtype))


def softmax(ops: Any, x: Any, axis: Any = -1) -> Tensor:
    """Return probabilities along an axis, along several, or of all values."""
    x = ops.floating(x)
    powers = ops.exp(x - ops.max(x, axis=axis, keepdims=True))
    return powers / ops.sum(powers, axis=axis, keepdims=True)


def log_softmax(ops: Any, x: Any, axis: Any = -1) -> Tensor:
    """Return the logarithms of probabilities along an axis, along several, or of all values."""
    x = ops.floating(x)
    shifted = x - ops.max(x, axis=axis, keepdims=True)
    return shifted - ops.log(ops.sum(ops.exp(shifted), axis=axis, keepdims=True))


def sparsemax(ops: Any, x: Any, axis: int = -1) -> Tensor:
    """Return the nearest point of the simplex (Martins and Astudillo, 2016)."""
    # Keras adds partial sums up where the sum is meant, and its results do not sum to 1.
    x = ops.moveaxis(ops.floating(x), axis, -1)
    ordered = ops.flip(ops.sort(x, axis=-1), axis=-1)
    ranks = ops.cumsum(ops.ones_like(x), axis=-1)
    support = ordered - (ops.cumsum(ordered, axis=-1) - 1.0) / ranks > 0
    total = ops.sum(ops.where(support, ordered, 0.0), axis=-1, keepdims=True)
    count = ops.sum(ops.cast(support, x.dtype), axis=-1, keepdims=True)
    return ops.moveaxis(ops.relu(x - (total - 1.0) / count), -1, axis)
