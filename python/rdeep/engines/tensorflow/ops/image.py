"""Operations on images and batches of images: `keras.ops.image`, named `image_*`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf
from keras import ops

from rdeep.arrays import distributions, imaging
from rdeep.engines.tensorflow.ops.arguments import as_tensor, floating, sizes
from rdeep.engines.tensorflow.ops.sampling import sample
from rdeep.errors import ArgumentError, operation_call, show

Tensor = Any


def _first(data_format: str | None) -> bool:
    return data_format == "channels_first"


def _batch(images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    """Return images as a batch with channels last, and whether there was one only."""
    images = as_tensor(images)
    imaging.check_images(images.shape, where)
    alone = len(images.shape) == 3
    images = images[None] if alone else images
    return tf.transpose(images, (0, 2, 3, 1)) if _first(data_format) else images, alone


def _undone(images: Tensor, data_format: str | None, alone: bool) -> Tensor:
    images = tf.transpose(images, (0, 3, 1, 2)) if _first(data_format) else images
    return images[0] if alone else images


def image_rgb_to_grayscale(images: Any, data_format: str | None = None) -> Tensor:
    """Return images of one channel: 0.2989 red + 0.587 green + 0.114 blue."""
    x, alone = _batch(images, data_format, "image_rgb_to_grayscale")
    imaging.check_colours(x.shape[-1], "image_rgb_to_grayscale", (1, 3))
    return _undone(ops.image.rgb_to_grayscale(x, "channels_last"), data_format, alone)


def image_rgb_to_hsv(images: Any, data_format: str | None = None) -> Tensor:
    """Return hue, saturation and value of colours."""
    x, alone = _colours(images, data_format, "image_rgb_to_hsv")
    return _undone(tf.image.rgb_to_hsv(x), data_format, alone)


def image_hsv_to_rgb(images: Any, data_format: str | None = None) -> Tensor:
    """Return colours of hue, saturation and value."""
    x, alone = _colours(images, data_format, "image_hsv_to_rgb")
    return _undone(tf.image.hsv_to_rgb(x), data_format, alone)


def _colours(images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    x, alone = _batch(images, data_format, where)
    imaging.check_colours(x.shape[-1], where)
    if not x.dtype.is_floating:
        raise ArgumentError(
            f"{operation_call(where)}: 'images' must hold floats from 0 to 1, not whole numbers.",
            argument="images",
            received=x.dtype.name,
        )
    return x, alone


def image_resize(
    images: Any,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Tensor:
    """Return images of another size."""
    x, alone = _batch(images, data_format, "image_resize")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError(
            f"{operation_call('image_resize')}: only one of 'crop_to_aspect_ratio' and "
            f"'pad_to_aspect_ratio' can be {show(True)}.",
            argument="pad_to_aspect_ratio",
        )
    out = ops.image.resize(
        x,
        sizes(size, 2),
        interpolation,
        antialias,
        crop_to_aspect_ratio,
        pad_to_aspect_ratio,
        fill_mode,
        fill_value,
        "channels_last",
    )
    return _undone(out, data_format, alone)


def image_affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images whose pixel (x, y) is read where a matrix of each takes (x, y)."""
    x, alone = _batch(images, data_format, "image_affine_transform")
    matrices = tf.reshape(floating(transform), (-1, 8))
    out = ops.image.affine_transform(
        x, matrices, interpolation, fill_mode, float(fill_value), "channels_last"
    )
    return _undone(out, data_format, alone)


def image_perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images in which four points have moved, and all others with them."""
    x, alone = _batch(images, data_format, "image_perspective_transform")
    points = [tf.reshape(floating(each), (-1, 4, 2)) for each in (start_points, end_points)]
    out = ops.image.perspective_transform(
        x, *points, interpolation, float(fill_value), "channels_last"
    )
    return _undone(out, data_format, alone)


def image_map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """Return an array's values at coordinates, which may lie between its elements."""
    values = as_tensor(inputs)
    where = tf.unstack(as_tensor(coordinates))
    if len(where) != len(values.shape):
        raise ArgumentError(
            f"{operation_call('image_map_coordinates')}: 'coordinates' must hold "
            f"{len(values.shape)} of them, one for each dimension of 'inputs', not {len(where)}.",
            argument="coordinates",
            received=len(where),
        )
    return sample(values, where, order, fill_mode, fill_value)


def image_crop(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Return a part of images."""
    x, alone = _batch(images, data_format, "image_crop")
    shape = ops.shape(x)
    names = ("top_cropping", "bottom_cropping", "target_height")
    top, tall = imaging.cut(shape[1], top_cropping, bottom_cropping, target_height, names)
    names = ("left_cropping", "right_cropping", "target_width")
    left, wide = imaging.cut(shape[2], left_cropping, right_cropping, target_width, names)
    return _undone(x[:, top : top + tall, left : left + wide], data_format, alone)


def image_pad(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Tensor:
    """Return images with zeros around them."""
    x, alone = _batch(images, data_format, "image_pad")
    shape = ops.shape(x)
    names = ("top_padding", "bottom_padding", "target_height")
    rows = imaging.margins(shape[1], top_padding, bottom_padding, target_height, names)
    names = ("left_padding", "right_padding", "target_width")
    columns = imaging.margins(shape[2], left_padding, right_padding, target_width, names)
    return _undone(tf.pad(x, ((0, 0), rows, columns, (0, 0))), data_format, alone)


def image_gaussian_blur(
    images: Any,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Return images blurred by a Gaussian, along the width and along the height in turn."""
    x, alone = _batch(images, data_format, "image_gaussian_blur")
    spreads = (sigma, sigma) if isinstance(sigma, (int, float)) else tuple(sigma)
    shapes = ((1, -1, 1, 1), (-1, 1, 1, 1))
    for shape, size, spread in zip(shapes, sizes(kernel_size, 2), spreads * (2 // len(spreads))):
        kernel = tf.reshape(tf.cast(imaging.gaussian(size, spread), x.dtype), shape)
        kernel = tf.tile(kernel, (1, 1, tf.shape(x)[-1], 1))
        x = tf.nn.depthwise_conv2d(x, kernel, strides=(1, 1, 1, 1), padding="SAME")
    return _undone(x, data_format, alone)


def image_elastic_transform(
    images: Any,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Tensor:
    """Return images with pixels displaced, each image by a smooth random field of its own."""
    x, alone = _batch(images, data_format, "image_elastic_transform")
    noise = distributions.normal((2, *x.shape[:3]), 0.0, sigma, seed)
    # The two directions are channels of one image.
    field = tf.transpose(tf.cast(noise, floating(x).dtype), (1, 2, 3, 0))
    size = imaging.elastic_kernel(sigma)
    field = alpha * image_gaussian_blur(field, (size, size), (sigma, sigma))
    rows = tf.range(x.shape[1], dtype=field.dtype)[:, None]
    columns = tf.range(x.shape[2], dtype=field.dtype)[None, :]
    where = [rows + field[..., 1], columns + field[..., 0]]
    order = int(interpolation == "bilinear")
    return _undone(sample(x, where, order, fill_mode, fill_value, True), data_format, alone)


def image_extract_patches(
    images: Any,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the patches of images, the values of each in a row."""
    x = as_tensor(images)
    given = (size,) if isinstance(size, int) else tuple(size)
    rank = 3 if len(given) == 3 else 2
    window = sizes(size, rank)
    alone = len(x.shape) == rank + 1
    x = x[None] if alone else x
    x = ops.moveaxis(x, 1, -1) if _first(data_format) else x
    spreads = sizes(dilation_rate, rank)
    x = ops.image.extract_patches(
        x, window, sizes(strides or window, rank), spreads, padding, "channels_last"
    )
    x = ops.moveaxis(x, -1, 1) if _first(data_format) else x
    return x[0] if alone else x
