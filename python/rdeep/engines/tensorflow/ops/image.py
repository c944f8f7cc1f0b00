"""Images by TensorFlow's kernels, and values between their pixels."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from keras import ops

Tensor = Any
Extents = tuple[int, ...]

hsv_of_rgb = tf.image.rgb_to_hsv
rgb_of_hsv = tf.image.hsv_to_rgb


def resized(
    x: Tensor,
    target: Extents,
    method: str,
    antialias: bool,
    fitting: str,
    fill_value: float,
) -> Tensor:
    """Return images of another size, cut or filled to its aspect first."""
    return ops.image.resize(
        x,
        target,
        method,
        antialias,
        crop_to_aspect_ratio=fitting == "crop",
        pad_to_aspect_ratio=fitting == "pad",
        fill_value=fill_value,
        data_format="channels_last",
    )


def projected(
    images: Tensor, matrices: Tensor, interpolation: str, fill_mode: str, fill_value: float
) -> Tensor:
    """Return images read through projective maps."""
    return ops.image.affine_transform(
        images, matrices, interpolation, fill_mode, fill_value, "channels_last"
    )


def gathered(x: Tensor, positions: list[Tensor], batch: bool) -> Tensor:
    """Return the values at a position along each axis, in a batch each sample's own."""
    return tf.gather_nd(x, tf.stack(positions, axis=-1), batch_dims=int(batch))


def patches(x: Tensor, window: Extents, steps: Extents, spreads: Extents, padding: str) -> Tensor:
    """Return the patches of images or volumes, channels last, the values of each in a row."""
    return ops.image.extract_patches(x, window, steps, spreads, padding, "channels_last")
