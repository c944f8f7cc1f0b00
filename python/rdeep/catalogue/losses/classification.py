"""Losses of classes and of yes-or-no answers."""

from __future__ import annotations

from typing import Any

from rdeep.catalogue.losses.base import EPSILON, Loss
from rdeep.catalogue.options import Axis, Count, Flag, Number, option

__all__ = ["BinaryCrossentropy", "CategoricalCrossentropy", "SparseCategoricalCrossentropy"]

_AXIS = "The axis of the classes."
_LOGITS = (
    "Whether predictions are scores before softmax or sigmoid. A model whose last activation is "
    "one of these needs no `from_logits`: it is trained on the scores anyway."
)


class BinaryCrossentropy(Loss):
    """Cross-entropy of independent yes-or-no targets, averaged over the last axis.

    `-(y * log(p) + (1 - y) * log(1 - p))`, with `p` kept within `[1e-7, 1 - 1e-7]`.
    """

    aliases = ("bce",)
    folds = "Sigmoid"
    from_logits: bool = option(Flag(), False, _LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0), 0.0, "How far targets are moved towards one half: `y * (1 - s) + s / 2`."
    )
    axis: int = option(Axis(), -1, "The axis over which to average.")

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample."""
        if self.label_smoothing:
            y_true = y_true * (1.0 - self.label_smoothing) + 0.5 * self.label_smoothing
        if self.from_logits:
            # max(x, 0) - x * y + log(1 + exp(-|x|)) cannot overflow.
            each = ops.relu(y_pred) - y_pred * y_true + ops.softplus(-ops.abs(y_pred))
        else:
            p = ops.clip(y_pred, EPSILON, 1.0 - EPSILON)
            each = -(y_true * ops.log(p) + (1.0 - y_true) * ops.log(1.0 - p))
        return ops.mean(each, axis=self.axis)


class _Crossentropy(Loss):
    """What the categorical cross-entropies share."""

    folds = "Softmax"

    def _log_probabilities(self, y_pred: Any, from_logits: bool, axis: int, ops: Any) -> Any:
        if from_logits:
            return ops.log_softmax(y_pred, axis=axis)
        total = ops.sum(y_pred, axis=axis, keepdims=True)
        return ops.log(ops.clip(y_pred / total, EPSILON, 1.0 - EPSILON))


class CategoricalCrossentropy(_Crossentropy):
    """Cross-entropy of one-hot targets: `-sum(y_true * log(p))` over the classes.

    Probabilities are scaled to sum to one and kept within `[1e-7, 1 - 1e-7]`.
    """

    from_logits: bool = option(Flag(), False, _LOGITS)
    label_smoothing: float = option(
        Number(0.0, 1.0),
        0.0,
        "How far targets are moved towards equal shares: `y * (1 - s) + s / classes`.",
    )
    axis: int = option(Axis(), -1, _AXIS)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample."""
        if self.label_smoothing:
            classes = y_pred.shape[self.axis]
            y_true = y_true * (1.0 - self.label_smoothing) + self.label_smoothing / classes
        logs = self._log_probabilities(y_pred, self.from_logits, self.axis, ops)
        return -ops.sum(y_true * logs, axis=self.axis)


class SparseCategoricalCrossentropy(_Crossentropy):
    """Cross-entropy of targets given as class numbers from 0: `-log(p[class])`.

    In R, give a factor, or numbers from 0.
    """

    targets = "indices"
    from_logits: bool = option(Flag(), False, _LOGITS)
    ignore_class: int | None = option(Count(0), None, "A class number whose samples do not count.")
    axis: int = option(Axis(), -1, _AXIS)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the cross-entropy of each sample; those that do not count get some number."""
        logs = self._log_probabilities(y_pred, self.from_logits, self.axis, ops)
        counted = self.counted(y_true, ops)
        if counted is not None:
            # An ignored number need not be a class.
            y_true = ops.where(counted, y_true, ops.zeros_like(y_true))
        return -ops.pick(logs, y_true, axis=self.axis)

    def counted(self, y_true: Any, ops: Any) -> Any:
        """Return a mask of the samples that are not to be ignored."""
        return None if self.ignore_class is None else y_true != self.ignore_class
