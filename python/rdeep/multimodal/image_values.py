"""Images in a column: read as for `ImageModel`, those that are missing grey."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from rdeep.errors import DataError, RdeepWarning, show, worded
from rdeep.image import ImageAugmentation
from rdeep.image.arrays import ArrayPictures
from rdeep.image.pictures import Pictures, as_pictures, common_channels
from rdeep.image.resizing import chosen_size
from rdeep.image.training_set import channel_moments
from rdeep.multimodal.columns import Column
from rdeep.multimodal.settings import ImageColumn, MultimodalSettings
from rdeep.multimodal.values import PartOfRows, Values, picked
from rdeep.ready import BadRows

_MOST_PIXELS = 64
"""The larger side of images, at most, where nobody says their size: they are one of several."""


def learn(column: Column, settings: MultimodalSettings, bad: BadRows) -> tuple[ImageColumn, Values]:
    """Return what is learned of a column of images, and its values.

    Parameters
    ----------
    column : Column
        Paths, arrays, or an array of all.
    settings : MultimodalSettings
        What was asked for.
    bad : BadRows
        Where images that cannot be used are noted.
    """
    rows = np.flatnonzero(~column.missing())
    part = PartOfRows(bad, rows)
    pictures = _pictures(column, rows)
    _look(pictures, part, column.name)
    shapes = [shape for row, shape in enumerate(pictures.shapes) if row not in part]
    if not shapes:
        # Refused or said by whoever asked; a size is needed all the same.
        shapes = [(1, 1, 1)]
    size = settings.image_size or chosen_size(shapes, _MOST_PIXELS)
    channels = common_channels(shapes)
    photographs = 2 * pictures.photographs > len(pictures)
    record = ImageColumn(
        column.name,
        size,
        channels,
        pictures.scale,
        settings.resize,
        settings.augment or _suitable(channels, photographs),
        int(column.missing().sum()),
    )
    return record, _values(record, pictures, rows, len(column), part)


def read(record: ImageColumn, column: Column, bad: BadRows) -> Values:
    """Return the values of new images.

    Parameters
    ----------
    record : ImageColumn
        What was learned.
    column : Column
        The images.
    bad : BadRows
        Where images that cannot be used are noted.
    """
    rows = np.flatnonzero(~column.missing())
    part = PartOfRows(bad, rows)
    if not len(rows):
        return Values({"pixels": np.zeros((len(column), *_shape(record)), np.uint8)}, _no(column))
    pictures = _pictures(column, rows)
    _look(pictures, part, column.name)
    if not pictures.of_files and record.scale:
        _check_scale(pictures, record)
        pictures.scale = record.scale
    return _values(record, pictures, rows, len(column), part)


def moments(values: Values) -> tuple[list[float], list[float]]:
    """Return mean and standard deviation of each channel, over the images that are there.

    Parameters
    ----------
    values : Values
        Images.
    """
    return channel_moments(values.inputs["pixels"], np.flatnonzero(values.present))


def _no(column: Column) -> np.ndarray:
    return np.zeros(len(column), bool)


def _shape(record: ImageColumn) -> tuple[int, int, int]:
    return (*record.image_size, record.channels)


def _pictures(column: Column, rows: np.ndarray) -> Pictures:
    """Return the images that are there; single files and folders are no columns."""
    given = picked(column.values, rows)
    if isinstance(given, np.ndarray) and given.ndim not in (3, 4):
        raise DataError(
            f"Column {show(column.name)} must be images, an array (n, height, width) or (n, "
            f"height, width, channels), not of {given.ndim} dimensions.",
            argument="x",
            received=given.shape,
        )
    return as_pictures(given if isinstance(given, np.ndarray) else [*given], "drop")[0]


def _look(pictures: Pictures, part: BadRows, name: str) -> None:
    try:
        pictures.look(part)
    except DataError as error:
        # Of arrays: the words are of `x` as a whole.
        said = error.message.replace("'x'", f"Column {show(name)!s}")
        raise DataError(said, argument="x", hint=error.hint) from None


def _values(
    record: ImageColumn, pictures: Pictures, rows: np.ndarray, total: int, part: BadRows
) -> Values:
    usable = np.array([row for row in range(len(rows)) if row not in part], dtype=np.int64)
    way, size = record.resize, record.image_size
    found = pictures.pixels(usable, size, record.channels, way, part)
    kept = np.array([row not in part for row in usable], dtype=bool)
    pixels = np.zeros((total, *_shape(record)), found.dtype)
    places = rows[usable[kept]]
    pixels[places] = found[kept]
    present = np.zeros(total, bool)
    present[places] = True
    if len(places) and not present.all():
        # Grey in the middle of all, so that normalization hardly notices those that are missing.
        means = channel_moments(pixels, places)[0]
        pixels[~present] = np.array(means).round().astype(pixels.dtype)
    return Values({"pixels": pixels}, present)


def _check_scale(pictures: Any, record: ImageColumn) -> None:
    assert isinstance(pictures, ArrayPictures)
    if pictures.scale > record.scale:
        raise DataError(
            f"Column {show(record.name)} has values up to {pictures.scale} or near it, and the "
            f"model was fitted to pixels from 0 to {record.scale}.",
            argument="x",
            hint=f"Scale them to 0 to {record.scale}.",
        )
    if pictures.scale < record.scale:
        said = worded(
            f"No pixel of {show(record.name)} is above {pictures.scale}: the model was fitted to "
            f"pixels from 0 to {record.scale}, and these are taken for dark."
        )
        warnings.warn(RdeepWarning(said), stacklevel=6)


def _suitable(channels: int, photographs: bool) -> ImageAugmentation:
    """Return how images are changed if nobody says it: so that digits stay what they are."""
    flip = "horizontal" if photographs else "none"
    return ImageAugmentation(flip) if channels == 3 else ImageAugmentation(flip, colour=0.0)
