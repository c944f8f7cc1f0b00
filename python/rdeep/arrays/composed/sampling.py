"""Reading arrays between their elements, and beyond their borders."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

Tensor = Any


def sample(
    ops: Any,
    values: Tensor,
    where: Sequence[Tensor],
    order: int,
    fill_mode: str,
    fill_value: float,
    images: bool = False,
) -> Tensor:
    """Return values at coordinates; borders are extended as `scipy.ndimage` does.

    Parameters
    ----------
    ops : namespace
        The array functions.
    values : tensor
        What to read.
    where : sequence of tensor
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
    nodes = [
        _nodes(ops, ops.floating(each), size, order, fill_mode)
        for each, size in zip(where, extents)
    ]
    read = ops.floating(values)
    total: Any = 0
    for corner in itertools.product(*nodes):
        found = ops.gathered(read, [position for position, _, _ in corner], images)
        share = ops.cast(reduce(ops.multiply, [weight for _, _, weight in corner]), read.dtype)
        valid = [flag for _, flag, _ in corner if flag is not None]
        if valid:
            inside = reduce(ops.logical_and, valid)
            inside = inside[..., None] if images else inside
            found = ops.where(inside, found, float(fill_value))
        total = total + (share[..., None] if images else share) * found
    if read.dtype != values.dtype:
        total = ops.round(total)
    return ops.cast(total, values.dtype)


def _nodes(
    ops: Any, x: Tensor, size: int, order: int, fill_mode: str
) -> list[tuple[Tensor, Any, Tensor]]:
    """Return the elements next to coordinates: position, whether it exists, and its weight."""
    if order == 0:
        pairs = [(ops.cast(ops.round(x), "int32"), ops.ones_like(x))]
    else:
        low = ops.floor(x)
        whole = ops.cast(low, "int32")
        pairs = [(whole, 1 - (x - low)), (whole + 1, x - low)]
    return [
        (_inside(ops, index, size, fill_mode), _exists(ops, index, size, fill_mode), weight)
        for index, weight in pairs
    ]


def _exists(ops: Any, index: Tensor, size: int, fill_mode: str) -> Tensor | None:
    return ops.logical_and(index >= 0, index < size) if fill_mode == "constant" else None


def _inside(ops: Any, index: Tensor, size: int, fill_mode: str) -> Tensor:
    if fill_mode in ("constant", "nearest"):
        return ops.clip(index, 0, size - 1)
    if fill_mode == "wrap":
        return index % size
    if fill_mode == "mirror":
        return _mirrored(ops, index, size)
    return (_mirrored(ops, 2 * index + 1, 2 * size + 1) - 1) // 2


def _mirrored(ops: Any, index: Tensor, size: int) -> Tensor:
    turn = max(size - 1, 1)
    return ops.abs((index + turn) % (2 * turn) - turn) % size


def projected(
    ops: Any,
    images: Tensor,
    matrices: Tensor,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
) -> Tensor:
    """Return images read through projective maps, as TensorFlow's kernel does.

    Parameters
    ----------
    ops : namespace
        The array functions.
    images : tensor
        Of shape `(batch, height, width, channels)`.
    matrices : tensor
        The first eight entries of each map's matrix, or of one for all.
    interpolation, fill_mode : str
        How to read between pixels and beyond borders.
    fill_value : float
        What is read there, if `fill_mode` is `"constant"`.
    """
    kind = "float64" if ops.dtype(images) == "float64" else "float32"
    height, width = images.shape[1:3]
    matrices = ops.cast(matrices, kind)
    a = [each[:, None, None] for each in ops.unstack(matrices, axis=-1)]
    rows = ops.constant(np.arange(height)[:, None], a[0])
    columns = ops.constant(np.arange(width)[None, :], a[0])
    x = a[0] * columns + a[1] * rows + a[2]
    y = a[3] * columns + a[4] * rows + a[5]
    beyond = None
    if not ops.all_affine(matrices):
        depth = a[6] * columns + a[7] * rows + 1.0
        beyond = ops.equal(depth, 0.0)
        depth = ops.where(beyond, 1.0, depth)
        x, y = (ops.where(beyond, -2.0, each / depth) for each in (x, y))
    shape = (ops.shape(images)[0], height, width)
    where = [ops.broadcast_to(each, shape) for each in (y, x)]
    read = ops.floating(images)
    filled = fill_mode in ("reflect", "nearest") or (fill_mode == "constant" and fill_value == 0.0)
    if interpolation == "bilinear" and filled:
        out = ops.bilinear_pixels(read, *where, fill_mode)
    else:
        where = [_mapped(ops, *each, fill_mode) for each in zip(where, (height, width))]
        if interpolation == "nearest":
            # Halves go away from zero.
            where = [ops.sign(each) * ops.floor(ops.abs(each) + 0.5) for each in where]
        order = int(interpolation == "bilinear")
        out = ops.sample(read, where, order, "constant", fill_value, images=True)
    if beyond is not None:
        out = ops.where(beyond[..., None], float(fill_value), out)
    return ops.cast(out, images.dtype)


def all_affine(ops: Any, matrices: Tensor) -> bool:
    """Return whether it is known, and can be used, that maps divide by nothing.

    Parameters
    ----------
    ops : namespace
        The array functions.
    matrices : tensor
        The first eight entries of each map's matrix.
    """
    return False


def bilinear_pixels(
    ops: Any, images: Tensor, rows: Tensor, columns: Tensor, fill_mode: str
) -> Tensor:
    """Return images read between their pixels.

    Parameters
    ----------
    ops : namespace
        The array functions.
    images : tensor
        Of shape `(batch, height, width, channels)`.
    rows, columns : tensor
        Where each pixel is read, of shape `(batch, height, width)`.
    fill_mode : str
        What lies beyond a border: `"reflect"`, `"nearest"` or `"constant"`, which is zero.
    """
    sizes = images.shape[1:3]
    where = [_mapped(ops, *each, fill_mode) for each in zip((rows, columns), sizes)]
    return ops.sample(images, where, 1, "constant", 0.0, images=True)


def _mapped(ops: Any, x: Tensor, size: int, fill_mode: str) -> Tensor:
    """Return coordinates moved inside: `MapCoordinate` in TensorFlow's `image_ops.h`."""
    if fill_mode == "constant":
        return x
    if fill_mode == "nearest" or size <= 1:
        return ops.clip(x, 0.0, size - 1.0)
    if fill_mode == "wrap":
        turn = size - 1
        low = x + size * (ops.trunc(-x / turn) + 1)
        high = x - size * ops.trunc(x / turn)
    else:
        turn = 2 * size
        low = ops.where(x < turn, turn * ops.trunc(-x / turn) + x, x)
        low = ops.where(low < -size, low + turn, -low - 1)
        high = x - turn * ops.trunc(x / turn)
        high = ops.where(high >= size, turn - high - 1, high)
    moved = ops.where(x < 0, low, ops.where(x > size - 1, high, x))
    return ops.clip(moved, 0.0, size - 1.0)


def homography(ops: Any, start: Tensor, end: Tensor) -> Tensor:
    """Return the projective maps that take four points to four others.

    Parameters
    ----------
    ops : namespace
        The array functions.
    start, end : tensor
        Of shape `(batch, 4, 2)`: x and y of the points in the image and in what comes out.

    Returns
    -------
    tensor
        The first eight entries of each matrix; it reads what comes out from the image.
    """
    x, y = end[..., 0], end[..., 1]
    u, v = start[..., 0], start[..., 1]
    one, none = ops.ones_like(x), ops.zeros_like(x)
    first = ops.stack([x, y, one, none, none, none, -u * x, -u * y], axis=-1)
    second = ops.stack([none, none, none, x, y, one, -v * x, -v * y], axis=-1)
    system = ops.reshape(ops.stack([first, second], axis=2), (-1, 8, 8))
    return ops.solve(system, ops.reshape(ops.stack([u, v], axis=-1), (-1, 8)))
