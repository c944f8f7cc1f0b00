"""Moments, and tensors made to have certain ones (`keras.ops.nn`)."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.engines.tensorflow.ops.arguments import floating, on_floats

Tensor = Any

layer_normalization = on_floats(ops.layer_normalization)
rms_normalization = on_floats(ops.rms_normalization)
normalize = on_floats(ops.normalize)


def moments(
    x: Any, axes: Any, keepdims: bool = False, synchronized: bool = False
) -> tuple[Tensor, Tensor]:
    """Return the mean and the variance; there is one device, so they are synchronized."""
    x = floating(x)
    axes = list(range(len(x.shape))) if axes is None else axes
    return ops.moments(x, [axes] if isinstance(axes, int) else list(axes), keepdims)


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    axis: int,
    offset: Any = None,
    scale: Any = None,
    epsilon: float = 1e-3,
) -> Tensor:
    """Return a tensor less a mean, over the root of a variance, along an axis."""
    x = floating(x)
    parts = [
        None if each is None else tf.cast(each, x.dtype) for each in (mean, variance, offset, scale)
    ]
    return ops.batch_normalization(x, parts[0], parts[1], axis, parts[2], parts[3], epsilon)
