"""Categories as vectors, and whether the scores of targets are among the largest."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, operation_call, show

Tensor = Any


def _dense(sparse: bool, where: str) -> None:
    if sparse:
        raise ArgumentError(
            f"{operation_call(where)}: 'sparse' must be {show(False)}: tensors here are dense.",
            argument="sparse",
        )


def one_hot(
    ops: Any,
    x: Any,
    num_classes: int,
    axis: int = -1,
    dtype: str | None = None,
    sparse: bool = False,
) -> Tensor:
    """Return a 1 at each number's position along a new axis; none for one out of range."""
    _dense(sparse, "one_hot")
    index = ops.cast(ops.as_tensor(x), "int64")
    return ops.indicators(index, num_classes, axis % (len(index.shape) + 1), dtype or "float32")


def indicators(ops: Any, index: Tensor, count: int, axis: int, dtype: Any) -> Tensor:
    """Return which of so many classes each number is, along a new axis."""
    shape = [1] * (len(index.shape) + 1)
    shape[axis] = count
    classes = ops.constant(np.arange(count).reshape(shape), index)
    return ops.cast(ops.equal(ops.expand_dims(index, axis), classes), dtype)


def multi_hot(
    ops: Any,
    inputs: Any,
    num_classes: int,
    axis: int = -1,
    dtype: str | None = None,
    sparse: bool = False,
) -> Tensor:
    """Return a 1 at the position of each number of a row."""
    _dense(sparse, "multi_hot")
    index = ops.as_tensor(inputs)
    each = ops.one_hot(index, num_classes, axis, dtype)
    return ops.max(each, axis=1 if len(index.shape) > 1 else 0)


def in_top_k(ops: Any, targets: Any, predictions: Any, k: int) -> Tensor:
    """Return whether the scores of targets are among the largest."""
    scores = ops.floating(predictions)  # (batch, classes)
    index = ops.cast(ops.as_tensor(targets, scores), "int64")
    known = (index >= 0) & (index < scores.shape[-1])
    own = ops.pick(scores, ops.where(known, index, 0))
    above = ops.count_nonzero(scores > own[:, None], axis=-1)
    return (above < k) & known & ops.isfinite(own)
