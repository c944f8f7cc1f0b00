"""Resizing pictures that are arrays, by the formulas of TensorFlow's image functions."""

from __future__ import annotations

import numpy as np

from rdeep.arrays import imaging
from rdeep.catalogue.options import Choice, Sizes, checked
from rdeep.data.pictures import channels_first
from rdeep.errors import ShapeError, format_shape

METHODS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def smart_resize(
    x: object, size: object, interpolation: str = "bilinear", data_format: str = "channels_last"
) -> np.ndarray:
    """Crop a picture to the proportions wanted and resize it, as Keras's `smart_resize` does.

    Parameters
    ----------
    x : array
        A picture, or several.
    size : tuple of int
        The height and width wanted.
    interpolation : {"bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"}
        How to resize.
    data_format : {"channels_last", "channels_first"}
        Where the channels are.

    Raises
    ------
    ShapeError
        If it has not three or four dimensions.

    Examples
    --------
    >>> smart_resize(np.ones((4, 6, 1)), (2, 2)).shape
    (2, 2, 1)
    """
    way = checked(Choice(*METHODS), interpolation, "interpolation")
    target_high, target_wide = checked(Sizes(2), size, "size")
    first = channels_first(data_format)
    picture = np.asarray(x, dtype=np.float32)
    if picture.ndim not in (3, 4):
        raise ShapeError(
            f"'x' must be a picture or several, of three or four dimensions; its shape is "
            f"{format_shape(picture.shape)}.",
            argument="x",
            received=picture.shape,
        )
    rows = picture.ndim - (2 if first else 3)
    high, wide = picture.shape[rows], picture.shape[rows + 1]
    cut_high = max(min(high, int(wide * target_high / target_wide)), 1)
    cut_wide = max(min(wide, int(high * target_wide / target_high)), 1)
    for axis, whole, cut, target in (
        (rows, high, cut_high, target_high),
        (rows + 1, wide, cut_wide, target_wide),
    ):
        begin = (whole - cut) // 2
        picture = np.take(picture, np.arange(begin, begin + cut), axis)
        picture = _resized(picture, axis, target, way)
    return picture


def _resized(x: np.ndarray, axis: int, size: int, way: str) -> np.ndarray:
    if way == "nearest":
        return np.take(x, imaging.nearest_pixels(x.shape[axis], size), axis)
    weights = imaging.resize_weights(x.shape[axis], size, way, antialias=False)
    moved = np.moveaxis(x, axis, -1) @ weights.T
    return np.moveaxis(moved, -1, axis)
