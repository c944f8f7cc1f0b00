"""What a fitted image model is asked for: predictions, scores, and the images of a folder."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from rdeep.catalogue.options import Choice, Number, checked
from rdeep.errors import ArgumentError, DataError, RdeepWarning, show
from rdeep.image.folders import listed_folder
from rdeep.image.pictures import Pictures, as_pictures
from rdeep.models import Model
from rdeep.ready import BadRows
from rdeep.ready.outcome import note_missing

_PIECE_BYTES = 1 << 26


def outputs_of(network: Model, images: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Return the outputs of a network for images, some at a time.

    Parameters
    ----------
    network : Model
        The network.
    images : numpy.ndarray
        Images `(n, height, width, channels)` from 0 to 255.
    rows : numpy.ndarray, optional
        Which of them.
    """
    rows = np.arange(len(images)) if rows is None else rows
    piece = max(16, _PIECE_BYTES // (4 * int(np.prod(images.shape[1:]))))
    found = [
        np.asarray(network.predict(images[rows[start : start + piece]].astype(np.float32)))
        for start in range(0, len(rows), piece)
    ]
    return np.concatenate(found) if found else np.zeros((0, network.output_shape[-1]))


def read_images(
    model: Any, x: Any, bad: BadRows, classes: bool = False
) -> tuple[np.ndarray, np.ndarray, int, list[str] | None]:
    """Return new images as the network takes them.

    Parameters
    ----------
    model : ImageModel
        The fitted model.
    x : object
        As for `ImageModel.predict`.
    bad : BadRows
        Where images that cannot be used are noted.
    classes : bool
        Whether folders say classes, which are wanted.

    Returns
    -------
    tuple
        Images, the number of each, how many there were, and their classes by folder.
    """
    images, rows, pictures, labels = read_pictures(model, x, bad, classes)
    return images, rows, len(pictures), labels


def read_pictures(
    model: Any, x: Any, bad: BadRows, classes: bool = False
) -> tuple[np.ndarray, np.ndarray, Pictures, list[str] | None]:
    """Return new images as `read_images` does, and what they were read from.

    Parameters
    ----------
    model, x, bad, classes
        As for `read_images`.
    """
    learned = model.learned
    pictures, labels = as_pictures(x, "drop" if not classes else bad.on_bad)
    pictures.look(bad)
    if not pictures.of_files and learned.scale:
        _check_scale(pictures, learned.scale)
        pictures.scale = learned.scale
    rows = np.array([row for row in range(len(pictures)) if row not in bad], dtype=np.int64)
    shape = (*learned.image_size, learned.channels)
    images = np.zeros((0, *shape), np.uint8)
    if len(rows):
        images = pictures.pixels(rows, learned.image_size, learned.channels, learned.resize, bad)
    usable = np.array([row not in bad for row in rows], dtype=bool)
    return images[usable], rows[usable], pictures, labels


def _check_scale(pictures: Any, scale: int) -> None:
    if pictures.scale > scale:
        raise DataError(
            f"'x' has values up to {pictures.scale} or near it, and the model was fitted to pixels "
            f"from 0 to {scale}.",
            argument="x",
            hint=f"Scale them to 0 to {scale}.",
        )
    if pictures.scale < scale:
        said = f"No pixel is above {pictures.scale}: the model was fitted to pixels from 0 to "
        warnings.warn(RdeepWarning(f"{said}{scale}, and these are taken for dark."), stacklevel=5)


def predict(model: Any, x: Any, type: str | None, level: float, on_bad: str) -> np.ndarray:
    """Return predictions; arguments as for `ImageModel.predict`.

    Parameters
    ----------
    model : ImageModel
        The fitted model.
    x, type, level, on_bad
        As for `ImageModel.predict`.
    """
    network, outcome = model.network, model.learned.outcome
    types = ("class", "prob", "response") if outcome.is_class else ("response", "interval")
    type = types[0] if type is None else checked(Choice(*types), type, "type")
    half = half_width(model, level) if type == "interval" else 0.0
    bad = BadRows(on_bad, "images")
    images, rows, total, _ = read_images(model, x, bad)
    # Refused, or said: rows stay in order, and those without a prediction are missing.
    bad.kept(total)
    response = outcome.response(outputs_of(network, images))
    if type == "class":
        names = np.array(outcome.levels, dtype=object)[response.argmax(axis=1)]
        found = np.full(total, None, dtype=object)
        found[rows] = names
        return found
    if type == "interval":
        response = np.stack([response, response - half, response + half], 1)
    whole = np.full((total, *response.shape[1:]), np.nan)
    whole[rows] = response
    return whole


def half_width(model: Any, level: float, what: str = "images") -> float:
    """Return half the width of intervals: a quantile of the errors of held-out samples.

    Split conformal prediction (Lei et al. 2018): of `n` errors the one of rank
    `(n + 1) * level`, rounded up.

    Parameters
    ----------
    model : ImageModel
        A model of numbers.
    level : float
        The share of numbers that intervals are to hold.
    what : str
        What samples are, in the plural.
    """
    checked(Number(0.0, 1.0, open_low=True, open_high=True), level, "level")
    residuals = model.arrays.get("residuals")
    if residuals is None or not len(residuals):
        raise ArgumentError(
            f"There are no intervals: no {what} were held out.",
            argument="type",
            received="interval",
            hint="Fit the model with 'validation' above 0.",
        )
    rank = int(np.ceil((len(residuals) + 1) * level))
    if rank > len(residuals):
        least = int(np.ceil(level / (1 - level)))
        said = f"{len(residuals)} held-out {what} are too few for intervals that hold {level:.0%}"
        warnings.warn(
            RdeepWarning(f"{said} of the numbers: they are infinite. {least} are needed."),
            stacklevel=4,
        )
        return float("inf")
    return float(residuals[rank - 1])


def evaluate(model: Any, x: Any, y: Any, on_bad: str) -> dict[str, float]:
    """Return scores; arguments as for `ImageModel.evaluate`.

    Parameters
    ----------
    model : ImageModel
        The fitted model.
    x, y, on_bad
        As for `ImageModel.evaluate`.
    """
    network, outcome = model.network, model.learned.outcome
    bad = BadRows(on_bad, "images")
    images, rows, total, labels = read_images(model, x, bad, classes=y is None)
    if y is None and labels is None:
        raise DataError("Images need an outcome to be scored.", argument="y")
    y = list(labels or () if y is None else y)
    if len(y) != total:
        raise DataError(f"'y' has {len(y)} values, and there are {total} images.", argument="y")
    note_missing(y, bad)
    kept = bad.kept(total)
    encoded = outcome.encode([y[row] for row in kept])
    outputs = outputs_of(network, images[np.isin(rows, kept)])
    scores: dict[str, float] = outcome.scores(encoded, outputs)
    return scores


def shown(model: Any, x: Any, on_bad: str) -> dict[str, Any]:
    """Return images as the network is given them; arguments as for `ImageModel.shown`.

    Parameters
    ----------
    model : ImageModel
        The fitted model.
    x, on_bad
        As for `ImageModel.shown`.
    """
    bad = BadRows(on_bad, "images")
    images, rows, total, _ = read_images(model, x, bad)
    bad.kept(total)
    return {"images": images.astype(np.float32), "rows": rows}


def files_of(x: Any) -> dict[str, Any]:
    """Return the files of a folder, and their classes.

    Parameters
    ----------
    x : str or path
        The folder.
    """
    path = os.path.expanduser(os.fspath(x))
    if not os.path.isdir(path):
        raise DataError(f"There is no folder {show(path)}.", argument="x", received=path)
    listing = listed_folder(path, "drop")
    return {"paths": listing.paths, "labels": listing.labels}
