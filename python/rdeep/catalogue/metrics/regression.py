"""Regression metrics that are not losses as well (RMSE, R squared, correlations)."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np

from rdeep.catalogue.losses.base import EPSILON
from rdeep.catalogue.losses.regression import cosine
from rdeep.catalogue.metrics.base import MeanMetric, Metric, known_columns, ratio
from rdeep.catalogue.options import Axis, Choice, Count, OrNone, option
from rdeep.catalogue.weighing import aligned
from rdeep.errors import ArgumentError, show, worded

__all__ = [
    "ConcordanceCorrelation",
    "CosineSimilarity",
    "PearsonCorrelation",
    "R2Score",
    "RootMeanSquaredError",
]


class RootMeanSquaredError(MeanMetric):
    """Root mean squared error (RMSE) metric, over all samples.

    Examples
    --------
    >>> RootMeanSquaredError()([1.0, 2.0], [3.0, 4.0])
    2.0
    """

    aliases = ("rmse",)
    direction = "min"

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the squared differences."""
        return ops.square(y_pred - y_true)

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the root of the mean."""
        return math.sqrt(ratio(sums[0], sums[1]))


class CosineSimilarity(MeanMetric):
    """Mean cosine similarity metric: 1 where targets and predictions point in the same direction.

    Examples
    --------
    >>> round(CosineSimilarity()([[1.0, 0.0]], [[3.0, 4.0]]), 4)
    0.6
    """

    aliases = ("cosine",)
    direction = "max"
    across = True
    axis: int = option(Axis(), -1, "The axis of the vectors.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cosine of each pair of vectors."""
        return cosine(y_true, y_pred, self.axis, ops)


class _Correlation(MeanMetric, abstract=True):
    """What the correlations share: deviations from the means along an axis."""

    direction = "max"
    across = True
    axis: int = option(
        Axis(),
        -1,
        "The axis to correlate along: the last correlates the numbers of each sample, the batch's "
        "those of the samples in a batch.",
    )

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return the sum of the correlations and their number."""
        if weights is not None and self.axis == 0:
            raise ArgumentError(
                f"Metric {self.label()!r} along the batch cannot weigh samples.", argument="axis"
            )
        return super().update(y_true, y_pred, weights, ops)

    def _moments(self, y_true: Any, y_pred: Any, ops: Any) -> tuple[Any, Any, Any, Any]:
        """Return both variances, the covariance and the difference of the means."""
        mean_true = ops.mean(y_true, axis=self.axis, keepdims=True)
        mean_pred = ops.mean(y_pred, axis=self.axis, keepdims=True)
        true, said = y_true - mean_true, y_pred - mean_pred
        spread_true = ops.mean(ops.square(true), axis=self.axis)
        spread_pred = ops.mean(ops.square(said), axis=self.axis)
        apart = ops.mean(mean_true - mean_pred, axis=self.axis)
        return spread_true, spread_pred, ops.mean(true * said, axis=self.axis), apart


class PearsonCorrelation(_Correlation):
    """Mean Pearson correlation metric of targets and predictions, along an axis.

    Examples
    --------
    >>> round(PearsonCorrelation()([[1.0, 2.0, 3.0]], [[2.0, 4.0, 7.0]]), 4)
    0.9934
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the correlations."""
        spread_true, spread_pred, together, _ = self._moments(y_true, y_pred, ops)
        return together / (ops.sqrt(spread_true) * ops.sqrt(spread_pred))


class ConcordanceCorrelation(_Correlation):
    """Mean concordance correlation metric of targets and predictions, along an axis.

    `2 * cov / (var(y_true) + var(y_pred) + (mean(y_true) - mean(y_pred))^2)`: the correlation
    around the line `y = x`.

    References
    ----------
    Lin, L. I.-K. (1989). A concordance correlation coefficient to evaluate reproducibility.
    Biometrics 45, 255-268.

    Examples
    --------
    >>> round(ConcordanceCorrelation()([[1.0, 2.0, 3.0]], [[2.0, 4.0, 7.0]]), 4)
    0.3226
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the concordances."""
        spread_true, spread_pred, together, apart = self._moments(y_true, y_pred, ops)
        return 2.0 * together / (spread_true + spread_pred + ops.square(apart) + EPSILON)


_AVERAGES = Choice("uniform_average", "variance_weighted_average")


class R2Score(Metric):
    """Coefficient of determination (R squared) metric: `1 - sum((y - p)^2) / sum((y - m)^2)`.

    `m` is the mean of all targets. A column whose targets are all equal scores 0.

    Examples
    --------
    >>> R2Score()([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])
    0.5
    """

    key = "r2_score"
    direction = "max"
    class_aggregation: str | None = option(
        OrNone(_AVERAGES, worded(f"{_AVERAGES.words}, or {show(None)} for a score of each column")),
        "uniform_average",
        "The average of the scores of several columns.",
    )
    num_regressors: int = option(
        Count(0),
        0,
        "The number of regressors to adjust for: `1 - (1 - r2) * (n - 1) / (n - k - 1)`.",
    )

    def sums(self, columns: int | None) -> int:
        """Return four for each column, and one for the number of targets."""
        return 4 * known_columns(columns, self) + 1

    def update(self, y_true: Any, y_pred: Any, weights: Any, ops: Any) -> list[Any]:
        """Return each column's weights, targets, squared targets and squared errors, summed."""
        # What is left of large sums that nearly cancel out needs the digits.
        y_true, y_pred = (ops.cast(y, "float64") for y in (y_true, y_pred))
        w = ops.ones_like(y_true)
        if weights is not None:
            w = w * aligned(ops.cast(weights, "float64"), y_true, ops, "R2Score")
        axes = tuple(range(len(y_true.shape) - 1))
        terms = (w, w * y_true, w * ops.square(y_true), w * ops.square(y_true - y_pred))
        return [*(ops.sum(term, axis=axes) for term in terms), ops.count(y_true)]

    def from_sums(self, sums: np.ndarray) -> float | list[float]:
        """Return the score, or one for each column."""
        number = sums[-1]
        count, total, squares, errors = sums[:-1].reshape(4, -1)
        spread = squares - total * ratio(total, count)
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = 1.0 - errors / spread
        scores = np.where(np.isinf(scores), 0.0, scores)
        if self.class_aggregation == "uniform_average":
            scores = scores.mean()
        elif self.class_aggregation is not None:
            scores = ratio((spread * scores).sum(), spread.sum())
        adjusted = np.asarray(self._adjusted(scores, number))
        return adjusted.tolist()

    def _adjusted(self, scores: Any, number: float) -> Any:
        free = number - self.num_regressors - 1
        if not self.num_regressors:
            return scores
        if free <= 0:
            warnings.warn(
                f"R2 cannot be adjusted for {self.num_regressors} regressors with {number:g} "
                "targets: it is not.",
                stacklevel=2,
            )
            return scores
        return 1.0 - (1.0 - scores) * (number - 1.0) / free
