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


# Splitting, stacking, reversing -----------------------------------------------------------------


def array_split(
    ops: Any, x: Any, indices_or_sections: int | Sequence[int], axis: int = 0
) -> list[Tensor]:
    """Return the parts of a tensor along an axis, as equal as can be."""
    x = ops.as_tensor(x)
    if not isinstance(indices_or_sections, int):
        return list(ops.split(x, indices_or_sections, axis=axis))
    if indices_or_sections < 1:
        raise ValueError("there must be at least one part.")
    size, rest = divmod(x.shape[axis], indices_or_sections)
    cuts = [number * size + min(number, rest) for number in range(1, indices_or_sections)]
    return list(ops.split(x, cuts, axis=axis)) if cuts else [x]


def hsplit(ops: Any, x: Any, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Return the parts of a tensor along the second axis, of a vector along its only one."""
    return _split(ops, x, indices_or_sections, 1, 1)


def vsplit(ops: Any, x: Any, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Return the parts of a tensor along the first axis."""
    return _split(ops, x, indices_or_sections, 0, 1)


def dsplit(ops: Any, x: Any, indices_or_sections: int | Sequence[int]) -> list[Tensor]:
    """Return the parts of a tensor along the third axis."""
    return _split(ops, x, indices_or_sections, 2, 3)


def _split(ops: Any, x: Any, sections: int | Sequence[int], axis: int, least: int) -> list[Tensor]:
    x = ops.as_tensor(x)
    rank = len(x.shape)
    if rank < least:
        raise ValueError(f"a tensor of {rank} dimensions cannot be split along axis {axis}.")
    return list(ops.split(x, sections, axis=min(axis, rank - 1)))


def dstack(ops: Any, xs: Sequence[Any]) -> Tensor:
    """Return tensors joined along the third axis."""
    return ops.concatenate([_deep(ops, ops.as_tensor(x)) for x in xs], axis=2)


def _deep(ops: Any, x: Tensor) -> Tensor:
    rank = len(x.shape)
    x = ops.reshape(x, (1, -1)) if rank < 2 else x
    return ops.expand_dims(x, 2) if rank < 3 else x


def fliplr(ops: Any, x: Any) -> Tensor:
    """Return a tensor with its second axis reversed."""
    return _flip(ops, x, 1)


def flipud(ops: Any, x: Any) -> Tensor:
    """Return a tensor with its first axis reversed."""
    return _flip(ops, x, 0)


def _flip(ops: Any, x: Any, axis: int) -> Tensor:
    x = ops.as_tensor(x)
    if len(x.shape) <= axis:
        raise ValueError(f"there is no axis {axis} in a tensor of {len(x.shape)} dimensions.")
    return ops.flip(x, axis=axis)


# Made of numbers --------------------------------------------------------------------------------


def empty_like(ops: Any, x: Any, dtype: Any = None) -> Tensor:
    """Return a tensor of the shape of another."""
    return ops.zeros_like(x, dtype=dtype)


def vander(ops: Any, x: Any, N: int | None = None, increasing: bool = False) -> Tensor:
    """Return the powers of a vector's values in columns."""
    x = ops.as_tensor(x)
    if len(x.shape) != 1:
        raise ValueError(f"it must be a vector, not a tensor of {len(x.shape)} dimensions.")
    count = x.shape[0] if N is None else N
    power, columns = ops.ones_like(x), []
    # Products rather than powers: whole numbers stay exact, and 0 keeps its gradient.
    for _ in range(count):
        columns.append(power)
        power = power * x
    if not columns:
        return ops.expand_dims(x, -1)[:, :0]
    return ops.stack(columns if increasing else columns[::-1], axis=-1)


def geomspace(
    ops: Any,
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Return numbers each of which is the one before times the same factor."""
    first, last = ops.beside(start, stop)
    kind = dtype if dtype is not None and "float" in ops.dtype_name(dtype) else "float32"
    first, last = ops.cast(first, kind), ops.cast(last, kind)
    # To base 10, so that powers of ten come out as such.
    ends = ops.log10(ops.abs(first)), ops.log10(ops.abs(last))
    spaced = ops.logspace(*ends, num=num, endpoint=endpoint, axis=axis)
    signs = ops.sign(ops.expand_dims(first + ops.zeros_like(last), axis))
    return ops.cast(spaced * signs, ops.dtype_name(dtype) if dtype is not None else kind)


def kron(ops: Any, x1: Any, x2: Any) -> Tensor:
    """Return each value of one tensor times the other as a whole."""
    x1, x2 = ops.together(x1, x2)
    rank = max(len(x1.shape), len(x2.shape))
    x1 = ops.reshape(x1, (*[1] * (rank - len(x1.shape)), *ops.shape(x1)))
    x2 = ops.reshape(x2, (*[1] * (rank - len(x2.shape)), *ops.shape(x2)))
    first, second = ops.shape(x1), ops.shape(x2)
    if not rank:
        return x1 * x2
    # (a, 1, b, 1, ...) times (1, c, 1, d, ...)
    products = ops.reshape(x1, [each for size in first for each in (size, 1)]) * ops.reshape(
        x2, [each for size in second for each in (1, size)]
    )
    return ops.reshape(products, [one * other for one, other in zip(first, second)])


def trapezoid(ops: Any, y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """Return the integral of values along an axis by the trapezoidal rule."""
    y = ops.moveaxis(ops.floating(y), axis, -1)
    heights = y[..., 1:] + y[..., :-1]
    if x is None:
        return ops.multiply(ops.sum(heights, axis=-1), 0.5 * dx)
    x = ops.cast(ops.as_tensor(x), y.dtype)
    steps = ops.diff(x if len(x.shape) == 1 else ops.moveaxis(x, axis, -1), axis=-1)
    return ops.multiply(ops.sum(heights * steps, axis=-1), 0.5)


def ptp(ops: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Tensor:
    """Return the largest value less the smallest."""
    x = ops.as_tensor(x)
    largest = ops.max(x, axis=axis, keepdims=keepdims)
    return largest - ops.min(x, axis=axis, keepdims=keepdims)


# Distinct values --------------------------------------------------------------------------------


def unique(
    ops: Any,
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: float | None = None,
) -> Any:
    """Return distinct values, or distinct slices along an axis."""
    x = ops.as_tensor(x)
    slices = ops.reshape(x, (-1,)) if axis is None else ops.moveaxis(x, axis, 0)
    # In rising order: where each is first met, its place for each slice, and how many there are.
    places, inverse, counts = ops.distinct(slices)
    if not sorted:
        order = ops.argsort(places)
        places, counts = ops.take(places, order, axis=0), ops.take(counts, order, axis=0)
        inverse = ops.take(ops.argsort(order), inverse, axis=0)
    values = ops.take(slices, places, axis=0)
    if size is not None:
        fill = 0 if fill_value is None else fill_value
        values = _resized(ops, values, size, fill)
        places, counts = _resized(ops, places, size, 1), _resized(ops, counts, size, 0)
    values = values if axis is None else ops.moveaxis(values, 0, axis)
    inverse = ops.reshape(inverse, ops.shape(x)) if axis is None else inverse
    asked = ((places, return_index), (inverse, return_inverse), (counts, return_counts))
    more = [each for each, wanted in asked if wanted]
    return (values, *more) if more else values


def _resized(ops: Any, x: Tensor, size: int, fill: Any) -> Tensor:
    """Return so many slices: the first ones, and what fills the rest."""
    rest = ops.full((size, *ops.shape(x)[1:]), fill, dtype=ops.dtype(x))
    return ops.concatenate([x, rest], axis=0)[:size]
