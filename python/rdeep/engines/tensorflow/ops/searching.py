"""Sorting, and finding positions."""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf
from keras import backend, ops

argmax = ops.argmax
argmin = ops.argmin
argsort = ops.argsort
sort = ops.sort
nonzero = ops.nonzero
where = ops.where


def searchsorted(sorted_sequence: Any, values: Any, side: str = "left") -> Any:
    """Return where values would go in a sorted sequence."""
    sequence, values = ops.convert_to_tensor(sorted_sequence), ops.convert_to_tensor(values)
    dtype = backend.result_type(sequence.dtype, values.dtype)
    sequence, values = tf.cast(sequence, dtype), tf.cast(values, dtype)
    # TensorFlow wants as many axes of both.
    found = ops.searchsorted(sequence, tf.reshape(values, [-1]), side=side)
    return tf.reshape(found, tf.shape(values))


def distinct(x: Any) -> tuple[Any, Any, Any]:
    """Return where distinct slices are first met, the place of each slice, and their counts.

    The distinct slices are in rising order.
    """
    x = tf.stop_gradient(x)
    rows = x if len(x.shape) == 1 else tf.reshape(x, [ops.shape(x)[0], -1])
    axis = tf.constant([0], tf.int32)
    values, inverse, counts = tf.raw_ops.UniqueWithCountsV2(x=rows, axis=axis)
    known = tf.shape(values)[0]
    numbers = tf.range(tf.shape(rows)[0])
    places = tf.math.unsorted_segment_min(numbers, inverse, known)
    order = tf.range(known)
    columns = values[:, tf.newaxis] if len(x.shape) == 1 else values
    # The last column first: a stable sort keeps what the ones before it have put in order.
    for column in range(columns.shape[1] - 1, -1, -1):
        for key in _keys(columns[:, column]):
            order = tf.gather(order, tf.argsort(tf.gather(key, order), stable=True))
    inverse = tf.gather(tf.math.invert_permutation(order), inverse)
    return tf.gather(places, order), inverse, tf.gather(counts, order)


def _keys(x: Any) -> list[Any]:
    """Return what puts values in order, the last key first: NaN is the largest."""
    if not x.dtype.is_floating:
        return [x]
    missing = tf.math.is_nan(x)
    return [tf.cast(missing, tf.int32), tf.where(missing, tf.constant(math.inf, x.dtype), x)]
