"""Parts of tensors: cut out, put in, summed by segment, laid out anew (`keras.ops.core`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import as_tensor

Tensor = Any


def stop_gradient(variable: Any) -> Tensor:
    """Return a tensor that no gradient flows through."""
    return tf.stop_gradient(as_tensor(variable))


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Tensor]:
    """Return the slices along an axis, in a list."""
    return tf.unstack(as_tensor(x), num=num, axis=axis)


def scatter(indices: Any, values: Any, shape: Sequence[int]) -> Tensor:
    """Return zeros with values added at positions."""
    return tf.scatter_nd(tf.cast(as_tensor(indices), tf.int32), as_tensor(values), shape)


def scatter_update(inputs: Any, indices: Any, updates: Any, reduction: str | None = None) -> Tensor:
    """Return a tensor with other values at positions."""
    x = as_tensor(inputs)
    values = tf.cast(as_tensor(updates), x.dtype)
    places = tf.cast(as_tensor(indices), tf.int32)
    if values.shape.rank == 0:
        values = tf.broadcast_to(values, tf.shape(tf.gather_nd(x, places)))
    return ops.scatter_update(x, places, values, reduction)


def slice(inputs: Any, start_indices: Any, shape: Sequence[int]) -> Tensor:
    """Return the part of a tensor that begins at a position and has a shape."""
    return tf.slice(as_tensor(inputs), tf.cast(as_tensor(start_indices), tf.int32), shape)


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Tensor:
    """Return a tensor with another part from a position on."""
    # Not Keras's function: no gradient flows through it.
    x = as_tensor(inputs)
    values = tf.cast(as_tensor(updates), x.dtype)
    # As in a compiled program, a part that would not fit begins earlier.
    latest = tf.shape(x) - tf.shape(values)
    starts = tf.clip_by_value(tf.cast(as_tensor(start_indices), tf.int32), 0, latest)
    ranges = [tf.range(size) + start for size, start in zip(ops.shape(values), tf.unstack(starts))]
    places = tf.stack(tf.meshgrid(*ranges, indexing="ij"), axis=-1)
    return tf.tensor_scatter_nd_update(x, places, values)


def segment_sum(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the sum of each segment; negative numbers of segments are left out."""
    return tf.math.unsorted_segment_sum(*_segments(data, segment_ids, num_segments))


def segment_max(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the largest value of each segment; negative numbers of segments are left out."""
    return tf.math.unsorted_segment_max(*_segments(data, segment_ids, num_segments))


def segment_min(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the smallest value of each segment; negative numbers of segments are left out."""
    return tf.math.unsorted_segment_min(*_segments(data, segment_ids, num_segments))


def segment_prod(
    data: Any, segment_ids: Any, num_segments: int | None = None, sorted: bool = False
) -> Tensor:
    """Return the product of each segment; negative numbers of segments are left out."""
    return tf.math.unsorted_segment_prod(*_segments(data, segment_ids, num_segments))


def _segments(data: Any, segment_ids: Any, count: Any) -> tuple[Tensor, Tensor, Any]:
    index = tf.cast(as_tensor(segment_ids), tf.int32)
    count = tf.reduce_max(index) + 1 if count is None else count
    # TensorFlow leaves negative numbers out, but refuses those that are too large.
    return as_tensor(data), tf.where(index < count, index, -1), count
