"""Focal losses: cross-entropies with more weight on hard samples (Lin et al., arXiv:1708.02002)."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.losses.classification import (
    AXIS,
    LOGITS,
    BinaryCrossentropy,
    CategoricalCrossentropy,
)
from rdeep.catalogue.losses.domains import ONE_HOT, PROBABILITIES
from rdeep.catalogue.options import Axis, Flag, Number, Numbers, option

__all__ = ["BinaryFocalCrossentropy", "CategoricalFocalCrossentropy"]

_GAMMA = (
    "The focusing parameter: larger values give easy samples less weight, 0 weights all equally."
)


class BinaryFocalCrossentropy(Loss):
    """Binary focal cross-entropy loss.

    The cross-entropy times `(1 - p)^gamma`, where `p` is the predicted probability of the target.

    References
    ----------
    Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017). Focal loss for dense object
    detection. arXiv:1708.02002.

    Examples
    --------
    >>> round(float(BinaryFocalCrossentropy()([0, 1], [0.1, 0.8])), 4)
    0.005
    """

    domain = PROBABILITIES
    by_element = True
    folds = "Sigmoid"
    apply_class_balancing: bool = option(
        Flag(), False, "Whether to weight class 1 by `alpha` and class 0 by `1 - alpha`."
    )
    alpha: float = option(Number(0.0, 1.0), 0.25, "The weight of class 1.")
    gamma: float = option(Number(0.0), 2.0, _GAMMA)
    from_logits: bool = option(Flag(), False, LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0), 0.0, "The label smoothing `s`, towards one half: `y * (1 - s) + s / 2`."
    )
    axis: int = option(Axis(), -1, "The axis over which to average.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        s = self.label_smoothing
        y = y_true * (1.0 - s) + 0.5 * s
        each = BinaryCrossentropy(from_logits=self.from_logits).each(y, y_pred, ops)
        p = ops.sigmoid(y_pred) if self.from_logits else y_pred
        each = ops.power(1.0 - (y * p + (1.0 - y) * (1.0 - p)), self.gamma) * each
        if self.apply_class_balancing:
            each = (y * self.alpha + (1.0 - y) * (1.0 - self.alpha)) * each
        return ops.mean(each, axis=self.axis)


class CategoricalFocalCrossentropy(Loss):
    """Categorical focal cross-entropy loss of one-hot targets.

    The cross-entropy times `alpha * (1 - p)^gamma`, where `p` is the predicted probability of the
    class. Probabilities are scaled to sum to 1 and limited to `[1e-7, 1 - 1e-7]`.

    References
    ----------
    Lin, T.-Y., Goyal, P., Girshick, R., He, K. and Dollár, P. (2017). Focal loss for dense object
    detection. arXiv:1708.02002.

    Examples
    --------
    >>> round(float(CategoricalFocalCrossentropy()([[0, 1]], [[0.2, 0.8]])), 4)
    0.0022
    """

    domain = ONE_HOT
    across = True
    folds = "Softmax"
    alpha: tuple[float, ...] = option(
        Numbers(0.0), (0.25,), "The weight of each class, or one for all."
    )
    gamma: float = option(Number(0.0), 2.0, _GAMMA)
    from_logits: bool = option(Flag(), False, LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0),
        0.0,
        "The label smoothing `s`, towards equal probabilities: `y * (1 - s) + s / classes`.",
    )
    axis: int = option(Axis(), -1, AXIS)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample."""
        cross = CategoricalCrossentropy(
            from_logits=self.from_logits, label_smoothing=self.label_smoothing, axis=self.axis
        )
        logs = cross.log_probabilities(y_pred, ops)
        p = ops.clip(ops.exp(logs), EPSILON, 1.0 - EPSILON)
        alpha = self.alpha[0] if len(self.alpha) == 1 else ops.constant(self.alpha, y_pred)
        each = -cross.smoothed(y_true) * logs * alpha * ops.power(1.0 - p, self.gamma)
        return ops.sum(each, axis=self.axis)
