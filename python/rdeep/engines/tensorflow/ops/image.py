"""Images by TensorFlow's kernels, and values between their pixels."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays.composed import image, sampling

Tensor = Any
Extents = tuple[int, ...]


def _by_formula(
    kernel: Callable[..., Tensor], formula: Callable[..., Tensor], *inputs: Tensor
) -> Tensor:
    """Return what a kernel computes, with the gradients of the formula for the same.

    TensorFlow's gradient of moved images reads them once more, by the inverse map, and its colours
    of hues have none.
    """

    @tf.custom_gradient
    def computed(*inputs: Tensor) -> Any:
        def gradient(upstream: Tensor) -> list[Tensor]:
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                found = formula(sys.modules[__package__], *inputs)
            return tape.gradient(found, inputs, upstream, unconnected_gradients="zero")

        return kernel(*inputs), gradient

    return computed(*map(tf.convert_to_tensor, inputs))


def hsv_of_rgb(x: Tensor) -> Tensor:
    """Return hue, saturation and value of colours, which are the last axis."""
    return _by_formula(tf.image.rgb_to_hsv, image.hsv_of_rgb, x)


def rgb_of_hsv(x: Tensor) -> Tensor:
    """Return colours of hue, saturation and value, which are the last axis."""
    return _by_formula(tf.image.hsv_to_rgb, image.rgb_of_hsv, x)


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
    reading = (interpolation, fill_mode, fill_value)

    def kernel(x: Tensor, maps: Tensor) -> Tensor:
        return ops.image.affine_transform(x, maps, *reading, "channels_last")

    def formula(namespace: Any, x: Tensor, maps: Tensor) -> Tensor:
        return sampling.projected(namespace, x, maps, *reading)

    # The formula has to know the images' sizes.
    if None in images.shape[1:3]:
        return kernel(images, matrices)
    return _by_formula(kernel, formula, images, matrices)


def gathered(x: Tensor, positions: list[Tensor], batch: bool) -> Tensor:
    """Return the values at a position along each axis, in a batch each sample's own."""
    return tf.gather_nd(x, tf.stack(positions, axis=-1), batch_dims=int(batch))


def patches(x: Tensor, window: Extents, steps: Extents, spreads: Extents, padding: str) -> Tensor:
    """Return the patches of images or volumes, channels last, the values of each in a row."""
    return ops.image.extract_patches(x, window, steps, spreads, padding, "channels_last")
