"""The shared array functions on NumPy: for losses and metrics by hand, and to test against."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

asarray = np.asarray
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


def argmax(x: Any, axis: int | None = None) -> Any:
    """Return the position of the largest value along an axis, or among all."""
    return np.argmax(x, axis=axis)


def pick(x: Any, indices: Any, axis: int = -1) -> Any:
    """Return the value at an index along an axis, which goes."""
    return np.take_along_axis(x, np.expand_dims(indices, axis), axis).squeeze(axis)


def logsumexp(x: Any, axis: int | None = None) -> Any:
    """Return the logarithm of the sum of exponentials over an axis, without overflow."""
    return np.logaddexp.reduce(np.ravel(x) if axis is None else x, axis=axis or 0)


def concatenate(parts: Any, axis: int = 0) -> Any:
    """Return arrays joined along an axis."""
    return np.concatenate(parts, axis=axis)


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
