"""Operations that go over axes and leave fewer, or add up along one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from rdeep.arrays.numpy.elementwise import maximum, minimum
from rdeep.arrays.numpy.types import Array, as_tensor, floating, numpy_type, result_type
from rdeep.arrays.promotion import SUMMED

Axis = int | tuple[int, ...] | list[int] | None


def _axes(axis: Axis) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _summed_type(x: Array) -> np.dtype:
    return np.dtype(SUMMED.get(x.dtype.name, x.dtype))


def sum(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the sum."""
    x = as_tensor(x)
    return np.sum(x, axis=_axes(axis), keepdims=keepdims, dtype=_summed_type(x))


def mean(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the mean."""
    return np.mean(floating(x), axis=_axes(axis), keepdims=keepdims)


def var(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the variance: squared distances from the mean, averaged."""
    return np.var(floating(x), axis=_axes(axis), keepdims=keepdims)


def std(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the standard deviation."""
    return np.std(floating(x), axis=_axes(axis), keepdims=keepdims)


def max(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Array:
    """Return the largest value."""
    x = as_tensor(x)
    found = np.max(x, axis=_axes(axis), keepdims=keepdims)
    return found if initial is None else maximum(found, as_tensor(initial).astype(x.dtype))


def min(x: Any, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Array:
    """Return the smallest value."""
    x = as_tensor(x)
    found = np.min(x, axis=_axes(axis), keepdims=keepdims)
    return found if initial is None else minimum(found, as_tensor(initial).astype(x.dtype))


def prod(x: Any, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Array:
    """Return the product."""
    x = as_tensor(x)
    kind = numpy_type(dtype) or _summed_type(x)
    return np.prod(x, axis=_axes(axis), keepdims=keepdims, dtype=kind)


def all(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return whether all hold."""
    return np.all(as_tensor(x), axis=_axes(axis), keepdims=keepdims)


def any(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return whether any holds."""
    return np.any(as_tensor(x), axis=_axes(axis), keepdims=keepdims)


def count_nonzero(x: Any, axis: Axis = None) -> Array:
    """Return how many values are not 0."""
    return sum(as_tensor(x) != 0, axis)


def logsumexp(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the logarithm of the sum of exponentials, without overflow."""
    x = floating(x)
    top = np.max(x, axis=_axes(axis), keepdims=True)
    top = np.where(np.isfinite(top), top, x.dtype.type(0))
    found = np.log(np.sum(np.exp(x - top), axis=_axes(axis), keepdims=True)) + top
    return found if keepdims else np.squeeze(found, axis=_axes(axis))


def average(x: Any, axis: Axis = None, weights: Any = None) -> Array:
    """Return the weighted mean."""
    if weights is None:
        return mean(x, axis)
    x, weights = as_tensor(x), as_tensor(weights)
    dtype = result_type(x.dtype.name, weights.dtype.name, "float")
    return np.average(x.astype(dtype), axis=axis, weights=weights.astype(dtype)).astype(dtype)


def quantile(
    x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Array:
    """Return quantiles; several stand along a new first axis."""
    x = floating(x)
    shares = np.asarray(q, np.float64)
    if x.ndim == 0:
        return np.broadcast_to(x, shares.shape).copy()
    kind: Any = method
    found = np.quantile(x, shares, axis=_axes(axis), method=kind, keepdims=keepdims)
    missing = np.any(np.isnan(x), axis=_axes(axis), keepdims=keepdims)
    return np.asarray(np.where(missing, math.nan, found), x.dtype)


def median(x: Any, axis: Axis = None, keepdims: bool = False) -> Array:
    """Return the median."""
    return quantile(x, 0.5, axis, keepdims=keepdims)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the sum of all values so far."""
    x = _counted(x, dtype)
    return np.cumsum(x, axis=axis, dtype=x.dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Array:
    """Return the product of all values so far."""
    x = _counted(x, dtype)
    return np.cumprod(x, axis=axis, dtype=x.dtype)


def _counted(x: Any, dtype: Any) -> Array:
    x = as_tensor(x)
    x = x if dtype is None else x.astype(numpy_type(dtype))
    return x.astype(np.int32) if x.dtype == bool else x


def diff(a: Any, n: int = 1, axis: int = -1) -> Array:
    """Return the differences of neighbours, `n` times over."""
    return np.diff(as_tensor(a), n=n, axis=axis)
