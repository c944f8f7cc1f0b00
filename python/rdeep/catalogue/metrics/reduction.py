"""Reductions: means and sums of predictions, of a function of them, of an ensemble's loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from rdeep.catalogue.metrics.base import MeanMetric
from rdeep.catalogue.options import Function, Ref, option
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, class_name, constructor

__all__ = ["Mean", "MeanMetricWrapper", "PooledLoss", "Sum"]


class Mean(MeanMetric):
    """Mean of numbers, or of predictions.

    By itself it takes numbers: `update_state(values, sample_weight)`. In `compile` it is the mean
    of the output.

    Examples
    --------
    >>> m = Mean()
    >>> m.update_state([1.0, 2.0, 6.0])
    >>> m.result()
    3.0
    """

    targets = "any"
    compares = False

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the predictions."""
        return y_pred

    def update_state(self, values: Any, sample_weight: Any = None) -> None:  # type: ignore[override]
        """Add numbers to the metric's own state.

        Parameters
        ----------
        values : array
            The numbers.
        sample_weight : array, optional
            A weight for each.
        """
        super().update_state(values, values, sample_weight)


class Sum(Mean):
    """Sum of numbers, or of predictions.

    By itself it takes numbers: `update_state(values, sample_weight)`. In `compile` it is the sum of
    the output.

    Examples
    --------
    >>> m = Sum()
    >>> m.update_state([1.0, 2.0, 6.0])
    >>> m.result()
    9.0
    """

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the predictions, each by its weight, and their number."""
        if weights is not None:
            y_pred = y_pred * aligned(weights, y_pred, ops, "Sum")
        return [ops.sum(y_pred), ops.count(y_pred)]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the sum."""
        return float(sums[0])


class MeanMetricWrapper(MeanMetric):
    """Mean of a function of the targets and the predictions.

    The function is given both as tensors and returns a tensor: a number for each sample, or one. It
    is written on `rdeep.ops`, or on the engine's own functions.

    Examples
    --------
    >>> from rdeep import ops
    >>> MeanMetricWrapper(lambda y, p: ops.abs(y - p))([1.0, 2.0], [1.0, 4.0])
    1.0
    """

    key = "mean_wrapper"
    targets = "any"
    fn: Any = option(Function(), doc="The function of `(y_true, y_pred)`.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return what the function returns."""
        found = self.fn(y_true, y_pred)
        # Of arrays the operations make an engine's tensor.
        return np.asarray(found) if isinstance(y_pred, np.ndarray) else found

    @property
    def by_batch(self) -> bool:
        """Whether the function may look at several samples: nobody knows."""
        return True


class PooledLoss(MeanMetric):
    """Loss of an ensemble's average prediction, as a metric.

    The loss is a likelihood's, whose members are averaged. Predictions have the shape
    `(batch, members, parameters)`.

    Examples
    --------
    >>> from rdeep.losses import GaussianLikelihood
    >>> PooledLoss(GaussianLikelihood())
    PooledLoss(loss=GaussianLikelihood())
    """

    targets = "columns"
    direction = "min"
    loss: Any = option(Ref("loss"), doc="The likelihood.")

    def validate(self) -> None:
        """Refuse losses that have no ensembles."""
        if self.loss.targets != "columns":
            raise ArgumentError(
                f"{constructor(self)}: 'loss' must be a likelihood, not {class_name(self.loss)}.",
                argument="loss",
                received=self.loss,
            )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        return self.loss.values(y_true, self.loss.pool(y_pred, ops), ops)
