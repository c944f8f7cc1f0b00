"""Array functions on NumPy under the names of `keras.ops`: what formulas run on outside a network.

Only those that preprocessing layers use.
"""

from __future__ import annotations

from typing import Any

import numpy as np

sqrt = np.sqrt
maximum = np.maximum
where = np.where
equal = np.equal
logical_and = np.logical_and
reshape = np.reshape
expand_dims = np.expand_dims
squeeze = np.squeeze
take = np.take
take_along_axis = np.take_along_axis
digitize = np.digitize
searchsorted = np.searchsorted
concatenate = np.concatenate
stack = np.stack
clip = np.clip
left_shift = np.left_shift
right_shift = np.right_shift


def shape(x: np.ndarray) -> tuple[int, ...]:
    """Return the shape."""
    return np.shape(x)


def cast(x: Any, dtype: str) -> np.ndarray:
    """Return an array of another type."""
    return np.asarray(x).astype(dtype)


def convert_to_tensor(x: Any, dtype: str | None = None) -> np.ndarray:
    """Return an array of what may be one already."""
    return np.asarray(x, dtype)


def sum(x: np.ndarray, axis: int | None = None, keepdims: bool = False) -> np.ndarray:
    """Return the sum over an axis, or over all."""
    return np.sum(x, axis=axis, keepdims=keepdims)


def max(x: np.ndarray, axis: int | None = None, keepdims: bool = False) -> np.ndarray:
    """Return the largest value along an axis, or of all."""
    return np.max(x, axis=axis, keepdims=keepdims)


def one_hot(x: np.ndarray, num_classes: int, dtype: str = "float32") -> np.ndarray:
    """Return a one at each number's place; a row of zeros for a number that has none."""
    return (np.asarray(x)[..., np.newaxis] == np.arange(num_classes)).astype(dtype)
