"""Products of vectors and matrices, and counts."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

dot = ops.dot
inner = ops.inner
vdot = ops.vdot
outer = ops.outer
tensordot = ops.tensordot
einsum = ops.einsum
cross = ops.cross
bincount = ops.bincount


def matmul(x1: Any, x2: Any) -> Any:
    """Return the product of matrices, or of as many as there are."""
    x1, x2 = ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)
    if x1.shape.rank is None or x1.shape.rank < 3 or x2.shape.rank != 2:
        return ops.matmul(x1, x2)
    # One product of all rows: of many matrices, each would have a gradient for the second.
    sizes = ops.shape(x1)
    rows = ops.matmul(ops.reshape(x1, (-1, sizes[-1])), x2)
    return ops.reshape(rows, (*sizes[:-1], x2.shape[1]))


def corrcoef(x: Any) -> Any:
    """Return the correlations of rows."""
    x = ops.convert_to_tensor(x)
    x = x if x.dtype.is_floating else tf.cast(x, tf.float32)
    if len(x.shape) == 1:
        return ops.corrcoef(x[None])[0, 0]
    return ops.corrcoef(x)


def correlate(x1: Any, x2: Any, mode: str = "valid") -> Any:
    """Return the products of a sequence and another that moves along it."""
    x1, x2 = ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)
    if mode == "valid" and x1.shape[0] < x2.shape[0]:
        return tf.reverse(ops.correlate(x2, x1, mode=mode), [0])
    return ops.correlate(x1, x2, mode=mode)


def histogram(x: Any, bins: int = 10, range: tuple[float, float] | None = None) -> tuple[Any, Any]:
    """Return how many values fall into bins of equal width, and the edges of the bins."""
    x = ops.convert_to_tensor(x)
    # Keras cuts the edges of whole numbers' bins to whole numbers.
    x = x if x.dtype.is_floating else tf.cast(x, tf.float32)
    return ops.histogram(x, bins=bins, range=range)
