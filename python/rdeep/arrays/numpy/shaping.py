"""Other shapes and orders of the same values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays.numpy.reductions import sum as _sum
from rdeep.arrays.numpy.types import Array, alike, as_tensor, dtype_name, numpy_type

Axes = int | Sequence[int] | None


def size(x: Any) -> int:
    """Return how many values there are."""
    return int(np.size(as_tensor(x)))


def ndim(x: Any) -> int:
    """Return how many axes there are."""
    return np.ndim(as_tensor(x))


def sizes_of(shape: Any) -> tuple[int, ...]:
    """Return a shape of numbers and arrays of one number as whole numbers.

    Parameters
    ----------
    shape : int or sequence
        The shape.
    """
    return (shape,) if isinstance(shape, int) else tuple(int(each) for each in shape)


def _axes(axis: Any) -> Any:
    return axis if axis is None or isinstance(axis, int) else tuple(axis)


# Shapes -----------------------------------------------------------------------------------------


def reshape(x: Any, newshape: Any) -> Array:
    """Return the values, row by row, in another shape."""
    return as_tensor(x).reshape(newshape)


def ravel(x: Any) -> Array:
    """Return all values in a row."""
    return np.ravel(as_tensor(x))


def broadcast_to(x: Any, shape: Any) -> Array:
    """Return the values stretched to a shape."""
    return np.broadcast_to(as_tensor(x), sizes_of(shape))


def expand_dims(x: Any, axis: int | Sequence[int]) -> Array:
    """Return an array with further axes of size 1."""
    return np.expand_dims(as_tensor(x), _axes(axis))


def squeeze(x: Any, axis: Axes = None) -> Array:
    """Return an array without axes of size 1."""
    return np.squeeze(as_tensor(x), axis=_axes(axis))


# Orders of axes ---------------------------------------------------------------------------------


def transpose(x: Any, axes: Any = None) -> Array:
    """Return an array with its axes in another order."""
    return np.transpose(as_tensor(x), axes)


def swapaxes(x: Any, axis1: int, axis2: int) -> Array:
    """Return an array with two axes swapped."""
    return np.swapaxes(as_tensor(x), axis1, axis2)


def moveaxis(x: Any, source: Any, destination: Any) -> Array:
    """Return an array with axes in other places."""
    return np.moveaxis(as_tensor(x), source, destination)


def flip(x: Any, axis: Axes = None) -> Array:
    """Return the values in the opposite order."""
    return np.flip(as_tensor(x), _axes(axis))


def rot90(array: Any, k: int = 1, axes: Sequence[int] = (0, 1)) -> Array:
    """Return an array turned by quarters."""
    first, second = axes
    return np.rot90(as_tensor(array), k, (first, second))


def roll(x: Any, shift: Any, axis: Any = None) -> Array:
    """Return the values moved on; what leaves at the end comes in at the start."""
    return np.roll(as_tensor(x), shift, axis)


# Joining and splitting --------------------------------------------------------------------------


def concatenate(xs: Sequence[Any], axis: int = 0) -> Array:
    """Return arrays joined along an axis."""
    return np.concatenate(alike(xs), axis=axis)


def append(x1: Any, x2: Any, axis: int | None = None) -> Array:
    """Return two arrays joined along an axis, or in a row."""
    first, second = alike([x1, x2])
    return np.append(first, second, axis=axis)


def stack(x: Sequence[Any], axis: int = 0) -> Array:
    """Return arrays joined along a new axis."""
    return np.stack(alike(x), axis=axis)


def hstack(xs: Sequence[Any]) -> Array:
    """Return arrays joined side by side."""
    return np.hstack(alike(xs))


def vstack(xs: Sequence[Any]) -> Array:
    """Return arrays joined one below the other."""
    return np.vstack(alike(xs))


def split(x: Any, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Array]:
    """Return the parts of an array along an axis."""
    parts = indices_or_sections
    return np.split(as_tensor(x), parts if isinstance(parts, int) else list(parts), axis=axis)


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Array]:
    """Return the slices along an axis, in a list."""
    return list(np.moveaxis(as_tensor(x), axis, 0))


def repeat(x: Any, repeats: int | Sequence[int], axis: int | None = None) -> Array:
    """Return each value several times."""
    return np.repeat(as_tensor(x), repeats, axis=axis)


def tile(x: Any, repeats: int | Sequence[int]) -> Array:
    """Return the whole array several times."""
    return np.tile(as_tensor(x), sizes_of(repeats))


def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Array:
    """Return an array with more around it."""
    x = as_tensor(x)
    if constant_values is not None and mode != "constant":
        raise ValueError(f"'constant_values' mean nothing where the mode is {mode!r}.")
    if mode == "constant":
        value = 0 if constant_values is None else constant_values
        return np.pad(x, pad_width, constant_values=np.asarray(value).astype(x.dtype))
    pairs = np.broadcast_to(np.asarray(pad_width), (x.ndim, 2))
    if any(max(pair) > n - (mode == "reflect") for pair, n in zip(pairs.tolist(), x.shape)):
        raise ValueError(f"an array of shape {x.shape} is too short to mirror that much of it.")
    kind: Any = mode
    return np.pad(x, pairs, mode=kind)


# Diagonals and triangles ------------------------------------------------------------------------


def diag(x: Any, k: int = 0) -> Array:
    """Return the diagonal of a matrix, or the matrix of a diagonal."""
    return np.diag(as_tensor(x), k)


def diagflat(x: Any, k: int = 0) -> Array:
    """Return the matrix with all values on its diagonal."""
    return np.diagflat(as_tensor(x), k)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Return the diagonals of matrices."""
    return np.diagonal(as_tensor(x), offset, axis1, axis2)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """Return the sum of the diagonal."""
    return _sum(diagonal(x, offset, axis1, axis2), -1)


def tril(x: Any, k: int = 0) -> Array:
    """Return a matrix with zeros above a diagonal."""
    return np.tril(as_tensor(x), k)


def triu(x: Any, k: int = 0) -> Array:
    """Return a matrix with zeros below a diagonal."""
    return np.triu(as_tensor(x), k)


def meshgrid(*x: Any, indexing: str = "xy") -> list[Array]:
    """Return the coordinates of a grid."""
    kind: Any = indexing
    return list(np.meshgrid(*[ravel(each) for each in x], indexing=kind))


def view(x: Any, dtype: Any = None) -> Array:
    """Return the bytes of an array, read as another type."""
    x = as_tensor(x)
    if dtype is None:
        return x
    if dtype_name(dtype) == "bfloat16":
        raise ValueError("NumPy has no bfloat16.")
    return np.ascontiguousarray(x).reshape(x.shape).view(numpy_type(dtype))
