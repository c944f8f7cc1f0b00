"""Tensors from nothing but a shape, a range or numbers."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.ranges import end_included

array = ops.array
copy = ops.copy
full = ops.full
zeros = ops.zeros
ones = ops.ones
empty = ops.empty
full_like = ops.full_like
zeros_like = ops.zeros_like
ones_like = ops.ones_like
tri = ops.tri
linspace = ops.linspace
logspace = ops.logspace
bartlett = ops.bartlett
blackman = ops.blackman
hamming = ops.hamming
hanning = ops.hanning
kaiser = ops.kaiser


def arange(
    start: Any, stop: Any = None, step: Any = None, dtype: Any = None, include_end: bool = False
) -> Any:
    """Return numbers at equal distances."""
    if include_end:
        start, stop = (0, start) if stop is None else (start, stop)
        stop = _end_included(start, stop, 1 if step is None else step)
    ends = [each for each in (start, stop, step) if each is not None]
    if any(tf.is_tensor(each) for each in ends):
        # Sizes of a graph, beside which a number such as 0.0 may stand.
        tensors = [tf.convert_to_tensor(each) for each in ends]
        whole = all(each.dtype.is_integer for each in tensors)
        kind = dtype or (tensors[0].dtype if whole else "float32")
        start, stop, step = (
            None if each is None else tf.cast(each, kind) for each in (start, stop, step)
        )
    if "int" in str(dtype):
        # TensorFlow takes no 0.0 for a whole number.
        start, stop, step = (
            int(each) if isinstance(each, float) else each for each in (start, stop, step)
        )
    return ops.arange(start, stop, step, dtype=dtype)


def _end_included(start: Any, stop: Any, step: Any) -> Any:
    """Return where a range must stop to reach its end; sizes of a graph are tensors."""
    if not any(tf.is_tensor(each) for each in (start, stop, step)):
        return end_included(start, stop, step)
    ends = [tf.convert_to_tensor(each) for each in (start, stop, step)]
    if all(each.dtype.is_integer for each in ends):
        return stop + tf.sign(step)
    # A number such as 1.0 beside a size.
    start, stop, step = (e if e.dtype.is_floating else tf.cast(e, "float32") for e in ends)
    steps = tf.floor((stop - start) / step + 1e-10)
    return start + steps * step + step / 2


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """Return a matrix with ones on a diagonal; Keras makes others where it is not the main one."""
    columns, rows = tf.range(N if M is None else M), tf.range(N)
    return tf.cast(columns[None, :] - rows[:, None] == k, dtype or tf.float32)
