"""Losses of numbers."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss

__all__ = ["MeanAbsoluteError", "MeanSquaredError", "Poisson"]


class MeanSquaredError(Loss):
    """The mean of the squared differences: `mean((y_true - y_pred)^2)` over the last axis."""

    aliases = ("mse",)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean squared difference of each sample."""
        return ops.mean(ops.square(y_pred - y_true), axis=-1)


class MeanAbsoluteError(Loss):
    """The mean of the absolute differences: `mean(|y_true - y_pred|)` over the last axis."""

    aliases = ("mae",)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean absolute difference of each sample."""
        return ops.mean(ops.abs(y_pred - y_true), axis=-1)


class Poisson(Loss):
    """The negative log-likelihood of counts by their mean: `mean(m - y * log(m))`, for outputs `m`.

    An output without bounds goes with `PoissonLikelihood`, whose prediction is the log mean.
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the mean over the last axis."""
        return ops.mean(y_pred - y_true * ops.log(y_pred + EPSILON), axis=-1)
