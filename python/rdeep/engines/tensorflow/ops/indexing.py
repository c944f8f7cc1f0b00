"""Values at positions."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return the values at positions along an axis, or among all values."""
    return ops.take(x, _whole(indices), axis=axis)


def take_along_axis(x: Any, indices: Any, axis: int | None = None) -> Any:
    """Return the values at positions that are given for each place by itself."""
    x = ops.convert_to_tensor(x)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    return ops.take_along_axis(x, _whole(indices), axis=axis)


def get_item(x: Any, key: Any) -> Any:
    """Return `x[key]`, where one of the keys may be an array of positions, or a mask."""
    x = ops.convert_to_tensor(x)
    keys = list(key) if isinstance(key, tuple) else [key]
    arrays = [place for place, each in enumerate(keys) if _is_array(each)]
    if not arrays:
        return x[tuple(keys)]
    if len(arrays) > 1:
        raise ValueError("only one of the keys may be an array of positions.")
    (place,) = arrays
    positions = ops.convert_to_tensor(keys[place])
    mask = positions.dtype == tf.bool
    consumed = len(positions.shape) if mask else 1
    rest = [*keys[:place], *[slice(None)] * consumed, *keys[place + 1 :]]
    x = x[tuple(rest)]
    # The axis that the array goes along, once the other keys have taken theirs.
    before, after = (
        [each for each in part if not isinstance(each, int)]
        for part in (keys[:place], keys[place + 1 :])
    )
    axis = len(before)
    if Ellipsis in before:
        axis = len(x.shape) - len(after) - consumed
    return tf.boolean_mask(x, positions, axis=axis) if mask else ops.take(x, positions, axis=axis)


def _is_array(key: Any) -> bool:
    if isinstance(key, (list, np.ndarray)):
        return True
    return tf.is_tensor(key) and len(key.shape) > 0


def _whole(indices: Any) -> Any:
    indices = ops.convert_to_tensor(indices)
    if not indices.dtype.is_integer:
        raise ValueError("positions must be whole numbers.")
    return indices
