"""Operations on images and batches of images: `keras.ops.image`, named `image_*`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from rdeep.arrays import distributions, imaging
from rdeep.engines.torch.ops.arguments import as_tensor, floating, sizes
from rdeep.engines.torch.ops.casting import saturate_cast
from rdeep.engines.torch.ops.sampling import grid, homography, project, sample
from rdeep.errors import ArgumentError, operation_call, show


def _first(data_format: str | None) -> bool:
    return data_format == "channels_first"


def _batch(images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    """Return images as a batch with channels last, and whether there was one only."""
    images = as_tensor(images)
    imaging.check_images(images.shape, where)
    alone = images.dim() == 3
    images = images.unsqueeze(0) if alone else images
    return images.permute(0, 2, 3, 1) if _first(data_format) else images, alone


def _undone(images: Tensor, data_format: str | None, alone: bool) -> Tensor:
    images = images.permute(0, 3, 1, 2) if _first(data_format) else images
    return images.squeeze(0) if alone else images


def image_rgb_to_grayscale(images: Any, data_format: str | None = None) -> Tensor:
    """Return images of one channel: 0.2989 red + 0.587 green + 0.114 blue."""
    x, alone = _batch(images, data_format, "image_rgb_to_grayscale")
    imaging.check_colours(x.shape[-1], "image_rgb_to_grayscale", (1, 3))
    if x.shape[-1] == 3:
        kind = x.dtype
        shares = torch.tensor([0.2989, 0.5870, 0.1140], device=x.device)
        # A sum, not a product of matrices: that would be rounded by some devices.
        x = (floating(x) * shares.to(floating(x).dtype)).sum(-1, keepdim=True).to(kind)
    return _undone(x, data_format, alone)


def image_rgb_to_hsv(images: Any, data_format: str | None = None) -> Tensor:
    """Return hue, saturation and value of colours."""
    x, alone = _colours(images, data_format, "image_rgb_to_hsv")
    red, green, blue = x.unbind(-1)
    value, low = x.amax(-1), x.amin(-1)
    spread = value - low
    saturation = torch.where(value > 0, spread / torch.where(value > 0, value, 1.0), 0.0)
    norm = 1.0 / (6.0 * torch.where(spread > 0, spread, 1.0))
    hue = torch.where(value == green, norm * (blue - red) + 2 / 6, norm * (red - green) + 4 / 6)
    hue = torch.where(value == red, norm * (green - blue), hue)
    hue = torch.where(spread > 0, hue, 0.0)
    hue = hue + (hue < 0).to(hue.dtype)
    return _undone(torch.stack([hue, saturation, value], -1), data_format, alone)


def image_hsv_to_rgb(images: Any, data_format: str | None = None) -> Tensor:
    """Return colours of hue, saturation and value."""
    x, alone = _colours(images, data_format, "image_hsv_to_rgb")
    hue, saturation, value = x.unbind(-1)
    turn = torch.remainder(hue, 1.0) * 6.0
    shares = [
        torch.clamp(torch.abs(turn - 3.0) - 1.0, 0.0, 1.0),
        torch.clamp(2.0 - torch.abs(turn - 2.0), 0.0, 1.0),
        torch.clamp(2.0 - torch.abs(turn - 4.0), 0.0, 1.0),
    ]
    planes = [value * (1.0 - saturation + saturation * share) for share in shares]
    return _undone(torch.stack(planes, -1), data_format, alone)


def _colours(images: Any, data_format: str | None, where: str) -> tuple[Tensor, bool]:
    x, alone = _batch(images, data_format, where)
    imaging.check_colours(x.shape[-1], where)
    if not x.is_floating_point():
        raise ArgumentError(
            f"{operation_call(where)}: 'images' must hold floats from 0 to 1, not whole numbers.",
            argument="images",
            received=str(x.dtype),
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
    target = sizes(size, 2)
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ArgumentError(
            f"{operation_call('image_resize')}: only one of 'crop_to_aspect_ratio' and "
            f"'pad_to_aspect_ratio' can be {show(True)}.",
            argument="pad_to_aspect_ratio",
        )
    if crop_to_aspect_ratio:
        top, left, tall, wide = imaging.aspect_crop(x.shape[1], x.shape[2], target)
        x = x[:, top : top + tall, left : left + wide]
    elif pad_to_aspect_ratio:
        tall, wide = imaging.aspect_pad(x.shape[1], x.shape[2], target)
        x = functional.pad(x, (0, 0, wide, wide, tall, tall), value=fill_value)
    if tuple(x.shape[1:3]) != target:
        resized = _resized(x, target, interpolation, antialias)
        whole = resized.dtype != x.dtype
        x = saturate_cast(torch.round(resized), x.dtype) if whole else resized
    return _undone(x, data_format, alone)


def _resized(x: Tensor, target: tuple[int, ...], method: str, antialias: bool) -> Tensor:
    if method == "nearest":
        for axis, size in enumerate(target, 1):
            middles = torch.arange(size, device=x.device) + 0.5
            index = torch.floor(middles * (x.shape[axis] / size)).long()
            x = x.index_select(axis, index.clamp(max=x.shape[axis] - 1))
        return x
    x = floating(x)
    if method == "bilinear" and not antialias:
        first = x.permute(0, 3, 1, 2)
        return functional.interpolate(first, target, mode="bilinear").permute(0, 2, 3, 1)
    for axis, size in enumerate(target, 1):
        weights = imaging.resize_weights(x.shape[axis], size, method, antialias)
        product = torch.tensordot(x, as_tensor(weights, x).to(x.dtype), dims=([axis], [1]))
        x = product.movedim(-1, axis)
    return x


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
    matrices = floating(as_tensor(transform, x) if isinstance(transform, Tensor) else transform)
    matrices = matrices.to(x.device).reshape(-1, 8)
    out = project(x, matrices, interpolation, fill_mode, fill_value)
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
    points = [floating(each).to(x.device).reshape(-1, 4, 2) for each in (start_points, end_points)]
    out = project(x, homography(*points), interpolation, "constant", fill_value)
    return _undone(out, data_format, alone)


def image_map_coordinates(
    inputs: Any, coordinates: Any, order: int, fill_mode: str = "constant", fill_value: float = 0
) -> Tensor:
    """Return an array's values at coordinates, which may lie between its elements."""
    values = as_tensor(inputs)
    if isinstance(coordinates, (list, tuple)):
        coordinates = torch.stack([as_tensor(each, values) for each in coordinates])
    where = list(as_tensor(coordinates).to(values.device))
    if len(where) != values.dim():
        raise ArgumentError(
            f"{operation_call('image_map_coordinates')}: 'coordinates' must hold {values.dim()} of "
            f"them, one for each dimension of 'inputs', not {len(where)}.",
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
    names = ("top_cropping", "bottom_cropping", "target_height")
    top, tall = imaging.cut(x.shape[1], top_cropping, bottom_cropping, target_height, names)
    names = ("left_cropping", "right_cropping", "target_width")
    left, wide = imaging.cut(x.shape[2], left_cropping, right_cropping, target_width, names)
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
    names = ("top_padding", "bottom_padding", "target_height")
    rows = imaging.margins(x.shape[1], top_padding, bottom_padding, target_height, names)
    names = ("left_padding", "right_padding", "target_width")
    columns = imaging.margins(x.shape[2], left_padding, right_padding, target_width, names)
    return _undone(functional.pad(x, (0, 0, *columns, *rows)), data_format, alone)


def image_gaussian_blur(
    images: Any,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[float] = (1.0, 1.0),
    data_format: str | None = None,
) -> Tensor:
    """Return images blurred by a Gaussian, along the width and along the height in turn."""
    x, alone = _batch(images, data_format, "image_gaussian_blur")
    spreads = (sigma, sigma) if isinstance(sigma, (int, float)) else tuple(sigma)
    first = x.permute(0, 3, 1, 2)
    channels = first.shape[1]
    for axis, size, spread in zip((3, 2), sizes(kernel_size, 2), spreads * (2 // len(spreads))):
        before = (size - 1) // 2
        amounts = [before, size - 1 - before] + [0, 0] * (axis == 3)
        amounts = amounts if axis == 3 else [0, 0, *amounts]
        kernel = as_tensor(imaging.gaussian(size, spread), first).to(first.dtype)
        kernel = kernel.reshape(1, 1, *((1, size) if axis == 3 else (size, 1)))
        kernel = kernel.expand(channels, 1, *kernel.shape[2:])
        first = functional.conv2d(functional.pad(first, amounts), kernel, groups=channels)
    return _undone(first.permute(0, 2, 3, 1), data_format, alone)


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
    field = as_tensor(noise, x).to(floating(x).dtype).permute(1, 2, 3, 0)
    size = imaging.elastic_kernel(sigma)
    field = alpha * image_gaussian_blur(field, (size, size), (sigma, sigma))
    rows, columns = grid(x, field.dtype)
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
    steps = sizes(strides or window, rank)
    spreads = sizes(dilation_rate, rank)
    alone = x.dim() == rank + 1
    x = x.unsqueeze(0) if alone else x
    x = x.movedim(1, -1) if _first(data_format) else x
    for number in range(rank):
        x = _windows(x, 2 * number + 1, window[number], steps[number], spreads[number], padding)
    # (batch, rows, window rows, columns, window columns, channels)
    order = [0, *range(1, 2 * rank + 1, 2), *range(2, 2 * rank + 1, 2), 2 * rank + 1]
    x = x.permute(order).flatten(rank + 1)
    x = x.movedim(-1, 1) if _first(data_format) else x
    return x.squeeze(0) if alone else x


def _windows(x: Tensor, axis: int, window: int, step: int, spread: int, padding: str) -> Tensor:
    """Return a tensor with an axis cut into windows: the axis becomes two."""
    size, reach = x.shape[axis], (window - 1) * spread + 1
    if padding == "same":
        total = max(0, (-(-size // step) - 1) * step + reach - size)
        amounts = [0, 0] * (x.dim() - 1 - axis) + [total // 2, total - total // 2]
        x, size = functional.pad(x, amounts), size + total
    count = (size - reach) // step + 1
    starts = torch.arange(count, device=x.device) * step
    index = starts[:, None] + torch.arange(window, device=x.device) * spread
    return x.index_select(axis, index.flatten()).unflatten(axis, (count, window))
