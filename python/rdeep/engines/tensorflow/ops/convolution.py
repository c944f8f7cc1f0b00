"""Convolutions and pools over one to three dimensions, by Keras's functions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import tensorflow as tf
from keras import ops

Tensor = Any
Extents = tuple[int, ...]


@cache
def _has_gpu() -> bool:
    return bool(tf.config.list_logical_devices("GPU"))


@cache
def has_all_kernels() -> bool:
    """Return whether TensorFlow has kernels for all convolutions here.

    Those of oneDNN, which it leaves out on some processors, know dilated transposed ones and
    single channels with unequal strides; its own do not.
    """
    with tf.init_scope():
        try:
            zeros = tf.zeros((1, 2, 2, 1))
            tf.nn.conv2d_transpose(zeros, zeros, (1, 4, 4, 1), 1, "VALID", dilations=2)
        except tf.errors.InvalidArgumentError:
            return False
    return True


def _moved(function: Callable[[Tensor, str], Tensor], x: Tensor, data_format: str | None) -> Tensor:
    """Return what a function of channels-last tensors gives for one with channels first."""
    if data_format != "channels_first":
        return function(x, "channels_last")
    if _has_gpu():
        return function(x, data_format)
    # TensorFlow's kernels for processors want channels last.
    return ops.moveaxis(function(ops.moveaxis(x, 1, -1), "channels_last"), -1, 1)


def convolved(
    x: Tensor,
    kernel: Tensor,
    steps: Extents,
    padding: str,
    data_format: str | None,
    spreads: Extents,
) -> Tensor:
    """Return a convolution; fewer channels in the kernel than in the input make groups."""
    if max(steps) > 1 and set(kernel.shape[: len(steps)]) == {1}:
        return _moved(lambda x, layout: _of_points(x, kernel, steps, layout), x, data_format)
    # With strides and dilation there is no kernel: every place is computed, and some are taken.
    compute = _thinned if max(steps) > 1 and max(spreads) > 1 else ops.conv
    return _moved(
        lambda x, layout: compute(x, kernel, steps, padding, layout, spreads), x, data_format
    )


def _of_points(x: Tensor, kernel: Tensor, steps: Extents, layout: str) -> Tensor:
    """Return a convolution with a window of one place and strides.

    TensorFlow's gradient of one writes beyond its memory on a CPU, where places at the end of an
    axis are skipped: so the places that count are taken first.
    """
    before = (slice(None),) * (2 if layout == "channels_first" else 1)
    taken = x[(*before, *(slice(None, None, step) for step in steps))]
    return ops.conv(taken, kernel, 1, "valid", layout)


def _thinned(
    x: Tensor,
    weights: Tensor,
    steps: Extents,
    padding: str,
    layout: str,
    spreads: Extents,
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


def convolved_by_channel(
    x: Tensor,
    kernel: Tensor,
    steps: Extents,
    padding: str,
    data_format: str | None,
    spreads: Extents,
) -> Tensor:
    """Return a convolution of each channel by itself."""
    if len(steps) == 3 or len({*steps}) > 1 or (max(steps) > 1 and max(spreads) > 1):
        # What TensorFlow's kernel for single channels does not know is a convolution in groups.
        *window, channels, multiplier = kernel.shape
        grouped = tf.reshape(kernel, (*window, 1, channels * multiplier))
        return convolved(x, grouped, steps, padding, data_format, spreads)
    return _moved(
        lambda x, layout: ops.depthwise_conv(x, kernel, steps, padding, layout, spreads),
        x,
        data_format,
    )


def deconvolved(
    x: Tensor,
    kernel: Tensor,
    steps: Extents,
    padding: str,
    extra: Extents | None,
    data_format: str | None,
    spreads: Extents,
) -> Tensor:
    """Return a transposed convolution."""
    if max(spreads) > 1 and not has_all_kernels():
        kernel, spreads = _stretched(kernel, spreads), (1,) * len(spreads)
    return _moved(
        lambda x, layout: ops.conv_transpose(x, kernel, steps, padding, extra, layout, spreads),
        x,
        data_format,
    )


def _stretched(kernel: Tensor, spreads: Extents) -> Tensor:
    """Return a kernel with zeros between its places: what dilation makes of it."""
    for axis, spread in enumerate(spreads):
        if spread > 1:
            size = kernel.shape[axis]
            gaps = [tf.zeros_like(kernel)] * (spread - 1)
            wide = tf.stack([kernel, *gaps], axis + 1)
            joined = (*kernel.shape[:axis], size * spread, *kernel.shape[axis + 1 :])
            reach = (size - 1) * spread + 1
            kernel = tf.gather(tf.reshape(wide, joined), tf.range(reach), axis=axis)
    return kernel


def pooled_max(
    x: Tensor, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Tensor:
    """Return the largest value of each window."""
    return _moved(lambda x, layout: ops.max_pool(x, window, steps, padding, layout), x, data_format)


def pooled_mean(
    x: Tensor, window: Extents, steps: Extents, padding: str, data_format: str | None
) -> Tensor:
    """Return the mean of each window; padding does not count."""
    return _moved(
        lambda x, layout: ops.average_pool(x, window, steps, padding, layout), x, data_format
    )
