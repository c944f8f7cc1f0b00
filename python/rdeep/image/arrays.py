"""Images in arrays: one array of all, or a list of arrays of several sizes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.errors import DataError, ShapeError, format_shape, show, worded
from rdeep.image.resizing import Size, resized_arrays
from rdeep.ready import BadRows

SCALES = (1, 255, 65535)
_LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
_PIECE = 256


class ArrayPictures:
    """Images in arrays.

    Parameters
    ----------
    images : numpy.ndarray or list
        An array `(n, height, width)` or `(n, height, width, channels)`, or an array of each image;
        `None` where one is missing.

    Attributes
    ----------
    shapes : list of tuple of int
        Height, width and channels of each.
    scale : int
        What white is: 1, 255 or 65535, the smallest that no pixel is above.
    """

    of_files = False
    photographs = 0

    def __init__(self, images: np.ndarray | Sequence[Any]) -> None:
        self.names: list[str | None] = [None] * len(images)
        self.images: Any = images if isinstance(images, np.ndarray) else [*images]
        if isinstance(self.images, np.ndarray):
            if self.images.ndim not in (3, 4):
                raise ShapeError(
                    "'x' must be images, an array (n, height, width) or (n, height, width, "
                    f"channels); its shape is {format_shape(self.images.shape)}.",
                    argument="x",
                    received=self.images.shape,
                    hint="A single image needs a first dimension of 1.",
                )
            if self.images.dtype.kind not in "buif":
                raise DataError(f"'x' must hold numbers, not {self.images.dtype}.", argument="x")
            if self.images.ndim == 3:
                self.images = self.images[..., np.newaxis]
        self.shapes: list[tuple[int, ...]] = [(0, 0, 0)] * len(images)
        self.scale = 1

    def __len__(self) -> int:
        return len(self.images)

    def look(self, bad: BadRows) -> None:
        """Look at sizes and values.

        Parameters
        ----------
        bad : BadRows
            Where images that cannot be used are noted.
        """
        low, high = 0.0, 0.0
        if isinstance(self.images, np.ndarray):
            self.shapes = [self.images.shape[1:]] * len(self)
            if not self.images.size:
                raise DataError("'x' holds no pixels.", argument="x", received=self.images.shape)
            low, high = self._whole_range(bad)
        else:
            for row, image in enumerate(self.images):
                found = _checked(image, row, bad)
                if found is not None:
                    self.images[row], self.shapes[row] = found, found.shape
                    low, high = min(low, float(found.min())), max(high, float(found.max()))
        self.scale = _scale(low, high)

    def _whole_range(self, bad: BadRows) -> tuple[float, float]:
        """Return the smallest and the largest value, and note rows that are not finite."""
        low, high = 0.0, 0.0
        for start in range(0, len(self), _PIECE):
            piece = self.images[start : start + _PIECE]
            finite = np.isfinite(piece).all(axis=(1, 2, 3))
            for row in np.flatnonzero(~finite):
                bad.add(start + int(row), "it has missing or infinite values")
            if finite.any():
                piece = piece[finite]
                low, high = min(low, float(piece.min())), max(high, float(piece.max()))
        return low, high

    def pixels(
        self, rows: np.ndarray, size: Size, channels: int, way: str, bad: BadRows
    ) -> np.ndarray:
        """Return images from 0 to 255, `(n, height, width, channels)`; whole numbers as bytes.

        Parameters
        ----------
        rows : numpy.ndarray
            Which ones.
        size : tuple of int
            Height and width.
        channels : int
            How many channels.
        way : {"crop", "pad", "stretch"}
            What is done about other proportions.
        bad : BadRows
            Where images that cannot be used are noted.
        """
        if isinstance(self.images, np.ndarray) and self.images.shape[1:] == (*size, channels):
            chosen = self.images[rows]
            if self.scale == 255 and (chosen.dtype.kind in "bui" or _are_whole(chosen)):
                return np.ascontiguousarray(chosen, dtype=np.uint8)
            return np.ascontiguousarray(chosen, dtype=np.float32) * np.float32(255 / self.scale)
        x = np.zeros((len(rows), *size, channels), np.float32)
        for place, row in enumerate(rows):
            if row in bad:
                continue
            image = _with_channels(np.asarray(self.images[row], np.float32), channels, self.scale)
            if image is None:
                has = f"it has {self.shapes[row][2]} channels"
                bad.add(int(row), f"{has}, and the model takes {channels}")
                continue
            x[place] = resized_arrays(image[np.newaxis], size, way)[0]
        return x * np.float32(255 / self.scale)


def _checked(image: Any, row: int, bad: BadRows) -> np.ndarray | None:
    """Return an image of a list as an array of three dimensions; `None` if it is unusable."""
    if image is None:
        bad.add(row, "it is missing")
        return None
    found = np.asarray(image)
    if found.dtype.kind not in "buif":
        bad.add(row, "it is no array of numbers")
    elif found.ndim not in (2, 3):
        wanted = "and not (height, width, channels)"
        bad.add(row, worded(f"its shape is {format_shape(found.shape)}, {wanted}"))
    elif not found.size:
        bad.add(row, "it holds no pixels")
    elif not np.isfinite(found).all():
        bad.add(row, "it has missing or infinite values")
    else:
        return found if found.ndim == 3 else found[..., np.newaxis]
    return None


def _scale(low: float, high: float) -> int:
    """Return what white is."""
    if low < 0:
        raise DataError(
            f"'x' has values below zero, down to {show(low)}: pixels are 0 to 1, 0 to 255 or "
            "0 to 65535.",
            argument="x",
            hint="Shift and scale them to 0 to 1.",
        )
    for scale in SCALES:
        if high <= scale:
            return scale
    raise DataError(
        f"'x' has values up to {show(high)}: pixels are 0 to 1, 0 to 255 or 0 to 65535.",
        argument="x",
        hint="Scale them to 0 to 1.",
    )


def _are_whole(x: np.ndarray) -> bool:
    return all(
        bool((piece == np.rint(piece)).all())
        for piece in (x[start : start + _PIECE] for start in range(0, len(x), _PIECE))
    )


def _with_channels(image: np.ndarray, channels: int, scale: int) -> np.ndarray | None:
    """Return an image with as many channels; `None` where it cannot be brought to them."""
    has = image.shape[2]
    if has == channels:
        return image
    if has == 4 and channels in (1, 3):
        share = image[..., 3:] / scale
        image, has = image[..., :3] * share + scale * (1.0 - share), 3
    if has == 1 and channels == 3:
        return np.repeat(image, 3, axis=2)
    if has == 3 and channels == 1:
        return (image @ _LUMINANCE)[..., np.newaxis]
    return image if has == channels else None
