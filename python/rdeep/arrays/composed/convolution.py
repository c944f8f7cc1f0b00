"""Convolutions and pools over one to three dimensions, with Keras's layouts and paddings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdeep.arrays.windows import check_channels, check_rank, sizes

Tensor = Any
Sizes = int | Sequence[int]


def conv(
    ops: Any,
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Tensor:
    """Return a convolution; fewer channels in the kernel than in the input make groups."""
    x, weights = ops.floating(inputs), ops.floating(kernel)
    rank = check_rank(x.shape, weights.shape, "conv")
    check_channels(_channels(x, data_format), weights.shape[-2], weights.shape[-1], "conv")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    return ops.convolved(x, weights, steps, padding, data_format, spreads)


def depthwise_conv(
    ops: Any,
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Tensor:
    """Return a convolution of each channel by itself."""
    x, weights = ops.floating(inputs), ops.floating(kernel)
    rank = check_rank(x.shape, weights.shape, "depthwise_conv")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    return ops.convolved_by_channel(x, weights, steps, padding, data_format, spreads)


def convolved_by_channel(
    ops: Any,
    x: Tensor,
    kernel: Tensor,
    steps: tuple[int, ...],
    padding: str,
    data_format: str | None,
    spreads: tuple[int, ...],
) -> Tensor:
    """Return a convolution of each channel by itself, as one in groups."""
    *window, channels, multiplier = kernel.shape
    grouped = ops.reshape(kernel, (*window, 1, channels * multiplier))
    return ops.conv(x, grouped, steps, padding, data_format, spreads)


def separable_conv(
    ops: Any,
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Tensor:
    """Return a convolution of each channel by itself, and then one over the channels."""
    x = ops.depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return ops.conv(x, pointwise_kernel, 1, "valid", data_format)


def conv_transpose(
    ops: Any,
    inputs: Any,
    kernel: Any,
    strides: Sizes = 1,
    padding: str = "valid",
    output_padding: Sizes | None = None,
    data_format: str | None = None,
    dilation_rate: Sizes = 1,
) -> Tensor:
    """Return a transposed convolution."""
    x, weights = ops.floating(inputs), ops.floating(kernel)
    rank = check_rank(x.shape, weights.shape, "conv_transpose")
    filters = weights.shape[-1]
    check_channels(_channels(x, data_format), filters, filters, "conv_transpose")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    extra = None if output_padding is None else sizes(output_padding, rank)
    return ops.deconvolved(x, weights, steps, padding, extra, data_format, spreads)


def max_pool(
    ops: Any,
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the largest value of each window."""
    x = ops.as_tensor(inputs)
    window = sizes(pool_size, check_rank(x.shape, None, "max_pool"))
    return ops.pooled_max(x, window, sizes(strides or window, len(window)), padding, data_format)


def average_pool(
    ops: Any,
    inputs: Any,
    pool_size: Sizes,
    strides: Sizes | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the mean of each window; padding does not count."""
    x = ops.floating(inputs)
    window = sizes(pool_size, check_rank(x.shape, None, "average_pool"))
    return ops.pooled_mean(x, window, sizes(strides or window, len(window)), padding, data_format)


def _channels(x: Tensor, data_format: str | None) -> Any:
    return x.shape[1] if data_format == "channels_first" else x.shape[-1]
