"""Products of vectors and matrices, and counts."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

matmul = ops.matmul
dot = ops.dot
inner = ops.inner
vdot = ops.vdot
outer = ops.outer
tensordot = ops.tensordot
einsum = ops.einsum
cross = ops.cross
bincount = ops.bincount


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
