"""Positions and parts of tensors, types: what is said in a line or two of other functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.arrays.rearranging import plan
from rdeep.arrays.saturation import bounds

Tensor = Any


def identity(ops: Any, n: int, dtype: Any = None) -> Tensor:
    """Return the identity matrix."""
    return ops.eye(n, dtype=dtype)


def rearrange(ops: Any, tensor: Any, pattern: str, **axes_lengths: int) -> Tensor:
    """Return a tensor with its axes in another order, split and joined."""
    x = ops.as_tensor(tensor)
    split, order, joined = plan(pattern, ops.shape(x), axes_lengths)
    return ops.reshape(ops.transpose(ops.reshape(x, split), order), joined)


def saturate_cast(ops: Any, x: Any, dtype: Any) -> Tensor:
    """Return a tensor of another type; what is out of its range becomes the nearest in it."""
    x = ops.as_tensor(x)
    if ops.dtype(x) != "bool":
        low, high = bounds(ops.dtype(x), ops.dtype_name(dtype))
        x = ops.clip(x, low, high)
    return ops.cast(x, dtype)


def argpartition(ops: Any, x: Any, kth: int, axis: int | None = -1) -> Tensor:
    """Return positions with the `kth` in its place, smaller values before and larger after it."""
    x = ops.as_tensor(x)
    x = x if len(x.shape) else ops.reshape(x, (1,))
    size = ops.size(x) if axis is None else x.shape[axis]
    if not -size <= kth < size:
        raise ValueError(f"there is no value {kth} in order among {size}.")
    # Values in order are divided at every place; Keras rounds them to whole numbers first.
    return ops.argsort(x, axis=axis)


def digitize(ops: Any, x: Any, bins: Any) -> Tensor:
    """Return how many of the rising edges are at or below each value."""
    return ops.searchsorted(bins, x, side="right")


def unravel_index(ops: Any, indices: Any, shape: Sequence[int]) -> tuple[Tensor, ...]:
    """Return the positions along each axis of positions in a flattened tensor."""
    # Keras goes through the axes from the wrong end where there are several rows of positions.
    left = ops.as_tensor(indices)
    found = []
    for size in reversed(tuple(shape)):
        size = ops.cast(size, left.dtype)
        found.append(left % size)
        left = left // size
    return tuple(reversed(found))


def select(
    ops: Any, condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0
) -> Tensor:
    """Return from the first choice whose condition holds."""
    if len(condlist) != len(choicelist):
        raise ValueError(f"there are {len(condlist)} conditions for {len(choicelist)} choices.")
    chosen = default
    for condition, choice in reversed(list(zip(condlist, choicelist))):
        chosen = ops.where(condition, choice, chosen)
    return chosen
