"""Overlap losses for segmentation (Dice, Tversky)."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.losses.domains import PROBABILITIES
from rdeep.catalogue.options import Axes, Number, option
from rdeep.catalogue.weighing import spans_batch

__all__ = ["Dice", "Tversky"]

_AXIS = option(
    Axes(),
    None,
    "The axes to sum over; by default all, so that a batch has one loss.",
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
    """Dice loss, for segmentation: `1 - 2 * sum(t * p) / (sum(t) + sum(p))`.

    Targets and predictions are from 0 to 1.

    References
    ----------
    Dice, L. R. (1945). Measures of the amount of ecologic association between species. Ecology 26,
    297-302.

    Examples
    --------
    >>> round(float(Dice()([[1.0, 0.0]], [[0.8, 0.4]])), 4)
    0.2727
    """

    domain = PROBABILITIES

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of what the axes leave; a number if they leave nothing."""
        both = ops.sum(y_true * y_pred, axis=self.axis)
        areas = ops.sum(y_true, axis=self.axis) + ops.sum(y_pred, axis=self.axis)
        return 1.0 - 2.0 * both / (areas + EPSILON)


class Tversky(_Overlap):
    """Tversky loss, for segmentation: `1 - o / (o + a * m + b * f)`.

    `o` is the overlap `sum(t * p)`, `m` the missed part `sum(t * (1 - p))`, and `f` the false part
    `sum((1 - t) * p)`. With both weights at one half it is the Dice loss.

    References
    ----------
    Salehi, S. S. M., Erdogmus, D. and Gholipour, A. (2017). Tversky loss function for image
    segmentation using 3D fully convolutional deep networks. arXiv:1706.05721.

    Examples
    --------
    >>> round(float(Tversky()([[1.0, 0.0]], [[0.8, 0.4]])), 4)
    0.2727
    """

    domain = PROBABILITIES
    alpha: float = option(Number(0.0), 0.5, "The weight `a` of the missed part.", keyword_only=True)
    beta: float = option(Number(0.0), 0.5, "The weight `b` of the false part.", keyword_only=True)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of what the axes leave; a number if they leave nothing."""
        both = ops.sum(y_true * y_pred, axis=self.axis)
        missed = ops.sum(y_true * (1.0 - y_pred), axis=self.axis)
        besides = ops.sum((1.0 - y_true) * y_pred, axis=self.axis)
        return 1.0 - both / (both + missed * self.alpha + besides * self.beta + EPSILON)
