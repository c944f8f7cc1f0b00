"""What users pass as images, whatever it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from rdeep.data.foreign import on_host
from rdeep.errors import DataError, show
from rdeep.image.arrays import ArrayPictures
from rdeep.image.files import FilePictures
from rdeep.image.folders import listed_folder
from rdeep.image.resizing import Size
from rdeep.ready import BadRows

# Grey, colour, and colour with transparency: each can be brought to the others.
_PICTURES = (1, 3, 4)


class Pictures(Protocol):
    """Images, read when they are asked for."""

    names: list[str | None]
    shapes: list[tuple[int, ...]]
    scale: int
    of_files: bool
    photographs: int

    def __len__(self) -> int: ...

    def look(self, bad: BadRows) -> None:
        """Look at sizes and channels, and note what cannot be used."""

    def pixels(
        self, rows: np.ndarray, size: Size, channels: int, way: str, bad: BadRows
    ) -> np.ndarray:
        """Return some of them from 0 to 255, `(n, height, width, channels)`."""


def as_pictures(x: Any, on_bad: str) -> tuple[Pictures, list[str] | None]:
    """Return images, and their classes where they lie in folders of classes.

    Parameters
    ----------
    x : str, path, array, or list of paths or arrays
        A folder, a file, files, an array of images, or images of several sizes.
    on_bad : {"fail", "drop"}
        Whether a class without images is an error.

    Raises
    ------
    DataError
        If it is none of these.
    """
    if isinstance(x, (str, os.PathLike)):
        path = os.path.expanduser(os.fspath(x))
        if os.path.isdir(path):
            listing = listed_folder(path, on_bad)
            return FilePictures(listing.paths), listing.labels
        return FilePictures([path]), None
    items = _items(x)
    if isinstance(items, np.ndarray):
        return ArrayPictures(items), None
    if not items:
        raise DataError("'x' holds no images.", argument="x")
    items = [None if _is_missing(each) else each for each in items]
    if all(each is None or isinstance(each, (str, os.PathLike)) for each in items):
        return FilePictures([None if each is None else os.fspath(each) for each in items]), None
    return ArrayPictures(items), None


def _items(x: Any) -> np.ndarray | list[Any]:
    if isinstance(x, (list, tuple)):
        return [*x]
    if hasattr(x, "iloc") and getattr(x, "ndim", 1) == 1:
        return list(x)
    if isinstance(x, np.ndarray) or hasattr(x, "__array__"):
        found = x if isinstance(x, np.ndarray) else np.asarray(on_host(x, "x"))
        return found if found.dtype.kind in "buif" else list(found)
    raise DataError(
        f"'x' must be a folder, files, an array of images or a list of them, not {show(x)}.",
        argument="x",
        received=x,
    )


def _is_missing(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def common_channels(shapes: Sequence[tuple[int, ...]]) -> int:
    """Return how many channels images are given: what all have, else colour.

    Parameters
    ----------
    shapes : sequence of tuple of int
        Height, width and channels of each image.
    """
    counts = [shape[2] for shape in shapes]
    pictures = [count for count in counts if count in _PICTURES]
    if 2 * len(pictures) >= len(counts):
        return pictures[0] if len(set(pictures)) == 1 else 3
    return max(sorted(set(counts)), key=counts.count)
