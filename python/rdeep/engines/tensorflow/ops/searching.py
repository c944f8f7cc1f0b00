"""Sorting, and finding positions."""

from __future__ import annotations

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
