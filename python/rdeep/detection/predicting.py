"""What a fitted detection model is asked for: boxes in images' own pixels, and their scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rdeep.detection.boxes import from_corners, suppressed
from rdeep.detection.scores import Found, average_precisions, summary
from rdeep.detection.tables import boxes_of_images, read_table
from rdeep.detection.targets import maps_to_boxes
from rdeep.detection.training_set import own_boxes, with_names
from rdeep.image.predicting import outputs_of, read_pictures
from rdeep.models import Model
from rdeep.ready import BadRows

MOST_BOXES = 100
"""How many boxes of an image count in scores, as in COCO."""
_LEAST_SCORE = 0.01
_NAMES = {
    "xyxy": ("xmin", "ymin", "xmax", "ymax"),
    "xywh": ("x", "y", "width", "height"),
    "center_xywh": ("cx", "cy", "width", "height"),
}
_SUPPRESSED_ABOVE = 0.5

Parts = list[tuple[np.ndarray, np.ndarray, np.ndarray]]


def found_boxes(
    network: Model, images: np.ndarray, learned: Any, least: float, most: int, overlap: float
) -> Parts:
    """Return boxes, classes and scores of each image, in pixels as the network is given them.

    Parameters
    ----------
    network : Model
        The network.
    images : numpy.ndarray
        Images as it takes them.
    learned : DetectionLearned
        What was learned of boxes.
    least : float
        The least score.
    most : int
        How many boxes of an image there are, at most.
    overlap : float
        How far two boxes of a class may overlap.
    """
    classes = len(learned.outcome.levels)
    found = []
    for start in range(0, len(images), 64):
        outputs = outputs_of(network, images[start : start + 64])
        parts = maps_to_boxes(outputs, classes, learned.box_size, least, 4 * most)
        for boxes, labels, scores in parts:
            kept = suppressed(boxes, scores, labels, overlap)[:most]
            found.append((boxes[kept] * learned.stride, labels[kept], scores[kept]))
    return found


def predict(
    model: Any,
    x: Any,
    threshold: float,
    overlap: float,
    most: int,
    box_format: str | None,
    on_bad: str,
) -> dict[str, Any]:
    """Return a table of boxes; arguments as for `DetectionModel.predict`.

    Parameters
    ----------
    model : DetectionModel
        The fitted model.
    x, threshold, overlap, most, box_format, on_bad
        As for `DetectionModel.predict`.
    """
    bad = BadRows(on_bad, "images")
    images, rows, pictures, _ = read_pictures(model, x, bad)
    if bad and (on_bad == "fail" or len(bad) < len(pictures)):
        bad.kept(len(pictures))
    learned = model.learned
    parts = found_boxes(model.network, images, learned, threshold, most, overlap)
    parts = [
        (_back(boxes, pictures.shapes[row], learned), labels, scores)
        for row, (boxes, labels, scores) in zip(rows, parts)
    ]
    found = Found.joined([int(row) for row in rows], parts)
    form = box_format or "xyxy"
    sizes = np.array([pictures.shapes[row][:2] for row in found.image]).reshape(-1, 2)
    values = from_corners(found.boxes, form, sizes)
    columns = dict(zip(_NAMES[form.removeprefix("rel_")], values.T.copy()))
    levels = learned.outcome.levels
    return {
        "image": found.image,
        "class": [levels[number] for number in found.classes],
        "score": found.scores,
        **columns,
    }


def _back(boxes: np.ndarray, shape: tuple[int, ...], learned: Any) -> np.ndarray:
    return own_boxes(boxes, (shape[0], shape[1]), learned.image_size, learned.resize)


def evaluate(
    model: Any,
    x: Any,
    boxes: Any,
    ids: Sequence[str] | None,
    box_format: str | None,
    on_bad: str,
) -> tuple[dict[str, float], np.ndarray]:
    """Return scores of new images, and the average precision of each class.

    Parameters
    ----------
    model : DetectionModel
        The fitted model.
    x, boxes, ids, box_format, on_bad
        As for `DetectionModel.evaluate`.
    """
    bad = BadRows(on_bad, "images")
    table = read_table(boxes, box_format or "auto")
    images, rows, pictures, _ = read_pictures(model, x, bad)
    bad.kept(len(pictures))
    learned = model.learned
    usable = np.isin(np.arange(len(pictures)), rows)
    names = with_names(pictures, ids)
    levels = learned.outcome.levels
    wanted = boxes_of_images(table, names, pictures.shapes, usable, on_bad, levels)
    numbers = [int(row) for row in rows]
    true = Found.joined(
        numbers,
        [
            (
                wanted.boxes[row],
                _encoded(learned, wanted.labels[row]),
                np.ones(len(wanted.boxes[row])),
            )
            for row in numbers
        ],
    )
    parts = found_boxes(model.network, images, learned, _LEAST_SCORE, MOST_BOXES, _SUPPRESSED_ABOVE)
    found = Found.joined(
        numbers,
        [
            (_back(part[0], pictures.shapes[row], learned), part[1], part[2])
            for row, part in zip(numbers, parts)
        ],
    )
    precisions = average_precisions(true, found, len(levels))
    return summary(precisions), precisions


def _encoded(learned: Any, labels: list[str]) -> np.ndarray:
    return learned.outcome.encode(labels) if labels else np.zeros(0, np.int64)


def held_out_scores(model: Any, data: Any) -> tuple[dict[str, float], np.ndarray]:
    """Return scores of held-out images, and the average precision of each class.

    Parameters
    ----------
    model : DetectionModel
        The fitted model.
    data : BoxedImages
        What it was fitted to.
    """
    rows = [int(row) for row in np.flatnonzero(data.held)]
    true = [(data.boxes[row], data.labels[row], np.ones(len(data.boxes[row]))) for row in rows]
    parts = found_boxes(
        model.network, data.images[rows], model.learned, _LEAST_SCORE, MOST_BOXES, _SUPPRESSED_ABOVE
    )
    precisions = average_precisions(
        Found.joined(rows, true), Found.joined(rows, parts), len(model.learned.outcome.levels)
    )
    return summary(precisions), precisions


def pixels(model: Any, x: Any, on_bad: str) -> list[Any]:
    """Return images in their own sizes; arguments as for `DetectionModel.pixels`.

    Parameters
    ----------
    model : DetectionModel
        The fitted model.
    x, on_bad
        As for `DetectionModel.pixels`.
    """
    bad = BadRows(on_bad, "images")
    _, rows, pictures, _ = read_pictures(model, x, bad)
    if bad and (on_bad == "fail" or len(bad) < len(pictures)):
        bad.kept(len(pictures))
    found: list[Any] = [None] * len(pictures)
    for row in rows:
        high, wide = pictures.shapes[row][:2]
        chosen = np.array([row])
        image = pictures.pixels(chosen, (high, wide), model.learned.channels, "stretch", bad)[0]
        found[int(row)] = image.astype(np.float32)
    return found
