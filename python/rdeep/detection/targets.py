"""What the network is to give for boxes: a map of where objects are, and how far their edges are.

After CenterNet (Zhou, Wang and Krähenbühl 2019) and TTFNet (Liu et al. 2020): each class has a map
that is 1 in the middle of its objects, and falls around it as a bell does, the wider the box. Near
the middle the network is to give the distances to the four edges of the box.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep import ops
from rdeep.detection.boxes import areas

_ALPHA = 0.54
"""How much of the box the bell covers, of each side (TTFNet)."""
_LEAST_WEIGHT, _LEAST_EDGE = 0.1, 0.05
_LARGEST_LOG = 5.0


def target_maps(
    boxes: list[np.ndarray], labels: list[np.ndarray], size: tuple[int, int], classes: int
) -> np.ndarray:
    """Return the maps of some images, `(n, height, width, classes + 5)`.

    The last five are the distances to the left, upper, right and lower edge, and a weight, of
    which the sum for each box is 1.

    Parameters
    ----------
    boxes : list of numpy.ndarray
        The boxes of each image, in places of the map.
    labels : list of numpy.ndarray
        The number of the class of each.
    size : tuple of int
        Height and width of the map.
    classes : int
        How many classes there are.
    """
    high, wide = size
    found = np.zeros((len(boxes), high, wide, classes + 5), np.float32)
    for maps, own, names in zip(found, boxes, labels):
        # Of boxes that overlap, a place belongs to the smallest.
        for place in np.argsort(-areas(own), kind="stable"):
            _draw(maps, own[place], int(names[place]), classes)
    return found


def _draw(maps: np.ndarray, box: np.ndarray, label: int, classes: int) -> None:
    high, wide = maps.shape[:2]
    left, top, right, low = box
    column = min(int((left + right) / 2), wide - 1)
    row = min(int((top + low) / 2), high - 1)
    reach_y = max(int(_ALPHA * (low - top) / 2), 0)
    reach_x = max(int(_ALPHA * (right - left) / 2), 0)
    rows = np.arange(max(row - reach_y, 0), min(row + reach_y + 1, high))
    columns = np.arange(max(column - reach_x, 0), min(column + reach_x + 1, wide))
    bell_y = np.exp(-0.5 * ((rows - row) / ((2 * reach_y + 1) / 6)) ** 2)
    bell_x = np.exp(-0.5 * ((columns - column) / ((2 * reach_x + 1) / 6)) ** 2)
    bell = (bell_y[:, np.newaxis] * bell_x).astype(np.float32)
    part = maps[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    np.maximum(part[..., label], bell, out=part[..., label])
    x, y = columns + 0.5, (rows + 0.5)[:, np.newaxis]
    edges = np.stack(np.broadcast_arrays(x - left, y - top, right - x, low - y), axis=-1)
    # The middle of a box that is smaller than a place may be beside that of the place.
    middle = bell == 1.0
    edges = np.where(middle[..., np.newaxis], np.maximum(edges, _LEAST_EDGE), edges)
    near = (bell >= _LEAST_WEIGHT) & (edges.min(axis=-1) > 0)
    weight = np.where(near, bell, 0)
    part[near, classes : classes + 4] = edges[near]
    part[near, classes + 4] = weight[near] / max(float(weight.sum()), 1e-6)


class DetectionLoss:
    """The loss of maps: focal loss of where objects are, and generalized overlap of boxes.

    The focal loss is CornerNet's (Law and Deng 2018), which minds little what is near a middle; the
    boxes' is that of GIoU (Rezatofighi et al. 2019).

    Parameters
    ----------
    classes : int
        How many classes there are.
    box_size : float
        The size that distances are multiples of.
    objects : float
        How many boxes an image has, on average, which makes the loss one of a box.
    """

    def __init__(self, classes: int, box_size: float, objects: float) -> None:
        self.classes, self.box_size, self.objects = classes, box_size, objects
        self.__name__ = "detection_loss"

    def __call__(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss of each place, `(n, height, width)`, of which the mean is that of a box.

        Parameters
        ----------
        y_true, y_pred : tensor
            What `target_maps` gives, and what the network gives: logits of the classes, and
            logarithms of distances.
        """
        classes = self.classes
        truth, logits = y_true[..., :classes], y_pred[..., :classes]
        share = ops.sigmoid(logits)
        middle = ops.cast(ops.greater_equal(truth, 0.999), "float32")
        seen = middle * (1.0 - share) ** 2 * ops.softplus(-logits)
        unseen = (1.0 - middle) * (1.0 - truth) ** 4 * share**2 * ops.softplus(logits)
        focal = ops.sum(seen + unseen, axis=-1)
        wanted = y_true[..., classes : classes + 4]
        given = ops.exp(ops.clip(y_pred[..., classes:], -_LARGEST_LOG, _LARGEST_LOG))
        given = given * self.box_size
        both, hull = ops.minimum(wanted, given), ops.maximum(wanted, given)
        inner = (both[..., 0] + both[..., 2]) * (both[..., 1] + both[..., 3])
        outer = (hull[..., 0] + hull[..., 2]) * (hull[..., 1] + hull[..., 3])
        area = (given[..., 0] + given[..., 2]) * (given[..., 1] + given[..., 3])
        true = (wanted[..., 0] + wanted[..., 2]) * (wanted[..., 1] + wanted[..., 3])
        union = area + true - inner
        lost = 1.0 - inner / (union + 1e-6) + (outer - union) / (outer + 1e-6)
        _, high, wide, _ = y_pred.shape
        return (focal + 2.0 * y_true[..., classes + 4] * lost) * (high * wide / self.objects)


def maps_to_boxes(
    outputs: np.ndarray, classes: int, box_size: float, least: float, most: int
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return boxes, in places of the map, classes and scores of each image: where maps have peaks.

    Parameters
    ----------
    outputs : numpy.ndarray
        What the network gives, `(n, height, width, classes + 4)`.
    classes : int
        How many classes there are.
    box_size : float
        The size that distances are multiples of.
    least : float
        The least score.
    most : int
        How many boxes of an image there are at most.
    """
    n, high, wide, _ = outputs.shape
    share = 1.0 / (1.0 + np.exp(-np.clip(outputs[..., :classes], -60.0, 60.0)))
    padded = np.pad(share, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1.0)
    around = np.max(
        [padded[:, i : i + high, j : j + wide] for i in range(3) for j in range(3)], axis=0
    )
    peaks = (share >= around) & (share >= least)
    found = []
    for number in range(n):
        rows, columns, labels = np.nonzero(peaks[number])
        scores = share[number, rows, columns, labels]
        best = np.argsort(-scores, kind="stable")[:most]
        rows, columns, labels, scores = rows[best], columns[best], labels[best], scores[best]
        logs = np.clip(outputs[number, rows, columns, classes:], -_LARGEST_LOG, _LARGEST_LOG)
        edges = np.exp(logs.astype(np.float64)) * box_size
        middle = np.stack([columns, rows], axis=1) + 0.5
        boxes = np.concatenate([middle - edges[:, :2], middle + edges[:, 2:]], axis=1)
        found.append((boxes, labels, scores.astype(np.float64)))
    return found
