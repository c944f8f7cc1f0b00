"""The arithmetic of images that both engines share: boxes, margins, weights of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from rdeep.errors import ArgumentError, ShapeError, operation_call

# TensorFlow looks the weights of its plain bicubic interpolation up in a table of so many steps.
_CUBIC_STEPS = 1024


def check_images(shape: Sequence[Any], where: str) -> None:
    """Refuse what is neither an image nor a batch of them.

    Parameters
    ----------
    shape : sequence of int
        The shape that came.
    where : str
        The operation.
    """
    if len(shape) not in (3, 4):
        raise ShapeError(
            f"{operation_call(where)}: 'images' must have 3 dimensions (one image) or 4 (a batch "
            f"of images), not {len(shape)}.",
            argument="images",
            received=tuple(shape),
        )


def check_colours(channels: int, where: str, allowed: tuple[int, ...] = (3,)) -> None:
    """Refuse images without the right number of channels.

    Parameters
    ----------
    channels : int
        How many came.
    where : str
        The operation.
    allowed : tuple of int
        How many are right.
    """
    if channels not in allowed:
        wanted = " or ".join(map(str, allowed))
        raise ShapeError(
            f"{operation_call(where)}: 'images' must have {wanted} channels, not {channels}.",
            argument="images",
            received=channels,
        )


def margins(size: Any, before: Any, after: Any, target: Any, names: tuple[str, str, str]) -> Any:
    """Return how many pixels to add before and after, given two of three numbers.

    Parameters
    ----------
    size : int
        The size of the image along a dimension.
    before, after, target : int or None
        Pixels before, pixels after, and the size that comes out.
    names : tuple of str
        What these three are called.
    """
    _two_of_three((before, after, target), names)
    if before is None:
        before = target - after - size
    if after is None:
        after = target - before - size
    _not_negative((before, after), names, size)
    return before, after


def cut(size: Any, before: Any, after: Any, target: Any, names: tuple[str, str, str]) -> Any:
    """Return where a crop begins and its size, given two of three numbers.

    Parameters
    ----------
    size : int
        The size of the image along a dimension.
    before, after, target : int or None
        Pixels taken off before and after, and the size that stays.
    names : tuple of str
        What these three are called.
    """
    _two_of_three((before, after, target), names)
    if before is None:
        before = size - target - after
    if target is None:
        target = size - before - after
    _not_negative((before, target), (names[0], names[2]), size)
    if isinstance(size, int) and before + target > size:
        _not_negative((size - before - target,), (names[1],), size)
    return before, target


def _two_of_three(values: tuple[Any, ...], names: tuple[str, ...]) -> None:
    if sum(value is None for value in values) != 1:
        raise ArgumentError(
            f"Exactly two of {names[0]!r}, {names[1]!r} and {names[2]!r} must be given.",
            argument=names[0],
            received=values,
        )


def _not_negative(values: tuple[Any, ...], names: tuple[str, ...], size: Any) -> None:
    for value, name in zip(values, names):
        if isinstance(value, int) and value < 0:
            raise ArgumentError(
                f"{name!r} would be {value}: that does not fit an image of size {size}.",
                argument=name,
                received=value,
            )


def aspect_crop(height: int, width: int, target: Sequence[int]) -> tuple[int, int, int, int]:
    """Return the middle of an image that has a target's aspect: top, left, height and width.

    Parameters
    ----------
    height, width : int
        The image's size.
    target : tuple of int
        The height and width whose aspect is wanted.
    """
    tall = max(min(height, _ratio(width * target[0], target[1])), 1)
    wide = max(min(width, _ratio(height * target[1], target[0])), 1)
    return (height - tall) // 2, (width - wide) // 2, tall, wide


def aspect_pad(height: int, width: int, target: Sequence[int]) -> tuple[int, int]:
    """Return what to add on either side of the height and of the width for a target's aspect.

    Parameters
    ----------
    height, width : int
        The image's size.
    target : tuple of int
        The height and width whose aspect is wanted.
    """
    tall = max(height, _ratio(width * target[0], target[1]))
    wide = max(width, _ratio(height * target[1], target[0]))
    return (tall - height) // 2, (wide - width) // 2


def _ratio(over: int, under: int) -> int:
    return int(np.float32(over) / np.float32(under))


@lru_cache(maxsize=64)
def resize_weights(size: int, target: int, method: str, antialias: bool) -> np.ndarray:
    """Return what each pixel of a row counts in each pixel of the resized row.

    Pixels are samples at their middles. Weights are those of `tf.image.resize`.

    Parameters
    ----------
    size, target : int
        The sizes before and after.
    method : str
        `"bilinear"`, `"bicubic"`, `"lanczos3"`, `"lanczos5"` or `"area"`.
    antialias : bool
        Whether the kernel is stretched when an image gets smaller.

    Returns
    -------
    ndarray
        Of shape `(target, size)`, float32; rows sum to 1.
    """
    scale = size / target
    if method == "area":
        edges = np.arange(target + 1) * scale
        pixels = np.arange(size)
        low = np.maximum(edges[:-1, None], pixels)
        high = np.minimum(edges[1:, None], pixels + 1)
        weights = np.maximum(high - low, 0.0)
    else:
        where = (np.arange(target) + 0.5) * scale - 0.5
        if method == "bicubic" and not antialias:
            where = np.floor(where) + np.round((where % 1) * _CUBIC_STEPS) / _CUBIC_STEPS
        stretch = max(scale, 1.0) if antialias else 1.0
        distance = np.abs(where[:, None] - np.arange(size)) / stretch
        weights = _KERNELS[method](distance)
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def nearest_pixels(size: int, target: int) -> np.ndarray:
    """Return which pixel of a row is nearest to each pixel of the resized row.

    Parameters
    ----------
    size, target : int
        The sizes before and after.
    """
    # In float32, as TensorFlow's kernel rounds.
    middles = (np.arange(target, dtype=np.float32) + np.float32(0.5)) * np.float32(size / target)
    return np.minimum(np.floor(middles).astype(np.int64), size - 1)


def _triangle(x: np.ndarray) -> np.ndarray:
    return np.maximum(0.0, 1.0 - x)


def _cubic(x: np.ndarray) -> np.ndarray:
    # Keys (1981), with a = -1/2.
    near = (1.5 * x - 2.5) * x * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x >= 2.0, 0.0, np.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Any:
    def kernel(x: np.ndarray) -> np.ndarray:
        return np.where(x > radius, 0.0, np.sinc(x) * np.sinc(x / radius))

    return kernel


_KERNELS: dict[str, Any] = {
    "bilinear": _triangle,
    "bicubic": _cubic,
    "lanczos3": _lanczos(3.0),
    "lanczos5": _lanczos(5.0),
}


def gaussian(size: int, sigma: float) -> np.ndarray:
    """Return the weights of a Gaussian blur along one dimension.

    Parameters
    ----------
    size : int
        How many.
    sigma : float
        The standard deviation, in pixels.
    """
    x = np.arange(size) - (size - 1) / 2
    weights = np.exp(-0.5 * (x / sigma) ** 2)
    return (weights / weights.sum()).astype(np.float32)


def elastic_kernel(sigma: float) -> int:
    """Return the size of the kernel that smooths the displacements of an elastic transform.

    Parameters
    ----------
    sigma : float
        The kernel's standard deviation.
    """
    return 6 * math.floor(sigma) | 1
