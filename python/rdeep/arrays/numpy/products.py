"""Products of vectors and matrices, and counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array, as_tensor, floating, result_type, strong_pair, wide
from rdeep.errors import ArgumentError, operation_call, show


def matmul(x1: Any, x2: Any) -> Array:
    """Return the product of matrices."""
    x1, x2 = strong_pair(x1, x2)
    if x1.dtype == np.int8 and x1.ndim != 1 and x2.ndim != 1:
        x1 = x1.astype(np.int32)
    return np.matmul(x1, x2)


def dot(x1: Any, x2: Any) -> Array:
    """Return the sum of products over the last axis of one, the last but one of the other."""
    return np.dot(*strong_pair(x1, x2))


def inner(x1: Any, x2: Any) -> Array:
    """Return the sum of products over the last axes."""
    return np.inner(*strong_pair(x1, x2))


def vdot(x1: Any, x2: Any) -> Array:
    """Return the sum of products of all values."""
    x1, x2 = strong_pair(x1, x2)
    return np.dot(x1.reshape(-1), x2.reshape(-1))


def outer(x1: Any, x2: Any) -> Array:
    """Return the product of each value with each."""
    return np.outer(*strong_pair(x1, x2))


def tensordot(x1: Any, x2: Any, axes: Any = 2) -> Array:
    """Return the sum of products over some axes of both."""
    return np.tensordot(*strong_pair(x1, x2), axes=axes)


def einsum(subscripts: str, *operands: Any) -> Array:
    """Return a sum of products by Einstein's notation."""
    arrays = [as_tensor(each) for each in operands]
    dtype = result_type(*(each.dtype.name for each in arrays))
    kind = np.dtype(np.int32) if dtype == np.int8 else dtype
    return np.einsum(subscripts, *[each.astype(kind) for each in arrays], optimize=True)


def cross(
    x1: Any,
    x2: Any,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Array:
    """Return the cross product; of vectors in the plane, its third component."""
    x1, x2 = strong_pair(x1, x2)
    if axis is not None:
        axisa = axisb = axisc = axis
    x1, x2 = np.moveaxis(x1, axisa, -1), np.moveaxis(x2, axisb, -1)
    plane = x1.shape[-1] == x2.shape[-1] == 2
    (a, b, c), (d, e, f) = (np.moveaxis(_in_space(x), -1, 0) for x in (x1, x2))
    if plane:
        return a * e - b * d
    return np.stack(np.broadcast_arrays(b * f - c * e, c * d - a * f, a * e - b * d), axisc)


def _in_space(x: Array) -> Array:
    if x.shape[-1] not in (2, 3):
        raise ValueError(f"vectors must have 2 or 3 components, not {x.shape[-1]}.")
    return x if x.shape[-1] == 3 else np.concatenate([x, np.zeros_like(x[..., :1])], axis=-1)


# Statistics -------------------------------------------------------------------------------------


def corrcoef(x: Any) -> Array:
    """Return the correlations of rows."""
    x = floating(x)
    return np.asarray(np.corrcoef(x), x.dtype)


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Array:
    """Return the products of a sequence and another that moves along it."""
    x1, x2 = (wide(each) for each in strong_pair(x1, x2))
    kind: Any = mode
    if mode == "valid" or len(x1) >= len(x2):
        return np.correlate(x1, x2, mode=kind)
    full = np.correlate(x1, x2, mode="full")
    if mode == "full":
        return full
    start = (len(full) - len(x2)) // 2
    return full[start : start + len(x2)]


def bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Array:
    """Return how often each whole number from 0 on occurs, in each row by itself."""
    if sparse:
        raise ArgumentError(
            f"{operation_call('bincount')}: 'sparse' must be {show(False)} on NumPy.",
            argument="sparse",
        )
    x = as_tensor(x)
    if x.ndim not in (1, 2):
        raise ValueError(f"'x' must have 1 or 2 axes, not {x.ndim}.")
    kinds = [] if weights is None else [x.dtype.name, as_tensor(weights).dtype.name]
    dtype = result_type(*kinds) if kinds else np.dtype(np.int32)
    each = np.ones(x.shape, dtype) if weights is None else as_tensor(weights).astype(dtype)
    counts = np.zeros((*x.shape[:-1], max(int(x.max(initial=-1)) + 1, minlength)), dtype)
    rows = (np.arange(len(x))[:, None],) if x.ndim == 2 else ()
    np.add.at(counts, (*rows, x), each)
    return counts


def histogram(
    x: Any, bins: int = 10, range: tuple[float, float] | None = None
) -> tuple[Array, Array]:
    """Return how many values fall into bins of equal width, and the edges of the bins."""
    x = floating(x)
    if x.ndim != 1:
        raise ValueError(f"'x' must have one axis, not {x.ndim}.")
    low, high = (x.min(), x.max()) if range is None else (x.dtype.type(each) for each in range)
    steps = np.arange(bins, dtype=x.dtype)
    edges = np.append(low + steps * ((high - low) / x.dtype.type(bins)), high)
    inside = x[(x >= low) & (x <= high)]
    # The last bin has both its edges.
    places = np.searchsorted(edges[1:-1], inside, side="right")
    return np.bincount(places, minlength=bins).astype(x.dtype), edges
