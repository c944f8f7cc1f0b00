"""Regression losses."""

from __future__ import annotations

import math
from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.losses.domains import COUNTS, LOGARITHMS
from rdeep.catalogue.options import Axis, Number, option

__all__ = [
    "CosineSimilarity",
    "Huber",
    "LogCosh",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
]


class MeanSquaredError(Loss):
    """Mean squared error loss: `mean((y_true - y_pred)^2)` over the last axis.

    Examples
    --------
    >>> float(MeanSquaredError()([1.0, 2.0], [1.0, 4.0]))
    2.0
    """

    aliases = ("mse",)
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean squared difference of each sample."""
        return ops.mean(ops.square(y_pred - y_true), axis=-1)


class MeanAbsoluteError(Loss):
    """Mean absolute error loss: `mean(abs(y_true - y_pred))` over the last axis.

    Examples
    --------
    >>> float(MeanAbsoluteError()([1.0, 2.0], [1.0, 4.0]))
    1.0
    """

    aliases = ("mae",)
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean absolute difference of each sample."""
        return ops.mean(ops.abs(y_pred - y_true), axis=-1)


class MeanAbsolutePercentageError(Loss):
    """Mean absolute percentage error loss: `100 * mean(abs(y_true - y_pred) / abs(y_true))`.

    Targets nearer to 0 than `1e-7` count as that.

    Examples
    --------
    >>> float(MeanAbsolutePercentageError()([1.0, 2.0], [1.0, 4.0]))
    50.0
    """

    aliases = ("mape",)
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean percentage of each sample."""
        share = ops.abs((y_true - y_pred) / ops.maximum(ops.abs(y_true), EPSILON))
        return 100.0 * ops.mean(share, axis=-1)


class MeanSquaredLogarithmicError(Loss):
    """Mean squared logarithmic error loss: `mean((log(y_true + 1) - log(y_pred + 1))^2)`.

    Numbers below `1e-7` count as that.

    Examples
    --------
    >>> round(float(MeanSquaredLogarithmicError()([1.0, 2.0], [1.0, 4.0])), 4)
    0.1305
    """

    domain = LOGARITHMS
    aliases = ("msle",)
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean squared difference of each sample."""
        said = ops.log(ops.maximum(y_pred, EPSILON) + 1.0)
        true = ops.log(ops.maximum(y_true, EPSILON) + 1.0)
        return ops.mean(ops.square(said - true), axis=-1)


class CosineSimilarity(Loss):
    """Cosine similarity loss: the negative cosine of the angle between target and prediction.

    It is -1 where they point in the same direction.

    Examples
    --------
    >>> round(float(CosineSimilarity()([[1.0, 0.0]], [[3.0, 4.0]])), 4)
    -0.6
    """

    aliases = ("cosine",)
    across = True
    axis: int = option(Axis(), -1, "The axis of the vectors.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the negated cosine of each pair of vectors."""
        return -cosine(y_true, y_pred, self.axis, ops)


class Huber(Loss):
    """Huber loss: the squared error near zero, the absolute error beyond `delta`.

    `e^2 / 2` where `abs(e) <= delta`, else `delta * abs(e) - delta^2 / 2`, averaged over the last
    axis.

    References
    ----------
    Huber, P. J. (1964). Robust estimation of a location parameter. Annals of Mathematical
    Statistics 35, 73-101.

    Examples
    --------
    >>> float(Huber()([1.0, 2.0], [1.0, 4.0]))
    0.75
    """

    aliases = ("huber_loss",)
    by_element = True
    delta: float = option(Number(0.0), 1.0, "The absolute error at which the squared error ends.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean of each sample."""
        error = ops.abs(y_pred - y_true)
        near, far = 0.5 * ops.square(error), self.delta * error - 0.5 * self.delta**2
        return ops.mean(ops.where(error <= self.delta, near, far), axis=-1)


class LogCosh(Loss):
    """Log-cosh loss: the logarithm of the hyperbolic cosine of the error.

    It is near `e^2 / 2` for small errors `e`, and near `abs(e) - log(2)` for large ones.

    Examples
    --------
    >>> round(float(LogCosh()([1.0, 2.0], [1.0, 4.0])), 4)
    0.6625
    """

    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the last axis."""
        error = y_pred - y_true
        return ops.mean(error + ops.softplus(-2.0 * error) - math.log(2.0), axis=-1)


class Poisson(Loss):
    """Poisson loss of counts, by their mean: `mean(m - y * log(m))` for predictions `m`.

    An output without bounds goes with `PoissonLikelihood`, whose prediction is the log mean.

    Examples
    --------
    >>> round(float(Poisson()([1.0, 2.0], [1.0, 4.0])), 4)
    1.1137
    """

    domain = COUNTS
    by_element = True

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the last axis."""
        return ops.mean(y_pred - y_true * ops.log(y_pred + EPSILON), axis=-1)


def cosine(y_true: Any, y_pred: Any, axis: int, ops: Any) -> Any:
    """Return the cosine of the angles between vectors; 0 for a vector of zeros.

    Parameters
    ----------
    y_true, y_pred : tensor
        The vectors.
    axis : int
        The axis that they lie along.
    ops : module
        The engine's array functions.
    """
    parts = []
    for x in (y_true, y_pred):
        squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
        # The floor is below the root, whose slope at 0 would be infinite.
        parts.append(x / ops.sqrt(ops.maximum(squares, EPSILON**2)))
    return ops.sum(parts[0] * parts[1], axis=axis)
