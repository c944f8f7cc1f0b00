"""How good found boxes are: average precision, as the COCO data set defines it.

Of each class, the boxes found in all images are taken from the surest on. One is right if it
overlaps a true box of its class by the wanted intersection over union, that no surer one has taken;
it takes the one that it overlaps most. So after each box there is a precision (the share of boxes
so far that are right) and a recall (the share of the true boxes that are found). Average precision
is the mean, over 101 recalls from 0 to 1, of the best precision that is reached at that recall or
a larger one, which is 0 where no such recall is reached. `map` is the mean over the classes that
have true boxes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdeep.detection.boxes import overlaps

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""The overlaps that COCO takes the mean over."""
_RECALLS = np.linspace(0.0, 1.0, 101)


@dataclass
class Found:
    """Boxes of some images, true or found.

    Attributes
    ----------
    image : numpy.ndarray
        The number of the image that each is in.
    classes : numpy.ndarray
        The number of its class.
    boxes : numpy.ndarray
        Corners, `(n, 4)`.
    scores : numpy.ndarray
        How sure each is; ones for true boxes.
    """

    image: np.ndarray
    classes: np.ndarray
    boxes: np.ndarray
    scores: np.ndarray

    @classmethod
    def joined(
        cls, images: list[int], parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]]
    ) -> Found:
        """Return the boxes of several images.

        Parameters
        ----------
        images : list of int
            The number of each image.
        parts : list of tuple
            For each, boxes, classes and scores.
        """
        counts = [len(part[0]) for part in parts]
        if not sum(counts):
            nothing = np.zeros(0, np.int64)
            return cls(nothing, nothing, np.zeros((0, 4)), np.zeros(0))
        boxes, classes, scores = (np.concatenate([part[i] for part in parts]) for i in range(3))
        return cls(np.repeat(np.array(images, dtype=np.int64), counts), classes, boxes, scores)


def average_precisions(true: Found, found: Found, classes: int) -> np.ndarray:
    """Return the average precision of each class at each of `THRESHOLDS`, `(classes, 10)`.

    Parameters
    ----------
    true, found : Found
        What there is in the images, and what was found.
    classes : int
        How many classes there are; of one without true boxes it is `nan`.
    """
    result = np.full((classes, len(THRESHOLDS)), np.nan)
    for number in range(classes):
        wanted = true.classes == number
        if wanted.any():
            own = found.classes == number
            hits = _hits(true, wanted, found, own)
            result[number] = [_average_precision(right, int(wanted.sum())) for right in hits]
    return result


def summary(precisions: np.ndarray) -> dict[str, float]:
    """Return `map`, the mean over overlaps from 0.5 to 0.95 and classes, and `map_50`, at 0.5.

    Parameters
    ----------
    precisions : numpy.ndarray
        What `average_precisions` returned.
    """
    known = precisions[~np.isnan(precisions[:, 0])]
    if not len(known):
        return {"map": float("nan"), "map_50": float("nan")}
    return {"map": float(known.mean()), "map_50": float(known[:, 0].mean())}


def _hits(true: Found, wanted: np.ndarray, found: Found, own: np.ndarray) -> np.ndarray:
    """Return for each threshold whether each box of a class, the surest first, is right."""
    order = np.flatnonzero(own)[np.argsort(-found.scores[own], kind="stable")]
    right = np.zeros((len(THRESHOLDS), len(order)), bool)
    for image in np.unique(found.image[order]):
        rank = np.flatnonzero(found.image[order] == image)
        boxes = true.boxes[wanted & (true.image == image)]
        if not len(boxes):
            continue
        overlap = overlaps(found.boxes[order[rank]], boxes)
        for number, threshold in enumerate(THRESHOLDS):
            free = np.ones(len(boxes), bool)
            for place, row in zip(rank, overlap):
                best = int(np.argmax(np.where(free, row, -1.0)))
                # Overlaps such as 0.5 are hit exactly, whatever the last bits are.
                if free[best] and row[best] >= threshold - 1e-9:
                    free[best] = False
                    right[number, place] = True
    return right


def _average_precision(right: np.ndarray, total: int) -> float:
    if not len(right):
        return 0.0
    hits = np.cumsum(right)
    precision = hits / np.arange(1, len(right) + 1)
    recall = hits / total
    # The best precision at a recall or a larger one.
    best = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, _RECALLS - 1e-9, side="left")
    return float(np.mean(np.where(places < len(best), best[np.minimum(places, len(best) - 1)], 0)))
