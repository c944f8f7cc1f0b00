"""The images and boxes that a detection model is trained on, read and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.detection.architecture import STEP
from rdeep.detection.tables import boxes_of_images, read_table
from rdeep.errors import DataError
from rdeep.image.pictures import Pictures, as_pictures, common_channels
from rdeep.image.resizing import Size, chosen_size, inner
from rdeep.ready import BadRows, LearnedOutcome, held_out_rows

_MOST_PIXELS, _MOST_FOR_SMALL = 256, 512
# Below that many pixels, small boxes are hard to find, and images are kept larger.
_SMALL_BOX = 12.0


@dataclass
class BoxedImages:
    """Images of one size with their boxes.

    Attributes
    ----------
    images : numpy.ndarray
        `(n, height, width, channels)` from 0 to 255.
    boxes, labels : list of numpy.ndarray
        For each image, corners in pixels, and class numbers.
    held : numpy.ndarray
        Which images are held out.
    outcome : LearnedOutcome
        The classes.
    scale : int
        What white was in arrays; 0 for files.
    photographs : bool
        Whether most are photographs: colour, in JPEG files.
    box_format : str
        How boxes were written.
    """

    images: np.ndarray
    boxes: list[np.ndarray]
    labels: list[np.ndarray]
    held: np.ndarray
    outcome: LearnedOutcome
    scale: int
    photographs: bool
    box_format: str

    @property
    def count(self) -> int:
        """How many boxes there are."""
        return sum(len(each) for each in self.boxes)


def fitted_boxes(boxes: np.ndarray, size: Size, target: Size, way: str) -> np.ndarray:
    """Return where boxes are once their image was brought to another size.

    Parameters
    ----------
    boxes : numpy.ndarray
        Corners in pixels of the image, `(n, 4)`.
    size, target : tuple of int
        Height and width before and after.
    way : {"pad", "stretch"}
        How the image is brought to it.
    """
    top, left, high, wide = inner(size, target, way)
    factor = np.array([wide / size[1], high / size[0]] * 2)
    return np.asarray(boxes * factor + [left, top, left, top])


def own_boxes(boxes: np.ndarray, size: Size, target: Size, way: str) -> np.ndarray:
    """Return where boxes are in an image's own pixels, cut at its border: back from `fitted_boxes`.

    Parameters
    ----------
    boxes : numpy.ndarray
        Corners in pixels after it was brought to another size, `(n, 4)`.
    size, target, way
        As for `fitted_boxes`.
    """
    top, left, high, wide = inner(size, target, way)
    factor = np.array([size[1] / wide, size[0] / high] * 2)
    found = (boxes - [left, top, left, top]) * factor
    return np.clip(found, 0.0, [size[1], size[0]] * 2)


def with_names(pictures: Pictures, ids: Sequence[str] | None) -> list[str | None]:
    """Return what tables of boxes may call images.

    Parameters
    ----------
    pictures : Pictures
        The images.
    ids : sequence of str, optional
        Names that were given to them.
    """
    if ids is None:
        return pictures.names
    if len(ids) != len(pictures):
        raise DataError(
            f"'ids' has {len(ids)} names, and there are {len(pictures)} images.", argument="ids"
        )
    return [str(each) for each in ids]


def read_boxed_images(
    x: Any,
    boxes: Any,
    ids: Sequence[str] | None,
    levels: Sequence[str] | None,
    box_format: str,
    on_bad: str,
    size: Size | None,
    way: str,
    validation: float,
) -> BoxedImages:
    """Return images with boxes that a model can be fitted to.

    Parameters
    ----------
    x, boxes, ids, levels, box_format, on_bad
        As for `DetectionModel.fit`.
    size : tuple of int or None
        Height and width; `None` to choose them.
    way : {"pad", "stretch"}
        What is done about other proportions.
    validation : float
        The share that is held out.

    Raises
    ------
    DataError
        If there are no images, no boxes, or some that cannot be used.
    """
    bad = BadRows(on_bad, "images")
    pictures, _ = as_pictures(x, on_bad)
    table = read_table(boxes, box_format)
    pictures.look(bad)
    rows = np.array([row for row in range(len(pictures)) if row not in bad], dtype=np.int64)
    if not len(rows):
        bad.kept(len(pictures))
    usable = np.isin(np.arange(len(pictures)), rows)
    names = with_names(pictures, ids)
    levels = None if levels is None else [str(level) for level in levels]
    found = boxes_of_images(table, names, pictures.shapes, usable, on_bad, levels)
    shapes = [pictures.shapes[row] for row in rows]
    if size is None:
        size = _suitable_size(shapes, [found.boxes[row] for row in rows])
    size = (-(-size[0] // STEP) * STEP, -(-size[1] // STEP) * STEP)
    channels = common_channels(shapes)
    images = pictures.pixels(rows, size, channels, way, bad)
    kept = bad.kept(len(pictures))
    images = images if len(kept) == len(rows) else images[np.isin(rows, kept)]
    if len(kept) < 2:
        raise DataError("At least two images are needed.", argument="x")
    labels = [found.labels[row] for row in kept]
    if levels is None:
        levels = _sorted({label for each in labels for label in each})
    if not any(labels):
        raise DataError("There is no box in any of the images.", argument="boxes")
    outcome = LearnedOutcome(levels=tuple(levels))
    numbers = [outcome.encode(each) if each else np.zeros(0, np.int64) for each in labels]
    fitted = [
        fitted_boxes(found.boxes[row], _size(pictures.shapes[row]), size, way) for row in kept
    ]
    held = held_out_rows(len(kept), validation)
    if not any(len(numbers[row]) for row in np.flatnonzero(~held)):
        held[:] = False  # All boxes were among the few that were drawn.
    photographs = 2 * pictures.photographs > len(pictures)
    return BoxedImages(
        images, fitted, numbers, held, outcome, pictures.scale, photographs, table.form
    )


def _size(shape: tuple[int, ...]) -> Size:
    return shape[0], shape[1]


def _sorted(names: set[str]) -> list[str]:
    """Return names in order; those that are all whole numbers by their value."""
    if all(name.isdecimal() for name in names):
        return sorted(names, key=int)
    return sorted(names)


def _suitable_size(shapes: list[tuple[int, ...]], boxes: list[np.ndarray]) -> Size:
    """Return a size that suits the images, larger where boxes would be too small."""
    size = chosen_size(shapes, _MOST_PIXELS)
    sides = [
        float(np.sqrt(np.prod(box[2:] - box[:2]))) * min(size[0] / shape[0], size[1] / shape[1])
        for shape, each in zip(shapes, boxes)
        for box in each
    ]
    if not sides:
        return size
    factor = _SMALL_BOX / max(float(np.percentile(sides, 10)), 1e-3)
    if factor <= 1.0:
        return size
    return chosen_size(shapes, min(round(max(size) * factor), _MOST_FOR_SMALL))
