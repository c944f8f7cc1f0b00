"""What is measured of images: edges, and how alike two are; images moved and scaled in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays import imaging
from rdeep.errors import ArgumentError, ShapeError, format_shape, operation_call

Tensor = Any


def image_sobel_edges(ops: Any, images: Any, data_format: str | None = None) -> Tensor:
    """Return how fast images change along the height and along the width."""
    x = ops.floating(images)
    if len(x.shape) != 4:
        raise ShapeError(
            f"{operation_call('image_sobel_edges')} needs a batch of images (4 dimensions), not a "
            f"tensor of shape {format_shape(x.shape)}.",
            received=tuple(x.shape),
        )
    rows, columns = (2, 3) if data_format == "channels_first" else (1, 2)
    widths = [(1, 1) if axis in (rows, columns) else (0, 0) for axis in range(4)]
    x = ops.pad(x, widths, mode="reflect")

    def part(x: Tensor, axis: int, start: int) -> Tensor:
        size = x.shape[axis] - 2
        return x[(*[slice(None)] * axis, slice(start, start + size))]

    def changes(along: int, across: int) -> Tensor:
        change = part(x, along, 2) - part(x, along, 0)
        return part(change, across, 0) + 2.0 * part(change, across, 1) + part(change, across, 2)

    return ops.stack([changes(rows, columns), changes(columns, rows)], axis=-1)


def image_ssim(
    ops: Any,
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Tensor:
    """Return the structural similarity of images (Wang et al., 2004)."""
    given = ops.as_tensor(image1)
    x, y = ops.together(given, image2, "float")
    for shape in (x.shape, y.shape):
        imaging.check_images(shape, "image_ssim")
    alone = len(x.shape) == 3
    x, y = (ops.expand_dims(each, 0) if alone else each for each in (x, y))
    if data_format == "channels_first":
        x, y = (ops.transpose(each, (0, 2, 3, 1)) for each in (x, y))
    if min(x.shape[1:3]) < filter_size:
        raise ArgumentError(
            f"{operation_call('image_ssim')}: a filter of {filter_size} pixels does not fit into "
            f"images of {x.shape[1]} by {x.shape[2]}.",
            argument="filter_size",
            received=filter_size,
        )
    weights = imaging.gaussian(filter_size, filter_sigma)

    def smoothed(image: Tensor) -> Tensor:
        for shape in ((-1, 1, 1, 1), (1, -1, 1, 1)):
            kernel = np.repeat(weights.reshape(shape), image.shape[-1], axis=2)
            image = ops.depthwise_conv(image, ops.constant(kernel, image))
        return image

    mean1, mean2 = smoothed(x), smoothed(y)
    spread1 = smoothed(x * x) - mean1 * mean1
    spread2 = smoothed(y * y) - mean2 * mean2
    shared = smoothed(x * y) - mean1 * mean2
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    alike = (2.0 * mean1 * mean2 + c1) * (2.0 * shared + c2)
    at_most = (mean1 * mean1 + mean2 * mean2 + c1) * (spread1 + spread2 + c2)
    found = ops.mean(alike / at_most, axis=(1, 2, 3))
    return found[0] if alone else found


def image_extract_patches_3d(
    ops: Any,
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Tensor:
    """Return the patches of volumes, the values of each in a row."""
    window = (size,) * 3 if isinstance(size, int) else tuple(size)
    return ops.image_extract_patches(volumes, window, strides, dilation_rate, padding, data_format)


def image_scale_and_translate(
    ops: Any,
    images: Any,
    output_shape: Sequence[int],
    scale: Any,
    translation: Any,
    spatial_dims: int | Sequence[int],
    method: str,
    antialias: bool = True,
) -> Tensor:
    """Return a tensor whose axes are scaled and moved; what lies outside is 0."""
    given = ops.as_tensor(images)
    axes = [spatial_dims] if isinstance(spatial_dims, int) else list(spatial_dims)
    scale, translation = ops.together(scale, translation, "float")
    x = ops.floating(given)
    for number, axis in enumerate(axes):
        axis = axis % len(x.shape)
        weights = _weights(
            ops,
            x.shape[axis],
            output_shape[axis],
            scale[number],
            translation[number],
            method,
            antialias,
        )
        x = ops.moveaxis(
            ops.tensordot(x, ops.cast(weights, x.dtype), axes=((axis,), (0,))), -1, axis
        )
    if "float" in ops.dtype(given):
        return x
    bounds = (ops.cast(each, x.dtype) for each in (ops.min(given), ops.max(given)))
    return ops.cast(ops.clip(ops.round(x), *bounds), given.dtype)


def _weights(
    ops: Any, size: int, wanted: int, scale: Tensor, shift: Tensor, method: str, antialias: bool
) -> Tensor:
    """Return what each pixel along an axis counts in each of the result's."""
    wide = ops.maximum(1.0 / scale, ops.ones_like(scale)) if antialias else ops.ones_like(scale)
    places = ops.constant(np.arange(wanted) + 0.5, scale)
    where = (places - shift) / scale - 0.5
    pixels = ops.constant(np.arange(size), scale)
    apart = ops.abs(where - ops.expand_dims(pixels, 1)) / wide  # (pixels, wanted)
    weights = _KERNELS[method](ops, apart)
    total = ops.sum(weights, axis=0, keepdims=True)
    some = ops.abs(total) > 1000.0 * float(np.finfo(np.float32).eps)
    weights = ops.where(some, weights / ops.where(total == 0, ops.ones_like(total), total), 0.0)
    inside = ops.logical_and(where >= -0.5, where <= size - 0.5)
    return ops.where(inside, weights, 0.0)


def _linear(ops: Any, x: Tensor) -> Tensor:
    return ops.relu(1.0 - x)


def _cubic(ops: Any, x: Tensor) -> Tensor:
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return ops.where(x >= 2.0, 0.0, ops.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Any:
    def kernel(ops: Any, x: Tensor) -> Tensor:
        within = ops.where(x > 1e-3, x, ops.ones_like(x))
        waves = radius * ops.sin(np.pi * within) * ops.sin(np.pi * within / radius)
        found = ops.where(x > 1e-3, waves / (np.pi**2 * within * within), 1.0)
        return ops.where(x > radius, 0.0, found)

    return kernel


_KERNELS = {
    **dict.fromkeys(("linear", "bilinear", "trilinear"), _linear),
    **dict.fromkeys(("cubic", "bicubic", "tricubic"), _cubic),
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}
