"""Parts of arrays: cut out, put in, summed by segment; sequences cut and laid over each other."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays.numpy.types import Array, as_tensor

_COMBINED: dict[str, Any] = {
    "add": np.add,
    "max": np.maximum,
    "min": np.minimum,
    "mul": np.multiply,
}


def _places(indices: Any) -> tuple[Array, ...]:
    return tuple(np.moveaxis(np.asarray(as_tensor(indices), np.int64), -1, 0))


def scatter(indices: Any, values: Any, shape: Sequence[int]) -> Array:
    """Return zeros with values added at positions."""
    values = as_tensor(values)
    out = np.zeros(tuple(int(size) for size in shape), values.dtype)
    np.add.at(out, _places(indices), values)
    return out


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Array:
    """Return an array with other values at positions."""
    out = np.array(as_tensor(inputs))
    places, values = _places(indices), as_tensor(updates).astype(out.dtype)
    if reduction is None:
        out[places] = values
    else:
        _COMBINED[reduction].at(out, places, values)
    return out


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Array:
    """Return the part of an array that begins at a position and has a shape."""
    x = as_tensor(inputs)
    cuts = []
    for start, length, size in zip(start_indices, shape, x.shape):
        start = int(start)
        stop = size if length == -1 else start + int(length)
        if not 0 <= start <= stop <= size:
            raise ValueError(f"there is no part from {start} to {stop} along an axis of {size}.")
        cuts.append(builtins.slice(start, stop))
    return x[tuple(cuts)]


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Array:
    """Return an array with another part from a position on."""
    out = np.array(as_tensor(inputs))
    values = as_tensor(updates).astype(out.dtype)
    # As in a compiled program, a part that would not fit begins earlier.
    starts = [
        min(max(int(start), 0), size - part)
        for start, size, part in zip(start_indices, out.shape, values.shape)
    ]
    cuts = (builtins.slice(start, start + part) for start, part in zip(starts, values.shape))
    out[tuple(cuts)] = values
    return out


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the sum of each segment; negative numbers of segments are left out."""
    return _segments(np.add, data, segment_ids, num_segments, 0)


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the largest value of each segment; negative numbers of segments are left out."""
    kind = as_tensor(data).dtype
    lowest = np.finfo(kind).min if kind.kind == "f" else np.iinfo(kind).min
    return _segments(np.maximum, data, segment_ids, num_segments, lowest)


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the smallest value of each segment; negative numbers of segments are left out."""
    kind = as_tensor(data).dtype
    highest = np.finfo(kind).max if kind.kind == "f" else np.iinfo(kind).max
    return _segments(np.minimum, data, segment_ids, num_segments, highest)


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the product of each segment; negative numbers of segments are left out."""
    return _segments(np.multiply, data, segment_ids, num_segments, 1)


def _segments(combine: Any, data: Any, segment_ids: Any, count: Any, start: Any) -> Array:
    x, index = as_tensor(data), np.asarray(as_tensor(segment_ids), np.int64)
    count = int(index.max()) + 1 if count is None else int(count)
    known = (index >= 0) & (index < count)
    out = np.full((count, *x.shape[1:]), start, x.dtype)
    combine.at(out, index[known], x[known])
    return out


def extract_sequences(x: Any, sequence_length: int, sequence_stride: int) -> Array:
    """Return the windows of sequences, along a new axis before the last."""
    windows = np.lib.stride_tricks.sliding_window_view(as_tensor(x), sequence_length, axis=-1)
    return windows[..., ::sequence_stride, :]


def overlapped(frames: Array, stride: int) -> Array:
    """Return the sum of frames, each a step after the last."""
    *batch, count, size = frames.shape
    out = np.zeros((*batch, stride * (count - 1) + size), frames.dtype)
    for number in range(count):
        out[..., number * stride : number * stride + size] += frames[..., number, :]
    return out
