"""Boxes: how they are written, and how far they overlap.

Within the package a box is `xmin, ymin, xmax, ymax` in pixels: distances from the left and the
upper edge of the image, to the edges of pixels. The whole of an image 40 pixels wide and 30 high is
`0, 0, 40, 30`, and its first pixel `0, 0, 1, 1`. So `xmax - xmin` is a box's width.
"""

from __future__ import annotations

import numpy as np

CORNERS, SIDES, MIDDLES = "xyxy", "xywh", "center_xywh"
FORMATS = tuple(start + name for start in ("", "rel_") for name in (CORNERS, SIDES, MIDDLES))
"""How boxes are written, by Keras's names: corners; the upper left corner, width and height; the
middle, width and height; each also as shares of the image's width and height."""


def to_corners(values: np.ndarray, form: str, sizes: np.ndarray) -> np.ndarray:
    """Return boxes as corners in pixels.

    Parameters
    ----------
    values : numpy.ndarray
        Boxes, `(n, 4)`.
    form : str
        How they are written, one of `FORMATS`.
    sizes : numpy.ndarray
        Height and width of the image that each is in, `(n, 2)`.

    Examples
    --------
    >>> to_corners(np.array([[2.0, 3.0, 4.0, 5.0]]), "xywh", np.array([[20, 10]])).tolist()
    [[2.0, 3.0, 6.0, 8.0]]
    >>> to_corners(np.array([[0.5, 0.5, 1.0, 1.0]]), "rel_center_xywh", np.array([[20, 10]]))
    array([[ 0.,  0., 10., 20.]])
    """
    found = np.array(values, dtype=np.float64).reshape(-1, 4)
    if form.startswith("rel_"):
        found *= np.asarray(sizes, np.float64).reshape(-1, 2)[:, [1, 0, 1, 0]]
    form = form.removeprefix("rel_")
    if form == MIDDLES:
        found[:, :2] -= found[:, 2:] / 2
    if form in (SIDES, MIDDLES):
        found[:, 2:] += found[:, :2]
    return found


def from_corners(boxes: np.ndarray, form: str, sizes: np.ndarray) -> np.ndarray:
    """Return boxes of corners in pixels as another format writes them.

    Parameters
    ----------
    boxes : numpy.ndarray
        Boxes, `(n, 4)`.
    form, sizes
        As for `to_corners`.
    """
    found = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    plain = form.removeprefix("rel_")
    if plain in (SIDES, MIDDLES):
        found[:, 2:] -= found[:, :2]
    if plain == MIDDLES:
        found[:, :2] += found[:, 2:] / 2
    if form.startswith("rel_"):
        found /= np.asarray(sizes, np.float64).reshape(-1, 2)[:, [1, 0, 1, 0]]
    return found


def areas(boxes: np.ndarray) -> np.ndarray:
    """Return the area of each box; 0 of what is inverted.

    Parameters
    ----------
    boxes : numpy.ndarray
        Boxes, `(n, 4)`.
    """
    sides = np.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)
    return np.asarray(sides[..., 0] * sides[..., 1])


def overlaps(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return intersection over union of all pairs, `(n, m)`.

    Parameters
    ----------
    one, other : numpy.ndarray
        Boxes, `(n, 4)` and `(m, 4)`.

    Examples
    --------
    >>> overlaps(np.array([[0.0, 0, 4, 4]]), np.array([[2.0, 0, 6, 4], [0, 0, 4, 2]])).round(3)
    array([[0.333, 0.5  ]])
    """
    low = np.maximum(one[:, np.newaxis, :2], other[np.newaxis, :, :2])
    high = np.minimum(one[:, np.newaxis, 2:], other[np.newaxis, :, 2:])
    both = areas(np.concatenate([low, high], axis=-1))
    union = areas(one)[:, np.newaxis] + areas(other) - both
    return np.asarray(both / np.maximum(union, 1e-12))


def suppressed(
    boxes: np.ndarray, scores: np.ndarray, classes: np.ndarray, most: float
) -> np.ndarray:
    """Return which boxes stay when, of boxes of a class that overlap, the best one is kept.

    Parameters
    ----------
    boxes : numpy.ndarray
        Boxes, `(n, 4)`.
    scores, classes : numpy.ndarray
        How sure each is, and what it is of.
    most : float
        The overlap, intersection over union, up to which both stay.

    Returns
    -------
    numpy.ndarray
        The numbers of those that stay, the surest first.
    """
    order = np.argsort(-scores, kind="stable")
    overlap = overlaps(boxes, boxes) > most
    overlap &= classes[:, np.newaxis] == classes
    gone = np.zeros(len(boxes), bool)
    kept = []
    for place in order:
        if not gone[place]:
            kept.append(place)
            gone |= overlap[place]
    return np.array(kept, dtype=np.int64)
