"""F scores: means of precision and recall."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.losses.base import EPSILON
from rdeep.catalogue.metrics.base import OF_SCORES, Metric, known_columns
from rdeep.catalogue.options import Choice, Number, option
from rdeep.catalogue.weighing import aligned

__all__ = ["F1Score", "FBetaScore"]


class _FScore(Metric, abstract=True):
    """What the F scores share: they are counted by class."""

    reads = "decisions"
    direction = "max"
    average: str | None = option(
        Choice("micro", "macro", "weighted"),
        None,
        'The average of the classes\' scores: `"macro"` is their mean, `"weighted"` that by '
        'the frequency of each class, and `"micro"` counts all classes together. By default '
        "there is a score for each class.",
    )
    threshold: float | None = option(
        Number(0.0, 1.0, open_low=True),
        None,
        "Predictions above it count as 1; by default the largest of each sample do, and of a "
        f"single column those above 0.5. {OF_SCORES}",
    )

    @property
    def across(self) -> bool:
        """Whether the largest prediction of a sample is looked for."""
        return self.threshold is None

    def _beta(self) -> float:
        return 1.0

    def sums(self, columns: int | None) -> int:
        """Return three for each class."""
        return 3 * known_columns(columns, self)

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return each class's true positives, predicted positives and positives."""
        threshold = self.threshold
        if threshold is None and y_pred.shape[-1] == 1:
            # The largest of one would be every prediction.
            threshold = 0.5
        if threshold is None:
            largest = y_pred >= ops.max(y_pred, axis=-1, keepdims=True)
            said = ops.as_float(largest) * ops.as_float(ops.abs(y_pred) > 1e-9)
        else:
            said = ops.as_float(y_pred > threshold)
        y_true = ops.as_float(y_true)
        axes = tuple(range(len(y_pred.shape) - 1))
        parts = (said * y_true, said, y_true)
        if weights is not None:
            weights = aligned(weights, said, ops, type(self).__name__)
            parts = tuple(part * weights for part in parts)
        return [ops.sum(part, axis=axes) for part in parts]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the score, or one for each class."""
        true, said, positive = sums.reshape(3, -1)
        if self.average == "micro":
            true, said, positive = (each.sum(keepdims=True) for each in (true, said, positive))
        precision, recall = true / (said + EPSILON), true / (positive + EPSILON)
        square = self._beta() ** 2
        scores = (1.0 + square) * precision * recall / (square * precision + recall + EPSILON)
        if self.average == "weighted":
            return float((scores * positive).sum() / (positive.sum() + EPSILON))
        return scores.tolist() if self.average is None else float(scores.mean())


class FBetaScore(_FScore):
    """F-beta score metric of one-hot targets.

    A mean of precision and recall in which recall has `beta` times the weight:
    `(1 + beta^2) * precision * recall / (beta^2 * precision + recall)`.

    Examples
    --------
    >>> FBetaScore(average="macro", beta=2.0)([[1, 0], [0, 1]], [[0.8, 0.2], [0.6, 0.4]])
    0.41666661805555916
    """

    key = "fbeta_score"
    beta: float = option(
        Number(0.0, open_low=True),
        1.0,
        "The weight of recall relative to precision.",
        after="average",
    )

    def _beta(self) -> float:
        return self.beta


class F1Score(_FScore):
    """F1 score metric of one-hot targets: the harmonic mean of precision and recall.

    Examples
    --------
    >>> F1Score()([[1, 0], [0, 1]], [[0.8, 0.2], [0.4, 0.6]])
    [0.9999998500000123, 0.9999998500000123]
    """

    key = "f1_score"
