"""Operations on images and batches of images, named `image_*`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays import distributions, imaging
from rdeep.arrays.windows import same_margins, sizes
from rdeep.errors import ArgumentError, operation_call, show

Tensor = Any


def _first(data_format: str | None) -> bool:
    return data_format == "channels_first"


def _batch(ops: Any, images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    """Return images as a batch with channels last, and whether there was one only."""
    images = ops.as_tensor(images)
    imaging.check_images(images.shape, where)
    alone = len(images.shape) == 3
    images = images[None] if alone else images
    return (ops.transpose(images, (0, 2, 3, 1)) if _first(data_format) else images), alone


def _undone(ops: Any, images: Tensor, data_format: str | None, alone: bool) -> Tensor:
    images = ops.transpose(images, (0, 3, 1, 2)) if _first(data_format) else images
    return images[0] if alone else images


def _floats(ops: Any, x: Tensor) -> bool:
    return "float" in ops.dtype(x)


def _colours(ops: Any, images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    x, alone = _batch(ops, images, data_format, where)
    imaging.check_colours(x.shape[-1], where)
    if not _floats(ops, x):
        raise ArgumentError(
            f"{operation_call(where)}: 'images' must hold floats from 0 to 1, not whole numbers.",
            argument="images",
            received=ops.dtype(x),
        )
    return x, alone


def image_rgb_to_grayscale(ops: Any, images: Any, data_format: str | None = None) -> Tensor:
    """Return images of one channel: 0.2989 red + 0.587 green + 0.114 blue."""
    x, alone = _batch(ops, images, data_format, "image_rgb_to_grayscale")
    imaging.check_colours(x.shape[-1], "image_rgb_to_grayscale", (1, 3))
    if x.shape[-1] == 3:
        floats = ops.floating(x)
        shares = ops.constant(np.array([0.2989, 0.5870, 0.1140]), floats)
        # A sum, not a product of matrices: that would be rounded by some devices.
        x = ops.cast(ops.sum(floats * shares, axis=-1, keepdims=True), x.dtype)
    return _undone(ops, x, data_format, alone)


def image_rgb_to_hsv(ops: Any, images: Any, data_format: str | None = None) -> Tensor:
    """Return hue, saturation and value of colours."""
    x, alone = _colours(ops, images, data_format, "image_rgb_to_hsv")
    return _undone(ops, ops.hsv_of_rgb(x), data_format, alone)


def hsv_of_rgb(ops: Any, x: Tensor) -> Tensor:
    """Return hue, saturation and value of colours, which are the last axis."""
    where = ops.where
    red, green, blue = x[..., 0], x[..., 1], x[..., 2]
    value, low = ops.max(x, axis=-1), ops.min(x, axis=-1)
    spread = value - low
    saturation = where(value > 0, spread / where(value > 0, value, 1.0), 0.0)
    norm = 1.0 / (6.0 * where(spread > 0, spread, 1.0))
    from_green, from_blue = norm * (blue - red) + 2 / 6, norm * (red - green) + 4 / 6
    hue = where(ops.equal(value, green), from_green, from_blue)
    hue = where(ops.equal(value, red), norm * (green - blue), hue)
    hue = where(spread > 0, hue, 0.0)
    hue = hue + ops.cast(hue < 0, hue.dtype)
    return ops.stack([hue, saturation, value], axis=-1)


def image_hsv_to_rgb(ops: Any, images: Any, data_format: str | None = None) -> Tensor:
    """Return colours of hue, saturation and value."""
    x, alone = _colours(ops, images, data_format, "image_hsv_to_rgb")
    return _undone(ops, ops.rgb_of_hsv(x), data_format, alone)


def rgb_of_hsv(ops: Any, x: Tensor) -> Tensor:
    """Return colours of hue, saturation and value, which are the last axis."""
    hue, saturation, value = x[..., 0], x[..., 1], x[..., 2]
    turn = (hue - ops.floor(hue)) * 6.0
    shares = (
        ops.abs(turn - 3.0) - 1.0,
        2.0 - ops.abs(turn - 2.0),
        2.0 - ops.abs(turn - 4.0),
    )
    clipped = [ops.clip(share, 0.0, 1.0) for share in shares]
    planes = [value * (1.0 - saturation + saturation * share) for share in clipped]
    return ops.stack(planes, axis=-1)


def image_resize(
    ops: Any,
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
    x, alone = _batch(ops, images, data_format, "image_resize")
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError(
            f"{operation_call('image_resize')}: only one of 'crop_to_aspect_ratio' and "
            f"'pad_to_aspect_ratio' can be {show(True)}.",
            argument="pad_to_aspect_ratio",
        )
    fitting = "crop" if crop_to_aspect_ratio else "pad" if pad_to_aspect_ratio else ""
    target = sizes(size, 2)
    out = ops.resized(x, target, interpolation, antialias, fitting, fill_value)
    return _undone(ops, out, data_format, alone)


def resized(
    ops: Any,
    x: Tensor,
    target: tuple[int, ...],
    method: str,
    antialias: bool,
    fitting: str,
    fill_value: float,
) -> Tensor:
    """Return images of another size, cut or filled to its aspect first.

    Parameters
    ----------
    ops : namespace
        The array functions.
    x : tensor
        Of shape `(batch, height, width, channels)`.
    target : tuple of int
        The height and width.
    method : str
        How to read between pixels.
    antialias : bool
        Whether to smooth what gets smaller.
    fitting : str
        `"crop"`, `"pad"` or nothing.
    fill_value : float
        What is put around.
    """
    if fitting == "crop":
        top, left, tall, wide = imaging.aspect_crop(x.shape[1], x.shape[2], target)
        x = x[:, top : top + tall, left : left + wide]
    elif fitting:
        tall, wide = imaging.aspect_pad(x.shape[1], x.shape[2], target)
        around = ((0, 0), (tall, tall), (wide, wide), (0, 0))
        x = ops.pad(x, around, constant_values=fill_value)
    if tuple(x.shape[1:3]) == target:
        return x
    out = ops.interpolated(x, target, method, antialias)
    if _floats(ops, x) or method == "nearest":
        return ops.cast(out, x.dtype)
    return ops.saturate_cast(ops.round(out), x.dtype)


def interpolated(
    ops: Any, x: Tensor, target: tuple[int, ...], method: str, antialias: bool
) -> Tensor:
    """Return images of another size."""
    if method == "bilinear" and not antialias:
        return ops.bilinear(x, target)
    if method == "nearest":
        for axis, size in enumerate(target, 1):
            x = ops.take(x, imaging.nearest_pixels(x.shape[axis], size), axis=axis)
        return x
    return _weighted(ops, x, target, method, antialias)


def bilinear(ops: Any, x: Tensor, target: tuple[int, ...]) -> Tensor:
    """Return images of another size, read between their pixels."""
    return _weighted(ops, x, target, "bilinear", False)


def _weighted(ops: Any, x: Tensor, target: tuple[int, ...], method: str, antialias: bool) -> Tensor:
    """Return weighted means of pixels, along the height and along the width in turn."""
    x = ops.floating(x)
    for axis, size in enumerate(target, 1):
        weights = imaging.resize_weights(x.shape[axis], size, method, antialias)
        product = ops.tensordot(x, ops.constant(weights, x), axes=([axis], [1]))
        x = ops.moveaxis(product, -1, axis)
    return x


def image_affine_transform(
    ops: Any,
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images whose pixel (x, y) is read where a matrix of each takes (x, y)."""
    x, alone = _batch(ops, images, data_format, "image_affine_transform")
    matrices = ops.reshape(ops.as_tensor(ops.floating(transform), x), (-1, 8))
    out = ops.projected(x, matrices, interpolation, fill_mode, float(fill_value))
    return _undone(ops, out, data_format, alone)


def image_perspective_transform(
    ops: Any,
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Tensor:
    """Return images in which four points have moved, and all others with them."""
    x, alone = _batch(ops, images, data_format, "image_perspective_transform")
    start, end = (
        ops.reshape(ops.as_tensor(ops.floating(each), x), (-1, 4, 2))
        for each in (start_points, end_points)
    )
    matrices = ops.homography(start, end)
    out = ops.projected(x, matrices, interpolation, "constant", float(fill_value))
    return _undone(ops, out, data_format, alone)


def image_map_coordinates(
    ops: Any,
    inputs: Any,
    coordinates: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Tensor:
    """Return an array's values at coordinates, which may lie between its elements."""
    values = ops.as_tensor(inputs)
    where = list(ops.unstack(ops.as_tensor(coordinates, values)))
    if len(where) != len(values.shape):
        raise ArgumentError(
            f"{operation_call('image_map_coordinates')}: 'coordinates' must hold "
            f"{len(values.shape)} of them, one for each dimension of 'inputs', not {len(where)}.",
            argument="coordinates",
            received=len(where),
        )
    return ops.sample(values, where, order, fill_mode, fill_value)


def image_sample(
    ops: Any,
    images: Any,
    rows: Any,
    columns: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
) -> Tensor:
    """Return images, channels last, read at a row and a column for each of their pixels."""
    images = ops.as_tensor(images)
    return ops.sample(images, [rows, columns], order, fill_mode, fill_value, images=True)


def image_crop(
    ops: Any,
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
    x, alone = _batch(ops, images, data_format, "image_crop")
    _, height, width, _ = ops.shape(x)
    names = ("top_cropping", "bottom_cropping", "target_height")
    top, tall = imaging.cut(height, top_cropping, bottom_cropping, target_height, names)
    names = ("left_cropping", "right_cropping", "target_width")
    left, wide = imaging.cut(width, left_cropping, right_cropping, target_width, names)
    return _undone(ops, x[:, top : top + tall, left : left + wide], data_format, alone)


def image_pad(
    ops: Any,
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
    x, alone = _batch(ops, images, data_format, "image_pad")
    _, height, width, _ = ops.shape(x)
    names = ("top_padding", "bottom_padding", "target_height")
    rows = imaging.margins(height, top_padding, bottom_padding, target_height, names)
    names = ("left_padding", "right_padding", "target_width")
    columns = imaging.margins(width, left_padding, right_padding, target_width, names)
    return _undone(ops, ops.pad(x, ((0, 0), rows, columns, (0, 0))), data_format, alone)


def image_gaussian_blur(
    ops: Any,
    images: Any,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Return images blurred by a Gaussian, along the width and along the height in turn."""
    x, alone = _batch(ops, images, data_format, "image_gaussian_blur")
    spreads = (sigma, sigma) if isinstance(sigma, (int, float)) else tuple(sigma)
    extents = zip(((1, -1, 1, 1), (-1, 1, 1, 1)), sizes(kernel_size, 2))
    for (shape, size), spread in zip(extents, spreads * (2 // len(spreads))):
        kernel = imaging.gaussian(size, spread).reshape(shape)
        whole = np.repeat(kernel, x.shape[-1], axis=2)
        x = ops.depthwise_conv(x, ops.constant(whole, x), padding="same")
    return _undone(ops, x, data_format, alone)


def image_elastic_transform(
    ops: Any,
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
    x, alone = _batch(ops, images, data_format, "image_elastic_transform")
    batch, height, width = x.shape[:3]
    noise = distributions.normal((2, batch, height, width), 0.0, sigma, seed)
    # The two directions are channels of one image.
    field = ops.constant(np.moveaxis(noise, 0, -1), ops.floating(x))
    size = imaging.elastic_kernel(sigma)
    field = alpha * ops.image_gaussian_blur(field, (size, size), (sigma, sigma))
    rows = ops.constant(np.arange(height)[:, None], field)
    columns = ops.constant(np.arange(width)[None, :], field)
    where = [rows + field[..., 1], columns + field[..., 0]]
    order = int(interpolation == "bilinear")
    out = ops.sample(x, where, order, fill_mode, fill_value, images=True)
    return _undone(ops, out, data_format, alone)


def image_extract_patches(
    ops: Any,
    images: Any,
    size: int | Sequence[int],
    strides: int | Sequence[int] | None = None,
    dilation_rate: int | Sequence[int] = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the patches of images, the values of each in a row."""
    x = ops.as_tensor(images)
    rank = 3 if not isinstance(size, int) and len(tuple(size)) == 3 else 2
    window = sizes(size, rank)
    alone = len(x.shape) == rank + 1
    x = x[None] if alone else x
    x = ops.moveaxis(x, 1, -1) if _first(data_format) else x
    steps, spreads = sizes(strides or window, rank), sizes(dilation_rate, rank)
    x = ops.patches(x, window, steps, spreads, padding)
    x = ops.moveaxis(x, -1, 1) if _first(data_format) else x
    return x[0] if alone else x


def patches(
    ops: Any,
    x: Tensor,
    window: tuple[int, ...],
    steps: tuple[int, ...],
    spreads: tuple[int, ...],
    padding: str,
) -> Tensor:
    """Return the patches of images or volumes, channels last, the values of each in a row."""
    rank = len(window)
    for number in range(rank):
        x = _windows(
            ops, x, 2 * number + 1, window[number], steps[number], spreads[number], padding
        )
    # (batch, rows, window rows, columns, window columns, channels)
    order = (0, *range(1, 2 * rank + 1, 2), *range(2, 2 * rank + 1, 2), 2 * rank + 1)
    x = ops.transpose(x, order)
    return ops.reshape(x, (*x.shape[: rank + 1], -1))


def _windows(
    ops: Any, x: Tensor, axis: int, window: int, step: int, spread: int, padding: str
) -> Tensor:
    """Return a tensor with an axis cut into windows: the axis becomes two."""
    if padding == "same":
        margins: list[tuple[int, int]] = [(0, 0)] * len(x.shape)
        margins[axis] = same_margins(x.shape[axis], window, step, spread)
        x = ops.pad(x, margins)
    count = (x.shape[axis] - (window - 1) * spread - 1) // step + 1
    index = np.arange(count)[:, None] * step + np.arange(window) * spread
    return ops.take(x, index, axis=axis)
