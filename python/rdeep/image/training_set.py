"""The images that a model is fitted to: read, checked and of one size."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rdeep.errors import DataError, show, worded
from rdeep.image.pictures import Pictures, as_pictures, common_channels
from rdeep.image.resizing import Size, chosen_size
from rdeep.ready import BadRows, LearnedOutcome, held_out_rows
from rdeep.ready.outcome import learned_outcome, note_missing

_PIECE = 512


@dataclass
class TrainingSet:
    """Images with their outcome.

    Attributes
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255, as bytes where they are whole numbers.
    encoded : numpy.ndarray
        Class numbers, or numbers on their scale.
    held : numpy.ndarray
        Which of them are held out.
    outcome : LearnedOutcome
        What is predicted.
    scale : int
        What white was in arrays; 0 for files.
    photographs : bool
        Whether most are photographs: colour, in JPEG files.
    """

    images: np.ndarray
    encoded: np.ndarray
    held: np.ndarray
    outcome: LearnedOutcome
    scale: int
    photographs: bool

    @property
    def targets(self) -> np.ndarray:
        """One-hot rows, or columns of one number."""
        if self.outcome.is_class:
            return np.eye(self.outcome.units, dtype=np.float32)[self.encoded]
        return self.encoded[:, np.newaxis].astype(np.float32)

    def moments(self) -> tuple[list[float], list[float]]:
        """Return mean and standard deviation of each channel, over the images trained on."""
        return channel_moments(self.images, np.flatnonzero(~self.held))


def channel_moments(images: np.ndarray, rows: np.ndarray) -> tuple[list[float], list[float]]:
    """Return mean and standard deviation of each channel.

    Parameters
    ----------
    images : numpy.ndarray
        Images `(n, height, width, channels)`.
    rows : numpy.ndarray
        Which of them.
    """
    sums = squares = np.zeros(images.shape[-1])
    for start in range(0, len(rows), _PIECE):
        piece = images[rows[start : start + _PIECE]].astype(np.float64)
        sums = sums + piece.sum(axis=(0, 1, 2))
        squares = squares + (piece**2).sum(axis=(0, 1, 2))
    count = len(rows) * images.shape[1] * images.shape[2]
    means = sums / count
    deviations = np.sqrt(np.maximum(squares / count - means**2, 0.0))
    return means.tolist(), np.where(deviations > 1e-3, deviations, 1.0).tolist()


def read_training_set(
    x: Any,
    y: Any,
    levels: Sequence[str] | None,
    type: str | None,
    on_bad: str,
    size: Size | None,
    channels: int | None,
    way: str,
    validation: float,
) -> TrainingSet:
    """Return images that a model can be fitted to.

    Parameters
    ----------
    x, y : object
        As for `ImageModel.fit`.
    levels, type
        As for `learned_outcome`.
    on_bad : {"fail", "drop"}
        What is done about images that cannot be used.
    size : tuple of int or None
        Height and width; `None` to choose them.
    channels : int or None
        How many channels; `None` for those that there are.
    way : {"crop", "pad", "stretch"}
        What is done about other proportions.
    validation : float
        The share that is held out.

    Raises
    ------
    DataError
        If there are no images, images that cannot be used, or none left; or no outcome.
    """
    bad = BadRows(on_bad, "images")
    pictures, labels = as_pictures(x, on_bad)
    y = _outcome_of(pictures, labels, y)
    note_missing(y, bad)
    pictures.look(bad)
    rows = _usable(pictures, bad)
    shapes = [pictures.shapes[row] for row in rows]
    size = size or chosen_size(shapes)
    channels = channels or common_channels(shapes)
    images = pictures.pixels(rows, size, channels, way, bad)
    kept = bad.kept(len(pictures))
    images = images if len(kept) == len(rows) else images[np.isin(rows, kept)]
    chosen = [y[row] for row in kept]
    outcome = learned_outcome(chosen, levels, type)
    encoded = outcome.encode(chosen)
    if len(kept) < 2:
        raise DataError("At least two images are needed.", argument="x")
    held = held_out_rows(len(kept), validation, encoded if outcome.is_class else None)
    photographs = 2 * pictures.photographs > len(pictures)
    return TrainingSet(images, encoded, held, outcome, pictures.scale, photographs)


def _outcome_of(pictures: Pictures, labels: list[str] | None, y: Any) -> list[Any]:
    if y is None and labels is None:
        if pictures.of_files and len(pictures) == 1 and not os.path.exists(pictures.names[0] or ""):
            raise DataError(f"There is no folder {show(pictures.names[0])}.", argument="x")
        hint = "Give 'y', or a folder that holds a folder for each class."
        raise DataError("Images need an outcome.", argument="y", hint=hint)
    if y is not None and labels is not None:
        raise DataError(
            "A folder of folders says the class of each image: there is no 'y' beside it.",
            argument="y",
            hint="Leave 'y' out, or give the paths of the images as 'x'.",
        )
    found = list(labels or () if y is None else y)
    if len(found) != len(pictures):
        raise DataError(
            worded(f"'y' has {len(found)} values, and there are {len(pictures)} images."),
            argument="y",
        )
    return found


def _usable(pictures: Pictures, bad: BadRows) -> np.ndarray:
    rows = np.array([row for row in range(len(pictures)) if row not in bad], dtype=np.int64)
    if not len(rows):
        bad.kept(len(pictures))
    return rows
