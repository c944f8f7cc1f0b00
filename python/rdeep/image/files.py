"""Images in files, of any kind that Pillow reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from rdeep.data.reading import needed
from rdeep.image.resizing import Size, resized_picture
from rdeep.ready import BadRows

_MOST_PIXELS = 100_000_000
_MOST_THREADS = 8
_GREY = ("1", "L", "LA", "La", "I", "F")
_ORIENTATION = 274
# What Pillow raises of a damaged file depends on the format and on what is wrong with it.
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, AttributeError)


class UnusableImage(Exception):
    """An image that cannot be used, and why."""


class FilePictures:
    """Images in files.

    Parameters
    ----------
    paths : sequence of str or None
        The files; `None` where a path is missing.

    Attributes
    ----------
    shapes : list of tuple of int
        Height, width and channels (1 for grey, 3 for colour) of each that can be read.
    """

    scale = 0
    of_files = True

    def __init__(self, paths: Sequence[str | None]) -> None:
        self.pillow = needed("PIL.Image", "Reading images")
        self.operations = needed("PIL.ImageOps", "Reading images")
        self.names = [None if path is None else os.path.expanduser(path) for path in paths]
        self.shapes: list[tuple[int, ...]] = [(0, 0, 0)] * len(paths)
        self.photographs = 0

    def __len__(self) -> int:
        return len(self.names)

    def look(self, bad: BadRows) -> None:
        """Read what each file says of itself.

        Parameters
        ----------
        bad : BadRows
            Where files that cannot be read are noted.
        """
        for row, found in self._each(range(len(self)), self._header, bad):
            shape, is_photograph = found
            self.shapes[row] = shape
            self.photographs += is_photograph

    def pixels(
        self, rows: np.ndarray, size: Size, channels: int, way: str, bad: BadRows
    ) -> np.ndarray:
        """Return images as bytes, `(n, height, width, channels)`.

        Parameters
        ----------
        rows : numpy.ndarray
            Which ones.
        size : tuple of int
            Height and width.
        channels : int
            1 for grey, 3 for colour.
        way : {"crop", "pad", "stretch"}
            What is done about other proportions.
        bad : BadRows
            Where files whose pixels cannot be read are noted; they are black.
        """
        x = np.zeros((len(rows), *size, channels), np.uint8)
        places = {int(row): place for place, row in enumerate(rows)}

        def read(path: str) -> np.ndarray:
            return self._pixels(path, size, channels, way)

        for row, found in self._each([int(row) for row in rows], read, bad):
            x[places[row]] = found
        return x

    def _each(self, rows: Sequence[int], read: Callable[[str], Any], bad: BadRows) -> Any:
        """Give what is read of some files, several at a time; what fails is noted."""

        def attempt(row: int) -> tuple[int, Any, str | None]:
            path = self.names[row]
            if path is None:
                return row, None, "its path is missing"
            try:
                return row, read(path), None
            except UnusableImage as error:
                return row, None, str(error)
            except self.pillow.UnidentifiedImageError:
                return row, None, "it cannot be read as an image"
            except self.pillow.DecompressionBombError:
                return row, None, "it has far too many pixels"
            except _DAMAGE as error:
                return row, None, _reason(path, error)

        with ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_THREADS), "rdeep-images") as pool:
            for row, found, reason in pool.map(attempt, rows):
                if reason is None:
                    yield row, found
                else:
                    bad.add(row, reason, self.names[row])

    def _header(self, path: str) -> tuple[tuple[int, ...], bool]:
        if not os.path.exists(path):
            raise UnusableImage("there is no such file")
        if os.path.isdir(path):
            raise UnusableImage("it is a folder")
        if not os.path.getsize(path):
            raise UnusableImage("the file is empty")
        with self.pillow.open(path) as image:
            wide, high = image.size
            if wide * high > _MOST_PIXELS:
                raise UnusableImage(f"it has {wide} x {high} pixels, which are too many")
            if image.getexif().get(_ORIENTATION, 1) in (5, 6, 7, 8):
                wide, high = high, wide
            is_grey = image.mode in _GREY or image.mode.startswith("I;16")
            photograph = image.format in ("JPEG", "MPO") and not is_grey
            return (high, wide, 1 if is_grey else 3), photograph

    def _pixels(self, path: str, size: Size, channels: int, way: str) -> np.ndarray:
        with self.pillow.open(path) as image:
            if image.format == "JPEG":
                # Decoded at a half, a quarter or an eighth of its size, but no smaller than wanted.
                image.draft(None, (2 * max(size), 2 * max(size)))
            plain = self._plain(self.operations.exif_transpose(image), channels)
            return resized_picture(plain, size, way)

    def _plain(self, image: Any, channels: int) -> Any:
        """Return an image as grey or colour: 16 bits as 8, what is transparent on white."""
        if image.mode.startswith("I"):
            values = np.asarray(image)
            if values.min() < 0 or values.max() > 65535:
                raise UnusableImage("its pixels have more than 16 bits")
            image = self.pillow.fromarray(((values.astype(np.uint32) + 128) // 257).astype("uint8"))
        elif image.mode == "F":
            raise UnusableImage("its pixels are floating-point numbers: give it as an array")
        elif image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
            above = image.convert("RGBA")
            image = self.pillow.new("RGBA", above.size, "white")
            image.alpha_composite(above)
            image = image.convert("RGB")
        return image.convert("L" if channels == 1 else "RGB")


def _reason(path: str, error: BaseException) -> str:
    said = str(error).replace(path, "").strip(" .:'")
    return f"its pixels cannot be read{f': {said[:80]}' if said else ''}"
