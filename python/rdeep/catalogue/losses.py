"""Losses, written once on the ops that both engines share."""

from __future__ import annotations

from typing import Any, ClassVar

from rdeep.catalogue.options import Axis, Choice, Count, Flag, Number, Text, option
from rdeep.catalogue.record import Record
from rdeep.errors import ArgumentError

__all__ = [
    "BinaryCrossentropy",
    "CategoricalCrossentropy",
    "Loss",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "SparseCategoricalCrossentropy",
]

# Keras's bound on probabilities before a logarithm.
_EPSILON = 1e-7
_AXIS = "The axis of the classes."
_LOGITS = (
    "Whether predictions are scores before softmax or sigmoid. A model whose last activation is "
    "one of these needs no `from_logits`: it is trained on the scores anyway."
)


class Loss(Record, kind="loss"):
    """A measure of how far predictions are from the truth, to be minimised."""

    targets: ClassVar[str] = "values"
    """What the truth looks like: `"values"` shaped as the predictions, or class `"indices"`."""
    folds: ClassVar[str | None] = None
    """The activation that this loss can take over from the model's last layer."""

    reduction: str = option(
        Choice("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight", "none"),
        "sum_over_batch_size",
        "How the samples' losses become one number; `mean_with_sample_weight` divides by the sum "
        "of the weights rather than the number of samples.",
        keyword_only=True,
    )
    name: str | None = option(Text(), None, "A name for logs.", keyword_only=True)

    def values(self, y_true: Any, y_pred: Any, ops: Any) -> Any:
        """Return the loss of each sample: the predictions' shape without its last axis."""
        raise NotImplementedError

    def counted(self, y_true: Any, ops: Any) -> Any:
        """Return a mask of the samples that count; `None` if all do."""
        return None

    def weigh(self, y_true: Any, values: Any, weights: Any, mask: Any, ops: Any) -> Any:
        """Return the weights to reduce by: those of the samples, and of the masks.

        A mask is scaled so that the mean is over what it leaves.

        Parameters
        ----------
        y_true, values : tensor
            The targets and the samples' losses.
        weights, mask : tensor or None
            A weight for each sample, and the output's mask of time steps.
        ops : module
            The engine's array functions.
        """
        if weights is not None:
            weights = ops.spread(weights, values)
        for shown in (mask, self.counted(y_true, ops)):
            if shown is not None:
                share = ops.as_float(shown)
                share = share * (ops.count(share) / (ops.sum(share) + _EPSILON))
                weights = share if weights is None else weights * share
        return weights

    def on_scores(self) -> Loss:
        """Return this loss for predictions before the activation that it folds."""
        return self.replace(from_logits=True)

    def reduce(self, values: Any, weights: Any, ops: Any) -> Any:
        """Return the samples' losses as one number.

        Parameters
        ----------
        values : tensor
            What `values` returned.
        weights : tensor or None
            Of the shape of `values`.
        ops : module
            The engine's array functions.
        """
        weighted = values if weights is None else values * weights
        if self.reduction == "none":
            return weighted
        if self.reduction == "sum":
            return ops.sum(weighted)
        if self.reduction == "mean_with_sample_weight" and weights is not None:
            return ops.sum(weighted) / (ops.sum(weights) + _EPSILON)
        return ops.mean(weighted)


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
            p = ops.clip(y_pred, _EPSILON, 1.0 - _EPSILON)
            each = -(y_true * ops.log(p) + (1.0 - y_true) * ops.log(1.0 - p))
        return ops.mean(each, axis=self.axis)


class _Crossentropy(Loss):
    """What the categorical cross-entropies share."""

    folds = "Softmax"

    def _log_probabilities(self, y_pred: Any, from_logits: bool, axis: int, ops: Any) -> Any:
        if from_logits:
            return ops.log_softmax(y_pred, axis=axis)
        total = ops.sum(y_pred, axis=axis, keepdims=True)
        return ops.log(ops.clip(y_pred / total, _EPSILON, 1.0 - _EPSILON))


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


def check_trainable(loss: Loss) -> None:
    """Refuse a loss that does not come to one number.

    Parameters
    ----------
    loss : Loss
        The loss to train with.

    Raises
    ------
    ArgumentError
        If its reduction is `"none"`.
    """
    if loss.reduction == "none":
        raise ArgumentError(
            f"{type(loss).__name__}(reduction='none') cannot be trained with: it is not a number.",
            argument="reduction",
            received="none",
            hint="Leave `reduction` out.",
        )
