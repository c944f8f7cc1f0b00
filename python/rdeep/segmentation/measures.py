"""The loss that segmentation is trained by, and how good masks are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from rdeep import ops

_SMOOTH = 1.0


def segmentation_loss(classes: int, dice: float) -> Callable[[Any, Any], Any]:
    """Return cross-entropy of pixels, plus a share of the Dice loss (Milletari et al. 2016).

    Parameters
    ----------
    classes : int
        How many classes there are.
    dice : float
        The weight of the Dice loss: one less the share that masks have in common, over the
        classes of a batch.
    """

    def loss(y_true: Any, y_pred: Any) -> Any:
        # Training may have given classes a last dimension of one.
        y_true = ops.reshape(y_true, ops.shape(y_pred)[:-1])
        known = ops.cast(y_true >= 0, "float32")  # (batch, height, width)
        truth = ops.one_hot(ops.maximum(y_true, 0), classes) * known[..., None]
        log_share = ops.log_softmax(y_pred)  # (batch, height, width, classes)
        count = ops.maximum(ops.sum(known), 1.0)
        entropy = -ops.sum(truth * log_share) / count
        share = ops.exp(log_share) * known[..., None]
        both = ops.sum(truth * share, axis=(0, 1, 2))
        each = ops.sum(truth + share, axis=(0, 1, 2))
        overlap = (2.0 * both + _SMOOTH) / (each + _SMOOTH)
        return entropy + dice * (1.0 - ops.mean(overlap))

    return loss


class Confusion:
    """How often pixels of each class are taken for each: counts, image after image.

    Parameters
    ----------
    classes : int
        How many classes there are.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self.counts = np.zeros((classes, classes), np.int64)

    def add(self, true: np.ndarray, found: np.ndarray) -> None:
        """Count pixels.

        Parameters
        ----------
        true, found : numpy.ndarray
            Class numbers; pixels of which nothing is known are below zero in `true`.
        """
        known = true >= 0
        codes = true[known].astype(np.int64) * self.classes + found[known].astype(np.int64)
        counted = np.bincount(codes, minlength=self.classes**2)
        self.counts += counted.reshape(self.classes, self.classes)

    def scores(self) -> tuple[dict[str, float], np.ndarray]:
        """Return the scores of all pixels, and of each class.

        Returns
        -------
        tuple
            `iou` and `dice`, means over the classes that occur, and `accuracy`; and an array
            `(classes, 2)` of intersection over union and Dice coefficient, NaN for a class that
            does not occur.
        """
        right = np.diag(self.counts).astype(np.float64)
        true, found = self.counts.sum(axis=1), self.counts.sum(axis=0)
        with np.errstate(invalid="ignore", divide="ignore"):
            iou = right / (true + found - right)
            dice = 2.0 * right / (true + found)
        total = self.counts.sum()
        return {
            "iou": _mean(iou),
            "dice": _mean(dice),
            "accuracy": float(right.sum() / total) if total else float("nan"),
        }, np.stack([iou, dice], 1)


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
