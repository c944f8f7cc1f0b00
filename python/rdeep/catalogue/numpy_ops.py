"""The shared array functions on NumPy: for losses and metrics by hand, and to test against."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

asarray = np.asarray
shape = np.shape
expm1 = np.expm1
tanh = np.tanh
square = np.square
sqrt = np.sqrt
abs = np.abs
log = np.log
exp = np.exp
minimum = np.minimum
maximum = np.maximum
clip = np.clip
where = np.where
power = np.power
matmul = np.matmul
zeros_like = np.zeros_like
ones_like = np.ones_like
erf = np.vectorize(math.erf, otypes=[float])
lgamma = np.vectorize(math.lgamma, otypes=[float])


def relu(x: Any) -> Any:
    """Return the larger of 0 and `x`."""
    return np.maximum(x, 0.0)


def softplus(x: Any) -> Any:
    """Return `log(1 + exp(x))`, exact for large `x` too."""
    return np.logaddexp(x, 0.0)


def sigmoid(x: Any) -> Any:
    """Return `1 / (1 + exp(-x))`, without overflow."""
    return np.exp(-np.logaddexp(0.0, -np.asarray(x)))


def log_softmax(x: Any, axis: int = -1) -> Any:
    """Return the logarithms of probabilities along an axis."""
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def softmax(x: Any, axis: int = -1) -> Any:
    """Return probabilities along an axis."""
    return np.exp(log_softmax(x, axis))


def sum(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Return the sum over an axis, or over all."""
    return np.sum(x, axis=axis, keepdims=keepdims)


def mean(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """Return the mean over an axis, or over all."""
    return np.mean(x, axis=axis, keepdims=keepdims)


def argmax(x: Any, axis: int = -1) -> Any:
    """Return the position of the largest value along an axis."""
    return np.argmax(x, axis=axis)


def pick(x: Any, indices: Any, axis: int = -1) -> Any:
    """Return the value at an index along an axis, which goes."""
    return np.take_along_axis(x, np.expand_dims(indices, axis), axis).squeeze(axis)


def logsumexp(x: Any, axis: int = -1) -> Any:
    """Return the logarithm of the sum of exponentials over an axis, without overflow."""
    return np.logaddexp.reduce(x, axis=axis)


def concatenate(parts: Any, axis: int = -1) -> Any:
    """Return arrays joined along an axis."""
    return np.concatenate(parts, axis=axis)


def largest(x: Any) -> Any:
    """Return the position of the largest value along the last axis."""
    return np.argmax(x, axis=-1)


def as_index(x: Any) -> Any:
    """Return whole numbers as integers."""
    return np.asarray(x, dtype=np.int64)


def as_float(x: Any) -> Any:
    """Return an array as float32."""
    return np.asarray(x, dtype=np.float32)


def detach(x: Any) -> Any:
    """Return the array: nothing is differentiated here."""
    return x


def count(x: Any) -> float:
    """Return how many values there are."""
    return float(np.size(x))


def rows(x: Any) -> float:
    """Return the size of the first dimension."""
    return float(len(x))


def spread(weights: Any, values: Any) -> Any:
    """Return sample weights repeated to the shape of values."""
    missing = np.ndim(values) - np.ndim(weights)
    return np.broadcast_to(
        np.reshape(weights, (*np.shape(weights), *[1] * missing)), np.shape(values)
    )


def all(x: Any, axis: Any = None) -> Any:
    """Return whether all are true, over an axis or altogether."""
    return np.all(x, axis=axis)


def max(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the largest value over an axis, or of all."""
    return np.max(x, axis=axis, keepdims=keepdims)


def cast(x: Any, dtype: str) -> Any:
    """Return an array with values of another type; NumPy computes the narrow ones as float32."""
    wide = {"float16": "float32", "bfloat16": "float32"}.get(dtype, dtype)
    return np.asarray(x).astype(wide)


def one_hot(x: Any, num_classes: int, axis: int = -1, dtype: str = "float32") -> Any:
    """Return a 1 at each class number's place; none for a number without a place."""
    places = np.asarray(x)[..., np.newaxis] == np.arange(num_classes)
    return np.moveaxis(places.astype(dtype), -1, axis)


def transpose(x: Any, axes: Any = None) -> Any:
    """Return an array with its axes in another order, reversed by default."""
    return np.transpose(x, axes)


def reshape(x: Any, newshape: Any) -> Any:
    """Return the values in another shape."""
    return np.reshape(x, newshape)


def argsort(x: Any, axis: int = -1) -> Any:
    """Return the order of values along an axis; equal ones keep theirs."""
    return np.argsort(x, axis=axis, kind="stable")


def segment_sum(data: Any, segment_ids: Any, num_segments: int) -> Any:
    """Return the sum of the values that share a number."""
    total = np.zeros((num_segments, *np.shape(data)[1:]), np.asarray(data).dtype)
    np.add.at(total, segment_ids, data)
    return total


def cumsum(x: Any, axis: int) -> Any:
    """Return running sums along an axis."""
    return np.cumsum(x, axis=axis)


def constant(values: Any, like: Any) -> Any:
    """Return numbers as an array of another one's type."""
    return np.asarray(values, dtype=like.dtype)


def relu6(x: Any) -> Any:
    """Return `x` kept within 0 and 6."""
    return np.clip(x, 0.0, 6.0)


def leaky_relu(x: Any, negative_slope: float = 0.2) -> Any:
    """Return `x` above zero, `negative_slope * x` below."""
    return np.where(x >= 0, x, negative_slope * x)


def elu(x: Any, alpha: float = 1.0) -> Any:
    """Return `x` above zero, `alpha * (exp(x) - 1)` below."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0)))


def selu(x: Any) -> Any:
    """Return a scaled `elu`."""
    return 1.0507009873554805 * elu(x, 1.6732632423543772)


def celu(x: Any, alpha: float = 1.0) -> Any:
    """Return `x` above zero, `alpha * (exp(x / alpha) - 1)` below."""
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0) / alpha))


def glu(x: Any, axis: int = -1) -> Any:
    """Return the first half along an axis times the sigmoid of the second."""
    first, second = np.split(x, 2, axis=axis)
    return first * sigmoid(second)


def gelu(x: Any, approximate: bool = True) -> Any:
    """Return `x` times the normal distribution function."""
    if approximate:
        return 0.5 * x * (1 + np.tanh(0.7978845608028654 * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1 + erf(x * 0.7071067811865476))


def silu(x: Any) -> Any:
    """Return `x * sigmoid(x)`."""
    return x * sigmoid(x)


def softsign(x: Any) -> Any:
    """Return `x / (|x| + 1)`."""
    return x / (np.abs(x) + 1)


def soft_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Return `x` moved towards zero by a threshold."""
    return np.sign(x) * np.maximum(np.abs(x) - threshold, 0.0)


def hard_shrink(x: Any, threshold: float = 0.5) -> Any:
    """Return `x` where it is further from zero than a threshold, else zero."""
    return np.where(np.abs(x) > threshold, x, 0.0)


def hard_sigmoid(x: Any) -> Any:
    """Return `relu6(x + 3) / 6`."""
    return relu6(x + 3) / 6


def hard_silu(x: Any) -> Any:
    """Return `x * hard_sigmoid(x)`."""
    return x * hard_sigmoid(x)


def hard_tanh(x: Any) -> Any:
    """Return `x` kept within -1 and 1."""
    return np.clip(x, -1.0, 1.0)


def tanh_shrink(x: Any) -> Any:
    """Return `x - tanh(x)`."""
    return x - np.tanh(x)


def threshold(x: Any, threshold: float, default_value: float) -> Any:
    """Return `x` above a threshold, else another value."""
    return np.where(x > threshold, x, default_value)


def log_sigmoid(x: Any) -> Any:
    """Return `log(sigmoid(x))`, without overflow."""
    return -softplus(-np.asarray(x))


def sparse_plus(x: Any) -> Any:
    """Return 0 up to -1, `x` from 1 on, and a parabola between."""
    return np.where(x >= 1, x, 0.25 * np.square(np.clip(x, -1, 1) + 1))


def sparse_sigmoid(x: Any) -> Any:
    """Return 0 up to -1, 1 from 1 on, and a straight line between."""
    return 0.5 * (np.clip(x, -1, 1) + 1)


def squareplus(x: Any, b: float = 4.0) -> Any:
    """Return `(x + sqrt(x^2 + b)) / 2`."""
    return 0.5 * (x + np.sqrt(np.square(x) + b))


def sort(x: Any, axis: int = -1) -> Any:
    """Return the values along an axis in rising order."""
    return np.sort(x, axis=axis)


def ctc_loss(
    target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0
) -> Any:
    """Return the CTC loss of scores `(batch, time, classes)` for labels `(batch, length)`.

    The forward recursion of Graves et al. (2006), over the labels with blanks between.
    """
    rows, length = np.shape(target)
    states = np.full((rows, 2 * length + 1), mask_index)
    states[:, 1::2] = target
    logs = np.take_along_axis(log_softmax(output), states[:, np.newaxis, :], axis=2)
    # A label may follow the one before it without a blank between, unless they are equal.
    skips = np.full(states.shape, -np.inf)
    skips[:, 2:] = np.where(states[:, 2:] == states[:, :-2], -np.inf, 0.0)
    skips[:, ::2] = -np.inf
    ways = np.full(states.shape, -np.inf)
    ways[:, :2] = logs[:, 0, :2]
    for step in range(1, logs.shape[1]):
        padded = np.pad(ways, ((0, 0), (2, 0)), constant_values=-np.inf)
        reached = np.logaddexp(ways, padded[:, 1:-1])
        reached = np.logaddexp(reached, padded[:, :-2] + skips) + logs[:, step]
        ways = np.where((step < np.asarray(output_length))[:, np.newaxis], reached, ways)
    last = 2 * np.asarray(target_length)
    ends = np.take_along_axis(ways, np.stack([last, np.maximum(last - 1, 0)], 1), axis=1)
    ends[last == 0, 1] = -np.inf
    return -np.logaddexp(ends[:, 0], ends[:, 1])
