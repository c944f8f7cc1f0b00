"""How images are brought to one size: linear interpolation that smooths what it makes smaller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.arrays import imaging

Size = tuple[int, int]

MOST_PIXELS = 128
"""The larger side of images, at most, where nobody says their size."""


def chosen_size(shapes: Sequence[tuple[int, ...]], most: int = MOST_PIXELS) -> Size:
    """Return the height and width that suit images.

    That of all of them, where they have one and it is not large. Else that of the middle one, by
    height and by width, made smaller until the larger side has `most` pixels.

    Parameters
    ----------
    shapes : sequence of tuple of int
        Height and width of each image.
    most : int
        The larger side, at most.
    """
    high, wide = (int(np.median([shape[axis] for shape in shapes])) for axis in (0, 1))
    factor = min(1.0, most / max(high, wide))
    return max(1, round(high * factor)), max(1, round(wide * factor))


def window(size: Size, target: Size, way: str) -> tuple[int, int, int, int]:
    """Return which part of an image is used: top, left, height, width.

    Parameters
    ----------
    size, target : tuple of int
        Height and width of the image, and those wanted.
    way : {"crop", "pad", "stretch"}
        With `"crop"` the largest part in the middle that has the proportions wanted.
    """
    high, wide = size
    if way != "crop":
        return 0, 0, high, wide
    cut_high = min(high, max(1, round(wide * target[0] / target[1])))
    cut_wide = min(wide, max(1, round(high * target[1] / target[0])))
    return (high - cut_high) // 2, (wide - cut_wide) // 2, cut_high, cut_wide


def inner(size: Size, target: Size, way: str) -> tuple[int, int, int, int]:
    """Return which part of the target an image fills: top, left, height, width.

    Parameters
    ----------
    size, target : tuple of int
        Height and width of the image, and those wanted.
    way : {"crop", "pad", "stretch"}
        With `"pad"` the whole image is in the middle of black borders.
    """
    if way != "pad":
        return 0, 0, *target
    factor = min(target[0] / size[0], target[1] / size[1])
    high = min(target[0], max(1, round(size[0] * factor)))
    wide = min(target[1], max(1, round(size[1] * factor)))
    return (target[0] - high) // 2, (target[1] - wide) // 2, high, wide


def resized_arrays(images: np.ndarray, target: Size, way: str) -> np.ndarray:
    """Return images `(n, height, width, channels)` in another size, as numbers.

    Parameters
    ----------
    images : numpy.ndarray
        Images of one size.
    target : tuple of int
        Height and width.
    way : {"crop", "pad", "stretch"}
        What is done about other proportions.
    """
    size = (images.shape[1], images.shape[2])
    if size == target:
        return images
    top, left, high, wide = window(size, target, way)
    y, x, to_high, to_wide = inner(size, target, way)
    down = _weights(high, to_high)
    across = _weights(wide, to_wide)
    found = np.zeros((len(images), *target, images.shape[3]), np.float32)
    for row, image in enumerate(images):
        cut = image[top : top + high, left : left + wide].astype(np.float32)
        lower = np.tensordot(down, cut, 1)  # (target height, width, channels)
        whole = np.tensordot(across, lower, (1, 1))  # (target width, target height, channels)
        found[row, y : y + to_high, x : x + to_wide] = whole.transpose(1, 0, 2)
    return found


def _weights(size: int, target: int) -> np.ndarray:
    weights = imaging.resize_weights(size, target, "bilinear", antialias=True)
    return np.asarray(weights, np.float32)


def resized_picture(picture: Any, target: Size, way: str) -> np.ndarray:
    """Return Pillow's image in another size: bytes `(height, width, channels)`.

    Parameters
    ----------
    picture : PIL.Image.Image
        A grey or a colour image.
    target : tuple of int
        Height and width.
    way : {"crop", "pad", "stretch"}
        What is done about other proportions.
    """
    size = (picture.size[1], picture.size[0])
    channels = len(picture.getbands())
    if size != target:
        top, left, high, wide = window(size, target, way)
        y, x, to_high, to_wide = inner(size, target, way)
        # Cut out first: with `box`, `resize()` would use pixels from beyond it.
        part = picture.crop((left, top, left + wide, top + high))
        # 2 is Pillow's number of the linear filter, in all its versions.
        part = np.asarray(part.resize((to_wide, to_high), 2))
        found = np.zeros((*target, channels), np.uint8)
        found[y : y + to_high, x : x + to_wide] = part.reshape(to_high, to_wide, channels)
        return found
    return np.asarray(picture).reshape(*target, channels)
