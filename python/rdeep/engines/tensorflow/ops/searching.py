"""Sorting, and finding positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from keras import backend, ops

argmax = ops.argmax
argmin = ops.argmin
argsort = ops.argsort
sort = ops.sort
nonzero = ops.nonzero
where = ops.where


def argpartition(x: Any, kth: int, axis: int | None = -1) -> Any:
    """Return positions with the `kth` in its place, smaller values before and larger after it.

    Keras rounds the values to whole numbers first; here they are put in order.
    """
    x = ops.convert_to_tensor(x)
    size = tf.size(x) if axis is None else x.shape[axis]
    if not -size <= kth < size:
        raise ValueError(f"there is no value {kth} in order among {size}.")
    return ops.argsort(x, axis=axis)


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Return where values would go in a sorted sequence."""
    sequence, values = ops.convert_to_tensor(sorted_sequence), ops.convert_to_tensor(values)
    dtype = backend.result_type(sequence.dtype, values.dtype)
    sequence, values = tf.cast(sequence, dtype), tf.cast(values, dtype)
    # TensorFlow wants as many axes of both.
    found = ops.searchsorted(sequence, tf.reshape(values, [-1]), side=side)
    return tf.reshape(found, tf.shape(values))


def digitize(x: Any, bins: Any) -> Any:
    """Return how many of the rising edges are at or below each value."""
    # Keras reads the edges as Python's numbers, which it cannot in a compiled function.
    return searchsorted(bins, x, side="right")


def unravel_index(indices: Any, shape: Sequence[int]) -> tuple[Any, ...]:
    """Return the positions along each axis of positions in a flattened tensor."""
    # Keras goes through the axes from the wrong end where there are several rows of positions.
    left = ops.convert_to_tensor(indices)
    found = []
    for size in reversed(tuple(shape)):
        size = tf.cast(size, left.dtype)
        found.append(left % size)
        left = left // size
    return tuple(reversed(found))


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Return from the first choice whose condition holds."""
    if len(condlist) != len(choicelist):
        raise ValueError(f"there are {len(condlist)} conditions for {len(choicelist)} choices.")
    chosen = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        chosen = ops.where(condition, choice, chosen)
    return chosen
