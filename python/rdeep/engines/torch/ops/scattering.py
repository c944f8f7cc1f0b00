"""Parts of tensors: cut out, put in, summed by segment, laid out anew (`keras.ops.core`)."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from rdeep.engines.torch.ops.arguments import as_tensor


def stop_gradient(variable: Any) -> Tensor:
    """Return a tensor that no gradient flows through."""
    return as_tensor(variable).detach()


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """Return the slices along an axis, in a list."""
    return list(as_tensor(x).unbind(axis))


def scatter(indices: Any, values: Any, shape: Sequence[int]) -> Tensor:
    """Return zeros with values added at positions."""
    values = as_tensor(values)
    index = as_tensor(indices, values).long()
    zeros = torch.zeros(tuple(int(s) for s in shape), dtype=values.dtype, device=values.device)
    return zeros.index_put(tuple(index.unbind(-1)), values, accumulate=True)


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Tensor:
    """Return a tensor with other values at positions."""
    x = as_tensor(inputs)
    index = tuple(as_tensor(indices, x).long().unbind(-1))
    values = as_tensor(updates, x).to(x.dtype)
    if reduction in (None, "add"):
        return x.index_put(index, values, accumulate=reduction == "add")
    combine = {"max": torch.maximum, "min": torch.minimum, "mul": torch.mul}[reduction]
    for number in range(values.shape[0]):
        place = tuple(each[number] for each in index)
        x = x.index_put(place, combine(x[place], values[number]))
    return x


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Tensor:
    """Return the part of a tensor that begins at a position and has a shape."""
    x = as_tensor(inputs)
    starts = [int(start) for start in start_indices]
    for axis, (start, size) in enumerate(zip(starts, shape)):
        x = x.narrow(axis, start, x.shape[axis] - start if size == -1 else int(size))
    return x


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Tensor:
    """Return a tensor with another part from a position on."""
    x = as_tensor(inputs)
    values = as_tensor(updates, x).to(x.dtype)
    # As in a compiled program, a part that would not fit begins earlier.
    starts = [
        min(max(int(start), 0), size - part)
        for start, size, part in zip(start_indices, x.shape, values.shape)
    ]
    place = tuple(builtins.slice(start, start + part) for start, part in zip(starts, values.shape))
    out = x.clone()
    out[place] = values
    return out


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the sum of each segment; negative numbers of segments are left out."""
    return _segments(data, segment_ids, num_segments, "sum", 0)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the largest value of each segment; negative numbers of segments are left out."""
    x = as_tensor(data)
    info = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    return _segments(x, segment_ids, num_segments, "amax", info.min)


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the smallest value of each segment; negative numbers of segments are left out."""
    x = as_tensor(data)
    info = torch.finfo(x.dtype) if x.is_floating_point() else torch.iinfo(x.dtype)
    return _segments(x, segment_ids, num_segments, "amin", info.max)


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the product of each segment; negative numbers of segments are left out."""
    return _segments(data, segment_ids, num_segments, "prod", 1)


def _segments(data: Any, segment_ids: Any, count: Any, reduction: str, start: float) -> Tensor:
    x = as_tensor(data)
    index = as_tensor(segment_ids, x).long()
    count = int(index.max()) + 1 if count is None else int(count)
    # What belongs to no segment goes to one more, which is dropped.
    index = torch.where((index < 0) | (index >= count), count, index)
    index = index.reshape(-1, *[1] * (x.dim() - 1)).expand_as(x)
    out = torch.full((count + 1, *x.shape[1:]), start, dtype=x.dtype, device=x.device)
    return out.scatter_reduce(0, index, x, reduction)[:-1]
