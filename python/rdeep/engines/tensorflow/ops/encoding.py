"""Categories as vectors, and the positions of the largest scores."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating
from rdeep.errors import ArgumentError, operation_call, show

Tensor = Any


def _dense(sparse: bool, where: str) -> None:
    if sparse:
        raise ArgumentError(
            f"{operation_call(where)}: 'sparse' must be {show(False)}: tensors here are dense.",
            argument="sparse",
        )


def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: str | None = None, sparse: bool = False
) -> Tensor:
    """Return a 1 at each number's position along a new axis; none for one out of range."""
    _dense(sparse, "one_hot")
    return ops.one_hot(tf.cast(as_tensor(x), tf.int64), num_classes, axis, dtype)


def multi_hot(
    inputs: Any,
    num_classes: int,
    axis: int = -1,
    dtype: str | None = None,
    sparse: bool = False,
) -> Tensor:
    """Return a 1 at the position of each number of a row."""
    _dense(sparse, "multi_hot")
    return ops.multi_hot(
        tf.cast(as_tensor(inputs), tf.int64), num_classes, axis, dtype or "float32"
    )


def top_k(x: Any, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """Return the largest values along the last axis, and their positions."""
    found = tf.math.top_k(as_tensor(x), k, sorted=sorted)
    return found.values, found.indices


def in_top_k(targets: Any, predictions: Any, k: int) -> Tensor:
    """Return whether the scores of targets are among the largest."""
    scores = floating(predictions)
    return ops.in_top_k(tf.cast(as_tensor(targets), tf.int32), scores, k)
