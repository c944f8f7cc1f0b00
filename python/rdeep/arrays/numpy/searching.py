"""Sorting, finding positions, and values at positions."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.arrays.keys import as_key
from rdeep.arrays.numpy.types import Array, as_tensor, pair, strong_pair, whole


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the position of the first largest value."""
    return _int32(np.argmax(as_tensor(x), axis=axis, keepdims=keepdims))


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Array:
    """Return the position of the first smallest value."""
    return _int32(np.argmin(as_tensor(x), axis=axis, keepdims=keepdims))


def _int32(x: Any) -> Array:
    return np.asarray(x, np.int32)


def sort(x: Any, axis: int | None = -1) -> Array:
    """Return the values from small to large."""
    return np.sort(as_tensor(x), axis=axis, kind="stable")


def argsort(x: Any, axis: int | None = -1) -> Array:
    """Return the positions that put values in order; equal ones keep theirs."""
    return _int32(np.argsort(np.atleast_1d(as_tensor(x)), axis=axis, kind="stable"))


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Array, Array]:
    """Return the largest values along the last axis, and their positions."""
    x = as_tensor(x)
    last = x.shape[-1] - 1
    if k > last + 1:
        raise ValueError(f"there are no {k} values along an axis of {last + 1}.")
    # From the end, so that the first of equals comes first.
    order = last - np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
    return np.take_along_axis(x, order, -1), _int32(order)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Array:
    """Return where values would go in a sorted sequence."""
    sequence, values = strong_pair(sorted_sequence, values)
    if sequence.ndim != 1:
        raise ValueError("the sorted sequence must have one axis.")
    kind: Any = side
    return _int32(np.searchsorted(sequence, values, side=kind))


def nonzero(x: Any) -> tuple[Array, ...]:
    """Return the positions of values other than 0, for each axis."""
    return tuple(_int32(each) for each in np.nonzero(as_tensor(x)))


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Return `x1` where the condition holds, else `x2`; without them, where it holds."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError("'x1' and 'x2' are given both or not at all.")
    return np.where(np.asarray(as_tensor(condition), bool), *pair(x1, x2))


# Values at positions ----------------------------------------------------------------------------


def take(x: Any, indices: Any, axis: int | None = None) -> Array:
    """Return the values at positions along an axis, or among all values."""
    return np.take(as_tensor(x), _positions(indices), axis=axis)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Array:
    """Return the values at positions that are given for each place by itself."""
    x, positions = as_tensor(x), _positions(indices)
    if axis is None:
        return np.take_along_axis(x, positions, axis)
    if positions.ndim != x.ndim:
        raise ValueError(f"positions have {positions.ndim} axes, the array has {x.ndim}.")
    axis = axis % x.ndim
    shapes = [
        [1 if dim == axis else size for dim, size in enumerate(each.shape)]
        for each in (x, positions)
    ]
    common = np.broadcast_shapes(*map(tuple, shapes))
    x, positions = (
        np.broadcast_to(each, (*common[:axis], each.shape[axis], *common[axis + 1 :]))
        for each in (x, positions)
    )
    return np.take_along_axis(x, positions, axis)


def get_item(x: Any, key: Any) -> Array:
    """Return `x[key]`; an array among the keys leaves its axis where it is."""
    x, keys = as_tensor(x), list(key) if isinstance(key, tuple) else [key]
    arrays = [place for place, each in enumerate(keys) if _is_several(each)]
    if len(arrays) != 1:
        return x[tuple(keys)]
    (place,) = arrays
    positions = np.asarray(keys[place])
    consumed = positions.ndim if positions.dtype == bool else 1
    # The other keys first: NumPy counts a position beside an array as one more array.
    x = x[(*keys[:place], *[slice(None)] * consumed, *keys[place + 1 :])]
    before, after = (
        [each for each in part if not isinstance(each, (int, np.integer))]
        for part in (keys[:place], keys[place + 1 :])
    )
    axis = x.ndim - len(after) - consumed if Ellipsis in before else len(before)
    return x[(*[slice(None)] * axis, positions)]


def _is_several(key: Any) -> bool:
    return isinstance(key, list) or (isinstance(key, np.ndarray) and key.ndim > 0)


def item(x: Array, key: list[Any]) -> Array:
    """Return a part of an array by an index as a graph keeps it."""
    return x[as_key(key)]


def gathered(x: Array, positions: list[Array], batch: bool) -> Array:
    """Return the values at a position along each axis, in a batch each sample's own."""
    if not batch:
        return x[tuple(positions)]
    return x[(np.arange(x.shape[0])[:, None, None], *positions)]


def pick(x: Array, indices: Array, axis: int = -1) -> Array:
    """Return the value at an index along an axis, which goes."""
    found = np.take_along_axis(x, np.expand_dims(np.asarray(indices, np.int64), axis), axis)
    return np.squeeze(found, axis)


def _positions(indices: Any) -> Array:
    positions = as_tensor(indices)
    if not whole(positions):
        raise ValueError("positions must be whole numbers.")
    return positions


def distinct(x: Array) -> tuple[Array, Array, Array]:
    """Return where distinct slices are first met, the place of each slice, and their counts.

    The distinct slices are in rising order.
    """
    if not x.shape[0]:
        return (np.zeros(0, np.int32),) * 3
    rows = x if x.ndim == 1 else x.reshape(x.shape[0], -1)
    _, places, inverse, counts = np.unique(
        rows,
        return_index=True,
        return_inverse=True,
        return_counts=True,
        axis=0,
        equal_nan=False,
    )
    return _int32(places), _int32(inverse).reshape(-1), _int32(counts)
