"""Reductions that leave NaN out."""

from __future__ import annotations

import math
from typing import Any

from rdeep.arrays.composed.elementwise import is_floating

Tensor = Any
Axis = Any


def _without(ops: Any, x: Any, value: float) -> Tensor:
    """Return a tensor with a number in the place of NaN."""
    x = ops.as_tensor(x)
    return ops.where(ops.isnan(x), value, x) if is_floating(ops, x) else x


def _where_all(ops: Any, x: Any, found: Tensor, instead: Any, axis: Axis, keepdims: bool) -> Tensor:
    """Return a reduction with something else where all values are NaN."""
    x = ops.as_tensor(x)
    if not is_floating(ops, x):
        return found
    return ops.where(ops.all(ops.isnan(x), axis=axis, keepdims=keepdims), instead, found)


def nansum(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the sum."""
    return ops.sum(_without(ops, x, 0.0), axis=axis, keepdims=keepdims)


def nanprod(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the product."""
    return ops.prod(_without(ops, x, 1.0), axis=axis, keepdims=keepdims)


def nanmax(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the largest value."""
    found = ops.max(_without(ops, x, -math.inf), axis=axis, keepdims=keepdims)
    return _where_all(ops, x, found, math.nan, axis, keepdims)


def nanmin(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the smallest value."""
    found = ops.min(_without(ops, x, math.inf), axis=axis, keepdims=keepdims)
    return _where_all(ops, x, found, math.nan, axis, keepdims)


def nanmean(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the mean."""
    x = ops.floating(x)
    known = ops.cast(ops.logical_not(ops.isnan(x)), x.dtype)
    total = ops.sum(_without(ops, x, 0.0), axis=axis, keepdims=keepdims)
    return total / ops.sum(known, axis=axis, keepdims=keepdims)


def nanvar(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the variance: squared distances from the mean, averaged."""
    x = ops.floating(x)
    mean = nanmean(ops, x, axis, keepdims=True)
    # Not the distance of NaN from the mean: the gradient of what is chosen against is NaN too.
    apart = ops.where(ops.isnan(x), mean, x) - mean
    known = ops.cast(ops.logical_not(ops.isnan(x)), x.dtype)
    total = ops.sum(ops.square(apart), axis=axis, keepdims=keepdims)
    return total / ops.sum(known, axis=axis, keepdims=keepdims)


def nanstd(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the standard deviation."""
    return ops.sqrt(nanvar(ops, x, axis, keepdims))


def nanargmax(ops: Any, x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the first largest value, -1 where there is none."""
    found = ops.argmax(_without(ops, x, -math.inf), axis=axis, keepdims=keepdims)
    return _where_all(ops, x, found, -1, axis, keepdims)


def nanargmin(ops: Any, x: Any, axis: int | None = None, keepdims: bool = False) -> Tensor:
    """Return the position of the first smallest value, -1 where there is none."""
    found = ops.argmin(_without(ops, x, math.inf), axis=axis, keepdims=keepdims)
    return _where_all(ops, x, found, -1, axis, keepdims)


def nancumsum(ops: Any, x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """Return the sum of all values so far."""
    return ops.cumsum(_without(ops, x, 0.0), axis=axis, dtype=dtype)


def nancumprod(ops: Any, x: Any, axis: int | None = None, dtype: Any = None) -> Tensor:
    """Return the product of all values so far."""
    return ops.cumprod(_without(ops, x, 1.0), axis=axis, dtype=dtype)


# Quantiles --------------------------------------------------------------------------------------


def nanmedian(ops: Any, x: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Return the median."""
    return nanquantile(ops, x, 0.5, axis, keepdims=keepdims)


def percentile(
    ops: Any, x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """Return percentiles; several stand along a new first axis."""
    return ops.quantile(x, _as_share(ops, q), axis=axis, method=method, keepdims=keepdims)


def nanpercentile(
    ops: Any, x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """Return percentiles without NaN; several stand along a new first axis."""
    return nanquantile(ops, x, _as_share(ops, q), axis, method, keepdims)


def _as_share(ops: Any, q: Any) -> Tensor:
    return ops.divide(ops.cast(ops.as_tensor(q), "float64"), 100.0)


def nanquantile(
    ops: Any, x: Any, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False
) -> Tensor:
    """Return quantiles without NaN; several stand along a new first axis."""
    x = ops.as_tensor(x)
    if not is_floating(ops, x):
        return ops.quantile(x, q, axis=axis, method=method, keepdims=keepdims)
    flat, kept, reduced = _reduced_last(ops, x, axis)
    missing = ops.isnan(flat)
    ordered = ops.sort(ops.where(missing, math.inf, flat), axis=-1)
    # In 64 bits, or the position in a long tensor would be wrong.
    q = ops.cast(ops.as_tensor(ops.as_tensor(q), x), "float64")
    shares = ops.reshape(q, (-1,))
    count = ops.sum(ops.cast(ops.logical_not(missing), "float64"), axis=-1, keepdims=True)
    found = _at(ops, ordered, (count - 1.0) * shares, count - 1.0, method)  # (..., quantiles)
    found = ops.where(count == 0.0, math.nan, found)
    found = ops.moveaxis(found, -1, 0)
    sizes = ops.shape(x)
    rest = [
        1 if axis in reduced else sizes[axis] for axis in (range(len(sizes)) if keepdims else kept)
    ]
    return ops.reshape(found, (*ops.shape(q), *rest))


def _reduced_last(ops: Any, x: Tensor, axis: Axis) -> tuple[Tensor, list[int], list[int]]:
    """Return a tensor with the axes that are reduced as its last, and which axes stay and go."""
    rank = len(x.shape)
    given = range(rank) if axis is None else [axis] if isinstance(axis, int) else axis
    reduced = [each % rank for each in given]
    kept = [each for each in range(rank) if each not in reduced]
    sizes = ops.shape(x)
    flat = ops.reshape(ops.transpose(x, [*kept, *reduced]), [*(sizes[each] for each in kept), -1])
    return flat, kept, reduced


def _at(ops: Any, ordered: Tensor, exact: Tensor, last: Tensor, method: str) -> Tensor:
    """Return values at positions between the sorted ones, of which the last may differ."""

    def value(positions: Tensor) -> Tensor:
        within = ops.maximum(ops.minimum(positions, last), 0.0)
        return ops.take_along_axis(ordered, ops.cast(within, "int32"), axis=-1)

    if method == "nearest":
        return value(ops.round(exact))
    if method == "lower":
        return value(ops.floor(exact))
    if method == "higher":
        return value(ops.ceil(exact))
    if method == "midpoint":
        return 0.5 * (value(ops.floor(exact)) + value(ops.ceil(exact)))
    # Not the floor of the position: where it is whole, both neighbours keep their gradients.
    below = ops.maximum(ops.ceil(exact) - 1.0, 0.0)
    above = ops.minimum(below + 1.0, ops.maximum(last, 0.0))
    share = ops.cast(above - exact, ordered.dtype)
    one = ops.ones_like(share)
    return value(above) * (one - share) + value(below) * share
