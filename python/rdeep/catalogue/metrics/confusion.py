"""Metrics of the confusion matrix at thresholds: true positives, precision, recall and others."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.metrics.base import OF_SCORES, Metric, ratio
from rdeep.catalogue.options import Count, Numbers, option
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, constructor

__all__ = [
    "FalseNegatives",
    "FalsePositives",
    "Precision",
    "Recall",
    "TrueNegatives",
    "TruePositives",
]

CLASS_ID = option(Count(0), None, "The index, from 0, of the only class to count.")


def check_class(metric: Metric, columns: int | None) -> None:
    """Refuse the number of a class that predictions do not have.

    Parameters
    ----------
    metric : Metric
        The metric, which has a `class_id`.
    columns : int or None
        The size of the predictions' last axis.
    """
    number = getattr(metric, "class_id", None)
    if number is not None and columns is not None and number >= columns:
        raise ArgumentError(
            f"{constructor(metric)}: 'class_id' is {number}, but the classes are 0 to "
            f"{columns - 1}.",
            argument="class_id",
            received=number,
            expected=f"0 to {columns - 1}",
        )


def weights_of_class(weights: Any, number: int, y_pred: Any) -> Any:
    """Return the weights that belong to a class, of those of each prediction.

    Parameters
    ----------
    weights : tensor or None
        A weight for each sample, or for each prediction.
    number : int
        The class.
    y_pred : tensor
        The predictions of all classes.
    """
    whole = weights is not None and len(weights.shape) == len(y_pred.shape)
    return weights[..., number] if whole and weights.shape[-1] != 1 else weights


def decisions(
    y_true: Any, y_pred: Any, weights: Any, thresholds: Any, ops: Any, by_column: bool = False
) -> list[Any]:
    """Return what is right and wrong above each threshold: the weights' sums.

    Any target but 0 counts as positive.

    Parameters
    ----------
    y_true, y_pred : tensor
        Targets and predictions.
    weights : tensor or None
        A weight for each sample, or for each prediction.
    thresholds : sequence of float
        The thresholds.
    ops : module
        The engine's array functions.
    by_column : bool
        Whether the columns of the last axis are counted apart.

    Returns
    -------
    list of tensor
        The true and the false positives at each threshold, all positives and all negatives; by
        column, if those are apart.
    """
    weights = (
        ops.as_float(ops.ones_like(y_pred)) if weights is None else aligned(weights, y_pred, ops)
    )
    shape = (-1, y_pred.shape[-1]) if by_column else (-1,)
    y_pred, weights = ops.reshape(y_pred, shape), ops.reshape(weights, shape)
    truth = ops.reshape(ops.as_float(y_true != 0), shape)
    yes, no = truth * weights, (1.0 - truth) * weights
    limits = ops.constant(list(thresholds), y_pred)
    limits = limits[:, None, None] if by_column else limits[:, None]
    said = ops.as_float(y_pred[None] > limits)
    above = [ops.sum(said * part[None], axis=1) for part in (yes, no)]
    return [*above, ops.sum(yes, axis=0), ops.sum(no, axis=0)]


class _Decisions(Metric, abstract=True):
    """What is counted of decisions at one or several thresholds."""

    reads = "decisions"
    direction = "max"
    thresholds: tuple[float, ...] | None = option(
        Numbers(0.0, 1.0),
        None,
        "Predictions above it count as 1; by default 0.5. Several give several results. "
        f"{OF_SCORES}",
    )

    def _thresholds(self) -> tuple[float, ...]:
        return self.thresholds or (0.5,)

    def sums(self, columns: int | None) -> int:
        """Return two for each threshold, and two."""
        return 2 * len(self._thresholds()) + 2

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return true and false positives at each threshold, all positives and all negatives."""
        return decisions(y_true, y_pred, weights, self._thresholds(), ops)

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the result at each threshold."""
        true, false = sums[:-2].reshape(2, -1)
        found = np.asarray(self._found(true, false, sums[-2], sums[-1]), np.float64)
        return found.tolist() if len(found) > 1 else float(found[0])

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        raise NotImplementedError


class TruePositives(_Decisions):
    """True positives metric: the number of positives that were predicted as such.

    With sample weights it is the sum of their weights.

    Examples
    --------
    >>> TruePositives()([0, 1, 1], [0.6, 0.7, 0.2])
    1.0
    """

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return true


class FalsePositives(_Decisions):
    """False positives metric: the number of negatives that were predicted as positive.

    With sample weights it is the sum of their weights.

    Examples
    --------
    >>> FalsePositives()([0, 1, 1], [0.6, 0.7, 0.2])
    1.0
    """

    direction = "min"

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return false


class TrueNegatives(_Decisions):
    """True negatives metric: the number of negatives that were predicted as such.

    With sample weights it is the sum of their weights.

    Examples
    --------
    >>> TrueNegatives()([0, 1, 1], [0.6, 0.7, 0.2])
    0.0
    """

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return no - false


class FalseNegatives(_Decisions):
    """False negatives metric: the number of positives that were predicted as negative.

    With sample weights it is the sum of their weights.

    Examples
    --------
    >>> FalseNegatives()([0, 1, 1], [0.6, 0.7, 0.2])
    1.0
    """

    direction = "min"

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return yes - true


class _Share(_Decisions, abstract=True):
    """What Precision and Recall have in common: of all classes, one of them, or the likeliest."""

    top_k: int | None = option(
        Count(),
        None,
        "The number of highest predictions of each sample that may count as 1; without "
        "`thresholds` all of them do.",
    )
    class_id: int | None = CLASS_ID

    @property
    def across(self) -> bool:
        """Whether the predictions of a sample are looked at together."""
        return self.top_k is not None or self.class_id is not None

    def check_output(self, columns: int | None) -> None:
        """Refuse the number of a class that there is not."""
        check_class(self, columns)

    def _thresholds(self) -> tuple[float, ...]:
        if self.thresholds is None and self.top_k is not None:
            return (float("-inf"),)
        return super()._thresholds()

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return true and false positives at each threshold, all positives and all negatives."""
        if self.top_k is not None:
            place = ops.argsort(ops.argsort(-y_pred, axis=-1), axis=-1)
            never = ops.constant(float("-inf"), y_pred)
            y_pred = ops.where(place < self.top_k, y_pred, never)
        if self.class_id is not None:
            weights = weights_of_class(weights, self.class_id, y_pred)
            y_true, y_pred = y_true[..., self.class_id], y_pred[..., self.class_id]
        return super().update(y_true, y_pred, weights, ops)


class Precision(_Share):
    """Precision metric: the fraction of predicted positives that are positive, `tp / (tp + fp)`.

    Examples
    --------
    >>> Precision()([0, 1, 1], [0.6, 0.7, 0.2])
    0.5
    """

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return np.asarray(ratio(true, true + false))


class Recall(_Share):
    """Recall metric (sensitivity): the fraction of positives that were predicted, `tp / (tp + fn)`.

    Examples
    --------
    >>> Recall()([0, 1, 1], [0.6, 0.7, 0.2])
    0.5
    """

    def _found(self, true: np.ndarray, false: np.ndarray, yes: float, no: float) -> np.ndarray:
        return np.asarray(ratio(true, yes))
