"""What a fitted segmentation model is asked for: masks of images, in their own sizes."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.image.predicting import read_pictures
from rdeep.image.resizing import inner, resized_arrays
from rdeep.models import Model
from rdeep.ready import BadRows
from rdeep.segmentation.masks import as_masks, encoded_masks, read_masks
from rdeep.segmentation.measures import Confusion

_PIECE_BYTES = 1 << 26


def probabilities(network: Model, images: np.ndarray) -> Any:
    """Give the probabilities of classes, `(n, height, width, classes)`, some images at a time.

    Parameters
    ----------
    network : Model
        The network.
    images : numpy.ndarray
        Images as the network takes them.
    """
    each = 4 * int(np.prod(images.shape[1:3])) * max(images.shape[3], network.output_shape[-1])
    piece = max(4, _PIECE_BYTES // each)
    for start in range(0, len(images), piece):
        logits = np.asarray(network.predict(images[start : start + piece].astype(np.float32)))
        raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
        yield start, raised / raised.sum(axis=-1, keepdims=True)


def predict(model: Any, x: Any, type: str, on_bad: str) -> list[Any]:
    """Return masks or probabilities; arguments as for `SegmentationModel.predict`.

    Parameters
    ----------
    model : SegmentationModel
        The fitted model.
    x, type, on_bad
        As for `SegmentationModel.predict`.
    """
    bad = BadRows(on_bad, "images")
    images, rows, total, shapes = _read(model, x, bad)
    values = np.asarray(model.learned.values)
    found: list[Any] = [None] * total
    for start, shares in probabilities(model.network, images):
        for place, share in enumerate(shares):
            row = int(rows[start + place])
            whole = _in_own_size(share, shapes[row], model.learned.resize)
            found[row] = whole if type == "prob" else values[whole.argmax(axis=-1)]
    return found


def _read(model: Any, x: Any, bad: BadRows) -> tuple[np.ndarray, np.ndarray, int, Any]:
    images, rows, pictures, _ = read_pictures(model, x, bad)
    total = len(pictures)
    if bad and (bad.on_bad == "fail" or len(bad) < total):
        bad.kept(total)
    return images, rows, total, pictures.shapes


def _in_own_size(share: np.ndarray, shape: tuple[int, ...], way: str) -> np.ndarray:
    """Return probabilities of an image's own pixels, of those of what the network was given."""
    size = (shape[0], shape[1])
    top, left, high, wide = inner(size, (share.shape[0], share.shape[1]), way)
    cut = share[np.newaxis, top : top + high, left : left + wide]
    return np.asarray(resized_arrays(cut, size, "stretch")[0])


def brightness(model: Any, x: Any) -> list[np.ndarray]:
    """Return how bright pixels are; arguments as for `SegmentationModel.pixels`.

    Parameters
    ----------
    model : SegmentationModel
        The fitted model.
    x : object
        Images.
    """
    bad = BadRows("fail", "images")
    images, rows, total, shapes = _read(model, x, bad)
    found: list[np.ndarray] = [np.zeros((0, 0))] * total
    for image, row in zip(images, rows):
        whole = _in_own_size(image.astype(np.float32), shapes[int(row)], model.learned.resize)
        found[int(row)] = np.clip(whole.mean(axis=-1) / 255.0, 0.0, 1.0)
    return found


def evaluate(model: Any, x: Any, y: Any, on_bad: str) -> tuple[dict[str, float], np.ndarray]:
    """Return scores of masks in the images' own sizes, and those of each class.

    Parameters
    ----------
    model : SegmentationModel
        The fitted model.
    x, y, on_bad
        As for `SegmentationModel.evaluate`.
    """
    bad = BadRows(on_bad, "images")
    images, rows, pictures, _ = read_pictures(model, x, bad)
    shapes, total = pictures.shapes, len(pictures)
    masks = read_masks(as_masks(y, total), rows, shapes, bad)
    bad.kept(total)
    learned = model.learned
    confusion = Confusion(len(learned.levels))
    for start, shares in probabilities(model.network, images):
        for place, share in enumerate(shares):
            mask = masks[start + place]
            if mask is None:
                continue
            true = encoded_masks([mask], learned.values, (mask.shape[0], mask.shape[1]), "pad")[0]
            whole = _in_own_size(share, shapes[int(rows[start + place])], learned.resize)
            confusion.add(true, whole.argmax(axis=-1))
    return confusion.scores()
