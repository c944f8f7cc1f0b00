"""Categories as vectors, and the positions of the largest scores."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating

Tensor = Any


def indicators(index: Tensor, count: int, axis: int, dtype: Any) -> Tensor:
    """Return which of so many classes each number is, along a new axis."""
    return ops.one_hot(index, count, axis, dtype)


def in_top_k(targets: Any, predictions: Any, k: int) -> Tensor:
    """Return whether the scores of targets are among the largest."""
    return ops.in_top_k(tf.cast(as_tensor(targets), tf.int32), floating(predictions), k)


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """Return the largest values along the last axis, and their positions."""
    found = tf.math.top_k(as_tensor(x), k, sorted=sorted)
    return found.values, found.indices
