"""Images cut into blocks and windows, and put together again; pooling down to a given size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays.windows import adaptive_places, adaptive_shares, sizes
from rdeep.errors import ShapeError, format_shape, operation_call

Tensor = Any
Sizes = int | Sequence[int]


def _first(data_format: str | None) -> bool:
    return data_format == "channels_first"


def _check(shape: Sequence[Any], wanted: int, where: str) -> None:
    if len(shape) != wanted:
        raise ShapeError(
            f"{operation_call(where)} needs a tensor of {wanted} dimensions, not of shape "
            f"{format_shape(shape)}.",
            received=tuple(shape),
        )


def adaptive_average_pool(
    ops: Any, inputs: Any, output_size: Sizes, data_format: str | None = None
) -> Tensor:
    """Return the mean of each of so many windows."""

    def mean(covered: Tensor, axis: int, size: int, wanted: int) -> Tensor:
        shares = adaptive_shares(size, wanted, len(covered.shape) - axis - 1)
        return ops.sum(covered * ops.constant(shares, covered), axis=axis)

    return _adaptive(ops, ops.floating(inputs), output_size, data_format, mean)


def adaptive_max_pool(
    ops: Any, inputs: Any, output_size: Sizes, data_format: str | None = None
) -> Tensor:
    """Return the largest value of each of so many windows."""

    def largest(covered: Tensor, axis: int, size: int, wanted: int) -> Tensor:
        return ops.max(covered, axis=axis)

    return _adaptive(ops, ops.as_tensor(inputs), output_size, data_format, largest)


def _adaptive(
    ops: Any, x: Tensor, output_size: Sizes, data_format: str | None, statistic: Any
) -> Tensor:
    rank = len(x.shape) - 2
    if not 1 <= rank <= 3:
        raise ShapeError(
            f"An adaptive pool needs a tensor of 3, 4 or 5 dimensions, not of shape "
            f"{format_shape(x.shape)}.",
            received=tuple(x.shape),
        )
    # One dimension after another.
    for axis, wanted in enumerate(sizes(output_size, rank), start=2 if _first(data_format) else 1):
        size = x.shape[axis]
        covered = ops.take(x, adaptive_places(size, wanted), axis=axis)
        x = statistic(covered, axis + 1, size, wanted)
    return x


def depth_to_space(
    ops: Any, x: Any, block_size: int, data_format: str | None = "channels_last"
) -> Tensor:
    """Return images whose channels are rearranged into blocks of pixels."""
    x = ops.as_tensor(x)
    _check(x.shape, 4, "depth_to_space")
    x = ops.transpose(x, (0, 2, 3, 1)) if _first(data_format) else x
    batch, height, width, channels = ops.shape(x)
    if channels % block_size**2:
        raise ShapeError(
            f"{operation_call('depth_to_space')}: {channels} channels are not a multiple of "
            f"{block_size**2}, the pixels of a block.",
            received=tuple(x.shape),
        )
    deep = channels // block_size**2
    x = ops.reshape(x, (batch, height, width, block_size, block_size, deep))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    x = ops.reshape(x, (batch, height * block_size, width * block_size, deep))
    return ops.transpose(x, (0, 3, 1, 2)) if _first(data_format) else x


def space_to_depth(
    ops: Any, x: Any, block_size: int, data_format: str | None = "channels_last"
) -> Tensor:
    """Return images whose blocks of pixels are rearranged into channels."""
    x = ops.as_tensor(x)
    _check(x.shape, 4, "space_to_depth")
    x = ops.transpose(x, (0, 2, 3, 1)) if _first(data_format) else x
    batch, height, width, channels = ops.shape(x)
    for name, size in (("height", height), ("width", width)):
        if isinstance(size, int) and size % block_size:
            raise ShapeError(
                f"{operation_call('space_to_depth')}: the {name}, {size}, is not a multiple of "
                f"{block_size}.",
                received=tuple(x.shape),
            )
    rows, columns = height // block_size, width // block_size
    x = ops.reshape(x, (batch, rows, block_size, columns, block_size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    x = ops.reshape(x, (batch, rows, columns, block_size**2 * channels))
    return ops.transpose(x, (0, 3, 1, 2)) if _first(data_format) else x


def unfold(
    ops: Any,
    x: Any,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """Return the windows of images, channels first, in columns."""
    x = ops.as_tensor(x)
    _check(x.shape, 4, "unfold")
    window, spreads, steps = (sizes(each, 2) for each in (kernel_size, dilation, stride))
    around = sizes(padding, 2)
    if any(around):
        x = ops.pad(x, ((0, 0), (0, 0), *((each, each) for each in around)))
    for axis, (size, spread, step) in enumerate(zip(window, spreads, steps)):
        # (batch, channels, window rows, rows, window columns, columns)
        count = windows_in(x.shape[2 + 2 * axis], size, spread, step, "unfold")
        places = np.arange(size)[:, None] * spread + np.arange(count) * step
        x = ops.take(x, places, axis=2 + 2 * axis)
    batch, channels, high, rows, wide, columns = ops.shape(x)
    x = ops.transpose(x, (0, 1, 2, 4, 3, 5))
    return ops.reshape(x, (batch, channels * high * wide, rows * columns))


def fold(
    ops: Any,
    x: Any,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    """Return the sum of windows, in columns, as images with channels first."""
    x = ops.as_tensor(x)
    _check(x.shape, 3, "fold")
    (high, wide), spreads, steps = (sizes(each, 2) for each in (kernel_size, dilation, stride))
    around = sizes(padding, 2)
    full = [size + 2 * each for size, each in zip(sizes(output_size, 2), around)]
    counts = [
        windows_in(size, window, spread, step, "fold")
        for size, window, spread, step in zip(full, (high, wide), spreads, steps)
    ]
    batch, rows, places = ops.shape(x)
    if rows % (high * wide) or places != counts[0] * counts[1]:
        raise ShapeError(
            f"{operation_call('fold')}: {counts[0] * counts[1]} windows of {high * wide} pixels "
            f"make such images, which a tensor of shape {format_shape(x.shape)} does not hold.",
            received=tuple(x.shape),
        )
    x = ops.reshape(x, (batch, rows // (high * wide), high, wide, *counts))
    total: Any = None
    for row in range(high):
        for column in range(wide):
            pixels = x[:, :, row, column]
            offsets = (row * spreads[0], column * spreads[1])
            for axis, (offset, step, size) in enumerate(zip(offsets, steps, full), start=2):
                pixels = _placed(ops, pixels, axis, offset, step, size)
            total = pixels if total is None else total + pixels
    top, left = around
    return total[:, :, top : full[0] - top, left : full[1] - left]


def _placed(ops: Any, x: Tensor, axis: int, offset: int, step: int, size: int) -> Tensor:
    """Return values along an axis a step apart, from an offset on, with zeros between."""
    before, count, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
    batch = ops.shape(x)[0]
    widths = [(0, 0)] * (len(x.shape) + 1)
    widths[axis + 1] = (0, step - 1)
    x = ops.pad(ops.expand_dims(x, axis + 1), widths)
    x = ops.reshape(x, (batch, *before[1:], count * step, *after))
    widths = [(0, 0)] * len(x.shape)
    widths[axis] = (offset, max(size - offset - count * step, 0))
    cut = [slice(None)] * axis + [slice(0, size)]
    return ops.pad(x, widths)[tuple(cut)]


def windows_in(size: int, window: int, spread: int, step: int, where: str) -> int:
    """Return how many windows there are along a dimension.

    Parameters
    ----------
    size : int
        The dimension's size.
    window, spread, step : int
        How many pixels a window has, how far apart they are, and how far windows are.
    where : str
        The operation.

    Raises
    ------
    ShapeError
        If a window does not fit.
    """
    count = (size - (window - 1) * spread - 1) // step + 1
    if count < 1:
        raise ShapeError(
            f"{operation_call(where)}: a window of {(window - 1) * spread + 1} pixels does not "
            f"fit into {size}.",
            received=size,
        )
    return count


__all__ = [
    *("adaptive_average_pool", "adaptive_max_pool", "depth_to_space", "fold", "space_to_depth"),
    *("unfold", "windows_in"),
]
