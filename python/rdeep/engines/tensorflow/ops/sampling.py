"""Reading arrays between their elements, and beyond their borders."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce
from typing import Any

import tensorflow as tf

from rdeep.engines.tensorflow.ops.arguments import floating

Tensor = Any


def sample(
    values: Tensor,
    where: Sequence[Tensor],
    order: int,
    fill_mode: str,
    fill_value: float,
    images: bool = False,
) -> Tensor:
    """Return values at coordinates; borders are extended as `scipy.ndimage` does.

    Keras's own function on TensorFlow reads other elements beyond a border that mirrors.

    Parameters
    ----------
    values : Tensor
        What to read.
    where : sequence of Tensor
        A coordinate for each dimension; for images the row and the column, for each image.
    order : int
        0 for the nearest value, 1 for a linear interpolation.
    fill_mode : str
        What lies beyond a border.
    fill_value : float
        The value there, if `fill_mode` is `"constant"`.
    images : bool
        Whether `values` is a batch of images with channels last.
    """
    extents = values.shape[1:3] if images else values.shape
    nodes = [_nodes(floating(each), size, order, fill_mode) for each, size in zip(where, extents)]
    read = floating(values)
    total: Any = 0
    for corner in itertools.product(*nodes):
        index = tf.stack([position for position, _, _ in corner], axis=-1)
        found = tf.gather_nd(read, index, batch_dims=int(images))
        share = tf.cast(reduce(tf.multiply, [weight for _, _, weight in corner]), read.dtype)
        valid = [flag for _, flag, _ in corner if flag is not None]
        if valid:
            inside = reduce(tf.logical_and, valid)
            inside = inside[..., None] if images else inside
            found = tf.where(inside, found, tf.cast(fill_value, read.dtype))
        total += (share[..., None] if images else share) * found
    if not values.dtype.is_floating:
        total = tf.round(total)
    return tf.cast(total, values.dtype)


def _nodes(x: Tensor, size: int, order: int, fill_mode: str) -> list[tuple[Tensor, Any, Tensor]]:
    """Return the elements next to coordinates: position, whether it exists, and its weight."""
    if order == 0:
        pairs = [(tf.cast(tf.round(x), tf.int32), tf.ones_like(x))]
    else:
        low = tf.floor(x)
        whole = tf.cast(low, tf.int32)
        pairs = [(whole, 1 - (x - low)), (whole + 1, x - low)]
    return [(_inside(i, size, fill_mode), _exists(i, size, fill_mode), w) for i, w in pairs]


def _exists(index: Tensor, size: int, fill_mode: str) -> Tensor | None:
    return (index >= 0) & (index < size) if fill_mode == "constant" else None


def _inside(index: Tensor, size: int, fill_mode: str) -> Tensor:
    if fill_mode in ("constant", "nearest"):
        return tf.clip_by_value(index, 0, size - 1)
    if fill_mode == "wrap":
        return tf.math.floormod(index, size)
    if fill_mode == "mirror":
        return _mirrored(index, size)
    return tf.math.floordiv(_mirrored(2 * index + 1, 2 * size + 1) - 1, 2)


def _mirrored(index: Tensor, size: int) -> Tensor:
    turn = max(size - 1, 1)
    return tf.abs(tf.math.floormod(index + turn, 2 * turn) - turn) % size
