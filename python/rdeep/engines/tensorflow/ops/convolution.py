"""Convolutions and pools over one to three dimensions (`keras.ops.nn`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.windows import check_channels, check_rank
from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating, sizes

Tensor = Any


@cache
def _has_gpu() -> bool:
    return bool(tf.config.list_logical_devices("GPU"))


def _moved(function: Callable[[Tensor, str], Tensor], x: Tensor, data_format: str | None) -> Tensor:
    """Return what a function of channels-last tensors gives for one with channels first."""
    if data_format != "channels_first":
        return function(x, "channels_last")
    if _has_gpu():
        return function(x, data_format)
    # TensorFlow's kernels for processors want channels last.
    return ops.moveaxis(function(ops.moveaxis(x, 1, -1), "channels_last"), -1, 1)


def _channels(x: Tensor, data_format: str | None) -> Any:
    return x.shape[1] if data_format == "channels_first" else x.shape[-1]


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
    check_channels(_channels(x, data_format), weights.shape[-2], weights.shape[-1], "conv")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    if max(steps) > 1 and max(spreads) > 1:
        # TensorFlow has no such kernel: every place is computed, and some are taken.
        return _moved(
            lambda x, layout: _thinned(x, weights, steps, padding, layout, spreads), x, data_format
        )
    return _moved(
        lambda x, layout: ops.conv(x, weights, steps, padding, layout, spreads), x, data_format
    )


def _thinned(
    x: Tensor,
    weights: Tensor,
    steps: tuple[int, ...],
    padding: str,
    layout: str,
    spreads: tuple[int, ...],
) -> Tensor:
    """Return a convolution with strides and dilation."""
    first = 2 if layout == "channels_first" else 1
    if padding == "same":
        pads = [[0, 0] for _ in range(len(steps) + 2)]
        for place, (step, spread) in enumerate(zip(steps, spreads)):
            size = tf.shape(x)[first + place]
            reach = (weights.shape[place] - 1) * spread + 1
            total = tf.maximum((-(-size // step) - 1) * step + reach - size, 0)
            pads[first + place] = [total // 2, total - total // 2]
        x = tf.pad(x, pads)
    whole = ops.conv(x, weights, 1, "valid", layout, spreads)
    taken = [slice(None)] * first + [slice(None, None, step) for step in steps]
    return whole[tuple(taken)]


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | Sequence[int] = 1,
) -> Tensor:
    """Return a convolution of each channel by itself."""
    x, weights = floating(inputs), floating(kernel)
    rank = check_rank(x.shape, weights.shape, "depthwise_conv")
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    if rank == 3 or len({*steps}) > 1 or (max(steps) > 1 and max(spreads) > 1):
        # What TensorFlow's kernel for single channels does not know is a convolution in groups.
        grouped = tf.reshape(
            weights, (*weights.shape[:-2], 1, weights.shape[-2] * weights.shape[-1])
        )
        return conv(x, grouped, strides, padding, data_format, dilation_rate)
    return _moved(
        lambda x, layout: ops.depthwise_conv(x, weights, steps, padding, layout, spreads),
        x,
        data_format,
    )


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
    check_channels(
        _channels(x, data_format), weights.shape[-1], weights.shape[-1], "conv_transpose"
    )
    steps, spreads = sizes(strides, rank), sizes(dilation_rate, rank)
    extra = None if output_padding is None else sizes(output_padding, rank)
    return _moved(
        lambda x, layout: ops.conv_transpose(x, weights, steps, padding, extra, layout, spreads),
        x,
        data_format,
    )


def max_pool(
    inputs: Any,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the largest value of each window."""
    x = as_tensor(inputs)
    window = sizes(pool_size, check_rank(x.shape, None, "max_pool"))
    steps = sizes(strides or window, len(window))
    return _moved(lambda x, layout: ops.max_pool(x, window, steps, padding, layout), x, data_format)


def average_pool(
    inputs: Any,
    pool_size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the mean of each window; padding does not count."""
    x = floating(inputs)
    window = sizes(pool_size, check_rank(x.shape, None, "average_pool"))
    steps = sizes(strides or window, len(window))
    return _moved(
        lambda x, layout: ops.average_pool(x, window, steps, padding, layout), x, data_format
    )
