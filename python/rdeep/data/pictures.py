"""Single pictures: from files to arrays and back, by Pillow."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rdeep.catalogue.options import Choice, Flag, Sizes, checked
from rdeep.data.reading import absolute, needed, shown
from rdeep.errors import ArgumentError, FileError, ShapeError, format_shape
from rdeep.saving import disk

_MODES = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}
_FILTERS = ("nearest", "bilinear", "bicubic", "hamming", "box", "lanczos")
_GREYS = ("L", "I;16", "I")


def load_image(
    path: str,
    color_mode: str = "rgb",
    target_size: object = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """Return a picture as Pillow's image, as `keras.utils.load_img` does.

    Parameters
    ----------
    path : str
        The file.
    color_mode : {"rgb", "rgba", "grayscale"}
        The channels.
    target_size : tuple of int, optional
        The height and width to resize to.
    interpolation : {"nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"}
        How to resize.
    keep_aspect_ratio : bool
        Whether to crop the picture to the proportions wanted instead of distorting it.

    Raises
    ------
    FileError
        If there is no such file, or it is no picture.
    """
    pillow = needed("PIL.Image", "Reading images")
    mode = checked(Choice(*_MODES), color_mode, "color_mode")
    resize = checked(Choice(*_FILTERS), interpolation, "interpolation")
    keep = checked(Flag(), keep_aspect_ratio, "keep_aspect_ratio")
    file = absolute(path)
    try:
        with pillow.open(file) as opened:
            image = opened.copy()
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        raise FileError(
            f"There is no file {shown(file)}."
            if missing
            else f"{shown(file)} can't be read as an image.",
            argument="path",
            received=path,
        ) from error
    if not (mode == "grayscale" and image.mode in _GREYS):
        image = image.convert(_MODES[mode])
    if target_size is None:
        return image
    high, wide = checked(Sizes(2), target_size, "target_size")
    if image.size == (wide, high):
        return image
    filters = getattr(pillow, "Resampling", pillow)
    box = _centre(image.size, (wide, high)) if keep else None
    return image.resize((wide, high), getattr(filters, resize.upper()), box=box)


def _centre(size: tuple[int, int], target: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the largest window in the middle that has the proportions wanted."""
    width, height = size
    cut_high = min(height, width * target[1] // target[0])
    cut_wide = min(width, height * target[0] // target[1])
    top, left = (height - cut_high) // 2, (width - cut_wide) // 2
    return left, top, left + cut_wide, top + cut_high


def image_to_array(
    img: object, data_format: str | None = None, dtype: str | None = None
) -> np.ndarray:
    """Return a picture as an array of three dimensions, as `keras.utils.img_to_array` does.

    Parameters
    ----------
    img : PIL.Image.Image
        The picture.
    data_format : {"channels_last", "channels_first"}, optional
        Where the channels are; last by default.
    dtype : str, optional
        The numbers' type, `"float32"` by default.
    """
    first = channels_first(data_format)
    x = np.asarray(img, dtype=dtype or "float32")
    if x.ndim not in (2, 3):
        raise ShapeError(
            f"'img' must be a picture, not an array of shape {format_shape(x.shape)}.",
            argument="img",
        )
    x = x if x.ndim == 3 else x[:, :, np.newaxis]
    return x.transpose(2, 0, 1) if first else x


def image_from_array(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: str | None = None
) -> Any:
    """Return an array as Pillow's image, as `keras.utils.array_to_img` does.

    Parameters
    ----------
    x : array
        One picture, of three dimensions.
    data_format : {"channels_last", "channels_first"}, optional
        Where the channels are; last by default.
    scale : bool
        Whether to stretch the values to 0 to 255.
    dtype : str, optional
        The type to compute in, `"float32"` by default.

    Raises
    ------
    ShapeError
        If it has no three dimensions, or other than 1, 3 or 4 channels.
    """
    pillow = needed("PIL.Image", "Making images")
    x = np.array(x, dtype=dtype or "float32")
    if x.ndim != 3:
        raise ShapeError(
            f"'x' must be one picture, of three dimensions; its shape is {format_shape(x.shape)}.",
            argument="x",
            received=x.shape,
        )
    if channels_first(data_format):
        x = x.transpose(1, 2, 0)
    if x.shape[2] not in (1, 3, 4):
        raise ShapeError(
            f"'x' has {x.shape[2]} channels; pictures have 1, 3 or 4.",
            argument="x",
            received=x.shape,
        )
    if checked(Flag(), scale, "scale"):
        x = x - x.min()
        x = x / (x.max() or 1) * 255
    if x.shape[2] > 1:
        return pillow.fromarray(np.ascontiguousarray(x.astype(np.uint8)))
    kind = np.int32 if x.max() > 255 else np.uint8
    return pillow.fromarray(np.ascontiguousarray(x[:, :, 0].astype(kind)))


def save_image(
    path: str,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **options: Any,
) -> None:
    """Write an array or a picture to a file, as `keras.utils.save_img` does.

    Parameters
    ----------
    path : str
        The file.
    x : array or PIL.Image.Image
        The picture.
    data_format, scale
        As for `image_from_array`.
    file_format : str, optional
        Such as `"png"`; by default what the file's name ends in.
    **options
        What Pillow's `save` takes for the format.
    """
    ready = hasattr(x, "getbands")
    image = x if ready else image_from_array(x, data_format, scale)
    kind = (file_format or Path(path).suffix[1:]).lower()
    kind = {"jpg": "jpeg"}.get(kind, kind)
    if image.mode == "RGBA" and kind == "jpeg":
        warnings.warn("JPEG has no transparency: the picture is saved as RGB.", stacklevel=2)
        image = image.convert("RGB")

    def fill(target: BinaryIO) -> None:
        try:
            image.save(target, format=kind, **options)
        except (OSError, KeyError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise FileError(
                f"{shown(absolute(path))} can't be written as an image: {error}", argument="path"
            ) from error

    disk.replace_file(absolute(path), fill, "path")


def channels_first(data_format: str | None) -> bool:
    """Return whether channels come before height and width.

    Parameters
    ----------
    data_format : str or None
        What the user gave; `None` stands for `"channels_last"`.
    """
    if data_format is None:
        return False
    if data_format not in ("channels_first", "channels_last"):
        raise ArgumentError(
            f"'data_format' must be 'channels_last' or 'channels_first', not {data_format!r}.",
            argument="data_format",
            received=data_format,
        )
    return data_format == "channels_first"
