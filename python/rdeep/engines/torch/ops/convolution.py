"""Convolutions and pools over one to three dimensions, with Keras's layouts and paddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.arrays.windows import check_channels, check_rank, crops, same_margins
from rdeep.engines.torch.ops.arguments import as_tensor, floating, sizes

_CONV = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}
_CONV_TRANSPOSE = {
    1: functional.conv_transpose1d,
    2: functional.conv_transpose2d,
    3: functional.conv_transpose3d,
}
_MAX_POOL = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
_AVERAGE_POOL = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}


def _channels_first(x: Tensor, data_format: str | None) -> Tensor:
    return x if data_format == "channels_first" else x.movedim(-1, 1)


def _restored(x: Tensor, data_format: str | None) -> Tensor:
    return x if data_format == "channels_first" else x.movedim(1, -1)


def _padded(
    x: Tensor,
    window: Sequence[int],
    strides: Sequence[int],
    spreads: Sequence[int],
    padding: str,
    value: float = 0.0,
) -> Tensor:
    if padding == "valid":
        return x
    amounts: list[int] = []
    for size, reach, step, spread in zip(x.shape[2:], window, strides, spreads):
        # torch lists the last dimension first.
        amounts = [*same_margins(size, reach, step, spread), *amounts]
    return functional.pad(x, amounts, value=value) if any(amounts) else x


def conv(
    inputs: Any,
    kernel: Any,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a convolution; fewer channels in the kernel than in the input make groups."""
    x, weights = floating(inputs), floating(kernel)
    rank = check_rank(x.shape, weights.shape, "conv")
    x = _channels_first(x, data_format)
    check_channels(x.shape[1], weights.shape[-2], weights.shape[-1], "conv")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    x = _padded(x, weights.shape[:-2], steps, spreads, padding)
    out = _CONV[rank](
        x,
        weights.permute(-1, -2, *range(rank)),
        stride=steps,
        dilation=spreads,
        groups=x.shape[1] // weights.shape[-2],
    )
    return _restored(out, data_format)


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a convolution of each channel by itself."""
    weights = floating(kernel)
    weights = weights.reshape(*weights.shape[:-2], 1, weights.shape[-2] * weights.shape[-1])
    return conv(inputs, weights, strides, padding, data_format, dilation_rate)


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a convolution of each channel by itself, and then one over the channels."""
    x = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(x, pointwise_kernel, 1, "valid", data_format)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    output_padding: int | Sequence[int] | None = None,
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a transposed convolution."""
    x, weights = floating(inputs), floating(kernel)
    rank = check_rank(x.shape, weights.shape, "conv_transpose")
    x = _channels_first(x, data_format)
    check_channels(x.shape[1], weights.shape[-1], weights.shape[-1], "conv_transpose")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    extra = [None] * rank if output_padding is None else sizes(output_padding, rank)
    out = _CONV_TRANSPOSE[rank](
        x, weights.permute(-1, -2, *range(rank)), stride=steps, dilation=spreads
    )
    # The whole of what torch gives, cut to what Keras gives: torch's own paddings are symmetric.
    amounts: list[int] = []
    for size, reach, step, spread, more in zip(
        x.shape[2:], weights.shape[:-2], steps, spreads, extra
    ):
        amounts = [*(-cut for cut in crops(size, reach, step, spread, padding, more)), *amounts]
    out = functional.pad(out, amounts) if any(amounts) else out
    return _restored(out, data_format)


def max_pool(
    inputs: Any,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the largest value of each window."""
    x = as_tensor(inputs)
    if not x.is_floating_point():
        # There is no kernel for whole numbers.
        pooled = max_pool(x.double(), pool_size, strides, padding, data_format)
        return pooled.to(x.dtype)
    rank = check_rank(x.shape, None, "max_pool")
    x = _channels_first(x, data_format)
    window = sizes(pool_size, rank)
    steps = sizes(strides or window, rank)
    x = _padded(x, window, steps, (1,) * rank, padding, torch.finfo(x.dtype).min)
    return _restored(_MAX_POOL[rank](x, window, stride=steps), data_format)


def average_pool(
    inputs: Any,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the mean of each window; padding does not count."""
    x = floating(inputs)
    rank = check_rank(x.shape, None, "average_pool")
    x = _channels_first(x, data_format)
    window = sizes(pool_size, rank)
    steps = sizes(strides or window, rank)
    padded = _padded(x, window, steps, (1,) * rank, padding)
    out = _AVERAGE_POOL[rank](padded, window, stride=steps)
    if padded.shape != x.shape:
        ones = _padded(torch.ones_like(x[:1, :1]), window, steps, (1,) * rank, padding)
        out = out / _AVERAGE_POOL[rank](ones, window, stride=steps)
    return _restored(out, data_format)
