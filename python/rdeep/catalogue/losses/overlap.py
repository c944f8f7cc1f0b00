"""Losses of how little two areas overlap, for segmentation."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.options import Axes, Number, option
from rdeep.catalogue.weighing import spans_batch

__all__ = ["Dice", "Tversky"]

_AXIS = option(
    Axes(),
    None,
    "The axes to count over; all by default, the batch too, so that a batch has one loss.",
    keyword_only=True,
)


class _Overlap(Loss, abstract=True):
    """What the two share: which axes are counted over."""

    axis: int | tuple[int, ...] | None = _AXIS

    @property
    def by_sample(self) -> bool:
        """Whether the batch is not among the axes."""
        return not spans_batch(self.axis)


class Dice(_Overlap):
    """One less twice the overlap's share of both areas: `1 - 2 * sum(t * p) / (sum(t) + sum(p))`.

    Dice, 1945. Truths and predictions are shares from 0 to 1.
    """

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of what the axes leave; a number if they leave nothing."""
        both = ops.sum(y_true * y_pred, axis=self.axis)
        areas = ops.sum(y_true, axis=self.axis) + ops.sum(y_pred, axis=self.axis)
        return 1.0 - 2.0 * both / (areas + EPSILON)


class Tversky(_Overlap):
    """One less the overlap's share of itself and what is missed: `1 - o / (o + a * m + b * f)`.

    `o` is the overlap `sum(t * p)`, `m` what predictions miss, `sum(t * (1 - p))`, and `f` what
    they have besides, `sum((1 - t) * p)` (Salehi et al., 2017, arXiv:1706.05721). With both
    weights at one half it is the Dice loss.
    """

    alpha: float = option(Number(0.0), 0.5, "The weight `a` of what is missed.", keyword_only=True)
    beta: float = option(
        Number(0.0), 0.5, "The weight `b` of what is there besides.", keyword_only=True
    )

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of what the axes leave; a number if they leave nothing."""
        both = ops.sum(y_true * y_pred, axis=self.axis)
        missed = ops.sum(y_true * (1.0 - y_pred), axis=self.axis)
        besides = ops.sum((1.0 - y_true) * y_pred, axis=self.axis)
        return 1.0 - both / (both + missed * self.alpha + besides * self.beta + EPSILON)
